package agents

import (
	"fmt"
	"math"
	"slices"
)

// InRange reports, by its JSON name, a setting of an algorithm that is not a
// number in [low,high].
func InRange(name string, x, low, high float64) error {
	if x >= low && x <= high {
		return nil
	}
	return fmt.Errorf("setting %s is %v: want a number in [%v,%v]", name, plain(x), plain(low), plain(high))
}

// CheckLayers reports, by its JSON name, a setting of numbers of units of layers
// that has one outside [1,most].
func CheckLayers(name string, units []int, most int) error {
	if slices.ContainsFunc(units, func(n int) bool { return n < 1 || n > most }) {
		return fmt.Errorf("setting %s is %v: want layers of 1 to %d units", name, units, most)
	}
	return nil
}

// plain makes fmt write whole numbers without an exponent.
func plain(x float64) any {
	if x == math.Trunc(x) && math.Abs(x) < 1e15 {
		return int64(x)
	}
	return x
}
