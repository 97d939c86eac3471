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

// HorzWall draws a row of n cells from (x,y) to the right.
func (w *World) HorzWall(x, y, n int, c Cell) {
	for i := range n {
		w.Set(Point{x + i, y}, c)
	}
}

// VertWall draws a column of n cells from (x,y) downwards.
func (w *World) VertWall(x, y, n int, c Cell) {
	for i := range n {
		w.Set(Point{x, y + i}, c)
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
	p, err := w.findCell(area, reject, tries)
	if err != nil {
		return p, fmt.Errorf("minigrid: place %v: %w", t.Cell, err)
	}
	w.SetThing(p, t)
	return p, nil
}

// Place is [World.PlaceObj] of a plain cell anywhere on the map.
func (w *World) Place(c Cell) (Point, error) { return w.PlaceObj(Thing{Cell: c}, Area{}, nil, 0) }

// PlaceAgent takes the agent off the map, puts it on a random free cell of area
// and, if turn is set, lets it face a random direction.
func (w *World) PlaceAgent(area Area, turn bool, tries int) (Point, error) {
	w.pos = -1
	p, err := w.findCell(area, nil, tries)
	if err != nil {
		return p, fmt.Errorf("minigrid: place agent: %w", err)
	}
	d := w.dir
	if turn {
		d = Direction(w.RandInt(0, 4))
	}
	w.SetAgent(p, d)
	return p, nil
}

func (w *World) findCell(a Area, reject func(Point) bool, tries int) (Point, error) {
	if a == (Area{}) {
		a.W, a.H = w.width, w.height
	}
	// The original clamps the corner without shrinking the size.
	x0, y0 := max(a.X, 0), max(a.Y, 0)
	x1, y1 := min(x0+a.W, w.width), min(y0+a.H, w.height)
	if x0 >= x1 || y0 >= y1 {
		return Point{}, fmt.Errorf("area %+v has no cell on a map of %dx%d: %w", a, w.width, w.height, ErrPlacement)
	}
	if tries <= 0 {
		tries = manyTries
	}
	for range tries + 1 {
		p := Point{w.RandInt(x0, x1), 0}
		p.Y = w.RandInt(y0, y1)
		i := w.index(p.X, p.Y)
		if w.cells[i] == Empty && i != w.pos && (reject == nil || !reject(p)) {
			return p, nil
		}
	}
	return Point{}, fmt.Errorf("%w in %d tries", ErrPlacement, tries)
}

// RandInt draws an integer in [lo,hi); a range of one value draws nothing.
func (w *World) RandInt(lo, hi int) int { return int(w.rng.Integers(int64(lo), int64(hi))) }

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
