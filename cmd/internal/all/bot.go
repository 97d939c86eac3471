package all

import (
	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid/babyai"
	"github.com/miniflow-rl/miniflow/miniworld"
)

// NewBot returns the bot that knows its way in env: Miniworld's in 3D worlds,
// BabyAI's on grids, also where they are seen in first person. It fails where
// there is none.
func NewBot(env miniflow.Env) (miniflow.Planner, error) {
	if _, ok := miniflow.As[*miniworld.Env](env); ok {
		return miniworld.NewBot(env)
	}
	return babyai.NewBot(env)
}
