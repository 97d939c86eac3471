package babyai

import "github.com/miniflow-rl/miniflow/minigrid"

// goal is something to do at one of some cells, perhaps with something in the
// hands.
type goal struct {
	// first says what must be in the hands; nil if nothing must.
	first func(minigrid.Thing) bool
	// do is Pickup, Drop or Toggle for doing that while facing a cell, and
	// Forward for facing it. A door must be open after a Toggle.
	do minigrid.Action
	// cells returns the cells in a world.
	cells func(w *minigrid.World) []minigrid.Point
}

// hold reports whether the hands hold what they must.
func (g *goal) hold(t minigrid.Thing) bool { return g.first == nil || g.first(t) }

// goalOf returns what to do for an action of the language.
func goalOf(i Instr, w *minigrid.World) goal {
	switch i := i.(type) {
	case *GoTo:
		// What is carried has no place; it gets one where it is put down.
		if i.To.has(w.Carrying()) {
			return goal{do: minigrid.Drop, cells: freeCells}
		}
		return goal{do: minigrid.Forward, cells: cellsAt(i.To.at...)}
	case *Open:
		return goal{do: minigrid.Toggle, cells: cellsAt(i.Door.at...)}
	case *Pickup:
		return goal{do: minigrid.Pickup, cells: func(w *minigrid.World) []minigrid.Point { return things(w, i.Thing.has) }}
	case *PutNext:
		return goal{first: i.Move.has, do: minigrid.Drop, cells: func(w *minigrid.World) []minigrid.Point {
			at := things(w, i.Beside.has)
			for _, p := range i.Beside.at {
				if w.At(p).Type() == minigrid.TypeWall {
					at = append(at, p)
				}
			}
			if len(at) == 0 {
				return freeCells(w) // it is in the hands, and will be put down somewhere
			}
			var beside []minigrid.Point
			for _, p := range at {
				for d := range minigrid.Direction(4) {
					beside = append(beside, p.Step(d))
				}
			}
			return beside
		}}
	}
	panic("babyai: not an action of the language")
}

// has reports whether t is one of the things that fitted when the episode began.
func (d *Desc) has(t minigrid.Thing) bool { return t.ID != 0 && d.ids.has(t.ID) }

// things returns where the things are that satisfy f.
func things(w *minigrid.World, f func(minigrid.Thing) bool) (at []minigrid.Point) {
	for y := range w.Height() {
		for x := range w.Width() {
			p := minigrid.Point{X: x, Y: y}
			if f(w.ThingAt(p)) {
				at = append(at, p)
			}
		}
	}
	return at
}

// cellsAt returns these cells for every world.
func cellsAt(cells ...minigrid.Point) func(*minigrid.World) []minigrid.Point {
	return func(*minigrid.World) []minigrid.Point { return cells }
}

// freeCells returns the cells on which something can be put down.
func freeCells(w *minigrid.World) []minigrid.Point {
	return w.Find(func(c minigrid.Cell) bool { return c == minigrid.Empty })
}
