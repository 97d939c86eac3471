package nn

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/distuv"
)

// The special functions agree with gonum's and with integrals: I_n(x) is the
// mean of exp(x cos a) cos(n a) over all angles a, which the trapezoidal rule
// finds to machine accuracy. gonum's digamma is good to 2e-11 only, so two values
// in closed form are compared as well.
func TestSpecialFunctions(t *testing.T) {
	const euler = 0.57721566490153286
	require.InDelta(t, -euler, digamma(1), 1e-14)
	require.InDelta(t, -euler-2*math.Ln2, digamma(0.5), 1e-14)
	for _, x := range []float64{1e-3, 0.1, 0.5, 1, 2.5, 7.99, 8, 20, 20.1, 45, 300} {
		require.InEpsilon(t, mathext.Digamma(x), digamma(x), 1e-10, "digamma(%v)", x)
		i0, i1 := 0.0, 0.0
		const n = 1 << 10
		for k := range n {
			a := 2 * math.Pi * float64(k) / n
			w := math.Exp(x*(math.Cos(a)-1)) / n
			i0 += w
			i1 += w * math.Cos(a)
		}
		logI0, ratio := besselI0(x)
		require.InDelta(t, math.Log(i0)+x, logI0, 1e-13*max(1, x), "log I0(%v)", x)
		require.InDelta(t, i1/i0, ratio, 1e-13, "I1/I0(%v)", x)
	}
}

// Log densities agree with gonum's where it has them, and integrate to 1.
func TestLogDensities(t *testing.T) {
	tape := NewTapeOf[float64]()
	x := []float64{0.2, 0.7}
	p, q := []float64{0.4, 3, 2, 0.9}, []float64{1.5, 0.3, 5, 1}
	in := func(v []float64) Value { return tape.Input(v, 1, len(v)) }
	beta := tape.Data(tape.BetaLogProb(in(x), in(p), in(q)))
	normal := tape.Data(tape.NormalLogProb(in(x), in(p), in(q)))
	for j := range p {
		y := x[j%2]
		require.InDelta(t, distuv.Beta{Alpha: p[j], Beta: q[j]}.LogProb(y), beta[j], 1e-12)
		require.InDelta(t, distuv.Normal{Mu: p[j], Sigma: math.Exp(q[j])}.LogProb(y), normal[j], 1e-12)
	}
	sum := 0.0
	const n = 200
	for k := range n {
		y := -math.Pi + 2*math.Pi*float64(k)/n
		sum += math.Exp(tape.Data(tape.VonMisesLogProb(in([]float64{y}), in([]float64{0.3}), in([]float64{6})))[0]) * 2 * math.Pi / n
	}
	require.InDelta(t, 1, sum, 1e-12)
}
