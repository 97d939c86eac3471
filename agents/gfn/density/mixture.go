package density

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mathext"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents/nn"
	"github.com/miniflow-rl/miniflow/gfnenvs"
)

// Family is a kind of distribution.
type Family uint8

const (
	// Beta distributions are for numbers in (0,1).
	Beta Family = iota
	// Normal distributions are for all numbers.
	Normal
	// VonMises distributions are for angles in [-π,π).
	VonMises
)

var familyNames = [...]string{"beta", "normal", "von Mises"}

// String returns the family's name.
func (f Family) String() string {
	if int(f) < len(familyNames) {
		return familyNames[f]
	}
	return fmt.Sprintf("Family(%d)", uint8(f))
}

// Edge is how close to 0 and 1 numbers in (0,1) come: [Sample] moves them this far
// inside, and so does [Clamp].
const Edge = 1e-6

// Clamp returns x moved to [Edge, 1-Edge].
func Clamp(x float64) float64 { return min(max(x, Edge), 1-Edge) }

// Mixture is a mixture of distributions of vectors whose elements are independent
// given the component.
type Mixture struct {
	Family     Family
	Components int // K, at least 1
	Params     int // elements of a vector, P
	// Low and High are the range of both concentrations of [Beta], of the standard
	// deviation of [Normal] and of the concentration of [VonMises], above 0.
	Low, High float64
}

// Outputs returns the number of outputs of a network that define the mixture, K +
// 2KP: K logits of the components' weights, and for each component P numbers that
// become means (or first concentrations of [Beta]) and, behind all of those, P
// numbers that become what Low and High bound. A number z becomes
//
//	Low (High/Low)^sigmoid(z)
//
// so that 0 stands for the geometric mean of the range.
func (m Mixture) Outputs() int { return m.Components * (1 + 2*m.Params) }

// AtEdge returns the largest probability with which [Sample] moves a number to Edge,
// or to 1-Edge: that of a [Beta] density with one concentration Low and the other
// High. The density has no such atoms, so whatever is computed from it is wrong by
// as much. It is 0 of the other families.
func (m Mixture) AtEdge() float64 {
	if m.Family != Beta {
		return 0
	}
	return mathext.RegIncBeta(m.Low, m.High, Edge)
}

// LogProb returns the log density, [n,1], at the vectors x [n,P] of the mixtures
// that out [n,Outputs] defines.
func LogProb[T nn.Float](t *nn.TapeOf[T], m Mixture, out, x nn.Value) nn.Value {
	n, _ := t.Shape(x)
	k, kp := m.Components, m.Components*m.Params
	p, q := t.Columns(out, k, k+kp), t.Columns(out, k+kp, k+2*kp)
	var each nn.Value
	switch m.Family {
	case Beta:
		each = t.BetaLogProb(x, t.Exp(bounded(t, m, p)), t.Exp(bounded(t, m, q)))
	case Normal:
		each = t.NormalLogProb(x, p, bounded(t, m, q))
	default: // VonMises
		each = t.VonMisesLogProb(x, p, t.Exp(bounded(t, m, q)))
	}
	if m.Params > 1 {
		each = t.Reshape(t.RowSum(t.Reshape(each, n*k, m.Params)), n, k)
	}
	if k == 1 {
		return each
	}
	return t.LogSumExp(t.Add(each, t.LogSoftmax(t.Columns(out, 0, k), nil)))
}

// bounded is the logarithm of what outputs z become.
func bounded[T nn.Float](t *nn.TapeOf[T], m Mixture, z nn.Value) nn.Value {
	return t.AddScalar(t.Scale(t.Sigmoid(z), T(math.Log(m.High/m.Low))), T(math.Log(m.Low)))
}

func (m Mixture) bounded(z float64) float64 {
	return m.Low * math.Exp(math.Log(m.High/m.Low)/(1+math.Exp(-z)))
}

// Sample fills dst [P] with a vector drawn from the mixture that out [Outputs]
// defines.
func Sample[T nn.Float](dst []float64, m Mixture, out []T, rng *miniflow.Rand) {
	k := component(out[:m.Components], rng.Random())
	for j := range dst[:m.Params] {
		p, q := pair(m, out, k, j)
		switch m.Family {
		case Beta:
			dst[j] = Clamp(SampleBeta(rng, m.bounded(p), q))
		case Normal:
			dst[j] = rng.Normal(p, q)
		default: // VonMises
			dst[j] = SampleVonMises(rng, p, q)
		}
	}
}

// Mean fills dst [P] with the mean (or mean angle) of the component of the largest
// weight.
func Mean[T nn.Float](dst []float64, m Mixture, out []T) {
	best := 0
	for k, v := range out[:m.Components] {
		if v > out[best] {
			best = k
		}
	}
	for j := range dst[:m.Params] {
		switch p, q := pair(m, out, best, j); m.Family {
		case Beta:
			a := m.bounded(p)
			dst[j] = a / (a + q)
		case Normal:
			dst[j] = p
		default: // VonMises
			dst[j] = gfnenvs.WrapAngle(p)
		}
	}
}

// pair are the two parameters of element j in component k, the first as it is and
// the second within its range.
func pair[T nn.Float](m Mixture, out []T, k, j int) (p, q float64) {
	at := m.Components + k*m.Params + j
	return float64(out[at]), m.bounded(float64(out[at+m.Components*m.Params]))
}

// component returns the component that u in [0,1) falls on.
func component[T nn.Float](logits []T, u float64) int {
	most := math.Inf(-1)
	for _, v := range logits {
		most = max(most, float64(v))
	}
	sum := 0.0
	for _, v := range logits {
		sum += math.Exp(float64(v) - most)
	}
	u *= sum
	for k, v := range logits {
		if u -= math.Exp(float64(v) - most); u < 0 {
			return k
		}
	}
	return len(logits) - 1
}

// Normals calls f for the components of a mixture of [Normal] densities of one
// parameter.
func Normals[T nn.Float](m Mixture, out []T, f func(weight, mean, sd float64)) {
	sum := 0.0
	for _, v := range out[:m.Components] {
		sum += math.Exp(float64(v) - float64(out[0]))
	}
	for k := range m.Components {
		mean, sd := pair(m, out, k, 0)
		f(math.Exp(float64(out[k])-float64(out[0]))/sum, mean, sd)
	}
}
