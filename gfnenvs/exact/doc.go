// Package exact answers by enumeration what GFlowNets otherwise estimate from
// samples: all states of [gfnenvs.Rules], log Z, the target distribution, the
// terminating distribution of any policy by dynamic programming, and the flows
// that a backward policy implies.
//
//	g, err := exact.Enumerate(rules)
//	var model exact.Distribution
//	err = g.Evaluate(&model, policy)
//	fmt.Println(exact.L1(model.P, g.Target()), exact.JSD(model.P, g.Target()))
//
// Everything is float64, runs on all processors, and gives the same bits for any
// number of them.
package exact
