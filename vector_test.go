package miniflow_test

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/miniflow-rl/miniflow"
	"github.com/stretchr/testify/require"
)

// walk is the smallest honest world: a counter that actions move up or down,
// started at a random place, ended at 0 or 9 and truncated after limit steps.
type walk struct {
	rng             *miniflow.Rand
	x, steps, limit int
	noise           bool // draw during steps, so that the generator's state matters
	fault           string
	worlds          int
	leak            []byte
}

func (w *walk) Reset(rng *miniflow.Rand, l miniflow.Lane) error {
	w.worlds++
	if w.fault == "reset" && w.worlds > 2 {
		return errors.New("no world")
	}
	w.rng, w.x, w.steps = rng, 1+rng.Intn(8), 0
	w.write(l)
	return nil
}

func (w *walk) Step(l miniflow.Lane) {
	w.x += 2*l.Action() - 1
	w.steps++
	if w.noise && w.rng.Intn(5) == 0 && w.x > 1 && w.x < 8 {
		w.x++
	}
	if w.x == 0 || w.x == 9 {
		l.Terminate()
		l.SetReward(float64(w.x) / 9)
	}
	if w.steps >= w.limit {
		l.Truncate()
	}
	if w.fault == "alloc" {
		w.leak = make([]byte, 100)
	}
	w.write(l)
}

func (w *walk) write(l miniflow.Lane) {
	v := int32(w.x)
	switch w.fault {
	case "range":
		v += 10
	case "lane":
		v = int32(w.x+l.Index()) % 10
	}
	l.I32(0)[0] = v
	l.SetText(1, walkTexts[w.x])
}

var walkTexts = func() (out [10]string) {
	for x := range out {
		out[x] = fmt.Sprintf("at %d", x)
	}
	return out
}()

func (w *walk) SetRand(rng *miniflow.Rand) { w.rng = rng }

func (w *walk) AppendBinary(dst []byte) ([]byte, error) {
	x := w.x
	if w.fault == "snapshot" {
		x = 9 - x
	}
	return binary.LittleEndian.AppendUint64(dst, uint64(x)<<32|uint64(w.steps)), nil
}

func (w *walk) UnmarshalBinary(src []byte) error {
	if len(src) != 8 {
		return errors.New("want 8 bytes")
	}
	v := binary.LittleEndian.Uint64(src)
	w.x, w.steps = int(v>>32), int(uint32(v))
	return nil
}

func walkSpec() *miniflow.Spec {
	return &miniflow.Spec{
		ID:          "Walk-v0",
		Observation: miniflow.Dict{{Name: "x", Space: miniflow.Discrete{N: 10}}, {Name: "text", Space: miniflow.Text{MaxLen: 4}}},
		Action:      miniflow.Discrete{N: 2},
		ActionNames: []string{"down", "up"},
		Reward:      [2]float64{0, 1},
		Params:      []miniflow.Param{{Name: "limit", Value: 30, Min: 1, Max: 100}},
	}
}

func newWalk(t testing.TB, lanes int, mode miniflow.Autoreset, w walk) *miniflow.VectorEnv {
	env, err := makeWalk(lanes, mode, w)
	require.NoError(t, err)
	return env
}

func makeWalk(lanes int, mode miniflow.Autoreset, w walk) (*miniflow.VectorEnv, error) {
	env, err := miniflow.NewVector(walkSpec(), lanes, func() (miniflow.Sim, error) { c := w; c.limit = 30; return &c, nil })
	if err == nil {
		env.SetAutoreset(mode)
	}
	return env, err
}

var modes = []miniflow.Autoreset{miniflow.NextStep, miniflow.SameStep, miniflow.Disabled}

func TestCheckEnvPasses(t *testing.T) {
	for _, mode := range modes {
		require.NoError(t, miniflow.CheckEnv(func(lanes int) (miniflow.Env, error) { return makeWalk(lanes, mode, walk{noise: true}) }), mode)
	}
}

