package agents

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"

	"github.com/miniflow-rl/miniflow"
)

// resamples is the number of bootstrap resamples behind every interval. With
// 2000 the ends of a 95 % interval move by a few per cent of its width.
const resamples = 2000

// Estimate is a statistic of some episodes with its 95 % bootstrap interval.
type Estimate struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// String returns the value with the interval, as "0.951 [0.948, 0.954]".
func (e Estimate) String() string {
	return fmt.Sprintf("%s [%s, %s]", Number(e.Value), Number(e.Low), Number(e.High))
}

// Number writes a return for people: three digits behind the point, or four in all
// where it is huge.
func Number(v float64) string {
	if math.Abs(v) >= 1e6 {
		return fmt.Sprintf("%.4g", v)
	}
	return fmt.Sprintf("%.3f", v)
}

// Mean returns the arithmetic mean, 0 of nothing.
func Mean(x []float64) float64 {
	if len(x) == 0 {
		return 0
	}
	return stat.Mean(x, nil)
}

// IQM returns the interquartile mean of sorted values: the mean of what remains
// when the lowest and the highest quarter (each of floor(n/4) values) are left
// out, as in Agarwal et al., "Deep Reinforcement Learning at the Edge of the
// Statistical Precipice", 2021. It is 0 of nothing.
func IQM(sorted []float64) float64 {
	cut := len(sorted) / 4
	return Mean(sorted[cut : len(sorted)-cut])
}

// Bootstrap estimates a statistic of sorted values with its 95 % percentile
// interval: the 2.5 % and 97.5 % quantiles of the statistic over resamples with
// replacement (Efron, 1979), drawn from rng. statistic is handed sorted values.
// With no values the estimate is zero.
func Bootstrap(values []float64, statistic func(sorted []float64) float64, rng *miniflow.Rand) Estimate {
	n := len(values)
	if n == 0 {
		return Estimate{}
	}
	sorted := slices.Sorted(slices.Values(values))
	e := Estimate{Value: statistic(sorted)}
	// Drawing how often each value occurs keeps a resample sorted without sorting.
	times, sample, stats := make([]int, n), make([]float64, 0, n), make([]float64, resamples)
	for r := range stats {
		clear(times)
		for range n {
			times[rng.Intn(n)]++
		}
		sample = sample[:0]
		for k, v := range sorted {
			for range times[k] {
				sample = append(sample, v)
			}
		}
		stats[r] = statistic(sample)
	}
	slices.Sort(stats)
	e.Low = stat.Quantile(0.025, stat.LinInterp, stats, nil)
	e.High = stat.Quantile(0.975, stat.LinInterp, stats, nil)
	return e
}

// spread returns the smallest and the largest value; 0, 0 of nothing.
func spread(x []float64) (low, high float64) {
	if len(x) == 0 {
		return 0, 0
	}
	return floats.Min(x), floats.Max(x)
}
