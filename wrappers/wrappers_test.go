package wrappers_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid"
	"github.com/miniflow-rl/miniflow/wrappers"
	"github.com/stretchr/testify/require"
)

// wrapped returns an environment of one lane in a chain of wrappers, reset with
// seed 5, its batch and its world. DoorKey-6x6 then looks like this:
//
//	WGWGWGWGWGWG
//	WG    WG  WG
//	WG  <<LY  WG
//	WGKY  WG  WG
//	WG    WGGGWG
//	WGWGWGWGWGWG
func wrapped(t testing.TB, id, chain string) (miniflow.Env, *miniflow.Batch, *minigrid.World) {
	env, err := maker(id, chain)(1)
	require.NoError(t, err)
	b := miniflow.NewBatch(env)
	require.NoError(t, env.Reset(b, 5))
	worlds, _ := miniflow.As[minigrid.Worlds](env)
	return env, b, worlds.World(0)
}

func act(t *testing.T, env miniflow.Env, b *miniflow.Batch, actions ...minigrid.Action) {
	for _, a := range actions {
		b.Action.I32[0] = int32(a)
		require.NoError(t, env.Step(b))
	}
}

func TestDescribe(t *testing.T) {
	env, b, _ := wrapped(t, "MiniGrid-DoorKey-6x6-v0", "describe")
	k := env.Spec().Observation.Index("description")
	require.Equal(t, "You see a wall 2 steps forward. You see a wall 3 steps left. You see a wall 2 steps right. You see a yellow key 1 step left and 1 step forward. You carry nothing.", b.Obs[k].Text[0])
	act(t, env, b, minigrid.TurnRight, minigrid.TurnRight)
	require.Equal(t, "You see a wall 2 steps left. You see a wall 3 steps right. You see a locked yellow door 1 step forward. You carry nothing.", b.Obs[k].Text[0])
	act(t, env, b, minigrid.TurnRight, minigrid.Forward, minigrid.TurnRight, minigrid.Pickup)
	require.Equal(t, "You see a wall 2 steps forward. You see a wall 2 steps left. You see a wall 3 steps right. You carry a yellow key.", b.Obs[k].Text[0])
}

func TestCarrying(t *testing.T) {
	env, b, _ := wrapped(t, "MiniGrid-DoorKey-6x6-v0", "carrying")
	k := env.Spec().Observation.Index("carrying")
	require.Equal(t, []uint8{1, 0, 0}, b.Obs[k].RowU8(0))
	act(t, env, b, minigrid.Forward, minigrid.TurnLeft, minigrid.Pickup)
	require.Equal(t, []uint8{5, 4, 0}, b.Obs[k].RowU8(0), "a yellow key")
}

// TestViews compares the views with the map that wrapped shows.
func TestViews(t *testing.T) {
	const (
		wall, empty, door, key, hidden = "W", ".", "D", "K", " "
	)
	show := func(chain string) (rows []string) {
		env, b, _ := wrapped(t, "MiniGrid-DoorKey-6x6-v0", chain)
		d := env.Spec().Observation[0].Space.Shape()
		for y := range d[1] {
			row := ""
			for x := range d[0] {
				c := b.Obs[0].RowU8(0)[3*(x*d[1]+y):]
				switch minigrid.Type(c[0]) {
				case minigrid.TypeAgent:
					row += fmt.Sprint(c[2])
				default:
					row += map[minigrid.Type]string{minigrid.TypeWall: wall, minigrid.TypeEmpty: empty, minigrid.TypeDoor: door,
						minigrid.TypeKey: key, minigrid.TypeUnseen: hidden, minigrid.TypeGoal: "G"}[minigrid.Type(c[0])]
				}
			}
			rows = append(rows, row)
		}
		return rows
	}
	require.Equal(t, []string{"WWWWWW", "W..W.W", "W.2D.W", "WK.W.W", "W..WGW", "WWWWWW"}, show("full"))
	require.Equal(t, []string{"WWW   ", "W..   ", "W.2   ", "WK.   ", "W..   ", "WWW   "}, show("allocentric"))
	require.Equal(t, []string{"WWWWW", "W..W.", "W.2D.", "WK.W.", "W..WG"}, show("centred:size=5:turn=false"))
	require.Equal(t, []string{"K..", ".3.", "WDW"}, show("centred:size=3"), "west is up")
}

