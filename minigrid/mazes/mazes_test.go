package mazes_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid"
	"github.com/miniflow-rl/miniflow/minigrid/level"
	"github.com/miniflow-rl/miniflow/minigrid/mazes"
	"github.com/stretchr/testify/require"
)

func ids() (out []string) {
	for _, id := range miniflow.IDs() {
		if strings.HasPrefix(id, "MiniGrid-Maze-") {
			out = append(out, id)
		}
	}
	return out
}

// TestCheck holds every maze to every promise of an environment.
func TestCheck(t *testing.T) {
	require.Len(t, ids(), 21)
	for _, id := range ids() {
		for _, mode := range []miniflow.Autoreset{miniflow.NextStep, miniflow.SameStep, miniflow.Disabled} {
			t.Run(id+"/"+mode.String(), func(t *testing.T) {
				require.NoError(t, miniflow.CheckID(id, miniflow.WithAutoreset(mode)))
			})
		}
	}
}

// TestPapers checks the numbers that the papers give.
func TestPapers(t *testing.T) {
	spec, err := miniflow.Lookup("MiniGrid-Maze-Random60-v0")
	require.NoError(t, err)
	require.Equal(t, 3, spec.NumActions())
	require.Equal(t, 250, spec.MaxSteps)
	require.Equal(t, []int{5, 5, 3}, spec.Observation[0].Space.Shape())
	env, err := miniflow.Make(spec.ID)
	require.NoError(t, err)
	worlds, _ := miniflow.As[minigrid.Worlds](env)
	require.Equal(t, 15, worlds.World(0).Width())
	require.True(t, worlds.World(0).SeeThrough)
}

// TestSolvable asks the planner about levels of every id, and compares the length
// of its plans with the mazes' own search.
func TestSolvable(t *testing.T) {
	var solver mazes.Solver
	for _, id := range ids() {
		env, err := miniflow.Make(id, miniflow.WithAutoreset(miniflow.Disabled))
		require.NoError(t, err)
		planner, ok := miniflow.As[miniflow.Planner](env)
		require.True(t, ok)
		b := miniflow.NewBatch(env)
		seeds := uint64(20)
		if strings.Contains(id, "MazeL") || strings.Contains(id, "MazeXL") {
			seeds = 4
		}
		solved, longest := uint64(0), 0
		for seed := range seeds {
			require.NoError(t, env.Reset(b, seed))
			plan, err := planner.Plan(t.Context(), 0, 0)
			if errors.Is(err, miniflow.ErrUnsolvable) {
				require.Contains(t, id, "Random", "seed %d", seed)
			} else {
				require.NoError(t, err, "%s seed %d", id, seed)
				solved++
				longest = max(longest, len(plan.Actions))
			}
			if l, err := level.Capture(env, 0); err == nil {
				m, err := mazes.FromLevel(l)
				require.NoError(t, err)
				n, ok := solver.Steps(m)
				require.Equal(t, ok, plan.Actions != nil, id)
				require.Equal(t, len(plan.Actions), n, id)
			}
		}
		t.Logf("%-40s %2d of %2d solved, longest plan %d", id, solved, seeds, longest)
	}
}

func TestText(t *testing.T) {
	rng := &miniflow.Rand{}
	rng.Seed(1)
	for range 200 {
		m, err := mazes.New(1+rng.Intn(13), 2+rng.Intn(13))
		require.NoError(t, err)
		m.Random(rng, rng.Intn(60))
		same, err := mazes.Parse(m.String())
		require.NoError(t, err)
		require.True(t, m.Equal(same), m)
		if m.Width < 2 {
			continue
		}
		l, err := m.Level()
		require.NoError(t, err)
		require.NoError(t, l.Validate())
		back, err := mazes.FromLevel(l)
		require.NoError(t, err)
		require.True(t, m.Equal(back))
	}
	for text, want := range map[string]string{
		"":          "want 1 to 254 each way",
		">.\n.":     "row 2 has 1 cells",
		">x":        "row 1, column 2",
		">.":        "1 agents and 0 goals",
		">G/>.":     "2 agents and 1 goals",
		">\u00e9.G": "stands for nothing",
	} {
		_, err := mazes.Parse(text)
		require.ErrorIs(t, err, mazes.ErrMaze)
		require.ErrorContains(t, err, want)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(">.G")
	f.Add("#>/.G")
	f.Fuzz(func(t *testing.T, text string) {
		m, err := mazes.Parse(text)
		if err != nil {
			return
		}
		same, err := mazes.Parse(m.String())
		require.NoError(t, err)
		require.True(t, m.Equal(same))
	})
}

// TestRandom checks that every cell is as likely a wall as any other: 600 mazes
// of 30 walls among 99 cells.
func TestRandom(t *testing.T) {
	rng := &miniflow.Rand{}
	rng.Seed(2)
	m, err := mazes.New(11, 9)
	require.NoError(t, err)
	counts := make([]int, 99)
	const n = 3000
	for range n {
		m.Random(rng, 30)
		require.Equal(t, 30, m.Count())
		require.False(t, m.At(m.Goal) || m.At(m.Agent) || m.Goal == m.Agent)
		for k, w := range m.Walls {
			if w {
				counts[k]++
			}
		}
	}
	for k, c := range counts {
		// 30/99 of 3000 is 909, with a standard deviation of 25.
		require.InDelta(t, 909, c, 110, "cell %d", k)
	}
}

func TestMutate(t *testing.T) {
	rng := &miniflow.Rand{}
	rng.Seed(3)
	m, err := mazes.New(13, 13)
	require.NoError(t, err)
	m.Random(rng, 25)
	for _, kind := range []mazes.Edit{mazes.FlipWall, mazes.MoveGoal, mazes.MoveAgent, mazes.TurnAgent} {
		for range 100 {
			c := m.Clone()
			c.Mutate(rng, 1, kind)
			d, err := m.Distance(c)
			require.NoError(t, err)
			require.True(t, d == 1 || d == 2 && (kind == mazes.MoveGoal || kind == mazes.MoveAgent), "%v: %d", kind, d)
			require.False(t, c.At(c.Goal) || c.At(c.Agent) || c.Goal == c.Agent)
			m = c
		}
	}
	m.Mutate(rng, 20)
	small, err := mazes.New(2, 1)
	require.NoError(t, err)
	small.Mutate(rng, 50)
	require.NotEqual(t, small.Agent, small.Goal)
	_, err = m.Distance(small)
	require.ErrorIs(t, err, mazes.ErrMaze)
}

// TestAllocations: a random maze costs no memory.
func TestAllocations(t *testing.T) {
	rng := &miniflow.Rand{}
	rng.Seed(4)
	m, err := mazes.New(13, 13)
	require.NoError(t, err)
	var solver mazes.Solver
	solver.Steps(m)
	require.Zero(t, testing.AllocsPerRun(100, func() {
		m.Random(rng, 60)
		m.Mutate(rng, 20)
		solver.Steps(m)
	}))
}
