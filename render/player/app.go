package player

import (
	"fmt"
	"image/color"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/render/objects"
	"github.com/miniflow-rl/miniflow/render/ui"
)

// TicksPerSecond is how often Update is to be called.
const TicksPerSecond = 60

// Config says what to play and how.
type Config struct {
	// ID is the environment to begin with.
	ID string
	// Seed names the first world. Given says that the user asked for it: then it
	// is also the world after the end of an episode, as in Minigrid; otherwise
	// that is the next world of the generator.
	Seed  uint64
	Given bool
	// Make builds an environment. The default (nil) is miniflow.Make.
	Make func(id string, options ...miniflow.Option) (miniflow.Env, error)
	// Agent makes an agent for an environment. The default (nil) is no agent.
	Agent func(env miniflow.Env) (*Agent, error)
	// Save keeps episode files. The default (nil) is not to save.
	Save SaveFunc
	// Record saves every episode, not only those that S was pressed for.
	Record bool
	// NoQuit says that there is no window that Escape could close.
	NoQuit bool
	// Changed is called after every tick in which the status changed, if not nil.
	Changed func(Status)
}

// screen is what the keyboard acts on.
type screen uint8

const (
	playing screen = iota
	helping
	picking
)

// speeds are the steps per second of a watched agent.
var speeds = [...]int{1, 2, 4, 8, 15, 30, 60}

// pauseAtEnd is how many ticks a watched agent's last state stays on the screen.
const pauseAtEnd = 75

// App is the game: what is on the screen and what the keys do. Make it with New.
// It is not safe for concurrent use.
type App struct {
	cfg     Config
	session *Session
	agent   *Agent // nil if there is none for this environment
	screen  screen

	thinking *thought // nil while the agent does not
	watching bool     // the agent acts, not the user
	paused   bool
	speed    int  // index into speeds
	due      int  // what the watched agent is behind, in steps / TicksPerSecond
	wait     int  // ticks to show the end of an episode
	shifted  bool // shift has been used with another key
	age      int  // ticks, until a newer policy is asked for

	toast      string
	toastColor color.NRGBA
	toastTicks int

	painter *objects.Painter // of what is built; nil in worlds
	samples *objects.Samples // nil where the objects cannot be enumerated
	filler  *filler          // nil until it is wanted
	acts    actions
	cells   *objects.Cells  // the same for points; nil where they cannot be compared
	points  *objects.Points // of what is built by continuous actions; nil elsewhere
	slide   sliders
	mouse   [2]float64 // where the pointer was when it aimed last

	list     ui.List
	ids      []string
	scene    scene
	look     look
	reported Status
	changed  bool
}

// New returns a game that is ready to play. It fails if the environment cannot
// be made, drawn or, where an agent was asked for, played by that agent.
func New(cfg Config) (*App, error) {
	if cfg.Make == nil {
		cfg.Make = miniflow.Make
	}
	a := &App{cfg: cfg, speed: 3}
	var err error
	if a.session, err = a.open(cfg.ID); err != nil {
		return nil, err
	}
	if a.agent, err = a.hire(a.session.Env()); err != nil {
		return nil, err
	}
	a.watching = a.agent != nil
	a.equip()
	return a, nil
}

// open makes an environment and its first world.
func (a *App) open(id string) (*Session, error) {
	env, err := a.cfg.Make(id, miniflow.WithAutoreset(miniflow.Disabled))
	if err != nil {
		return nil, err
	}
	s, err := NewSession(env)
	if err != nil {
		return nil, err
	}
	return s, s.Seed(a.cfg.Seed)
}

// hire makes the agent for an environment, nil if there is to be none.
func (a *App) hire(env miniflow.Env) (*Agent, error) {
	if a.cfg.Agent == nil {
		return nil, nil
	}
	agent, err := a.cfg.Agent(env)
	if err != nil {
		return nil, err
	}
	agent.rng[0].Seed(a.cfg.Seed)
	return agent, nil
}

// Session returns the session that is being played.
func (a *App) Session() *Session { return a.session }

// Update lives through one tick. It returns [ui.ErrQuit] when the user wants to
// leave; everything else that goes wrong is shown on the screen.
func (a *App) Update(in *ui.Input) error {
	if a.toastTicks > 0 {
		if a.toastTicks--; a.toastTicks == 0 {
			a.changed = true
		}
	}
	if len(in.Pressed)+len(in.Repeated)+len(in.Released)+len(in.Typed) > 0 || in.Clicked || in.Wheel != 0 {
		a.changed = true
	}
	var err error
	switch a.screen {
	case playing:
		err = a.play(in)
	case helping:
		if len(in.Pressed) > 0 || in.Clicked {
			a.screen = playing
		}
	case picking:
		a.pick(in)
	}
	if err == nil && (a.screen == playing || a.thinking != nil) {
		a.watch()
	}
	if st := a.session.Status(); st != a.reported {
		a.reported, a.changed = st, true
		if a.cfg.Changed != nil {
			a.cfg.Changed(st)
		}
	}
	return err
}

