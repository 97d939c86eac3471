// Package wrappers changes what an environment shows, rewards or accepts:
// Minigrid's fifteen wrappers, Gymnasium's usual ones, and others that people
// who train on grid worlds ask for.
//
//	env, err := miniflow.Make("MiniGrid-DoorKey-8x8-v0", miniflow.WithLanes(64))
//	if err != nil { ... }
//	pixels, err := wrappers.RGBImgPartialObs(env, 8)
//	if err != nil { ... }
//	image, err := wrappers.ImgObs(pixels)
//
// or, as the command line does it:
//
//	env, err = wrappers.Apply(env, "rgb_partial:tile=8,img")
//
// A wrapper takes over the environment that it is given: use that environment
// through the wrapper only. Wrappers keep its abilities (miniflow.As looks
// through them), are right in every autoreset mode, including the last
// observation of an episode, save and restore their own state with a snapshot,
// and allocate nothing in a step. Each lane is wrapped on its own: what a lane
// gets does not depend on the others.
//
// To step a wrapped environment on several goroutines make the parallel
// environment of the wrapper, miniflow.NewParallel(pixels, 2), as Apply does by
// itself. Wrappers around an environment made with miniflow.WithThreads work, but
// then only what is inside is shared out.
package wrappers
