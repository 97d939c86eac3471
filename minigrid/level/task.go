package level

import (
	"encoding"
	"errors"
	"fmt"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid"
	"github.com/miniflow-rl/miniflow/minigrid/babyai"
)

// Task draws a level of a [Source] at every reset and judges it.
type Task struct {
	source Source
	level  *Level // of the present episode
	follow *babyai.Follow

	seeThrough bool // of the present level
	always     bool // the environment's own setting
	known      bool // whether always has been read
}

var (
	_ minigrid.Task              = (*Task)(nil)
	_ minigrid.Judge             = (*Task)(nil)
	_ minigrid.Chooser           = (*Task)(nil)
	_ babyai.Mission             = (*Task)(nil)
	_ encoding.BinaryAppender    = (*Task)(nil)
	_ encoding.BinaryUnmarshaler = (*Task)(nil)
)

// NewTask returns a task for one lane, for worlds of one's own. The source is
// drawn from with the lane's generator, and shared by all lanes.
func NewTask(source Source) *Task { return &Task{source: source} }

// Level returns the level of the present episode, nil before the first one and
// in lanes that were restored from a snapshot. It must not be changed.
func (t *Task) Level() *Level { return t.level }

// Generate implements [minigrid.Task].
func (t *Task) Generate(w *minigrid.World) error {
	t.know(w)
	l, err := t.source.Draw(w.Rand())
	if err != nil {
		return err
	}
	if l.Grid.Width() > w.Width() || l.Grid.Height() > w.Height() {
		return fmt.Errorf("level: %s has %dx%d cells, more than the %dx%d of the environment: %w",
			l.Name, l.Grid.Width(), l.Grid.Height(), w.Width(), w.Height(), ErrLevel)
	}
	l.draw(w)
	if w.MaxSteps == 0 {
		w.MaxSteps = l.MaxSteps
	}
	t.level, t.seeThrough = l, l.SeeThrough || t.always
	w.SeeThrough = t.seeThrough
	if l.Instruction == "" {
		t.follow = nil
		return nil
	}
	instr, err := l.parse()
	if err != nil {
		return err
	}
	if t.follow == nil {
		t.follow = babyai.NewFollow()
	}
	return t.follow.Begin(w, instr, l.Rooms)
}

// know reads the environment's own setting before a level changes it.
func (t *Task) know(w *minigrid.World) {
	if !t.known {
		t.known, t.always = true, w.SeeThrough
	}
}

// Judge implements [minigrid.Judge].
func (t *Task) Judge(w *minigrid.World, a minigrid.Action, o *minigrid.Outcome) {
	t.know(w)
	w.SeeThrough = t.seeThrough // a restored lane may have shown another level
	if t.follow != nil {
		t.follow.Judge(w, a, o)
	}
}

// Instr implements [babyai.Mission]; it is nil in a level without an instruction.
func (t *Task) Instr() babyai.Instr {
	if t.follow == nil {
		return nil
	}
	return t.follow.Instr()
}

// Scene implements [babyai.Mission]; it is nil in a level without an instruction.
func (t *Task) Scene() *babyai.Scene {
	if t.follow == nil {
		return nil
	}
	return t.follow.Scene()
}

// Aims implements [minigrid.Aimer].
func (t *Task) Aims(w *minigrid.World) []minigrid.Aim {
	if c := t.Choices(w); len(c) == 1 {
		return c[0]
	}
	return nil
}

// Choices implements [minigrid.Chooser]. A goal on the map ends an episode well
// even where there is an instruction.
func (t *Task) Choices(w *minigrid.World) [][]minigrid.Aim {
	goals := w.Find(func(c minigrid.Cell) bool { return c.Type() == minigrid.TypeGoal })
	switch {
	case t.follow == nil:
		return [][]minigrid.Aim{{{Do: minigrid.Forward, Cells: goals}}}
	case len(goals) > 0:
		return nil
	}
	return t.follow.Choices(w)
}

// AppendBinary implements encoding.BinaryAppender.
func (t *Task) AppendBinary(dst []byte) ([]byte, error) {
	flags := byte(0)
	if t.seeThrough {
		flags = 1
	}
	if t.follow == nil {
		return append(dst, flags), nil
	}
	return t.follow.AppendBinary(append(dst, flags|2))
}

// UnmarshalBinary implements encoding.BinaryUnmarshaler. On failure the task is
// as it was.
func (t *Task) UnmarshalBinary(src []byte) error {
	if len(src) == 0 || src[0] > 3 || src[0] < 2 && len(src) > 1 {
		return errors.New("level: not the state of a level")
	}
	var follow *babyai.Follow
	if src[0]&2 != 0 {
		follow = babyai.NewFollow()
		if err := follow.UnmarshalBinary(src[1:]); err != nil {
			return err
		}
	}
	t.seeThrough, t.follow, t.level = src[0]&1 != 0, follow, nil
	return nil
}

// New returns an environment whose lanes draw their levels from source, under
// the name id and without registering it. Its map is as large as the largest
// level; smaller ones lie in its top left corner, with walls in the rest, which
// an agent cannot tell from a smaller map.
func New(id string, source Source, options ...miniflow.Option) (*minigrid.Env, error) {
	return minigrid.New(id, layout(source, 0), options...)
}

// layout is that of an environment with levels of a source.
func layout(source Source, actions int) minigrid.Layout {
	w, h := source.Size()
	return minigrid.Layout{Width: w, Height: h, Actions: actions, NewTask: func() minigrid.Task { return NewTask(source) }}
}
