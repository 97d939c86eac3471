package minigrid

import (
	"errors"
	"fmt"
)

// ErrPlacement says that a world could not be generated: no cell was found for
// something within the tries allowed.
var ErrPlacement = errors.New("no free cell found")

// Area is a rectangle of cells whose top left corner is (X,Y). The zero value
// stands for the whole map.
type Area struct{ X, Y, W, H int }

// manyTries bounds placements that the original would try for ever.
const manyTries = 100_000

// HorzWall draws a row of n cells from (x,y) to the right, as far as it lies on
// the map.
func (w *World) HorzWall(x, y, n int, c Cell) {
	x0, x1 := max(x, 0), min(x+n, w.width)
	if uint(y) >= uint(w.height) || x0 >= x1 {
		return
	}
	i := w.index(x0, y)
	row := w.cells[i : i+x1-x0]
	for k := range row {
		row[k] = c
	}
	clear(w.tags[i : i+x1-x0])
}

// VertWall draws a column of n cells from (x,y) downwards, as far as it lies on
// the map.
func (w *World) VertWall(x, y, n int, c Cell) {
	y0, y1 := max(y, 0), min(y+n, w.height)
	if uint(x) >= uint(w.width) || y0 >= y1 {
		return
	}
	for i, end := w.index(x, y0), w.index(x, y1); i < end; i += w.stride {
		w.cells[i], w.tags[i] = c, 0
	}
}

// WallRect draws the outline of a rectangle in grey wall.
func (w *World) WallRect(a Area) {
	w.HorzWall(a.X, a.Y, a.W, Wall)
	w.HorzWall(a.X, a.Y+a.H-1, a.W, Wall)
	w.VertWall(a.X, a.Y, a.H, Wall)
	w.VertWall(a.X+a.W-1, a.Y, a.H, Wall)
}

// Border draws the outline of the whole map in grey wall.
func (w *World) Border() { w.WallRect(Area{0, 0, w.width, w.height}) }

// PlaceObj draws cells of area until one is empty, is not the agent's and is not
// rejected, and puts the thing there. It makes at most tries+1 tries, or very
// many if tries is 0, and then fails with an error that wraps [ErrPlacement].
// A nil reject rejects nothing.
func (w *World) PlaceObj(t Thing, area Area, reject func(Point) bool, tries int) (Point, error) {
	p, ok := w.findCell(area, reject, tries)
	if !ok {
		return p, fmt.Errorf("minigrid: place %v in %w", t.Cell, w.placementError(area, tries))
	}
	i := w.index(p.X, p.Y)
	w.cells[i], w.tags[i] = t.Cell, t.tag()
	return p, nil
}

// Place is [World.PlaceObj] of a plain cell anywhere on the map.
func (w *World) Place(c Cell) (Point, error) { return w.PlaceObj(Thing{Cell: c}, Area{}, nil, 0) }

// PlaceAgent takes the agent off the map, puts it on a random free cell of area
// and, if turn is set, lets it face a random direction.
func (w *World) PlaceAgent(area Area, turn bool, tries int) (Point, error) {
	w.pos = -1
	p, ok := w.findCell(area, nil, tries)
	if !ok {
		return p, fmt.Errorf("minigrid: place agent in %w", w.placementError(area, tries))
	}
	w.pos = w.index(p.X, p.Y)
	if turn {
		w.dir = Direction(w.RandInt(0, 4))
	}
	return p, nil
}

// findCell returns a random free cell; ok is false if tries+1 tries found none.
func (w *World) findCell(a Area, reject func(Point) bool, tries int) (p Point, ok bool) {
	x0, y0, x1, y1 := w.clamp(a)
	if x0 >= x1 || y0 >= y1 {
		return p, false
	}
	if tries <= 0 {
		tries = manyTries
	}
	rng, columns, rows := w.rng, x1-x0, y1-y0
	for range tries + 1 {
		x := x0 + rng.Intn(columns)
		y := y0 + rng.Intn(rows)
		i := w.index(x, y)
		if w.cells[i] == Empty && i != w.pos && (reject == nil || !reject(Point{x, y})) {
			return Point{x, y}, true
		}
	}
	return p, false
}

// clamp returns the half-open ranges that placement in a draws from. The
// original moves the corner onto the map without shrinking the size.
func (w *World) clamp(a Area) (x0, y0, x1, y1 int) {
	if a == (Area{}) {
		return 0, 0, w.width, w.height
	}
	x0, y0 = max(a.X, 0), max(a.Y, 0)
	return x0, y0, min(x0+a.W, w.width), min(y0+a.H, w.height)
}

func (w *World) placementError(a Area, tries int) error {
	if tries <= 0 {
		tries = manyTries
	}
	x0, y0, x1, y1 := w.clamp(a)
	return fmt.Errorf("columns [%d,%d), rows [%d,%d): %w in %d tries", x0, x1, y0, y1, ErrPlacement, tries+1)
}

// RandInt draws an integer in [lo,hi); a range of one value draws nothing.
func (w *World) RandInt(lo, hi int) int { return lo + w.rng.Intn(hi-lo) }

// RandFloat draws a number in [lo,hi).
func (w *World) RandFloat(lo, hi float64) float64 { return w.rng.Uniform(lo, hi) }

// RandBool draws true or false.
func (w *World) RandBool() bool { return w.RandInt(0, 2) == 0 }

// RandColor draws one of [Colors].
func (w *World) RandColor() Color { return Colors[w.RandInt(0, len(Colors))] }

// RandPos draws a point with x in [x0,x1) and y in [y0,y1).
func (w *World) RandPos(x0, x1, y0, y1 int) Point {
	p := Point{X: w.RandInt(x0, x1)}
	p.Y = w.RandInt(y0, y1)
	return p
}

// RandElem draws an element of list, which must not be empty.
func RandElem[T any](w *World, list []T) T { return list[w.RandInt(0, len(list))] }

// RandSubset draws n different elements of list, in the order of drawing.
func RandSubset[T any](w *World, list []T, n int) []T {
	rest := append([]T(nil), list...)
	out := make([]T, 0, n)
	for range n {
		i := w.RandInt(0, len(rest))
		out = append(out, rest[i])
		rest = append(rest[:i], rest[i+1:]...)
	}
	return out
}

// shuffledColors draws all colours in random order.
func shuffledColors(w *World) (colors [numColors]Color) {
	rest := Colors
	for k := range colors {
		left := rest[:len(rest)-k]
		i := w.RandInt(0, len(left))
		colors[k] = left[i]
		copy(left[i:], left[i+1:])
	}
	return colors
}
