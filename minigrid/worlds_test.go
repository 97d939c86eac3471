package minigrid_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid"
	"github.com/stretchr/testify/require"
)

// worldIDs returns the ids of this package, one of each family if so asked.
func worldIDs(t testing.TB, onePerFamily bool) []string {
	t.Helper()
	var ids []string
	families := map[string]bool{}
	for _, id := range miniflow.IDs() {
		spec, err := miniflow.Lookup(id)
		require.NoError(t, err)
		// The WFC ids are of package wfc and tested there.
		if !strings.HasPrefix(id, "MiniGrid-") || spec.Family == "WFC" || onePerFamily && families[spec.Family] {
			continue
		}
		families[spec.Family] = true
		ids = append(ids, id)
	}
	return ids
}

func TestParameterErrors(t *testing.T) {
	set := func(name string, value any) miniflow.Option { return miniflow.WithParam(name, value) }
	for _, c := range []struct {
		id      string
		options []miniflow.Option
		want    string
	}{
		{"MiniGrid-Empty-8x8-v0", []miniflow.Option{set("size", 3)}, "parameter size is 3: want a value in [4,1024]"},
		{"MiniGrid-Empty-8x8-v0", []miniflow.Option{set("size", "big")}, "parameter size is big"},
		{"MiniGrid-Empty-8x8-v0", []miniflow.Option{set("agent_start_pos", []int{7, 1})}, "parameter agent_start_pos is [7 1]: want x in [1,6] and y in [1,6], or nothing"},
		{"MiniGrid-Empty-8x8-v0", []miniflow.Option{set("agent_start_dir", 4)}, "parameter agent_start_dir is 4: want a value in [0,3]"},
		{"MiniGrid-Empty-8x8-v0", []miniflow.Option{set("agent_view_size", 4)}, "parameter agent_view_size is 4: want an odd number"},
		{"MiniGrid-Empty-8x8-v0", []miniflow.Option{set("numObjs", 4)}, "parameter numObjs is unknown: there are size, "},
		{"MiniGrid-LavaCrossingS9N1-v0", []miniflow.Option{set("size", 8)}, "parameter size is 8: want an odd number"},
		{"MiniGrid-LavaCrossingS9N1-v0", []miniflow.Option{set("obstacle_type", "water")}, `parameter obstacle_type is "water": want one of lava, wall`},
		{"MiniGrid-DistShift1-v0", []miniflow.Option{set("strip2_row", 7)}, "parameter strip2_row is 7: want a row in [0,6]"},
		{"MiniGrid-DistShift1-v0", []miniflow.Option{set("width", 3)}, "parameter width is 3: want a value in [4,1024]"},
		{"MiniGrid-FourRooms-v0", []miniflow.Option{set("goal_pos", []int{18, 1})}, "parameter goal_pos is [18 1]: want x in [1,17] and y in [1,17], or nothing"},
		{"MiniGrid-LockedRoom-v0", []miniflow.Option{set("size", 11)}, "parameter size is 11: want a value in [12,1024]"},
		{"MiniGrid-MemoryS7-v0", []miniflow.Option{set("size", 8)}, "parameter size is 8: want an odd number in [5,1024]"},
		{"MiniGrid-MemoryS7-v0", []miniflow.Option{set("size", 5), set("random_length", true)}, "parameter size is 5: want an odd number in [7,1024]"},
		{"MiniGrid-MultiRoom-N6-v0", []miniflow.Option{set("minNumRooms", 7)}, "parameter minNumRooms is 7: want a value in [1,6]"},
		{"MiniGrid-MultiRoom-N6-v0", []miniflow.Option{set("width", 6), set("height", 6)}, "parameter maxNumRooms is 6: no more than 4 rooms fit on a map of 6x6"},
		{"MiniGrid-MultiRoom-N6-v0", []miniflow.Option{set("maxRoomSize", 3)}, "parameter maxRoomSize is 3: want a value in [4,1024]"},
		{"MiniGrid-Dynamic-Obstacles-5x5-v0", []miniflow.Option{set("size", 4), set("n_obstacles", 3)}, "parameter n_obstacles is 3: no more than 2 fit beside agent and goal in size 4"},
		{"MiniGrid-Fetch-5x5-N2-v0", []miniflow.Option{set("numObjs", 9)}, "parameter numObjs is 9: no more than 8 fit beside the agent in size 5"},
		{"MiniGrid-GoToObject-6x6-N2-v0", []miniflow.Option{set("numObjs", 19)}, "parameter numObjs is 19: want a value in [1,18]"},
		{"MiniGrid-PutNear-6x6-N2-v0", []miniflow.Option{set("numObjs", 5)}, "parameter numObjs is 5: no more than 4 fit in size 6 without touching"},
		{"MiniGrid-PutNear-6x6-N2-v0", []miniflow.Option{set("numObjs", 1)}, "parameter numObjs is 1: want a value in [2,18]"},
		{"MiniGrid-RedBlueDoors-6x6-v0", []miniflow.Option{set("size", 2)}, "parameter size is 2: want a value in [3,512]"},
		{"MiniGrid-KeyCorridorS3R1-v0", []miniflow.Option{set("obj_type", "goal")}, `parameter obj_type is "goal": want one of ball, box, key`},
		{"MiniGrid-KeyCorridorS3R1-v0", []miniflow.Option{set("room_size", 2)}, "parameter room_size is 2: want a value in [3,100]"},
		{"MiniGrid-ObstructedMaze-Full-v0", []miniflow.Option{set("agent_room", []int{1, 3})}, "parameter agent_room is 3: want a value in [0,2]"},
		{"MiniGrid-ObstructedMaze-Full-v1", []miniflow.Option{set("agent_room", []int{1})}, "parameter agent_room is [1]: want a column and a row in [0,2]"},
		{"MiniGrid-ObstructedMaze-Full-v1", []miniflow.Option{set("num_quarters", 5)}, "parameter num_quarters is 5: want a value in [1,4]"},
	} {
		_, err := miniflow.Make(c.id, c.options...)
		require.ErrorIs(t, err, miniflow.ErrParam, "%s: %s", c.id, c.want)
		require.ErrorContains(t, err, c.want, c.id)
		require.ErrorContains(t, err, c.id)
	}
}

