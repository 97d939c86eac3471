// Package miniflow is the common ground of reinforcement-learning and
// GFlowNet environments written in Go: 2D grid worlds, 3D worlds and
// construction environments behind one Gymnasium-like [Env].
//
// An Env is a batch of independent episodes, its lanes, stepped together;
// a single environment is a batch of one lane. The caller owns the [Batch]
// and reuses it, so stepping allocates nothing:
//
//	env, err := miniflow.Make("MiniGrid-DoorKey-5x5-v0", miniflow.WithLanes(16))
//	if err != nil { ... }
//	b := miniflow.NewBatch(env)
//	err = env.Reset(b, 42)           // lane i starts from seed 42+i
//	for range 1000 {
//		for i := range env.Len() {
//			b.Action.I32[i] = policy(b.Obs[0].RowU8(i))
//		}
//		err = env.Step(b)            // b.Obs, b.Reward, b.Terminated, b.Truncated
//	}
//
// Environments register themselves when their package is imported
// (import _ ".../minigrid"). [IDs] lists what is registered.
//
// The author of a world writes a [Sim], the rules of one lane, and [NewVector]
// runs any number of them as an Env. Abilities beyond stepping, such as
// legal-action masks or exact snapshots, are small interfaces that [As] finds
// through any stack of wrappers.
//
// Nothing in this package draws random numbers globally or from the clock:
// every lane has its own [Rand], a bit-exact twin of NumPy's default generator.
package miniflow