// Changed reports whether the screen has to be drawn anew.
func (a *App) Changed() bool { return a.changed }

// Close ends the game: it saves the episode that is being played, if all are to
// be recorded.
func (a *App) Close() error {
	a.forget()
	return a.record()
}

// play handles the keys of a running game.
func (a *App) play(in *ui.Input) error {
	if in.Down(ui.KeyLeftShift) {
		a.shifted = false
	} else if len(in.Pressed)+len(in.Typed) > 0 {
		a.shifted = true
	}
	spec := a.session.Env().Spec()
	action, err := -1, error(nil)
	if !a.session.Builds() {
		action, err = pressedAction(spec, in, a.shifted)
	}
	acts := action >= 0 && !a.watching && !a.paused // P picks up where it can, else it pauses
	for i := range commands {
		if c := &commands[i]; !acts && c.where.here(a) && c.fired(in) {
			return a.report(c.do(a))
		}
	}
	switch {
	case a.session.built != nil:
		return a.playObject(in)
	case a.session.shaped != nil:
		return a.playShape(in)
	}
	if mouse := a.look.action(spec, in); action < 0 && err == nil && !a.session.Ended() {
		action = mouse // a swing of the mouse does not pass the end of an episode
	}
	switch {
	case err != nil:
		a.say(ui.Warning, "%v", err)
	case action < 0:
	case a.watching:
		a.say(ui.Muted, "the agent plays: A takes over")
	case a.paused:
		a.say(ui.Muted, "paused: P goes on")
	case a.session.Ended():
		return a.report(a.restart())
	default:
		a.forget()
		a.report(a.session.Act(action))
		a.ended()
	}
	return nil
}

// playObject handles the keys that build an object.
func (a *App) playObject(in *ui.Input) error {
	c, ok := a.chosen(in)
	switch {
	case !ok:
	case a.watching:
		a.say(ui.Muted, "the agent plays: A takes over")
	case a.paused:
		a.say(ui.Muted, "paused: P goes on")
	default:
		return a.report(a.build(c))
	}
	return nil
}

// report shows an error, unless it is that the user quits.
func (a *App) report(err error) error {
	if err == ui.ErrQuit {
		return err
	}
	if err != nil {
		a.say(ui.Bad, "%v", err)
	}
	return nil
}

// restart begins the episode after one that has ended.
func (a *App) restart() error {
	if a.cfg.Given && !a.watching {
		return a.begin(func(s *Session) error { return s.Seed(s.seed) })
	}
	return a.begin((*Session).Next)
}

// begin ends the present episode and begins another one.
func (a *App) begin(start func(*Session) error) error {
	if err := a.record(); err != nil {
		return err
	}
	a.forget()
	a.due = 0
	return start(a.session)
}

// ended records an episode that has just ended.
func (a *App) ended() {
	if a.session.Ended() {
		a.wait = pauseAtEnd
		if a.session.Builds() {
			a.wait = pauseAtEnd * speeds[0] / max(speeds[0], speeds[min(a.speed, len(speeds)-1)]/4)
		}
		a.gather(false)
		a.report(a.record())
	}
}

// record saves the present episode if all are to be saved. An episode without
// a step, or saved at its end, is not saved again.
func (a *App) record() error {
	if !a.cfg.Record || a.session.recorded || a.session.step == 0 || a.session.shaped != nil {
		return nil
	}
	a.session.recorded = true
	return a.save()
}

func (a *App) save() error {
	if a.cfg.Save == nil {
		return fmt.Errorf("episodes cannot be saved here")
	}
	if a.session.shaped != nil {
		return fmt.Errorf("episodes of continuous actions cannot be saved")
	}
	if a.session.step == 0 {
		return fmt.Errorf("there is nothing to save yet: take a step")
	}
	name, data, err := encode(a.session.Episodes(), a.session.seed)
	if err != nil {
		return err
	}
	where, err := a.cfg.Save(name, data)
	if err != nil {
		return err
	}
	a.say(ui.Good, "saved %s", where)
	return nil
}

// say shows a line for a few seconds.
func (a *App) say(col color.NRGBA, format string, args ...any) {
	a.toast, a.toastColor, a.toastTicks = fmt.Sprintf(format, args...), col, 4*TicksPerSecond
	a.changed = true
}
