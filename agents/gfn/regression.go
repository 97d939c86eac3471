package gfn

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/miniflow-rl/miniflow/agents/nn"
	"github.com/miniflow-rl/miniflow/internal/spelling"
)

// Loss is the shape of a [Regression].
type Loss uint8

// The shapes, of a residual t, with a scale a.
const (
	Squared     Loss = iota // t^2
	HalfSquared             // t^2 / 2
	ShiftedCosh             // exp(t) + exp(-t) - 2
	Linex                   // (exp(a t) - a t - 1) / a^2
	Huber                   // t^2 / 2 where |t| <= a, a (|t| - a/2) elsewhere
)

var lossNames = []string{"squared", "half_squared", "shifted_cosh", "linex", "huber"}

// String returns the name.
func (l Loss) String() string {
	if int(l) < len(lossNames) {
		return lossNames[l]
	}
	return fmt.Sprintf("Loss(%d)", uint8(l))
}

// Regression is what an objective does with its residuals, which are 0 where
// flows balance. All shapes have their minimum 0 at 0; they differ in how they
// explore (Hu et al. 2024, "Beyond Squared Error", arXiv 2410.02596). The zero
// value is the square.
type Regression struct {
	Loss Loss
	// Scale is a of [Linex] and [Huber]. The default (zero) value is 1. That
	// of Linex may be negative.
	Scale float64
}

// String returns the name with the scale behind a colon, such as "linex:0.5".
func (r Regression) String() string {
	if (r.Loss == Linex || r.Loss == Huber) && r.Scale != 0 {
		return fmt.Sprintf("%v:%g", r.Loss, r.Scale)
	}
	return r.Loss.String()
}

// MarshalText implements encoding.TextMarshaler.
func (r Regression) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads what String returns.
func (r *Regression) UnmarshalText(text []byte) error {
	name, scale, scaled := strings.Cut(string(text), ":")
	k, err := spelling.Index("regression", lossNames, name)
	if err != nil {
		return err
	}
	x := Regression{Loss: Loss(k)}
	if scaled {
		v, err := strconv.ParseFloat(scale, 64)
		fits := x.Loss == Linex && v != 0 || x.Loss == Huber && v > 0
		if err != nil || !fits || math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("regression %q: only linex and huber have a scale, a number that is not 0, of huber above 0", text)
		}
		x.Scale = v
	}
	*r = x
	return nil
}

// regress applies r to every element of residual.
func regress[T nn.Float](t *nn.TapeOf[T], r Regression, residual nn.Value) nn.Value {
	a := T(r.Scale)
	if a == 0 {
		a = 1
	}
	switch r.Loss {
	case HalfSquared:
		return t.Scale(t.Square(residual), 0.5)
	case ShiftedCosh:
		return t.AddScalar(t.Add(t.Exp(residual), t.Exp(t.Neg(residual))), -2)
	case Linex:
		x := t.Scale(residual, a)
		return t.Scale(t.AddScalar(t.Sub(t.Exp(x), x), -1), 1/(a*a))
	case Huber:
		return t.Huber(residual, a)
	}
	return t.Square(residual)
}

// Reduction says how losses become one number.
type Reduction uint8

// The reductions.
const (
	Mean Reduction = iota // of the objective's items: trajectories or transitions
	Sum
)

// String returns the name.
func (r Reduction) String() string { return [...]string{"mean", "sum"}[r] }

func reduce[T nn.Float](t *nn.TapeOf[T], r Reduction, losses nn.Value) nn.Value {
	if r == Sum {
		return t.Sum(losses)
	}
	return t.Mean(losses)
}