func TestAbsoluteMoves(t *testing.T) {
	env, b, w := wrapped(t, "MiniGrid-DoorKey-6x6-v0", "absolute")
	require.Equal(t, []string{"right", "down", "left", "up", "pickup", "drop", "toggle", "done"}, env.Spec().ActionNames)
	at := func(x, y int, d minigrid.Direction) {
		t.Helper()
		p, facing := w.Agent()
		require.Equal(t, minigrid.Point{X: x, Y: y}, p)
		require.Equal(t, d, facing)
	}
	at(2, 2, minigrid.Left)
	act(t, env, b, 0)
	at(2, 2, minigrid.Right) // the door is locked
	act(t, env, b, 1)
	at(2, 3, minigrid.Down)
	act(t, env, b, 2, 4)
	at(2, 3, minigrid.Left) // the key was in the way and is in the hands now
	act(t, env, b, 3, 0, 6, 0, 0)
	at(4, 2, minigrid.Right) // through the door
	require.Equal(t, 9, w.Steps(), "every move is one step")

	mask, _ := miniflow.As[miniflow.Masker](env)
	legal := make([]bool, 8)
	mask.ActionMask(legal)
	require.NotContains(t, legal, false)
	planner, _ := miniflow.As[miniflow.Planner](env)
	_, err := planner.Plan(context.Background(), 0, 0)
	require.ErrorIs(t, err, miniflow.ErrPlanUnknown)
	b.Action.I32[0] = 8
	require.ErrorIs(t, env.Step(b), miniflow.ErrAction)
}

func TestEpisodeStatistics(t *testing.T) {
	inner, err := miniflow.Make("MiniGrid-Empty-5x5-v0", miniflow.WithAutoreset(miniflow.SameStep))
	require.NoError(t, err)
	env := wrappers.NewEpisodeStatistics(inner)
	b := miniflow.NewBatch(env)
	require.NoError(t, env.Reset(b, 1))
	act(t, env, b, minigrid.Forward, minigrid.Forward, minigrid.TurnRight, minigrid.Forward)
	_, steps := env.Running(0)
	require.Equal(t, 4, steps)
	require.Zero(t, env.Episodes(0))
	act(t, env, b, minigrid.Forward)
	ret, steps := env.Last(0)
	require.Equal(t, 1-0.9*5/100, ret)
	require.Equal(t, 5, steps)
	require.Equal(t, 1, env.Episodes(0))
	_, steps = env.Running(0)
	require.Zero(t, steps)
}

// TestTransforms wraps with functions of the caller's own.
func TestTransforms(t *testing.T) {
	env, err := miniflow.Make("MiniGrid-Empty-5x5-v0")
	require.NoError(t, err)
	compass, err := wrappers.TransformObservation(env, "direction", miniflow.NewBox(miniflow.Float32, -1, 1, 2),
		func(dst, src *miniflow.Array, i int) {
			x, y := minigrid.Direction(src.I32[i]).Vec()
			copy(dst.RowF32(i), []float32{float32(x), float32(y)})
		})
	require.NoError(t, err)
	rewarded, err := wrappers.TransformReward(compass, -1, 0, func(r float64) float64 { return r - 1 })
	require.NoError(t, err)
	turns, err := wrappers.TransformAction(rewarded, miniflow.MultiBinary{N: 1}, nil,
		func(dst, src *miniflow.Array, i int) { dst.I32[i] = int32(src.RowU8(i)[0]) })
	require.NoError(t, err)
	b := miniflow.NewBatch(turns)
	require.NoError(t, turns.Reset(b, 1))
	require.Equal(t, []float32{1, 0}, b.Obs[1].RowF32(0))
	b.Action.U8[0] = 1
	require.NoError(t, turns.Step(b))
	require.Equal(t, []float32{0, 1}, b.Obs[1].RowF32(0))
	require.Equal(t, -1.0, b.Reward[0])
	require.Equal(t, []string{"transform_action", "transform_reward", "transform_obs"}, wrappers.Chain(turns))
}

func TestResize(t *testing.T) {
	env, err := miniflow.Make("MiniGrid-Empty-5x5-v0")
	require.NoError(t, err)
	const h, w = 4, 6
	picture, err := wrappers.TransformObservation(env, "image", miniflow.NewBox(miniflow.Uint8, 0, 255, h, w),
		func(dst, _ *miniflow.Array, i int) {
			for k := range dst.RowU8(i) {
				dst.RowU8(i)[k] = uint8(10 * k)
			}
		})
	require.NoError(t, err)
	resized := func(height, width int) []uint8 {
		env, err := wrappers.Resize(picture, "image", height, width)
		require.NoError(t, err)
		b := miniflow.NewBatch(env)
		require.NoError(t, env.Reset(b, 1))
		return b.Obs[0].RowU8(0)
	}
	require.Equal(t, []uint8{115}, resized(1, 1), "the mean of 0, 10, ..., 230")
	require.Equal(t, []uint8{35, 55, 75, 155, 175, 195}, resized(2, 3), "means of 2x2 pixels")
	same := resized(h, w)
	require.Equal(t, []uint8{0, 10, 20}, same[:3])
	require.Len(t, resized(8, 12), 96)
	require.Equal(t, []uint8{0, 0, 10, 10}, resized(8, 12)[:4])
}

