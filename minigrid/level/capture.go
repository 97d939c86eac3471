package level

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid"
	"github.com/miniflow-rl/miniflow/minigrid/babyai"
)

// ErrRules says that a world cannot be played as data because its rules are
// neither to reach a goal nor an instruction.
var ErrRules = errors.New("its rules are not those of a level")

// Capture returns what a lane of any Minigrid environment shows now as a level.
// Right after a reset that is the level that was drawn. It fails with an error
// that wraps [ErrRules] for worlds that cannot be played as data.
func Capture(env miniflow.Env, lane int) (*Level, error) {
	fail := func(err error) (*Level, error) {
		return nil, fmt.Errorf("level: capture %s: %w", env.Spec().ID, err)
	}
	worlds, ok := miniflow.As[minigrid.Worlds](env)
	tasks, ok2 := miniflow.As[minigrid.Tasks](env)
	if !ok || !ok2 {
		return fail(fmt.Errorf("it is no Minigrid world: %w", ErrRules))
	}
	if lane < 0 || lane >= env.Len() {
		return fail(fmt.Errorf("lane %d: want one in [0,%d)", lane, env.Len()))
	}
	w := worlds.World(lane)
	l := &Level{Mission: w.Mission, MaxSteps: w.MaxSteps - w.Steps(), SeeThrough: w.SeeThrough, Grid: w.Grid(), Hands: plain(w.Carrying())}
	l.Agent, l.Dir = w.Agent()
	if l.Agent.X < 0 {
		return fail(miniflow.ErrNeedsReset)
	}
	l.Origin = &Origin{Env: env.Spec().ID, Params: env.Spec().ChangedParams()}
	for p := range cells(l.Grid) {
		l.Grid.Set(p, plain(l.Grid.Get(p)))
	}
	if err := l.rules(tasks.Task(lane)); err != nil {
		return fail(err)
	}
	return l, l.Validate()
}

// rules sets the instruction that stands for a task.
func (l *Level) rules(task minigrid.Task) error {
	t, own := task.(*Task)
	if own && t.level != nil {
		l.Instruction, l.Strict, l.Rooms = t.level.Instruction, slices.Clone(t.level.Strict), t.level.Rooms
		l.Origin.SameRules = true
		return nil
	}
	if m, ok := task.(babyai.Mission); ok && !own {
		s := m.Scene()
		l.Instruction, l.Rooms = l.Mission, babyai.Rooms{Size: s.RoomSize(), Rows: s.Rows(), Cols: s.Cols()}
		strict := babyai.Strict(m.Instr())
		if slices.ContainsFunc(strict, func(b *bool) bool { return *b }) {
			for _, b := range strict {
				l.Strict = append(l.Strict, *b)
			}
		}
		l.Origin.SameRules = true
		return nil
	}
	_, judge := task.(minigrid.Judge)
	_, mover := task.(minigrid.Mover)
	if l.Grid.Has(minigrid.TypeGoal, minigrid.AnyColor) {
		l.Origin.SameRules = !judge && !mover
		return nil
	}
	if !judge {
		return ErrRules
	}
	text, strict := translate(l.Mission)
	if _, err := babyai.Parse(text); err != nil {
		return ErrRules
	}
	l.Instruction, l.Strict = text, strict
	return nil
}

// translate returns the sentence of BabyAI's language that is nearest to a
// mission of MiniGrid, and its strictness.
func translate(mission string) (text string, strict []bool) {
	for _, head := range []string{"you must fetch a ", "go fetch a ", "go get a ", "fetch a ", "get a "} {
		if thing, ok := strings.CutPrefix(mission, head); ok {
			return "pick up a " + thing, []bool{true}
		}
	}
	if rest, ok := strings.CutPrefix(mission, "put the "); ok {
		return "put the " + strings.Replace(rest, " near ", " next to ", 1), nil
	}
	if mission == "open the red door then the blue door" {
		return "open the red door, then open the blue door", []bool{false, false, true} // the order counts
	}
	return mission, nil
}
