package miniworld_test

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/internal/golden"
)

// goldenCall is one call of a NumPy generator, as recorded: method, arguments,
// named arguments, result.
type goldenCall struct {
	method string
	args   []json.RawMessage
	named  struct {
		Low  []float64       `json:"low"`
		High []float64       `json:"high"`
		P    json.RawMessage `json:"p"`
	}
	result json.RawMessage
}

func (c *goldenCall) UnmarshalJSON(b []byte) error {
	return json.Unmarshal(b, &[]any{&c.method, &c.args, &c.named, &c.result})
}

// TestGoldenCalls makes the recorded calls of the original's generator with ours
// and requires that a reset and three steps of the environment draw exactly that.
func TestGoldenCalls(t *testing.T) {
	type episode struct {
		ID         string         `json:"id"`
		Seed       uint64         `json:"seed"`
		DomainRand bool           `json:"domain_rand"`
		ResetCalls []goldenCall   `json:"reset_calls"`
		StepCalls  [][]goldenCall `json:"step_calls"`
	}
	ids, calls := map[string]bool{}, 0
	for line, e := range golden.Lines[episode](t, "miniworld/rngcalls.jsonl") {
		ids[e.ID] = true
		at := fmt.Sprintf("line %d: %s", line, e.ID)
		env := makeGolden(t, e.ID, nil, e.DomainRand)
		rander, _ := miniflow.As[miniflow.Rander](env)
		b := miniflow.NewBatch(env)
		require.NoError(t, env.Reset(b, e.Seed), at)
		weights := make([]float64, len(env.World(0).Rooms()))
		for i := range weights {
			weights[i] = 1 / float64(len(weights)) // any: one draw all the same
		}
		rng := miniflow.NewRand(e.Seed)
		for i := range e.ResetCalls {
			e.ResetCalls[i].replay(t, rng, weights, fmt.Sprintf("%s: call %d", at, i))
			calls++
		}
		require.Equal(t, rng.State(), rander.Rand(0).State(), "%s: after the reset", at)
		for k, a := range []int32{2, 0, 2} {
			b.Action.I32[0] = a
			require.NoError(t, env.Step(b), at)
			for i := range e.StepCalls[k] {
				e.StepCalls[k][i].replay(t, rng, weights, fmt.Sprintf("%s: step %d call %d", at, k, i))
				calls++
			}
			require.Equal(t, rng.State(), rander.Rand(0).State(), "%s: after step %d", at, k)
		}
	}
	golden.Report(os.Stdout, "miniworld draws", len(ids), "%d calls, 0 mismatches", calls)
}

// replay makes the call and compares its result.
func (c *goldenCall) replay(t *testing.T, rng *miniflow.Rand, weights []float64, at string) {
	number := func(i int) (v float64) {
		require.NoError(t, json.Unmarshal(c.args[i], &v), at)
		return v
	}
	switch c.method {
	case "integers":
		require.JSONEq(t, string(c.result), fmt.Sprint(rng.Integers(int64(number(0)), int64(number(1)))), at)
	case "choice":
		if c.named.P == nil {
			require.JSONEq(t, string(c.result), fmt.Sprint(rng.Choice(int(number(0)))), at)
			return
		}
		var p []float64
		if json.Unmarshal(c.named.P, &p) != nil {
			rng.ChoiceP(weights) // the recording leaves long weights out
			return
		}
		require.JSONEq(t, string(c.result), fmt.Sprint(rng.ChoiceP(p)), at)
	case "uniform":
		lo, hi := c.named.Low, c.named.High
		if len(c.args) == 2 && json.Unmarshal(c.args[0], &lo) != nil {
			var want float64
			require.NoError(t, json.Unmarshal(c.result, &want), at)
			require.Equal(t, want, rng.Uniform(number(0), number(1)), at)
			return
		}
		if len(c.args) == 2 {
			require.NoError(t, json.Unmarshal(c.args[1], &hi), at)
		}
		var want []float64
		require.NoError(t, json.Unmarshal(c.result, &want), at)
		got := make([]float64, len(lo))
		rng.UniformN(got, lo, hi)
		require.Equal(t, want, got, at)
	default:
		require.Fail(t, "unknown method", "%s: %s", at, c.method)
	}
}
