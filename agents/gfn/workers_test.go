package gfn

import (
	"context"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

// What is learned does not depend on the number of processors, to the last bit.
func TestProcessors(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	var want []float32
	for _, n := range []int{1, 2, 3} {
		runtime.GOMAXPROCS(n)
		// 8^4 with 300 trajectories: evaluations, gradients and steps worth sharing.
		a, m := newAgent(t, "HyperGrid-4x8", ObjectiveSubTB, func(c *Config) { c.Lanes, c.Hidden, c.EvalStates = 300, []int{33, 300}, 0 })
		for range 5 {
			require.NoError(t, a.Update(context.Background(), m))
		}
		require.Greater(t, a.table.n, 3*gradientRows, "distinct states, so work worth sharing")
		var got []float32
		for _, l := range a.model.policy.(*mlp).layers {
			got = append(append(got, l.W.Data()...), l.B.Data()...)
		}
		if want == nil {
			want = got
		}
		require.Equal(t, want, got, "%d processors", n)
	}
}
