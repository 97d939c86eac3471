package wrappers

import (
	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid"
)

// AbsoluteMoves replaces turning and going forward by moves in the four
// directions of the map: 0 right, 1 down, 2 left, 3 up, then pickup, drop, toggle
// and done as far as the environment has them. A move turns the agent and goes
// one cell forward in a single step; against an obstacle it only turns. pickup,
// drop and toggle act on the cell that the agent faces.
func AbsoluteMoves(env miniflow.Env) (*ActionWrapper, error) {
	w := newWrapper(env, "absolute")
	if err := w.worlds(); err != nil {
		return nil, err
	}
	space, ok := env.Spec().Action.(miniflow.Discrete)
	if !ok || space.Start != 0 || space.N <= int(minigrid.Forward) || wrapped(env, "absolute", "transform_action") {
		return nil, w.fail("its actions are not those of Minigrid")
	}
	names := []string{"right", "down", "left", "up"}
	for a := minigrid.Pickup; int(a) < space.N; a++ {
		names = append(names, a.String())
	}
	const moves = 4
	w.newActions(miniflow.Discrete{N: len(names)}, names)
	w.before = func(i int, b *miniflow.Batch) {
		a := b.Action.I32[i]
		if a >= moves {
			w.in.Action.I32[i] = a - moves + int32(minigrid.Pickup)
			return
		}
		world := w.grid.World(i)
		p, _ := world.Agent()
		world.SetAgent(p, minigrid.Direction(a))
		w.in.Action.I32[i] = int32(minigrid.Forward)
	}
	m, masked := miniflow.As[miniflow.Masker](env)
	inner := make([]bool, env.Len()*space.N)
	mask := func(dst []bool) {
		m.ActionMask(inner)
		for i := range env.Len() {
			row := dst[i*len(names):][:len(names)]
			for a := range row {
				// Whether a move is legal shows only when the agent has turned.
				row[a] = a < moves || inner[i*space.N+a-moves+int(minigrid.Pickup)]
			}
		}
	}
	if !masked {
		mask = nil
	}
	return &ActionWrapper{w.build(), mask}, nil
}
