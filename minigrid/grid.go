package minigrid

import (
	"fmt"
	"slices"

	"github.com/miniflow-rl/miniflow"
)

// Grid is a rectangle of cells without an agent: a copy of a map, or of a part
// of one, to look at, change and put back. A [World] is the faster thing to
// step; its methods Grid and SetGrid go from one to the other.
type Grid struct {
	width, height int
	cells         []Cell   // column by column, as Encode has them
	tags          []uint16 // Thing.tag of each cell
}

// NewGrid returns a grid of width x height empty cells, 1 to 4096 each way.
func NewGrid(width, height int) (*Grid, error) {
	if width < 1 || height < 1 || width > maxMap || height > maxMap {
		return nil, fmt.Errorf("minigrid: a grid of %dx%d cells: want 1 to %d each way: %w", width, height, maxMap, miniflow.ErrParam)
	}
	g := newGrid(width, height)
	for k := range g.cells {
		g.cells[k] = Empty
	}
	return g, nil
}

func newGrid(width, height int) *Grid {
	return &Grid{width, height, make([]Cell, width*height), make([]uint16, width*height)}
}

// DecodeGrid reads what [Grid.Encode] wrote: width x height x 3 bytes indexed
// [x][y][c]. Unseen cells and the agent become empty cells, as in Minigrid, and
// visible, indexed x*height+y, is false where a cell is unseen. The state of
// anything but a door is ignored. Unlike Minigrid it keeps the colours of goals
// and lava. It fails on sizes that [NewGrid] refuses, a wrong number of bytes,
// and types, colours and states of doors that there are not.
func DecodeGrid(data []uint8, width, height int) (g *Grid, visible []bool, err error) {
	if g, err = NewGrid(width, height); err != nil {
		return nil, nil, err
	}
	if len(data) != 3*width*height {
		return nil, nil, fmt.Errorf("minigrid: decode a grid of %dx%d cells: %d bytes: want %d", width, height, len(data), 3*width*height)
	}
	visible = make([]bool, len(g.cells))
	for k := range g.cells {
		t, c, s := Type(data[3*k]), Color(data[3*k+1]), State(data[3*k+2])
		visible[k] = t != TypeUnseen
		if t != TypeDoor {
			s = 0
		}
		if t == TypeUnseen || t == TypeAgent {
			t = TypeEmpty
		}
		if g.cells[k], err = MakeCell(t, c, s); err != nil {
			return nil, nil, fmt.Errorf("minigrid: decode column %d, row %d: %w", k/height, k%height, err)
		}
	}
	return g, visible, nil
}

// Encode returns width x height x 3 bytes indexed [x][y][c]: type, colour and
// state. Cells are 0,0,0 (unseen) where visible, indexed x*height+y, is false;
// nil shows them all.
func (g *Grid) Encode(visible []bool) []uint8 {
	out := make([]uint8, 3*len(g.cells))
	encodeCells(out, g.cells)
	for k := range visible {
		if !visible[k] {
			clear(out[3*k : 3*k+3])
		}
	}
	return out
}

// Width returns the number of columns.
func (g *Grid) Width() int { return g.width }

// Height returns the number of rows.
func (g *Grid) Height() int { return g.height }

// Contains reports whether p lies on the grid.
func (g *Grid) Contains(p Point) bool {
	return uint(p.X) < uint(g.width) && uint(p.Y) < uint(g.height)
}

// Get returns what lies at p; outside the grid that is a grey wall.
func (g *Grid) Get(p Point) Thing {
	if !g.Contains(p) {
		return Thing{Cell: Wall}
	}
	k := p.X*g.height + p.Y
	return thing(g.cells[k], g.tags[k])
}

// Set puts a thing at p. Points outside the grid are ignored.
func (g *Grid) Set(p Point, t Thing) {
	if g.Contains(p) {
		k := p.X*g.height + p.Y
		g.cells[k], g.tags[k] = t.Cell, t.tag()
	}
}

// Has reports whether there is a thing of type t and colour c, or of any colour
// if c is [AnyColor]: Minigrid's "(color, type) in grid".
func (g *Grid) Has(t Type, c Color) bool {
	return slices.ContainsFunc(g.cells, func(cell Cell) bool {
		return cell.Type() == t && (c == AnyColor || cell.Color() == c)
	})
}

// HorzWall draws a row of n cells from (x,y) to the right, as far as it lies on
// the grid.
func (g *Grid) HorzWall(x, y, n int, c Cell) {
	for i := max(x, 0); i < g.width && i-x < n; i++ {
		g.Set(Point{i, y}, Thing{Cell: c})
	}
}

