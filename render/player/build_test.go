package player

import (
	"bytes"
	"image"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents"
	"github.com/miniflow-rl/miniflow/gfnenvs"
	"github.com/miniflow-rl/miniflow/render/ui"
)

func randomAgent(env miniflow.Env) (*Agent, error) {
	return &Agent{Name: "random", Policy: agents.NewRandomPolicy(env)}, nil
}

// replays proves that an episode leads to the same states again.
func replays(t *testing.T, s *Session) {
	t.Helper()
	var file bytes.Buffer
	for _, e := range s.Episodes() {
		require.NoError(t, e.Write(&file))
	}
	var env miniflow.Env
	var b *miniflow.Batch
	for e, err := range miniflow.Episodes(&file) {
		require.NoError(t, err)
		if env == nil {
			env, err = e.Make()
			require.NoError(t, err)
			b = miniflow.NewBatch(env)
		}
		require.NoError(t, e.Replay(env, b, true, nil))
	}
}

// A person walks on a grid with the arrows, back as well, and exits.
func TestBuildOnAGrid(t *testing.T) {
	a := newApp(t, Config{ID: "HyperGrid-2x8", Seed: 1})
	state := func() []int32 { return a.session.built.state() }
	press(t, a, ui.KeyRight)
	press(t, a, ui.KeyUp)
	press(t, a, ui.KeyUp)
	require.Equal(t, []int32{1, 2}, state())
	press(t, a, ui.KeyLeft) // undoes the first of three actions
	require.Equal(t, []int32{0, 2}, state())
	require.Equal(t, []int32{1, 1}, a.session.Episode().Actions)
	replays(t, a.session)
	press(t, a, ui.KeyLeft)
	require.Equal(t, "raise 0 cannot have been the last action", a.toast)
	press(t, a, ui.KeyBackspace)
	require.Equal(t, []int32{0, 1}, state())
	require.Len(t, a.session.built.path, 2)

	press(t, a, letter('X'))
	st := a.session.Status()
	require.True(t, st.Terminated)
	require.Equal(t, "exit", st.Action)
	require.Equal(t, number(a.session.built.rules.LogReward([]int32{0, 1})), st.LogReward)
	require.Equal(t, 1, a.samples.Len())
	press(t, a, ui.KeyBackspace)
	require.False(t, a.session.Ended(), "the exit is undone")
	require.Zero(t, a.samples.Len())
	require.Zero(t, a.session.Status().Episodes)
	press(t, a, letter('X'))
	replays(t, a.session)
	press(t, a, ui.KeyEnter)
	require.Equal(t, []int32{0, 0}, state(), "the next object")
	require.Equal(t, 1, a.session.Status().Episodes)
}

// The list does what is legal and says why something is not.
func TestActionList(t *testing.T) {
	a := newApp(t, Config{ID: "Set-Fixed-16x8", Seed: 1})
	draw(t, a, "set", 1280, 800, 1)
	press(t, a, ui.Key0+3)
	require.EqualValues(t, 1, a.session.built.state()[2])
	press(t, a, ui.KeyEnter)
	require.Equal(t, "item 2 is in the set already", a.toast)
	press(t, a, letter('X'))
	require.Equal(t, "it has 1 of 8 items", a.toast)
	press(t, a, ui.KeyDown)
	press(t, a, ui.KeySpace)
	require.EqualValues(t, 1, a.session.built.state()[3])
	row := a.acts.box
	require.NoError(t, a.Update(&ui.Input{Clicked: true, X: row.X + 60, Y: row.Y + 5}))
	require.EqualValues(t, 1, a.session.built.state()[0])

	press(t, a, letter('B')) // what can be undone: items 0, 2 and 3
	press(t, a, ui.Key0+3)
	require.Equal(t, []int32{1, 0, 0, 1}, a.session.built.state()[:4])
	require.Equal(t, []int32{3, 0}, a.session.Episode().Actions, "the others keep their order")
	press(t, a, ui.Key0+9)
	require.Equal(t, "add item 8 cannot have been the last action", a.toast)
	replays(t, a.session)
	press(t, a, ui.KeyBackspace)
	press(t, a, ui.KeyBackspace)
	press(t, a, ui.KeyBackspace)
	require.Equal(t, errSource.Error(), a.toast)
}

// Undoing at random, from every kind of object, leaves an episode that replays.
func TestUndoReplays(t *testing.T) {
	for _, id := range []string{"HyperGrid-3x8", "BitSequence-AnyOrder-16x4", "GraphTriangles-4", "DAG-5", "PhyloTree-6x32", "Multiset-6x8", "ConditionalHyperGrid-2x8"} {
		a := newApp(t, Config{ID: id, Seed: 5, Agent: randomAgent})
		rng := miniflow.NewRand(7)
		for range 60 {
			s := a.session
			if rng.Random() < 0.6 && !s.Ended() {
				require.NoError(t, s.Follow(a.agent))
				continue
			}
			var can []int
			for b, ok := range s.built.backward {
				if ok {
					can = append(can, b)
				}
			}
			if len(can) == 0 {
				require.ErrorIs(t, s.UndoLast(), errSource)
				continue
			}
			undone := can[rng.Intn(len(can))]
			want := append([]int32(nil), s.built.state()...)
			if undone != s.built.exit() {
				s.built.rules.Undo(want, undone)
			}
			require.NoError(t, s.Undo(undone), id)
			require.Equal(t, want, s.built.state(), id)
			require.Equal(t, want, s.built.path[len(s.built.path)-1], id)
		}
		replays(t, a.session)
	}
}

