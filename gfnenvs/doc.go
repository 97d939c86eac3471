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
// Environments whose actions are real vectors are [ContinuousRules]; see [Box].
//
// Importing the package registers ids such as "HyperGrid-2x64" with
// miniflow.Make.
package gfnenvs