// VertWall draws a column of n cells from (x,y) downwards, as far as it lies on
// the grid.
func (g *Grid) VertWall(x, y, n int, c Cell) {
	for i := max(y, 0); i < g.height && i-y < n; i++ {
		g.Set(Point{x, i}, Thing{Cell: c})
	}
}

// WallRect draws the outline of a rectangle in grey wall.
func (g *Grid) WallRect(a Area) {
	g.HorzWall(a.X, a.Y, a.W, Wall)
	g.HorzWall(a.X, a.Y+a.H-1, a.W, Wall)
	g.VertWall(a.X, a.Y, a.H, Wall)
	g.VertWall(a.X+a.W-1, a.Y, a.H, Wall)
}

// Copy returns a copy that shares nothing with g.
func (g *Grid) Copy() *Grid {
	return &Grid{g.width, g.height, slices.Clone(g.cells), slices.Clone(g.tags)}
}

// Equal reports whether two grids look the same, which is Minigrid's ==.
func (g *Grid) Equal(h *Grid) bool {
	return g.width == h.width && g.height == h.height && slices.Equal(g.cells, h.cells)
}

// RotateLeft returns the grid turned counter-clockwise.
func (g *Grid) RotateLeft() *Grid {
	r := newGrid(g.height, g.width)
	for x := range g.width {
		for y := range g.height {
			r.Set(Point{y, g.width - 1 - x}, g.Get(Point{x, y}))
		}
	}
	return r
}

// Slice returns a copy of the cells in a, with grey walls for those outside. It
// fails on sizes that [NewGrid] refuses.
func (g *Grid) Slice(a Area) (*Grid, error) {
	s, err := NewGrid(a.W, a.H)
	if err != nil {
		return nil, err
	}
	for x := range a.W {
		for y := range a.H {
			s.Set(Point{x, y}, g.Get(Point{a.X + x, a.Y + y}))
		}
	}
	return s, nil
}

// ProcessVis empties the cells that an agent at p, looking up, cannot see, and
// returns which it sees, indexed x*height+y. Sight spreads row by row from the
// last to the first, first to the right and then to the left: a visible cell
// that is not opaque shows its neighbour in that direction and, in the row
// above, the cells straight and diagonally ahead.
func (g *Grid) ProcessVis(p Point) []bool {
	seen := make([]bool, len(g.cells))
	if g.Contains(p) {
		seen[p.X*g.height+p.Y] = true
	}
	for y := g.height - 1; y >= 0; y-- {
		spread := func(x, dx int) {
			k, n := x*g.height+y, (x+dx)*g.height+y
			if !seen[k] || g.cells[k].Opaque() {
				return
			}
			seen[n] = true
			if y > 0 {
				seen[n-1], seen[k-1] = true, true
			}
		}
		for x := range g.width - 1 {
			spread(x, 1)
		}
		for x := g.width - 1; x > 0; x-- {
			spread(x, -1)
		}
	}
	for k, s := range seen {
		if !s {
			g.cells[k], g.tags[k] = Empty, 0
		}
	}
	return seen
}

// String draws the grid in the letters of [World.String].
func (g *Grid) String() string {
	var out []byte
	for y := range g.height {
		if y > 0 {
			out = append(out, '\n')
		}
		for x := range g.width {
			out = appendCellText(out, g.cells[x*g.height+y])
		}
	}
	return string(out)
}

// Grid returns a copy of the map, without the agent.
func (w *World) Grid() *Grid {
	g := newGrid(w.width, w.height)
	for x := range w.width {
		for y := range w.height {
			k, i := x*w.height+y, w.index(x, y)
			g.cells[k], g.tags[k] = w.cells[i], w.tags[i]
		}
	}
	return g
}

// SetGrid replaces the map and leaves the agent where it is, whatever is there
// now. It fails if the sizes differ.
func (w *World) SetGrid(g *Grid) error {
	if g.width != w.width || g.height != w.height {
		return fmt.Errorf("minigrid: a grid of %dx%d cells for a world of %dx%d: %w", g.width, g.height, w.width, w.height, miniflow.ErrParam)
	}
	for x := range w.width {
		for y := range w.height {
			k, i := x*w.height+y, w.index(x, y)
			w.cells[i], w.tags[i] = g.cells[k], g.tags[k]
		}
	}
	return nil
}
