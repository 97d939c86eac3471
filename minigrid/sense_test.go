package minigrid

import (
	"testing"

	"github.com/miniflow-rl/miniflow"
	"github.com/stretchr/testify/require"
)

// TestSense compares the quick encoders with the plain ones on random maps.
func TestSense(t *testing.T) {
	rng := miniflow.NewRand(3)
	for n := range 500 {
		w := randomWorld(t, rng, 7)
		w.SeeThrough = n%4 == 0
		for _, size := range []int{3, 5, 7, 9} {
			cells := make([]Cell, size*size)
			w.View(cells, size)
			require.Equal(t, cells, w.Sight(size), "map %d, view of %d", n, size)
			want, got := make([]uint8, 3*size*size), make([]uint8, 3*size*size)
			encodeCells(want, cells)
			w.EncodeView(got, size)
			require.Equal(t, want, got, "map %d, view of %d", n, size)
		}
		want := w.Encode()
		p, d := w.Agent()
		copy(want[3*(p.X*w.height+p.Y):], []uint8{uint8(TypeAgent), 0, uint8(d)})
		got := make([]uint8, len(want))
		w.EncodeMap(got)
		require.Equal(t, want, got, "map %d", n)
	}
}
