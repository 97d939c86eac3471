// Package all registers every environment and every algorithm, for programs that
// offer all of them: the command line and the player on a web page.
package all

import (
	_ "github.com/miniflow-rl/miniflow/agents/gfn"
	_ "github.com/miniflow-rl/miniflow/agents/ppo"
	_ "github.com/miniflow-rl/miniflow/gfnenvs"
	_ "github.com/miniflow-rl/miniflow/minigrid"
	_ "github.com/miniflow-rl/miniflow/minigrid/babyai"
	_ "github.com/miniflow-rl/miniflow/minigrid/level"
	_ "github.com/miniflow-rl/miniflow/minigrid/mazes"
	_ "github.com/miniflow-rl/miniflow/minigrid/wfc"
	_ "github.com/miniflow-rl/miniflow/miniworld"
)
