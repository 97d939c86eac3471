// Package gfnenvs has the construction environments of GFlowNets: objects such
// as grid points, sequences, sets, graphs or points of a plane are built one
// action at a time and rewarded when the exit action ends the construction.
//
// The author of an environment writes [Rules], which say what may be done to
// one state: a row of small integers that starts as all zeros.
//
//	type coins struct{}                        // a row of 8 coins; turn any subset
//	func (coins) Layout() gfnenvs.Layout {
//		return gfnenvs.Layout{Values: []int{2, 2, 2, 2, 2, 2, 2, 2}, Actions: 9}
//	}
//	func (coins) Forward(dst []bool, s []int32) {
//		for i, v := range s { dst[i] = v == 0 }
//		dst[8] = true                          // the last action is the exit
//	}
//	...
//
// Everything else follows from them: [Builder] makes a batched [Env], which is a
// miniflow.Env with action masks, a miniflow.Flow and a miniflow.Reversible;
// [CheckRules] proves that they are consistent; and package exact enumerates the
// states and computes log Z and the terminating distribution of any policy.
//
// Environments whose actions are real vectors are [ContinuousRules]: every action
// is a kind and a vector of parameters, so they may be hybrids, too.
//
// The rules of this package, whose documents say what the elements of a state
// are, and an id of each that importing the package registers with miniflow.Make:
//
//	HyperGrid, ConditionalGrid  HyperGrid-2x64, HyperGrid-XOR-3x64, ConditionalHyperGrid-2x8
//	Tempered, Preferences       TemperedHyperGrid-2x8, PreferenceHyperGrid-2x16
//	BitSequence, Sequence       BitSequence-120x4, BitSequence-AnyOrder-32x4, Sequence-Variable-8x4
//	Set, Multiset               Set-16x8, Set-Fixed-16x8, Multiset-6x8
//	PerfectTree                 PerfectTree-4
//	EBM                         Ising-4x4, DiscreteEBM-8
//	Graph, DAG                  GraphRing-4, GraphTriangles-4, DAG-5
//	Phylo                       PhyloTree-6x32
//	Dropout                     Dropout-2x5
//	BoxPolar, BoxCartesian      BoxPolar-0.25, BoxCartesian-0.1
//	Walk                        Line-2, Torus-2, Diffusion-gmm25, Diffusion-many_well
//	Hybrid                      HybridLine-3
package gfnenvs
