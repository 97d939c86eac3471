package babyai

import (
	"context"
	"errors"
	"os"
	"testing"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid"
	"github.com/stretchr/testify/require"
)

// blind is a level that tells the planner nothing, which then searches breadth
// first with every action.
type blind struct{ level *Level }

func (b blind) Generate(w *minigrid.World) error { return b.level.Generate(w) }
func (b blind) Judge(w *minigrid.World, a minigrid.Action, o *minigrid.Outcome) {
	b.level.Judge(w, a, o)
}
func (b blind) AppendBinary(dst []byte) ([]byte, error) { return b.level.AppendBinary(dst) }
func (b blind) UnmarshalBinary(src []byte) error        { return b.level.UnmarshalBinary(src) }

// blindStart is a blind level that hands something over.
type blindStart struct{ blind }

func (b blindStart) Start(*minigrid.World) { b.level.spec.start(b.level.scene, b.level.instr) }

// TestPlanBlind compares plans found with the help of aims with shortest plans
// found without, on small levels of all kinds of instructions.
func TestPlanBlind(t *testing.T) {
	seeds, budget := uint64(4), 20_000
	if os.Getenv("MINIFLOW_LONG") != "" {
		seeds, budget = 40, 100_000
	}
	boss := generator{distractors: 3, lockedProb: 0.5, locations: true, unblocking: true, implicitUnlock: true, actions: allActions, kinds: allKinds}
	type level struct {
		name string
		levelSpec
	}
	levels := []level{
		{"boss", levelSpec{size: 4, rows: 1, cols: 2, unblocking: true, draw: boss.draw}},
		{"bossS5", levelSpec{size: 5, rows: 1, cols: 2, unblocking: true, draw: boss.draw}},
		{"bossR2", levelSpec{size: 4, rows: 2, cols: 2, unblocking: true, draw: boss.draw}},
		{"ordered", levelSpec{size: 5, rows: 3, cols: 3, maxSteps: 60, draw: openDoorsOrder(3, false)}},
	}
	for _, id := range []string{
		"BabyAI-GoToObjS4-v0", "BabyAI-GoToLocalS6N3-v0", "BabyAI-GoToObjMazeS4-v0", "BabyAI-GoToDoor-v0", "BabyAI-OpenDoor-v0",
		"BabyAI-OpenDoorsOrderN2Debug-v0", "BabyAI-OpenRedBlueDoorsDebug-v0", "BabyAI-PickupDist-v0", "BabyAI-PickupDistDebug-v0",
		"BabyAI-PutNextLocalS5N3-v0", "BabyAI-PutNextS4N1-v0", "BabyAI-PutNextS5N2-v0", "BabyAI-PutNextS5N2Carrying-v0", "BabyAI-MoveTwoAcrossS5N2-v0",
		"BabyAI-UnlockPickup-v0", "BabyAI-BlockedUnlockPickup-v0", "BabyAI-KeyCorridorS3R2-v0", "BabyAI-GoToSeqS5R2-v0",
	} {
		made, err := miniflow.Make(id)
		require.NoError(t, err)
		tasks, _ := miniflow.As[minigrid.Tasks](made)
		switch task := tasks.Task(0).(type) {
		case *Level:
			levels = append(levels, level{id, task.spec})
		case handing:
			levels = append(levels, level{id, task.spec})
		}
	}
	for _, l := range levels {
		spec := l.levelSpec
		t.Run(l.name, func(t *testing.T) {
			build := func(newTask func() minigrid.Task) *minigrid.Env {
				width, height := minigrid.NewRoomGrid(spec.size, spec.rows, spec.cols).Size()
				e, err := minigrid.New(l.name, minigrid.Layout{Width: width, Height: height, MaxSteps: spec.maxSteps, NewTask: newTask})
				require.NoError(t, err)
				return e
			}
			seeing := build(func() minigrid.Task {
				if spec.start != nil {
					return handing{newLevel(spec)}
				}
				return newLevel(spec)
			})
			blinded := build(func() minigrid.Task {
				if spec.start != nil {
					return blindStart{blind{newLevel(spec)}}
				}
				return blind{newLevel(spec)}
			})
			b := miniflow.NewBatch(seeing)
			compared := 0
			for seed := range seeds {
				if err := seeing.Reset(b, seed); err != nil {
					continue // too crowded
				}
				require.NoError(t, blinded.Reset(b, seed))
				mission := b.Obs[minigrid.ObsMission].Text[0]
				want, err := blinded.Plan(context.Background(), 0, budget)
				if errors.Is(err, miniflow.ErrPlanUnknown) {
					continue
				}
				got, seen := seeing.Plan(context.Background(), 0, 0)
				compared++
				if errors.Is(err, miniflow.ErrUnsolvable) {
					require.ErrorIs(t, seen, miniflow.ErrUnsolvable, "seed %d %q", seed, mission)
					continue
				}
				require.NoError(t, errors.Join(err, seen), "seed %d %q", seed, mission)
				require.Len(t, got.Actions, len(want.Actions), "seed %d %q: got %v, want %v", seed, mission, got.Actions, want.Actions)
			}
			t.Logf("%d of %d plans compared", compared, seeds)
		})
	}
}
