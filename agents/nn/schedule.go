package nn

import "math"

// Schedule gives the factor of the learning rate at a point of training, progress going from 0 to 1. Pass the result to
// SetFactor of an optimiser.
type Schedule func(progress float64) float64

// Constant keeps the learning rate.
func Constant(float64) float64 { return 1 }

// LinearDecay goes from 1 to end in a straight line.
func LinearDecay(end float64) Schedule {
	return func(p float64) float64 { return 1 + (end-1)*unit(p) }
}

// CosineDecay goes from 1 to end along half a cosine (Loshchilov and Hutter, 2017).
func CosineDecay(end float64) Schedule {
	return func(p float64) float64 { return end + (1-end)*(1+math.Cos(math.Pi*unit(p)))/2 }
}

// WarmUp rises from 0 to 1 in a straight line during the given share of training, and then follows s over the rest.
func WarmUp(share float64, s Schedule) Schedule {
	return func(p float64) float64 {
		if p = unit(p); p < share {
			return p / share
		}
		if share >= 1 {
			return 1
		}
		return s((p - share) / (1 - share))
	}
}

func unit(p float64) float64 { return max(0, min(1, p)) }