// TestCheckEnvFinds breaks the world in one way after the other and expects
// the check to say so.
func TestCheckEnvFinds(t *testing.T) {
	for fault, want := range map[string]string{
		"range":    "is not in [0,10)",
		"lane":     "gave another result",
		"snapshot": "another snapshot",
		"alloc":    "every step allocates",
		"reset":    "no world",
	} {
		err := miniflow.CheckEnv(func(lanes int) (miniflow.Env, error) {
			return makeWalk(lanes, miniflow.NextStep, walk{fault: fault})
		})
		require.ErrorContains(t, err, want, fault)
	}
}

func TestAutoreset(t *testing.T) {
	for _, mode := range modes {
		t.Run(mode.String(), func(t *testing.T) {
			env := newWalk(t, 1, mode, walk{})
			b := miniflow.NewBatch(env)
			require.Equal(t, mode == miniflow.SameStep, b.FinalObs != nil)
			require.NoError(t, env.Reset(b, 1))
			b.Action.I32[0] = 1
			for !b.Terminated[0] {
				require.NoError(t, env.Step(b))
			}
			require.Equal(t, 1.0, b.Reward[0])
			if mode == miniflow.SameStep {
				require.EqualValues(t, 9, b.FinalObs[0].I32[0])
				require.Equal(t, "at 9", b.FinalObs[1].Text[0])
				require.NotEqualValues(t, 9, b.Obs[0].I32[0])
			} else {
				require.EqualValues(t, 9, b.Obs[0].I32[0])
			}
			err := env.Step(b)
			switch mode {
			case miniflow.Disabled:
				require.ErrorIs(t, err, miniflow.ErrNeedsReset)
			case miniflow.NextStep:
				require.NoError(t, err)
				require.Zero(t, b.Reward[0])
				require.False(t, b.Ended(0))
				require.NotEqualValues(t, 9, b.Obs[0].I32[0])
			default:
				require.NoError(t, err)
			}
		})
	}
}

// TestLaneIndependence steps 100 lanes on one, two and three goroutines and one
// by one: all results are equal.
func TestLaneIndependence(t *testing.T) {
	const lanes, steps = 100, 200
	run := func(env miniflow.Env) (obs []int32, reward float64) {
		b := miniflow.NewBatch(env)
		require.NoError(t, env.Reset(b, 7))
		rng := miniflow.NewRand(3)
		for range steps {
			for i := range lanes {
				b.Action.I32[i] = int32(rng.Intn(2))
			}
			require.NoError(t, env.Step(b))
			obs = append(obs, b.Obs[0].I32...)
			for _, r := range b.Reward {
				reward += r
			}
		}
		return obs, reward
	}
	want, wantReward := run(newWalk(t, lanes, miniflow.NextStep, walk{noise: true}))
	for threads := 1; threads <= 3; threads++ {
		p, err := miniflow.NewParallel(newWalk(t, lanes, miniflow.NextStep, walk{noise: true}), threads)
		require.NoError(t, err)
		got, reward := run(p)
		require.Equal(t, want, got, threads)
		require.Equal(t, wantReward, reward)
		require.NoError(t, p.Close())
		require.Error(t, p.Step(miniflow.NewBatch(p)), "step after Close")
	}
}

