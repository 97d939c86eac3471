// Package miniworld has 3D worlds to walk through: rooms with walls, floors and
// ceilings, joined by openings, with boxes, balls, keys and signs in them, seen
// in first person. It is Miniworld 2.1 (Chevalier-Boisvert et al., "Minigrid &
// Miniworld", NeurIPS 2023) rebuilt in Go: the same 23 worlds of the same seeds,
// the same physics, rewards and random draws, with pictures from a renderer that
// needs neither display nor GPU.
//
//	env, err := miniflow.Make("MiniWorld-Hallway-v0", miniflow.WithParam("obs", "rgb+depth"))
//	b := miniflow.NewBatch(env)
//	err = env.Reset(b, 42)
//	b.Action.I32[0] = int32(miniworld.MoveForward)
//	err = env.Step(b) // b.Obs[0] is uint8 [60,80,3], b.Obs[1] float32 [60,80,1]
//
// # A world of one's own
//
// Who writes a world writes a [Task]: Generate adds rooms, connects them and
// places things, and the optional Judge says what a step earns.
//
//	func (t *task) Generate(w *miniworld.World) error {
//		hall := w.AddRectRoom(0, 8, 0, 4, miniworld.Look{})
//		yard := w.AddRectRoom(8, 14, 0, 4, miniworld.Look{Floor: "grass", Open: true})
//		w.Connect(hall, yard, miniworld.Gap{Z: miniworld.Over(1, 3)})
//		t.box = miniworld.NewBox(miniworld.Red, 0.8)
//		w.Place(t.box, miniworld.Spot{Room: yard})
//		w.PlaceAgent(miniworld.Spot{Room: hall})
//		return nil
//	}
//
// [New] makes an environment of it, [Register] gives it an id; see
// examples/custom_world3d. Mistakes in a plan are kept by the [World] and fail
// the reset.
//
// # Exactness
//
// Worlds are right-handed, y up, in metres and radians. Arithmetic is float64 in
// the original's order of operations, its fused products included, and no other
// fusing: a replay of all recorded episodes agrees to the last bit but for about
// one angle in two thousand, where the C library's sine is not the nearest
// number.
//
// Pictures depend on the state of a lane alone, not on other lanes or threads.
package miniworld
