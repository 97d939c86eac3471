// Package agents trains, saves, resumes and evaluates agents on any environment.
//
// An [Agent] learns by updates; what kind it is and how it is set says an
// [Algorithm], such as ppo.Config. [Train] runs updates with a progress bar,
// measurements, checkpoints, an evaluation and pictures at the end:
//
//	config := ppo.DefaultConfig()
//	run := agents.Run{
//		Dir:       "runs/doorkey",
//		Env:       agents.EnvConfig{ID: "MiniGrid-DoorKey-5x5-v0"},
//		Algorithm: &config,
//		Steps:     200_000,
//		Seed:      1,
//	}
//	result, err := agents.Train(ctx, run, agents.Options{Progress: os.Stderr})
//
// A run lives in a folder:
//
//	config.json                      what [Open] needs to go on
//	checkpoint.safetensors           parameters, optimiser, generators, lanes
//	metrics.csv                      a row an update, the same for the same run
//	events.out.tfevents.0.miniflow   the same for TensorBoard, with speed
//	curve.svg, curve.png             the learning curve
//	evaluation.json                  100 episodes of the trained policy
//	best.jsonl, best.gif             the best of them, to replay and to see;
//	                                 left out where that is not possible
//
// Beside these are copies of the files and other runs that its settings name (see
// [Borrower]). GFlowNets add progress.png (and .svg: loss, log Z, modes, L1) and, where the
// states are enumerated, distribution.png (and .svg: target and learned) and
// exact.json.
//
// It can be killed at any moment: with [Options].Resume it goes on from its last
// checkpoint and ends with the same bytes in its checkpoint and its metrics as
// if nothing had happened.
package agents