// randomParams returns options with a small random value for every parameter
// that shapes the world, and a description of them.
func randomParams(spec *miniflow.Spec, rng *miniflow.Rand) (options []miniflow.Option, about string) {
	for _, p := range spec.Params {
		var v any
		switch p.Value.(type) {
		case int:
			v = int(p.Min) + rng.Intn(min(int(p.Max-p.Min), 14)+1)
			if p.Name == "agent_view_size" {
				v = 3 + 2*rng.Intn(4)
			}
		case bool:
			v = rng.Intn(2) == 0
		case string:
			v = p.Choices[rng.Intn(len(p.Choices))]
		case []int:
			v = []int{}
			if rng.Intn(3) > 0 {
				v = []int{rng.Intn(min(int(p.Max), 12) + 1), rng.Intn(min(int(p.Max), 12) + 1)}
			}
		}
		options = append(options, miniflow.WithParam(p.Name, v))
		about += fmt.Sprintf(" %s=%v", p.Name, v)
	}
	return options, about
}

// playRandomParams makes a world with random parameters and plays it for a
// while. Parameters may be refused, and a level may find no place for something;
// nothing may panic or hang. It reports whether the world came to be.
func playRandomParams(t *testing.T, id string, seed uint64) bool {
	t.Helper()
	spec, err := miniflow.Lookup(id)
	require.NoError(t, err)
	rng := miniflow.NewRand(seed)
	options, about := randomParams(spec, rng)
	env, err := miniflow.Make(id, options...)
	if err != nil {
		require.ErrorIs(t, err, miniflow.ErrParam, "%s%s", id, about)
		return false
	}
	b := miniflow.NewBatch(env)
	for range 4 {
		if err := env.Reset(b, rng.Uint64()>>1); err != nil {
			require.ErrorIs(t, err, minigrid.ErrPlacement, "%s%s", id, about)
			return false
		}
		for range 60 {
			b.Action.I32[0] = int32(rng.Intn(env.Spec().NumActions()))
			if err := env.Step(b); err != nil {
				require.ErrorIs(t, err, minigrid.ErrPlacement, "%s%s", id, about)
				return false
			}
			r := env.Spec().Reward
			require.True(t, b.Reward[0] >= r[0] && b.Reward[0] <= r[1], "%s%s: reward %v", id, about, b.Reward[0])
		}
	}
	return true
}

