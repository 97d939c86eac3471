package minigrid

import (
	"fmt"

	"github.com/miniflow-rl/miniflow"
)

// Point is a cell's column and row; (0,0) is the top left corner.
type Point struct{ X, Y int }

// Add returns p+q.
func (p Point) Add(q Point) Point { return Point{p.X + q.X, p.Y + q.Y} }

// Step returns the cell next to p in direction d.
func (p Point) Step(d Direction) Point {
	dx, dy := d.Vec()
	return Point{p.X + dx, p.Y + dy}
}

// pad is the width of the frame of grey walls around the map, which makes
// every cell of the 7x7 view of every agent position a valid index.
const pad = 6

// maxView is the largest side of a view.
const maxView = 255

// maxMap is the largest side of a map in cells.
const maxMap = 1 << 12

// World is the state of one lane: map, agent and counters. A [Task] draws it
// in Generate and judges it after each step.
type World struct {
	// Mission is the instruction of this episode.
	Mission string
	// MaxSteps is the number of steps after which the episode is truncated; a
	// task may set it in Generate.
	MaxSteps int
	// SeeThrough switches visibility off: walls do not hide what is behind them.
	SeeThrough bool

	width, height int
	viewSize      int
	stride        int
	ahead         [4]int // index distance to the cell in front, by direction
	rng           *miniflow.Rand

	cells    []Cell   // padded map, row by row
	tags     []uint16 // Thing.tag of each cell
	pos      int      // index of the agent's cell; -1 while it has none
	dir      Direction
	carrying Cell // Unseen if the hands are empty
	carryTag uint16
	steps    int

	blank []Cell  // what Clear copies
	seen  []Cell  // what Sight returns
	tiles []*tile // a row of the picture that is being drawn
}

// NewWorld returns an empty map of width x height cells, each at least 3,
// without an agent. viewSize is odd and at least 3.
func NewWorld(width, height, viewSize int) (*World, error) {
	if width < 3 || height < 3 || width > maxMap || height > maxMap {
		return nil, fmt.Errorf("minigrid: a map of %dx%d cells: want 3 to %d each way: %w", width, height, maxMap, miniflow.ErrParam)
	}
	if viewSize < 3 || viewSize%2 == 0 || viewSize > maxView {
		return nil, fmt.Errorf("minigrid: view size %d: want an odd number in [3,%d]: %w", viewSize, maxView, miniflow.ErrParam)
	}
	w := &World{width: width, height: height, viewSize: viewSize, stride: width + 2*pad, pos: -1}
	w.ahead = [4]int{1, w.stride, -1, -w.stride}
	n := w.stride * (height + 2*pad)
	w.cells = make([]Cell, n+8) // the fast view reads 8 cells at a time
	w.tags = make([]uint16, n)
	w.blank = make([]Cell, n+8)
	for i := range w.blank {
		w.blank[i] = Wall
	}
	for y := range height {
		for x := range width {
			w.blank[w.index(x, y)] = Empty
		}
	}
	w.Clear()
	return w, nil
}

// Clear empties the map and takes the agent off it.
func (w *World) Clear() {
	copy(w.cells, w.blank)
	clear(w.tags)
	w.pos, w.dir, w.carrying, w.carryTag, w.steps = -1, Right, Unseen, 0, 0
}

func (w *World) index(x, y int) int { return (y+pad)*w.stride + x + pad }

func (w *World) point(i int) Point {
	if i < 0 {
		return Point{-1, -1}
	}
	return Point{i%w.stride - pad, i/w.stride - pad}
}

// Width returns the number of columns of the map.
func (w *World) Width() int { return w.width }

// Height returns the number of rows of the map.
func (w *World) Height() int { return w.height }

// ViewSize returns the side of the agent's view.
func (w *World) ViewSize() int { return w.viewSize }

// Contains reports whether p lies on the map.
func (w *World) Contains(p Point) bool {
	return uint(p.X) < uint(w.width) && uint(p.Y) < uint(w.height)
}

// At returns what lies at p; outside the map that is a grey wall.
func (w *World) At(p Point) Cell {
	if !w.Contains(p) {
		return Wall
	}
	return w.cells[w.index(p.X, p.Y)]
}

// ThingAt returns what lies at p with its hidden part.
func (w *World) ThingAt(p Point) Thing {
	if !w.Contains(p) {
		return Thing{Cell: Wall}
	}
	i := w.index(p.X, p.Y)
	return thing(w.cells[i], w.tags[i])
}

// Set puts a cell at p, without checks: over a thing, under the agent. Points
// outside the map are ignored.
func (w *World) Set(p Point, c Cell) { w.SetThing(p, Thing{Cell: c}) }

// SetThing is Set for a cell with a hidden part.
func (w *World) SetThing(p Point, t Thing) {
	if !w.Contains(p) {
		return
	}
	i := w.index(p.X, p.Y)
	w.cells[i], w.tags[i] = t.Cell, t.tag()
}

// Agent returns the agent's cell, (-1,-1) while it has none, and direction.
func (w *World) Agent() (Point, Direction) { return w.point(w.pos), w.dir }

// agentOn reports whether the agent is on p.
func (w *World) agentOn(p Point) bool { return w.pos == w.index(p.X, p.Y) }

// SetAgent puts the agent on p, which must lie on the map.
func (w *World) SetAgent(p Point, d Direction) {
	w.pos, w.dir = w.index(p.X, p.Y), d&3
}

// Front returns the cell that the agent faces.
func (w *World) Front() Point { return w.point(w.pos).Step(w.dir) }

// Carrying returns what the agent carries; its Cell is Unseen if nothing.
func (w *World) Carrying() Thing { return thing(w.carrying, w.carryTag) }

// SetCarrying puts a thing into the agent's hands, or empties them if the
// thing's Cell is Unseen.
func (w *World) SetCarrying(t Thing) { w.carrying, w.carryTag = t.Cell, t.tag() }

// Steps returns the number of steps taken in this episode.
func (w *World) Steps() int { return w.steps }

// Rand returns the lane's generator.
func (w *World) Rand() *miniflow.Rand { return w.rng }

// SetRand sets the generator that the world draws from. An environment does so
// for its own worlds.
func (w *World) SetRand(rng *miniflow.Rand) { w.rng = rng }

// SuccessReward returns 1 - 0.9*(steps/maxSteps), the reward for solving a task
// at this step. The conversion keeps the product from being fused into the
// subtraction, which would change the last digit on some machines.
func (w *World) SuccessReward() float64 {
	return 1 - float64(0.9*(float64(w.steps)/float64(w.MaxSteps)))
}