// TestErrors checks that what cannot be wrapped is an error that says why.
func TestErrors(t *testing.T) {
	for chain, want := range map[string]string{
		"fully":                         `"fully" is unknown`,
		"rgb:tile=0":                    "tile",
		"rgb:tile":                      "want name=value",
		"rgb:pixels=3":                  "pixels",
		"view_size:size=4":              "odd",
		"no_death:types=goal":           "deadly",
		"no_death:types=water":          "no type of cell",
		"reseed:seeds=1+2:first=2":      "[0,2)",
		"sticky:least=3:most=2":         "repeats",
		"stochastic:action=7":           "action 7",
		"goal_direction:type=north":     "north",
		"gray:name=mission":             "want a picture",
		"img,gray:name=direction":       `no observation "direction"`,
		"frame_stack:names=mission":     "is text",
		"rgb,onehot":                    "encoded cells",
		"flat,words":                    `no observation "mission"`,
		"absolute,absolute":             "not those of Minigrid",
		"clip_reward:low=1:high=0":      "lower bound",
		"img,resize:height=9:width=1e9": "width",
	} {
		env, err := miniflow.Make("MiniGrid-DoorKey-5x5-v0")
		require.NoError(t, err)
		env, err = wrappers.Apply(env, chain)
		require.ErrorContains(t, err, want, chain)
		require.Nil(t, env, chain)
	}
	walk := plainEnv(t)
	for _, chain := range []string{"full", "rgb", "carrying", "absolute", "goal_direction", "embed", "describe"} {
		_, err := wrappers.Apply(walk, chain)
		require.Error(t, err, chain)
	}
	env, err := miniflow.Make("MiniGrid-Unlock-v0")
	require.NoError(t, err)
	env, err = wrappers.Apply(env, "goal_direction")
	require.NoError(t, err)
	require.ErrorContains(t, env.Reset(miniflow.NewBatch(env), 1), "no goal")
}

// counter is a world that is not Minigrid's.
type counter struct{ n int }

func (c *counter) Reset(_ *miniflow.Rand, l miniflow.Lane) error {
	c.n = 0
	l.F32(0)[0] = 0
	return nil
}

func (c *counter) Step(l miniflow.Lane) {
	c.n++
	l.F32(0)[0] = float32(c.n)
	l.SetReward(1)
}

func plainEnv(t *testing.T) miniflow.Env {
	spec := &miniflow.Spec{ID: "Counter-v0", Action: miniflow.NewBox(miniflow.Float32, -1, 1, 2), Reward: [2]float64{0, 1},
		Observation: miniflow.Dict{{Name: "n", Space: miniflow.NewBox(miniflow.Float32, 0, 100)}}}
	env, err := miniflow.NewVector(spec, 2, func() (miniflow.Sim, error) { return &counter{}, nil })
	require.NoError(t, err)
	return env
}

// TestForeignWorlds wraps an environment with continuous actions and no grid.
func TestForeignWorlds(t *testing.T) {
	env, err := wrappers.Apply(plainEnv(t), "repeat:n=2,time_limit:steps=3,frame_stack:n=2,flatten,normalize_reward")
	require.NoError(t, err)
	b := miniflow.NewBatch(env)
	require.NoError(t, env.Reset(b, 1))
	for range 3 {
		require.NoError(t, env.Step(b))
	}
	require.Equal(t, []float32{4, 6}, b.Obs[0].RowF32(1))
	require.Equal(t, []bool{true, true}, b.Truncated)
	require.NoError(t, env.Step(b))
	require.Equal(t, []float32{0, 0}, b.Obs[0].RowF32(1))
}

