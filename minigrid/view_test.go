package minigrid

import (
	"testing"

	"github.com/miniflow-rl/miniflow"
	"github.com/stretchr/testify/require"
)

// TestFastView compares the fast 7x7 view with the plain one on random maps,
// positions and hands.
func TestFastView(t *testing.T) {
	rng := miniflow.NewRand(1)
	for n := range 3000 {
		w := randomWorld(t, rng, 7)
		w.SeeThrough = n%4 == 0
		var cells [49]Cell
		w.View(cells[:], 7)
		var want, got [147]uint8
		encodeCells(want[:], cells[:])
		w.observe7(&got)
		require.Equal(t, want, got, "map %d\n%v facing %v", n, w.point(w.pos), w.dir)
	}
}

// randomWorld returns a map of random size, about half of it solid, with an
// agent anywhere on it.
func randomWorld(t *testing.T, rng *miniflow.Rand, view int) *World {
	t.Helper()
	w, err := NewWorld(3+rng.Intn(20), 3+rng.Intn(20), view)
	require.NoError(t, err)
	density := rng.Random()
	for y := range w.Height() {
		for x := range w.Width() {
			if rng.Random() > density {
				continue
			}
			c := Wall
			for {
				var err error
				if c, err = MakeCell(Type(rng.Intn(int(numTypes))), Color(rng.Intn(6)), State(rng.Intn(3))); err == nil {
					break
				}
			}
			w.Set(Point{x, y}, c)
		}
	}
	w.SetAgent(Point{rng.Intn(w.Width()), rng.Intn(w.Height())}, Direction(rng.Intn(4)))
	if rng.Intn(2) == 0 {
		w.SetCarrying(Thing{Cell: Key(Color(rng.Intn(6)))})
	}
	return w
}

// TestViewCoords checks that view and map coordinates are inverse to each other
// and that Sees agrees with View.
func TestViewCoords(t *testing.T) {
	rng := miniflow.NewRand(2)
	for range 300 {
		size := 3 + 2*rng.Intn(5)
		w := randomWorld(t, rng, size)
		cells := make([]Cell, size*size)
		w.View(cells, size)
		for i := range size {
			for j := range size {
				p := w.ViewPoint(i, j, size)
				gi, gj, ok := w.ViewCoords(p, size)
				require.True(t, ok)
				require.Equal(t, [2]int{i, j}, [2]int{gi, gj})
				require.Equal(t, cells[i*size+j] != Unseen, w.Sees(p))
			}
		}
		_, _, ok := w.ViewCoords(w.ViewPoint(size, 0, size), size)
		require.False(t, ok)
	}
}
