package wfc

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid"
	"github.com/stretchr/testify/require"
)

// TestWindows generates maps with every heuristic and checks that each square of
// them occurs in one of the turned pictures.
func TestWindows(t *testing.T) {
	for _, location := range locations {
		for _, choice := range choices {
			for _, name := range []string{"hedges", "zigzag"} {
				o := DefaultOptions()
				o.Location, o.Choice, o.Attempts = Location(location), Choice(choice), 30
				m, err := NewModel(patterns[name], o)
				require.NoError(t, err)
				p, err := m.Generate(miniflow.NewRand(1), 12, 14)
				if err != nil {
					require.ErrorIs(t, err, ErrContradiction) // some heuristics rarely succeed
					continue
				}
				require.Equal(t, [2]int{12, 14}, [2]int{p.Height, p.Width})
				checkWindows(t, m, p, o.PatternWidth)
			}
		}
	}
}

// checkWindows compares the squares of p, but for its last rows and columns, whose
// patterns reach over the edge.
func checkWindows(t *testing.T, m *Model, p *Picture, n int) {
	t.Helper()
	learned := map[int64]bool{}
	for _, code := range m.catalog.codes {
		learned[code] = true
	}
	c := &catalog{tiles: map[int64]*Picture{}}
	tiles := c.tileGrid(p, 1)
	for r := 0; r+n <= tiles.rows; r++ {
		for col := 0; col+n <= tiles.cols; col++ {
			var window []int64
			for y := range n {
				for x := range n {
					window = append(window, tiles.at[(r+x)*tiles.cols+col+y]) // transposed, see offsets
				}
			}
			require.True(t, learned[codeOf(window)], "%v: row %d, column %d", m.options, r, col)
		}
	}
}

// TestShippedPatterns resets every id with our own pictures.
func TestShippedPatterns(t *testing.T) {
	for _, p := range presets {
		env, err := miniflow.Make(p.id)
		require.NoError(t, err)
		worlds, _ := miniflow.As[minigrid.Worlds](env)
		b := miniflow.NewBatch(env)
		for seed := range uint64(10) {
			require.NoError(t, env.Reset(b, seed), p.id)
			w, walls := worlds.World(0), 0
			for x := range w.Width() {
				for y := range w.Height() {
					if w.At(minigrid.Point{X: x, Y: y}) == minigrid.Wall {
						walls++
					}
				}
			}
			require.Greater(t, walls, 100, "the frame alone has 96")
			require.Less(t, walls, 500, "there is somewhere to go")
		}
	}
}

func TestBadParameters(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "text.png")
	require.NoError(t, os.WriteFile(text, []byte("no picture"), 0o600))
	for want, o := range map[string]miniflow.Option{
		"there is no pattern":   miniflow.WithParam("pattern", "nonsense"),
		"no such file":          miniflow.WithParam("pattern", filepath.Join(dir, "missing.png")),
		"is no PNG picture":     miniflow.WithParam("pattern", text),
		"want one of entropy":   miniflow.WithParam("loc_heuristic", "hilbert"),
		"want a value in [1,4]": miniflow.WithParam("pattern_width", 9),
	} {
		_, err := miniflow.Make("MiniGrid-WFC-MazeSimple-v0", o)
		require.ErrorIs(t, err, miniflow.ErrParam)
		require.ErrorContains(t, err, want)
	}
	_, err := NewModel(&Picture{}, DefaultOptions())
	require.ErrorIs(t, err, miniflow.ErrParam)
}

// TestContradiction asks for a map that cannot be: a periodic one of odd size
// from a chessboard.
func TestContradiction(t *testing.T) {
	o := DefaultOptions()
	o.Periodic, o.Attempts = true, 5
	for _, backtrack := range []bool{false, true} {
		o.Backtrack = backtrack
		m, err := NewModel(draw("#.", ".#"), o)
		require.NoError(t, err)
		_, err = m.Generate(miniflow.NewRand(1), 5, 5)
		require.ErrorIs(t, err, ErrContradiction)
		_, err = m.Generate(miniflow.NewRand(1), 6, 6)
		require.NoError(t, err)
	}
}

// TestPySet compares with what CPython 3.11 printed for
//
//	s = set()
//	for r in range(3):
//		for c in range(4): s.add((r, c))
//	print(list(s))
func TestPySet(t *testing.T) {
	var points []minigrid.Point
	for r := range 3 {
		for c := range 4 {
			points = append(points, minigrid.Point{X: r, Y: c})
		}
	}
	require.Equal(t, pySetWant, pySet(points))
}

var pySetWant = []minigrid.Point{{X: 0, Y: 1}, {X: 1, Y: 2}, {X: 2, Y: 1}, {X: 0, Y: 0}, {X: 1, Y: 1}, {X: 0, Y: 3},
	{X: 2, Y: 0}, {X: 2, Y: 3}, {X: 0, Y: 2}, {X: 2, Y: 2}, {X: 1, Y: 0}, {X: 1, Y: 3}}