// TestPartialReset resets one of three lanes by a mask.
func TestPartialReset(t *testing.T) {
	for _, chain := range chains {
		env, err := maker("MiniGrid-Dynamic-Obstacles-Random-5x5-v0", chain, miniflow.WithAutoreset(miniflow.Disabled))(3)
		require.NoError(t, err)
		b := miniflow.NewBatch(env)
		require.NoError(t, env.Reset(b, 5))
		before := make([]miniflow.Array, len(b.Obs))
		for k, o := range b.Obs {
			before[k] = miniflow.NewArray(o.Type, 3, o.Shape...)
			for i := range 3 {
				before[k].CopyRow(i, &o, i)
			}
		}
		b.ResetMask = []bool{false, true, false}
		require.NoError(t, env.Reset(b, 77))
		for k := range b.Obs {
			for _, i := range []int{0, 2} {
				require.True(t, before[k].EqualRow(i, &b.Obs[k], i), "%s: observation %d of lane %d", chain, k, i)
			}
		}
	}
}

// TestNames checks the list that the command line shows.
func TestNames(t *testing.T) {
	require.True(t, slices.IsSorted(wrappers.Names()))
	for _, info := range wrappers.List() {
		require.NotEmpty(t, info.Doc, info.Name)
		for _, p := range info.Params {
			require.NotEmpty(t, p.Doc, "%s: %s", info.Name, p.Name)
			fresh := p
			require.NoError(t, fresh.Set(p.Value), "%s: the default of %s", info.Name, p.Name)
		}
	}
}

// FuzzApply checks that no chain makes it panic.
func FuzzApply(f *testing.F) {
	for _, chain := range append(chains, "a:b=c", "rgb:tile==", ",,", "reseed:seeds=+") {
		f.Add(chain)
	}
	f.Fuzz(func(t *testing.T, chain string) {
		if len(chain) > 200 {
			return
		}
		env, err := miniflow.Make("MiniGrid-Empty-5x5-v0")
		require.NoError(t, err)
		if env, err = wrappers.Apply(env, chain); (err == nil) != (env != nil) {
			t.Fatalf("%q: environment %v, error %v", chain, env, err)
		}
	})
}

// TestForeignSnapshot: a snapshot is of an id with its parameters, whatever is
// wrapped around it.
func TestForeignSnapshot(t *testing.T) {
	for _, chain := range []string{"", "rgb_partial:tile=1,img,frame_stack:n=2"} {
		make := func(id string, options ...miniflow.Option) (miniflow.Snapshotter, *miniflow.Batch) {
			env, err := maker(id, chain, options...)(1)
			require.NoError(t, err)
			b := miniflow.NewBatch(env)
			require.NoError(t, env.Reset(b, 1))
			snap, ok := miniflow.As[miniflow.Snapshotter](env)
			require.True(t, ok)
			return snap, b
		}
		key, keyBatch := make("MiniGrid-DoorKey-5x5-v0")
		saved, err := key.Snapshot(nil, keyBatch, 0)
		require.NoError(t, err)
		same, sameBatch := make("MiniGrid-DoorKey-5x5-v0")
		require.NoError(t, same.Restore(sameBatch, 0, saved))
		for _, other := range []struct {
			id     string
			option miniflow.Option
		}{
			{"MiniGrid-Empty-5x5-v0", miniflow.WithLanes(1)},
			{"MiniGrid-DoorKey-5x5-v0", miniflow.WithParam("max_steps", 7)},
		} {
			snap, b := make(other.id, other.option)
			before, err := snap.Snapshot(nil, b, 0)
			require.NoError(t, err)
			require.ErrorIs(t, snap.Restore(b, 0, saved), miniflow.ErrSnapshot, "%s seen as %q", other.id, chain)
			after, err := snap.Snapshot(nil, b, 0)
			require.NoError(t, err)
			require.Equal(t, before, after)
		}
		if chain == "" {
			require.Zero(t, testing.AllocsPerRun(10, func() { saved, _ = key.Snapshot(saved[:0], keyBatch, 0) }))
		}
	}
}

// FuzzRestore checks that no bytes make a restore panic.
func FuzzRestore(f *testing.F) {
	env, b, _ := wrapped(f, "MiniGrid-DoorKey-5x5-v0", fuzzChain)
	snap, _ := miniflow.As[miniflow.Snapshotter](env)
	saved, err := snap.Snapshot(nil, b, 0)
	require.NoError(f, err)
	f.Add(saved)
	f.Add(saved[:len(saved)/2])
	f.Add([]byte{1, 0, 0, 0, 1})
	f.Fuzz(func(t *testing.T, data []byte) {
		if snap.Restore(b, 0, data) == nil {
			b.Action.I32[0] = 0
			require.NoError(t, env.Step(b))
		}
	})
}

const fuzzChain = "reseed:seeds=1+2,sticky,action_bonus,goal_direction,words,frame_stack:n=2,normalize_obs,normalize_reward,statistics,time_limit"
