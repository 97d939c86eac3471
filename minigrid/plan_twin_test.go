package minigrid

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"

	"github.com/miniflow-rl/miniflow"
	"github.com/stretchr/testify/require"
)

// twin is the slow obvious planner: breadth-first search over complete states,
// saved and restored whole, with every action and no knowledge of tasks.
type twin struct {
	s       *sim
	actions int
	states  []string         // without the number of steps
	number  map[string]int32 // of each state
	next    [][]int32        // by state and action; -1 for an end
	won     []int32          // states in which some action wins
	depth   []int
	first   bool // stop at the first way to win
}

// explore visits all states, or those up to the first win, and reports whether
// they were at most max.
func (w *twin) explore(max int) bool {
	w.number = map[string]int32{}
	w.enter(0)
	for k := 0; k < len(w.states); k++ {
		if len(w.states) > max {
			return false
		}
		row := make([]int32, w.actions)
		won := false
		for a := range w.actions {
			w.load(k)
			w.s.steps = w.depth[k]
			o := w.s.advance(Action(a))
			if row[a] = -1; !o.Terminated {
				row[a] = w.enter(w.depth[k] + 1)
			} else if o.Reward > 0 {
				won = true
			}
		}
		w.next = append(w.next, row)
		if won {
			w.won = append(w.won, int32(k))
			if w.first {
				return true
			}
		}
	}
	return true
}

func (w *twin) enter(depth int) int32 {
	w.s.steps = 0
	b, err := w.s.rng.AppendBinary(nil)
	if err == nil {
		b, err = w.s.AppendBinary(b)
	}
	if err != nil {
		panic(err)
	}
	k, ok := w.number[string(b)]
	if !ok {
		k = int32(len(w.states))
		w.number[string(b)] = k
		w.states = append(w.states, string(b))
		w.depth = append(w.depth, depth)
	}
	return k
}

func (w *twin) load(k int) {
	const rngBytes = 37
	b := []byte(w.states[k])
	if err := errors.Join(w.s.rng.UnmarshalBinary(b[:rngBytes]), w.s.UnmarshalBinary(b[rngBytes:])); err != nil {
		panic(err)
	}
}

// togo returns the least number of actions from each state to success, -1 where
// there is no way.
func (w *twin) togo() []int {
	before := make([][]int32, len(w.states))
	for k, row := range w.next {
		for _, n := range row {
			if n >= 0 {
				before[n] = append(before[n], int32(k))
			}
		}
	}
	togo := make([]int, len(w.states))
	for k := range togo {
		togo[k] = -1
	}
	queue := append([]int32(nil), w.won...)
	for _, k := range queue {
		togo[k] = 1
	}
	for i := 0; i < len(queue); i++ {
		for _, k := range before[queue[i]] {
			if togo[k] < 0 {
				togo[k] = togo[queue[i]] + 1
				queue = append(queue, k)
			}
		}
	}
	return togo
}

// checkAgainstTwin compares plan and bounds of the env's lane 0 with the twin,
// and returns false if the level has too many states for that.
func checkAgainstTwin(t *testing.T, e *Env, max int) bool {
	live := e.vector.Sim(0).(*sim)
	clone, err := live.clone()
	require.NoError(t, err)
	w := &twin{s: clone, actions: e.Spec().NumActions()}
	if !w.explore(max) {
		return false
	}
	togo := w.togo()
	want := togo[0]
	if want > live.MaxSteps-live.steps {
		want = -1
	}
	for _, solve := range []func(context.Context, int, int) (miniflow.Plan, error){e.Plan, e.Solve} {
		plan, err := solve(context.Background(), 0, 0)
		if want < 0 {
			require.ErrorIs(t, err, miniflow.ErrUnsolvable)
			continue
		}
		require.NoError(t, err)
		require.GreaterOrEqual(t, len(plan.Actions), want)
	}
	if plan, err := e.Plan(context.Background(), 0, 0); err == nil {
		require.Len(t, plan.Actions, want)
	}

	s, err := newSearch(live, w.actions, 1)
	require.NoError(t, err)
	if s.bounds == nil {
		return true
	}
	for k, d := range togo {
		w.load(k)
		pos, dir := w.s.pos, w.s.dir
		h := s.bounds.at(s.bounds.table(w.s.World), pos, dir)
		if d >= 0 {
			require.LessOrEqual(t, h, d, "bound of state %d:\n%s", k, draw(w.s.World))
		}
	}
	return true
}

