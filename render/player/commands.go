package player

import (
	"slices"

	"github.com/miniflow-rl/miniflow/render/ui"
)

// command is a key of the player itself. The table below is both what the keys
// do and what the help says.
type command struct {
	keys   []ui.Key
	typed  []rune // characters, wherever the keyboard's layout has them
	labels []string
	text   string
	where  place
	do     func(*App) error
}

// place says where a command works.
type place uint8

const (
	anywhere place = iota
	inWorlds
	atObjects // where objects are built
)

func (p place) here(a *App) bool {
	return p == anywhere || (p == atObjects) == (a.session.Builds())
}

var commands = []command{
	{keys: []ui.Key{ui.KeyBackspace, letter('U')}, labels: []string{"Backspace", "U"}, text: "undo the last action", where: atObjects, do: (*App).undoLast},
	{keys: []ui.Key{letter('B')}, labels: []string{"B"}, text: "choose what to undo", where: atObjects, do: (*App).turnList},
	{keys: []ui.Key{letter('N')}, labels: []string{"N"}, text: "a new object", where: atObjects, do: func(a *App) error { return a.begin((*Session).Next) }},
	{keys: []ui.Key{letter('R')}, labels: []string{"R"}, text: "the same from the start", where: atObjects, do: func(a *App) error { return a.begin((*Session).Again) }},
	{keys: []ui.Key{ui.KeyBackspace}, labels: []string{"Backspace"}, text: "next world (reset without a seed)", where: inWorlds, do: func(a *App) error { return a.begin((*Session).Next) }},
	{keys: []ui.Key{letter('R')}, labels: []string{"R"}, text: "the same world again", where: inWorlds, do: func(a *App) error { return a.begin((*Session).Again) }},
	{keys: []ui.Key{letter('N')}, labels: []string{"N"}, text: "new seed: the next number", where: inWorlds, do: func(a *App) error { return a.begin(func(s *Session) error { return s.Seed(s.seed + 1) }) }},
	{keys: []ui.Key{letter('S')}, labels: []string{"S"}, text: "save the episode", do: (*App).save},
	{keys: []ui.Key{letter('E')}, typed: []rune{'/'}, labels: []string{"E", "/"}, text: "other environments", do: (*App).openList},
	{keys: []ui.Key{letter('P')}, labels: []string{"P"}, text: "pause, go on", do: (*App).pause},
	{typed: []rune{'.'}, labels: []string{"."}, text: "one step of the agent", do: (*App).single},
	{keys: []ui.Key{letter('A')}, labels: []string{"A"}, text: "hand over to the agent, or take over", do: (*App).handOver},
	{typed: []rune{'+', '='}, labels: []string{"+"}, text: "faster", do: func(a *App) error { return a.hurry(1) }},
	{typed: []rune{'-'}, labels: []string{"−"}, text: "slower", do: func(a *App) error { return a.hurry(-1) }},
	{keys: []ui.Key{letter('V')}, labels: []string{"V"}, text: "another view large", do: (*App).turnView},
	{keys: []ui.Key{ui.KeyF1, letter('H')}, typed: []rune{'?'}, labels: []string{"F1", "?"}, text: "this help", do: (*App).openHelp},
	{keys: []ui.Key{ui.KeyEscape}, labels: []string{"Esc"}, text: "quit", do: (*App).quit},
}

func letter(r rune) ui.Key { return ui.KeyA + ui.Key(r-'A') }

func (c *command) fired(in *ui.Input) bool {
	return in.Down(c.keys...) || slices.ContainsFunc(c.typed, in.Types)
}

func (a *App) pause() error {
	a.paused = !a.paused
	return nil
}

// single pauses a watched agent, or lets it take one step.
func (a *App) single() error {
	switch {
	case a.agent == nil:
		a.say(ui.Muted, "there is no agent here: start with --agent")
	case a.session.Ended():
		return a.restart()
	case a.watching && !a.paused:
		a.paused, a.due = true, 0
	default:
		a.due = TicksPerSecond
	}
	return nil
}

func (a *App) handOver() error {
	if a.agent == nil {
		a.say(ui.Muted, "there is no agent here: start with --agent")
		return nil
	}
	a.watching, a.due = !a.watching, 0
	return nil
}

func (a *App) hurry(by int) error {
	a.speed = max(0, min(a.speed+by, a.fastest()))
	return nil
}

func (a *App) turnView() error {
	if a.session.Builds() {
		a.scene.large ^= 1
		return nil
	}
	a.scene.next()
	return nil
}

func (a *App) openHelp() error {
	a.screen = helping
	return nil
}

func (a *App) quit() error {
	if a.cfg.NoQuit {
		a.say(ui.Muted, "close the page to quit")
		return nil
	}
	return ui.ErrQuit
}
