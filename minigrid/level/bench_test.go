package level_test

import (
	"testing"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid/level"
	_ "github.com/miniflow-rl/miniflow/minigrid/mazes"
)

// BenchmarkReset measures drawing a level: from a list, from a generator, and by
// the generator of the world itself for comparison.
func BenchmarkReset(b *testing.B) {
	for name, make := range map[string]func() (miniflow.Env, error){
		"own": func() (miniflow.Env, error) { return miniflow.Make("MiniGrid-Maze-Random60-v0") },
		"generator": func() (miniflow.Env, error) {
			return miniflow.Make(level.ID, miniflow.WithParam("env", "MiniGrid-Maze-Random60-v0"))
		},
		"example": func() (miniflow.Env, error) { return miniflow.Make(level.ID) },
		"babyai": func() (miniflow.Env, error) {
			g, err := level.NewGenerator("BabyAI-GoToLocal-v0")
			if err != nil {
				return nil, err
			}
			l, err := g.At(1)
			if err != nil {
				return nil, err
			}
			return level.New("list", level.List{l, l})
		},
	} {
		b.Run(name, func(b *testing.B) {
			env, err := make()
			if err != nil {
				b.Fatal(err)
			}
			batch := miniflow.NewBatch(env)
			b.ReportAllocs()
			for b.Loop() {
				if err := env.Reset(batch); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
