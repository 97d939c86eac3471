// Package density has the densities that continuous GFlowNet policies are made of:
// mixtures of normal, beta and von Mises distributions whose parameters a network
// puts out. [LogProb] computes them on an nn tape, [Sample] draws from them.
//
//	m := density.Mixture{Family: density.Beta, Components: 2, Params: 1, Low: 0.1, High: 5}
//	head := nn.NewLinear(block, "head", 128, m.Outputs(), nn.Torch{}, rng)
//	out := tape.Linear(h, head, nn.Identity)
//	logQ := density.LogProb(tape, m, out, tape.Input(u, rows, 1))
package density