func TestRandomParameters(t *testing.T) {
	for _, id := range worldIDs(t, true) {
		played := 0
		for seed := range uint64(30) {
			if playRandomParams(t, id, seed) {
				played++
			}
		}
		require.Positive(t, played, "%s: no random parameters work", id)
	}
}

func FuzzParameters(f *testing.F) {
	ids := worldIDs(f, true)
	f.Add(uint8(0), uint64(1))
	f.Fuzz(func(t *testing.T, family uint8, seed uint64) {
		playRandomParams(t, ids[int(family)%len(ids)], seed)
	})
}

// full is a task that asks for more than the map holds.
type full struct{ drawn *int }

func (f full) Generate(w *minigrid.World) error {
	*f.drawn++
	w.Border()
	w.SetAgent(minigrid.Point{X: 1, Y: 1}, minigrid.Right)
	_, err := w.PlaceObj(minigrid.Thing{Cell: minigrid.Key(minigrid.Red)}, minigrid.Area{X: 1, Y: 1, W: 1, H: 2}, nil, 50)
	return err
}

// TestBadLayouts: what an author forgets is an error that says so.
func TestBadLayouts(t *testing.T) {
	task := func() minigrid.Task { return new(bare) }
	for _, c := range []struct {
		layout minigrid.Layout
		want   string
	}{
		{minigrid.Layout{Width: 5, Height: 5, MaxSteps: 9}, "no NewTask"},
		{minigrid.Layout{Width: 5, Height: 5, MaxSteps: 9, Actions: 8, NewTask: task}, "8 actions: want 1 to 7"},
		{minigrid.Layout{Width: 2, Height: 5, MaxSteps: 9, NewTask: task}, "a map of 2x5 cells"},
		{minigrid.Layout{Width: 5, Height: 5, NewTask: task}, "no step limit"},
	} {
		env, err := minigrid.New("Bad", c.layout)
		if err == nil {
			err = env.Reset(miniflow.NewBatch(env), 1)
		}
		require.ErrorContains(t, err, c.want)
	}
	require.ErrorContains(t, minigrid.Register("Bad-v0", "", minigrid.Layout{}), "register Bad-v0: the layout has no NewTask")
}

// bare is the least task.
type bare struct{}

func (bare) Generate(w *minigrid.World) error {
	w.SetAgent(minigrid.Point{X: 1, Y: 1}, minigrid.Right)
	return nil
}

func TestPlacementIsBounded(t *testing.T) {
	drawn := 0
	env, err := minigrid.New("Full", minigrid.Layout{Width: 3, Height: 3, MaxSteps: 9, NewTask: func() minigrid.Task { return full{&drawn} }})
	require.NoError(t, err)
	err = env.Reset(miniflow.NewBatch(env), 7)
	require.ErrorIs(t, err, minigrid.ErrPlacement)
	require.EqualError(t, err, "reset Full: lane 0: minigrid: place red key in columns [1,2), rows [1,3): no free cell found in 51 tries (seed 7)")
	require.Equal(t, 10, drawn, "a level is drawn afresh before giving up")

	w, err := minigrid.NewWorld(3, 3, 7)
	require.NoError(t, err)
	w.SetRand(miniflow.NewRand(1))
	_, err = w.PlaceAgent(minigrid.Area{X: 3, Y: 0, W: 2, H: 2}, true, 0)
	require.ErrorIs(t, err, minigrid.ErrPlacement, "no cell of the area is on the map")
	w.Set(minigrid.Point{X: 1, Y: 1}, minigrid.Goal)
	_, err = w.PlaceObj(minigrid.Thing{Cell: minigrid.Goal}, minigrid.Area{}, func(minigrid.Point) bool { return true }, 0)
	require.ErrorIs(t, err, minigrid.ErrPlacement, "every cell is rejected")
}

