// Package gfn trains generative flow networks: policies that build objects step
// by step so that each is built with a probability in proportion to its reward
// (Bengio et al. 2021, arXiv 2106.04399).
//
// The objectives are functions on an nn tape, [TB], [VarGrad], [DB], [SubTB] and
// so on, of the log probabilities of a [Batch] of trajectories. [Agent] samples
// trajectories in any environment of discrete gfnenvs.Rules and learns from them:
//
//	config, err := gfn.DefaultConfig(gfn.ObjectiveTB)
//	if err != nil {
//		return err
//	}
//	result, err := agents.Train(ctx, agents.Run{
//		Dir:       "runs/grid",
//		Env:       agents.EnvConfig{ID: "HyperGrid-2x8"},
//		Algorithm: &config,
//		Steps:     500_000,
//		Seed:      1,
//	}, agents.Options{Progress: os.Stderr})
//
// A step of such a run is one transition. Where the states can be enumerated,
// metrics.csv has the exact distance between the learned and the target
// distribution.
//
// In environments of gfnenvs.ContinuousRules the same objectives train a
// [ContinuousAgent], whose policy is a probability of each kind of action and a
// mixture density of its parameters; [Preset] has settings for them.
//
// What maps states to logits is a sparse MLP, a table, or a [Network] that reads
// the rules' gfnenvs.Structure: DeepSets and a set transformer for sets, GIN and
// GCN for graphs, a GRU and a transformer for sequences. Trajectories come from a
// [Behaviour], noisy networks, local search, a [Buffer], or backward from objects
// ([Agent.SetData], Config.Data). docs/gflownets.md has tables of all of it.
//
// Probabilities that an objective sees are those of the present networks, never
// those that a trajectory was drawn with: exploration, replay and trajectories
// that start from objects need no flags. Each distinct state of a batch enters
// the networks once, however many trajectories pass through it.
package gfn