// draw writes a map down for messages.
func draw(w *World) string {
	out := fmt.Sprintf("agent %v %v carries %v\n", w.point(w.pos), w.dir, w.Carrying())
	for y := range w.height {
		for x := range w.width {
			i := w.index(x, y)
			out += fmt.Sprintf("%-22v", fmt.Sprintf("%v[%v]", w.cells[i], Cell(w.tags[i])))
		}
		out += "\n"
	}
	return out
}

// puzzle draws small maps at random: walls, lava, doors of two colours in any
// state, keys, balls and boxes, which make all kinds of detours and dead ends.
type puzzle struct {
	goal   bool // else pick up the thing marked as target
	unlock bool // else open the first door
	door   Point
	pickUpTarget
}

func (t *puzzle) Generate(w *World) error {
	w.Border()
	colors := []Color{Red, Blue}
	pick := func(n int) bool { return w.RandInt(0, n) == 0 }
	for y := 1; y < w.height-1; y++ {
		for x := 1; x < w.width-1; x++ {
			if pick(6) {
				w.Set(Point{x, y}, Wall)
			} else if pick(30) {
				w.Set(Point{x, y}, Lava)
			}
		}
	}
	wall := w.RandInt(1, w.width-1)
	w.VertWall(wall, 0, w.height, Wall)
	var err error
	place := func(th Thing) {
		if _, e := w.PlaceObj(th, Area{}, nil, 1000); e != nil {
			err = e
		}
	}
	door := func(p Point) { w.Set(p, Door(RandElem(w, colors), State(w.RandInt(0, 3)))) }
	t.door = Point{wall, w.RandInt(1, w.height-1)}
	w.Set(t.door, Door(RandElem(w, colors), State(w.RandInt(1, 3))))
	for range w.RandInt(0, 3) {
		door(w.RandPos(1, w.width-1, 1, w.height-1))
	}
	for range w.RandInt(1, 4) {
		switch w.RandInt(0, 6) {
		case 0:
			place(Thing{Cell: Ball(Green)})
		case 1:
			place(Thing{Cell: Box(Grey)})
		case 2:
			place(Thing{Cell: Box(Grey), Inside: Key(RandElem(w, colors))})
		default:
			place(Thing{Cell: Key(RandElem(w, colors))})
		}
	}
	switch {
	case t.goal:
		place(Thing{Cell: Goal})
	case !t.unlock:
		place(Thing{Cell: RandElem(w, []Cell{Ball(Red), Key(Red), Box(Blue)}), ID: targetID})
	}
	if _, e := w.PlaceAgent(Area{}, true, 1000); e != nil {
		err = e
	}
	return err
}

type goalPuzzle struct{ p puzzle }

func (t *goalPuzzle) Generate(w *World) error { return t.p.Generate(w) }

type unlockPuzzle struct {
	p puzzle
	unlock
}

func (t *unlockPuzzle) Generate(w *World) error {
	err := t.p.Generate(w)
	t.door = t.p.door
	return err
}

// blindPuzzle is a puzzle whose aims nobody tells.
type blindPuzzle struct{ p puzzle }

func (t *blindPuzzle) Generate(w *World) error              { return t.p.Generate(w) }
func (t *blindPuzzle) Judge(w *World, a Action, o *Outcome) { t.p.Judge(w, a, o) }

// fetchPuzzle is a puzzle whose goal counts only with the target in hand.
type fetchPuzzle struct{ p puzzle }

func (t *fetchPuzzle) Generate(w *World) error {
	err := t.p.Generate(w)
	if _, e := w.Place(Goal); e != nil {
		return e
	}
	return err
}

func (t *fetchPuzzle) Judge(w *World, _ Action, o *Outcome) {
	if w.Carrying().ID != targetID {
		o.Reward = 0
	}
}

func (t *fetchPuzzle) Aims(w *World) []Aim {
	if w.Carrying().ID == targetID {
		return goalAims(w)
	}
	return append(t.p.Aims(w), goalAims(w)...)
}

