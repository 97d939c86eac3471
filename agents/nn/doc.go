// Package nn is what agents train with: matrices and their derivatives on a tape, layers, optimisers, and files of weights.
//
// A network is a [Params]: one flat vector of values and one of gradients, divided into named blocks (an image encoder, a
// trunk, a policy head) that can be loaded, frozen and given learning rates one by one. A [Tape] computes with them: every
// method takes matrices [rows, cols], one row per sample, computes at once and remembers how. A first program:
//
//	var net nn.Params
//	first := nn.NewLinear(net.Block("trunk"), "0", 64, 256, nn.Orthogonal{Gain: math.Sqrt2}, rng)
//	policy := nn.NewLinear(net.Block("policy"), "0", 256, 8, nn.Orthogonal{Gain: 0.01}, rng)
//	adam, err := nn.NewAdam(&net, nn.DefaultAdam())
//	if err != nil {
//		return err
//	}
//	tape := nn.NewTape()
//	for step := range steps {
//		tape.Reset()
//		net.ZeroGrad()
//		x := tape.InputRows(observations, 64, minibatch) // rows of a rollout, by index
//		h := tape.Linear(x, first, nn.ReLU)
//		logits := tape.Linear(h, policy, nn.Identity)
//		logProb, entropy := tape.Categorical(logits, mask, actions)
//		loss := tape.Sub(tape.Mean(tape.Mul(logProb, cost)), tape.Scale(tape.Mean(entropy), 0.01))
//		tape.Backward(loss)
//		net.ClipGradNorm(0.5)
//		adam.Step()
//	}
//
// From the second step of the same shapes on nothing is allocated. Inputs are not copied and must stay unchanged until the
// next Reset. Acting needs only the first half: Reset, operations, Data.
//
// Speed comes from the kernels of internal/simd (Go assembly for AVX-512 and AVX2, portable Go elsewhere; MINIFLOW_SIMD picks
// one by force). Everything runs on the calling goroutine unless [TapeOf.SetThreads] says otherwise; results do not depend on
// the number of threads. The float64 types, TapeOf[float64] and so on, run portable code and serve gradient checks.
//
// Operations panic when shapes do not fit, as indexing out of range does; files and settings return errors.
package nn