// TestNoAllocation checks that neither steps nor resets allocate once slices
// have grown to their size.
func TestNoAllocation(t *testing.T) {
	for _, id := range worldIDs(t, false) {
		env, err := miniflow.Make(id)
		require.NoError(t, err)
		b := miniflow.NewBatch(env)
		require.NoError(t, env.Reset(b, 1))
		rng := miniflow.NewRand(2)
		step := func() {
			b.Action.I32[0] = int32(rng.Intn(env.Spec().NumActions()))
			if err := env.Step(b); err != nil {
				t.Fatal(err)
			}
		}
		reset := func() {
			if err := env.Reset(b); err != nil {
				t.Fatal(err)
			}
		}
		for range 300 {
			reset()
		}
		require.Zero(t, testing.AllocsPerRun(300, step), "%s: step", id)
		require.Zero(t, testing.AllocsPerRun(50, reset), "%s: reset", id)
	}
}

// TestSnapshotsOfTasks takes a snapshot amid an episode and compares everything
// that follows, rewards above all, with the same actions after a restore.
func TestSnapshotsOfTasks(t *testing.T) {
	type outcome struct {
		hash   uint64
		reward float64
		ended  bool
	}
	for _, id := range worldIDs(t, true) {
		env, err := miniflow.Make(id, miniflow.WithAutoreset(miniflow.SameStep))
		require.NoError(t, err)
		snapshots, _ := miniflow.As[miniflow.Snapshotter](env)
		hashes, _ := miniflow.As[miniflow.Hasher](env)
		b := miniflow.NewBatch(env)
		for seed := range uint64(5) {
			require.NoError(t, env.Reset(b, seed))
			snapshot, err := snapshots.Snapshot(nil, b, 0)
			require.NoError(t, err)
			play := func(noise uint64) (out []outcome) {
				rng := miniflow.NewRand(noise)
				for range 200 {
					b.Action.I32[0] = int32(rng.Intn(env.Spec().NumActions()))
					require.NoError(t, env.Step(b))
					out = append(out, outcome{hashes.StateHash(0), b.Reward[0], b.Ended(0)})
				}
				return out
			}
			want := play(seed)
			play(seed + 100) // another episode in between
			require.NoError(t, snapshots.Restore(b, 0, snapshot))
			require.Equal(t, want, play(seed), id)
		}
	}
}

// FuzzRestore changes bytes of real snapshots. Restore refuses them and leaves
// the lane alone, or accepts a world that can be played.
func FuzzRestore(f *testing.F) {
	ids := worldIDs(f, true)
	for k := range ids {
		f.Add(uint8(k), uint16(60), byte(0xff), uint16(0xffff))
	}
	f.Fuzz(func(t *testing.T, family uint8, at uint16, value byte, cut uint16) {
		id := ids[int(family)%len(ids)]
		env, err := miniflow.Make(id)
		require.NoError(t, err)
		snapshots, _ := miniflow.As[miniflow.Snapshotter](env)
		b := miniflow.NewBatch(env)
		require.NoError(t, env.Reset(b, 1))
		good, err := snapshots.Snapshot(nil, b, 0)
		require.NoError(t, err)
		bad := bytes.Clone(good[:min(int(cut), len(good))])
		if int(at) < len(bad) {
			bad[at] = value
		}
		if err := snapshots.Restore(b, 0, bad); err != nil {
			require.True(t, errors.Is(err, miniflow.ErrSnapshot), err)
			again, err := snapshots.Snapshot(nil, b, 0)
			require.NoError(t, err)
			require.True(t, slices.Equal(good, again), "%s: a refused snapshot changed the lane", id)
			return
		}
		rng := miniflow.NewRand(uint64(at))
		for range 40 {
			b.Action.I32[0] = int32(rng.Intn(env.Spec().NumActions()))
			if err := env.Step(b); err != nil {
				require.ErrorIs(t, err, miniflow.ErrNeedsReset, "%s: the changed byte may be the lane's state", id)
				return
			}
		}
	})
}
