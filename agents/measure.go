package agents

import "context"

// Measure is a number that tells how good a policy is.
type Measure struct {
	Name  string  `json:"name"` // such as "exact/l1"
	Value float64 `json:"value"`
	Doc   string  `json:"doc"` // what it means, in a few words
}

// MeasureSamples is the number of samples behind the measures of a finished run.
const MeasureSamples = 2000

// Measurer is an [Agent] that can say more of its policy than the returns of
// episodes. Measure draws samples objects or episodes, from a stream of seed of its
// own, and leaves the agent's own generators alone. All values are finite: what
// cannot be measured is left out.
type Measurer interface {
	Measure(ctx context.Context, samples int, seed uint64) ([]Measure, error)
}