func TestStepErrors(t *testing.T) {
	env := newWalk(t, 4, miniflow.NextStep, walk{})
	b := miniflow.NewBatch(env)
	require.ErrorIs(t, env.Step(b), miniflow.ErrNeedsReset)
	require.NoError(t, env.Reset(b, 1))
	b.Action.I32[2] = 2
	err := env.Step(b)
	require.ErrorIs(t, err, miniflow.ErrAction)
	require.ErrorContains(t, err, "Walk-v0: lane 2: action 2 is not in [0,2)")
	require.ErrorIs(t, env.Reset(b, 1, 2), miniflow.ErrSeeds)
	require.ErrorIs(t, env.Reset(miniflow.NewBatch(newWalk(t, 5, miniflow.NextStep, walk{}))), miniflow.ErrBatch)
	require.ErrorIs(t, newWalk(t, 4, miniflow.SameStep, walk{}).Reset(b), miniflow.ErrBatch, "it has no final observations")
	foreign := miniflow.NewBatch(env)
	foreign.Obs[len(foreign.Obs)-1] = miniflow.NewArray(foreign.Obs[len(foreign.Obs)-1].Type, 4, 2)
	require.ErrorIs(t, env.Step(foreign), miniflow.ErrBatch, "its rows are longer")
	_, err = env.Snapshot(nil, foreign, 0)
	require.ErrorIs(t, err, miniflow.ErrBatch)
	broken := newWalk(t, 3, miniflow.NextStep, walk{fault: "reset"})
	bb := miniflow.NewBatch(broken)
	require.NoError(t, broken.Reset(bb))
	require.NoError(t, broken.Reset(bb))
	require.ErrorContains(t, broken.Reset(bb, 40), "lane 0: no world (seed 40)")
}

func TestResetMask(t *testing.T) {
	env := newWalk(t, 3, miniflow.Disabled, walk{})
	b := miniflow.NewBatch(env)
	require.NoError(t, env.Reset(b, 1))
	before := append([]int32(nil), b.Obs[0].I32...)
	b.ResetMask = []bool{false, true, false}
	require.NoError(t, env.Reset(b, 100))
	require.Equal(t, before[0], b.Obs[0].I32[0])
	require.Equal(t, before[2], b.Obs[0].I32[2])
	other := miniflow.NewBatch(env)
	require.NoError(t, env.Reset(other, 100))
	require.Equal(t, other.Obs[0].I32[1], b.Obs[0].I32[1], "lane 1 is seeded with seed+1, mask or not")
}

func TestSpecJSON(t *testing.T) {
	s := walkSpec()
	s.Observation = append(s.Observation,
		miniflow.Named{Name: "box", Space: miniflow.NewBox(miniflow.Float32, math.Inf(-1), 3.5, 2, 3)},
		miniflow.Named{Name: "bits", Space: miniflow.MultiBinary{N: 4}},
		miniflow.Named{Name: "multi", Space: miniflow.MultiDiscrete{NVec: []int{3, 4}}})
	s.Params = append(s.Params, miniflow.Param{Name: "p", Value: []int{1, 2}}, miniflow.Param{Name: "q", Value: 0.5},
		miniflow.Param{Name: "r", Value: "a", Choices: []string{"a", "b"}}, miniflow.Param{Name: "s", Value: true})
	data, err := json.Marshal(s)
	require.NoError(t, err)
	var back miniflow.Spec
	require.NoError(t, json.Unmarshal(data, &back))
	require.Equal(t, s, &back)
}

func TestSpacesSampleInside(t *testing.T) {
	rng := miniflow.NewRand(1)
	for _, s := range []miniflow.Space{
		miniflow.Discrete{N: 3, Start: -1}, miniflow.NewBox(miniflow.Uint8, 0, 255, 4), miniflow.NewBox(miniflow.Float32, -1, 1, 2, 2),
		miniflow.NewBox(miniflow.Float64, 0, math.Inf(1), 3), miniflow.NewBox(miniflow.Float64, math.Inf(-1), 0, 3),
		miniflow.NewBox(miniflow.Int64, -5, 5), miniflow.NewBox(miniflow.Float64, math.Inf(-1), math.Inf(1)),
		miniflow.MultiDiscrete{NVec: []int{2, 7}}, miniflow.MultiBinary{N: 9}, miniflow.Text{MaxLen: 12}, miniflow.Text{MaxLen: 5, Charset: "äb"},
	} {
		a := miniflow.NewArray(s.DType(), 1, s.Shape()...)
		for range 200 {
			s.Sample(rng, &a, 0)
			require.NoError(t, s.Check(&a, 0), "%#v", s)
		}
	}
}