// At the highest speeds an agent builds many objects, the same ones every time,
// and an exact sampler comes as near to the target as chance allows.
func TestWatchFills(t *testing.T) {
	for _, id := range []string{"PerfectTree-4", "HyperGrid-2x8"} {
		var first []float64
		for range 2 {
			a := newApp(t, Config{ID: id, Seed: 3, Agent: randomAgent})
			for range 20 {
				typed(t, a, "+")
			}
			require.Equal(t, 61440, a.rate())
			for range 100 {
				require.NoError(t, a.Update(&ui.Input{}))
			}
			draw(t, a, "fill-"+id, 1280, 800, 1)
			press(t, a, letter('V'))
			draw(t, a, "fill-large-"+id, 1280, 800, 1)
			d := a.samples.Distance()
			require.Greater(t, a.samples.Len(), 10000)
			if first == nil {
				first = []float64{d.L1, d.JSD}
			}
			require.Equal(t, first, []float64{d.L1, d.JSD})
			require.Greater(t, d.L1, 5*d.Noise, "a random sampler is far from the target")
		}
	}
}

func TestObjectsAreListed(t *testing.T) {
	a := newApp(t, Config{ID: "HyperGrid-2x8", Seed: 1})
	press(t, a, letter('E'))
	typed(t, a, "dag-5")
	press(t, a, ui.KeyEnter)
	require.Equal(t, "DAG-5", a.session.Status().ID)
	require.Contains(t, strings.Join(a.ids, " "), "Ising-4x4")
	press(t, a, ui.Key0+2)
	require.Equal(t, "edge 0 → 1", a.session.Status().Action)
}

// Every construction environment is drawn, half built and finished, in windows of
// all sizes.
func TestScreensOfObjects(t *testing.T) {
	seen := map[string]bool{}
	for _, id := range []string{"HyperGrid-2x16", "HyperGrid-4x8", "BitSequence-32x4", "BitSequence-120x4", "Sequence-Variable-8x4", "Set-16x8", "Multiset-6x8", "PerfectTree-4",
		"Ising-4x4", "DiscreteEBM-8", "GraphRing-4", "GraphTriangles-4", "DAG-5", "PhyloTree-6x32", "Dropout-2x5", "ConditionalHyperGrid-2x8", "TemperedHyperGrid-2x8"} {
		a := newApp(t, Config{ID: id, Seed: 4, Agent: randomAgent})
		for a.session.step < 6 && !a.session.Ended() {
			require.NoError(t, a.session.Follow(a.agent))
		}
		one := draw(t, a, id, 1280, 800, 1)
		require.False(t, seen[string(one.Pix)], id)
		seen[string(one.Pix)] = true
		draw(t, a, id, 90, 60, 1)
	}
	a := newApp(t, Config{ID: "DAG-5", Seed: 4})
	for _, size := range []image.Point{{1280, 800}, {720, 540}, {620, 1000}} {
		one := draw(t, a, "dag", size.X, size.Y, 1)
		require.True(t, bytes.Equal(one.Pix, draw(t, a, "dag", size.X, size.Y, 1).Pix), "the same state gives the same picture")
	}
	press(t, a, ui.KeyF1)
	draw(t, a, "dag-help", 1280, 800, 1)
}

// Rules that nobody knows are drawn by their values.
func TestScreenOfUnknownRules(t *testing.T) {
	a := newApp(t, Config{ID: "coins", Seed: 4, Make: func(id string, _ ...miniflow.Option) (miniflow.Env, error) {
		return gfnenvs.Builder{ID: id, Doc: "Turn coins.", Autoreset: miniflow.Disabled}.Build(coins{})
	}})
	press(t, a, ui.Key0+2)
	draw(t, a, "coins", 1280, 800, 1)
	require.Equal(t, "action 1", a.session.Status().Action)
}

// coins is the example of package gfnenvs.
type coins struct{}

func (coins) Layout() gfnenvs.Layout {
	return gfnenvs.Layout{Values: []int{2, 2, 2, 2, 2, 2, 2, 2}, Actions: 9}
}

func (coins) Forward(dst []bool, s []int32) {
	for i, v := range s {
		dst[i] = v == 0
	}
	dst[8] = true
}

func (coins) Backward(dst []bool, s []int32) {
	for i, v := range s {
		dst[i] = v == 1
	}
}

func (coins) Apply(s []int32, a int) { s[a] = 1 }

func (coins) Undo(s []int32, a int) { s[a] = 0 }

func (coins) LogReward(s []int32) float64 { return float64(s[0]) }

// A newer policy takes the place of the old one, and its samples are counted anew.
func TestFreshPolicy(t *testing.T) {
	var fresh Policy
	asked := 0
	a := newApp(t, Config{ID: "HyperGrid-2x8", Seed: 1, Agent: func(env miniflow.Env) (*Agent, error) {
		agent, err := randomAgent(env)
		agent.Fresh = func() (Policy, error) {
			asked++
			return fresh, nil
		}
		return agent, err
	}})
	for range 10 {
		typed(t, a, "+")
	}
	for range 5 * TicksPerSecond / 2 {
		require.NoError(t, a.Update(&ui.Input{}))
	}
	require.Equal(t, 1, asked)
	before := a.samples.Len()
	require.Positive(t, before)
	fresh = agents.NewRandomPolicy(a.session.env)
	for range 2 * TicksPerSecond {
		require.NoError(t, a.Update(&ui.Input{}))
	}
	require.Equal(t, fresh, a.agent.Policy)
	require.Less(t, a.samples.Len(), before)
	require.Equal(t, "a newer checkpoint of random", a.toast)
}
