package wrappers

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestAngles compares the recorded angles with the exact ones: they may differ
// by two units in the last place, the error that NumPy's routine admits to.
func TestAngles(t *testing.T) {
	for dx := -30; dx <= 30; dx++ {
		for dy := -30; dy <= 30; dy++ {
			want := math.Atan2(float64(dy), float64(dx))
			require.InEpsilon(t, want+10, offsetAngle(dx, dy)+10, 1e-15, "atan2(%d, %d)", dy, dx)
			if dx != 0 {
				want = math.Atan(float64(dy) / float64(dx))
				require.InEpsilon(t, want+10, slopeAngle(dx, dy)+10, 1e-15, "atan(%d/%d)", dy, dx)
			}
		}
	}
}
