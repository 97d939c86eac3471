package level

import (
	"fmt"
	"strings"

	"github.com/miniflow-rl/miniflow/minigrid"
	"github.com/miniflow-rl/miniflow/minigrid/babyai"
)

// Limits that keep files and codes of strangers harmless.
const (
	maxText  = 256     // bytes of a mission, instruction or name
	maxLimit = 1 << 30 // MaxSteps
)

// Validate reports whether the level can be played: it returns nil, or an error
// that wraps [ErrLevel] and names the first cell or field at fault and the
// remedy.
func (l *Level) Validate() error {
	bad := func(format string, args ...any) error {
		return fmt.Errorf("level: %s: %w", fmt.Sprintf(format, args...), ErrLevel)
	}
	g := l.Grid
	if g == nil {
		return bad("there is no map: give it a Grid")
	}
	if w, h := g.Width(), g.Height(); w < 3 || h < 3 || w > MaxSide || h > MaxSide {
		return bad("the map has %dx%d cells: want 3 to %d each way", w, h, MaxSide)
	}
	goals := 0
	for p := range cells(g) {
		t := g.Get(p)
		if t.Type() == minigrid.TypeUnseen {
			return bad("row %d, column %d: the cell is unknown: put something there, or nothing", p.Y+1, p.X+1)
		}
		if t.Inside != minigrid.Unseen && (t.Type() != minigrid.TypeBox || !holdable(t.Inside)) {
			return bad("row %d, column %d: %v cannot hold %v: only a box holds something, and that is no box or wall", p.Y+1, p.X+1, t.Cell, t.Inside)
		}
		if t.Type() == minigrid.TypeGoal {
			goals++
		}
	}
	if !g.Contains(l.Agent) {
		return bad("the agent is at column %d, row %d, off the map: put it on a cell", l.Agent.X+1, l.Agent.Y+1)
	}
	if c := g.Get(l.Agent).Cell; !c.Walkable() {
		return bad("row %d, column %d: the agent stands on a %v: move one of them", l.Agent.Y+1, l.Agent.X+1, c)
	}
	if l.Dir > minigrid.Up {
		return bad("the agent faces direction %d: want 0 (right) to 3 (up)", l.Dir)
	}
	if t := l.Hands; t.Cell != minigrid.Unseen && !t.CanPickup() {
		return bad("the agent carries a %v: want a key, ball or box", t.Cell)
	} else if t.Inside != minigrid.Unseen && (t.Type() != minigrid.TypeBox || !holdable(t.Inside)) {
		return bad("what the agent carries cannot hold %v", t.Inside)
	}
	if l.MaxSteps < 1 || l.MaxSteps > maxLimit {
		return bad("the limit is %d steps: want 1 to %d", l.MaxSteps, maxLimit)
	}
	for _, f := range [][2]string{{"name", l.Name}, {"mission", l.Mission}, {"instruction", l.Instruction}} {
		if err := checkText(f[0], f[1]); err != nil {
			return err
		}
	}
	if l.Instruction == "" {
		if goals == 0 {
			return bad("there is nothing to do: put a goal on the map, or give an instruction such as \"go to the red ball\"")
		}
		return nil
	}
	if goals > 0 {
		return bad("there is a goal on the map and the instruction %q: remove one of them", l.Instruction)
	}
	if _, err := l.begin(); err != nil {
		return bad("%v", err)
	}
	return nil
}

// holdable reports whether a box can hold a thing.
func holdable(c minigrid.Cell) bool {
	switch c.Type() {
	case minigrid.TypeUnseen, minigrid.TypeEmpty, minigrid.TypeWall, minigrid.TypeBox:
		return false
	}
	return true
}

func checkText(field, text string) error {
	if len(text) > maxText {
		return fmt.Errorf("level: the %s has %d bytes: want at most %d: %w", field, len(text), maxText, ErrLevel)
	}
	if text != strings.TrimSpace(text) || strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r == 0x7f || r == '\uFFFD' }) {
		return fmt.Errorf("level: the %s %q: want one line of text without spaces around it: %w", field, text, ErrLevel)
	}
	return nil
}

// parse returns the instruction with its strictness.
func (l *Level) parse() (babyai.Instr, error) {
	instr, err := babyai.Parse(l.Instruction)
	if err != nil {
		return nil, err
	}
	strict := babyai.Strict(instr)
	if len(l.Strict) > 0 && len(l.Strict) != len(strict) {
		return nil, fmt.Errorf("strict has %d values: the instruction %q has %d actions that can be", len(l.Strict), l.Instruction, len(strict))
	}
	for k := range l.Strict {
		*strict[k] = l.Strict[k]
	}
	return instr, nil
}

// begin tries the first step of an episode: whether the instruction fits the map.
func (l *Level) begin() (babyai.Instr, error) {
	instr, err := l.parse()
	if err != nil {
		return nil, err
	}
	w, err := minigrid.NewWorld(l.Grid.Width(), l.Grid.Height(), 7)
	if err != nil {
		return nil, err
	}
	l.draw(w)
	return instr, babyai.NewFollow().Begin(w, instr, l.Rooms)
}

// draw puts the level onto a map at least as large, with walls in the rest.
func (l *Level) draw(w *minigrid.World) {
	for y := range w.Height() {
		for x := range w.Width() {
			p := minigrid.Point{X: x, Y: y}
			w.SetThing(p, plain(l.Grid.Get(p)))
		}
	}
	w.SetAgent(l.Agent, l.Dir)
	w.SetCarrying(plain(l.Hands))
	w.Mission = l.Mission
}