// TestPlanTwin compares the planner with the twin on random little puzzles.
func TestPlanTwin(t *testing.T) {
	kinds := []struct {
		name    string
		newTask func() Task
	}{
		{"goal", func() Task { return &goalPuzzle{puzzle{goal: true}} }},
		{"pickup", func() Task { return &puzzle{} }},
		{"unlock", func() Task { return &unlockPuzzle{p: puzzle{unlock: true}} }},
		{"fetch", func() Task { return &fetchPuzzle{} }},
		{"blind", func() Task { return &blindPuzzle{} }},
	}
	seeds, states := uint64(15), 5_000
	if os.Getenv("MINIFLOW_LONG") != "" {
		seeds, states = 200, 40_000
	}
	for _, kind := range kinds {
		t.Run(kind.name, func(t *testing.T) {
			solved, unsolvable, large := 0, 0, 0
			for seed := range seeds {
				e, err := New("puzzle", Layout{Width: 6 + int(seed%2), Height: 5, MaxSteps: 60, NewTask: kind.newTask}, miniflow.WithAutoreset(miniflow.Disabled))
				require.NoError(t, err)
				b := miniflow.NewBatch(e)
				require.NoError(t, e.Reset(b, seed))
				if !checkAgainstTwin(t, e, states) {
					large++
				} else if _, err := e.Plan(context.Background(), 0, 0); err == nil {
					solved++
				} else {
					unsolvable++
				}
				if t.Failed() {
					t.Fatalf("seed %d", seed)
				}
			}
			t.Logf("%d solved, %d unsolvable, %d too large", solved, unsolvable, large)
			require.Greater(t, solved, int(seeds)/10, "too few of the puzzles can be solved and compared")
		})
	}
}

// TestPlanTwinLevels compares the length of plans with the twin's on levels with
// few states, or, where obstacles move, with few ways to win in a few steps.
func TestPlanTwinLevels(t *testing.T) {
	seeds, states := uint64(3), 10_000
	if os.Getenv("MINIFLOW_LONG") != "" {
		seeds, states = 20, 400_000
	}
	compared := 0
	for _, id := range []string{
		"MiniGrid-BlockedUnlockPickup-v0", "MiniGrid-DoorKey-5x5-v0", "MiniGrid-DoorKey-6x6-v0", "MiniGrid-Dynamic-Obstacles-5x5-v0", "MiniGrid-Dynamic-Obstacles-Random-6x6-v0",
		"MiniGrid-Fetch-5x5-N2-v0", "MiniGrid-FourRooms-v0", "MiniGrid-GoToDoor-6x6-v0", "MiniGrid-GoToObject-6x6-N2-v0",
		"MiniGrid-KeyCorridorS3R1-v0", "MiniGrid-KeyCorridorS3R2-v0", "MiniGrid-KeyCorridorS3R3-v0", "MiniGrid-LavaCrossingS9N2-v0", "MiniGrid-MemoryS9-v0", "MiniGrid-ObstructedMaze-1Dlhb-v0",
		"MiniGrid-MultiRoom-N4-S5-v1", "MiniGrid-ObstructedMaze-1Dl-v0", "MiniGrid-ObstructedMaze-1Dlh-v0", "MiniGrid-PutNear-6x6-N2-v0",
		"MiniGrid-RedBlueDoors-6x6-v0", "MiniGrid-Unlock-v0", "MiniGrid-UnlockPickup-v0",
	} {
		made, err := miniflow.Make(id)
		require.NoError(t, err)
		e, _ := miniflow.As[*Env](made)
		b := miniflow.NewBatch(e)
		for seed := range seeds {
			require.NoError(t, e.Reset(b, seed))
			clone, err := e.vector.Sim(0).(*sim).clone()
			require.NoError(t, err)
			w := &twin{s: clone, actions: e.Spec().NumActions(), first: true}
			if !w.explore(states) {
				continue
			}
			compared++
			plan, err := e.Plan(context.Background(), 0, 0)
			require.NoError(t, err, "%s seed %d", id, seed)
			require.Len(t, plan.Actions, w.depth[w.won[0]]+1, "%s seed %d", id, seed)
		}
	}
	t.Logf("%d levels compared", compared)
	require.GreaterOrEqual(t, compared, 30)
}
