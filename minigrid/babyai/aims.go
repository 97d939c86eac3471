package babyai

import (
	"slices"

	"github.com/miniflow-rl/miniflow/minigrid"
)

var _ minigrid.Chooser = (*Level)(nil)

// maxChoices bounds the lists of aims of a level: the orders in which the aims of
// the parts of an instruction may follow each other are many.
const maxChoices = 12

// Aims implements [minigrid.Aimer].
func (l *Level) Aims(w *minigrid.World) []minigrid.Aim {
	if c := l.Choices(w); len(c) == 1 {
		return c[0]
	}
	return nil
}

// Choices implements [minigrid.Chooser].
func (l *Level) Choices(w *minigrid.World) [][]minigrid.Aim {
	if l.instr == nil {
		return nil
	}
	return choices(l.instr, w)
}

// choices returns lists of aims of which success includes one, nil if none are
// known.
//
// Only what is wanted first can be told by where it is now: what is wanted later
// may have been carried elsewhere by then. Doors stay where they are.
func choices(i Instr, w *minigrid.World) [][]minigrid.Aim {
	switch i := i.(type) {
	case *Before:
		return inOrder(&i.done, i.First, i.Then, w)
	case *After:
		return inOrder(&i.done, i.First, i.Then, w)
	case *And:
		switch {
		case i.done.a == int8(Success):
			return choices(i.B, w)
		case i.done.b == int8(Success):
			return choices(i.A, w)
		}
		return both(i.A, i.B, w)
	case *GoTo:
		if i.To.has(w.Carrying()) {
			return nil // wherever it is put down
		}
		return oneAim(minigrid.Facing, i.To.at)
	case *Open:
		return oneAim(minigrid.Toggle, i.Door.at)
	case *Pickup:
		if i.Thing.has(w.Carrying()) {
			return nil
		}
		return oneAim(minigrid.Pickup, things(w, i.Thing.has))
	case *PutNext:
		return i.choices(w)
	}
	return nil
}

func oneAim(do minigrid.Action, cells []minigrid.Point) [][]minigrid.Aim {
	return [][]minigrid.Aim{{{Do: do, Cells: cells}}}
}

// choices: either the other thing stays and the one that is moved is put down
// beside it, or both are picked up from where they are now, in either order.
func (p *PutNext) choices(w *minigrid.World) [][]minigrid.Aim {
	take := minigrid.Aim{Do: minigrid.Pickup, Cells: things(w, p.Move.has)}
	if p.Beside.has(w.Carrying()) {
		return [][]minigrid.Aim{{take}}
	}
	put := minigrid.Aim{Do: minigrid.Drop, Cells: p.besides(w)}
	move := minigrid.Aim{Do: minigrid.Pickup, Cells: things(w, func(t minigrid.Thing) bool { return p.Beside.has(t) && t.CanPickup() })}
	if p.Move.has(w.Carrying()) {
		if len(move.Cells) == 0 {
			return [][]minigrid.Aim{{put}}
		}
		return [][]minigrid.Aim{{put}, {move}}
	}
	if len(move.Cells) == 0 {
		return [][]minigrid.Aim{{take, put}}
	}
	return [][]minigrid.Aim{{take, put}, {move, take}, {take, move}}
}

// besides returns the cells next to the things that fit Beside.
func (p *PutNext) besides(w *minigrid.World) (cells []minigrid.Point) {
	add := func(at minigrid.Point) {
		for d := range minigrid.Direction(4) {
			if q := at.Step(d); w.Contains(q) && w.At(q).Type() != minigrid.TypeWall {
				cells = append(cells, q)
			}
		}
	}
	for _, at := range things(w, p.Beside.has) {
		add(at)
	}
	for _, at := range p.Beside.at {
		if w.At(at).Type() == minigrid.TypeWall {
			add(at)
		}
	}
	return cells
}

// inOrder returns the choices of what is to be done first, each followed by the
// second part if that is about doors.
func inOrder(done *pair, first, then Instr, w *minigrid.World) [][]minigrid.Aim {
	if done.a == int8(Success) {
		return choices(then, w)
	}
	lists := choices(first, w)
	var last minigrid.Aim
	switch i := then.(type) {
	case *GoTo:
		last = minigrid.Aim{Do: minigrid.Facing, Cells: i.To.at}
		if i.To.Type != minigrid.TypeDoor {
			return lists
		}
	case *Open:
		last = minigrid.Aim{Do: minigrid.Toggle, Cells: i.Door.at}
	default:
		return lists
	}
	for k, list := range lists {
		if !coincide(list, []minigrid.Aim{last}) {
			lists[k] = append(slices.Clip(list), last)
		}
	}
	return lists
}

// both returns the aims of two parts in all orders; where that is too much, or
// one action may count for both, those of one part.
func both(a, b Instr, w *minigrid.World) [][]minigrid.Aim {
	as, bs := choices(a, w), choices(b, w)
	var all [][]minigrid.Aim
	complete := as != nil && bs != nil
	for _, x := range as {
		for _, y := range bs {
			complete = complete && !coincide(x, y)
			if complete {
				all = interleave(all, nil, x, y)
				complete = len(all) <= maxChoices
			}
		}
	}
	switch {
	case complete:
		return all
	case opensAgain(a, w) || opensAgain(b, w):
		return nil // the planner closes doors only as an aim
	case as == nil:
		return bs
	}
	return as
}

// coincide reports whether one action may meet aims of both lists.
func coincide(a, b []minigrid.Aim) bool {
	for _, x := range a {
		for _, y := range b {
			if x.Do != y.Do || x.Do == minigrid.Facing {
				continue
			}
			for _, p := range x.Cells {
				if slices.Contains(y.Cells, p) {
					return true
				}
			}
		}
	}
	return false
}

// interleave appends head followed by a and b in every order that keeps theirs.
func interleave(dst [][]minigrid.Aim, head, a, b []minigrid.Aim) [][]minigrid.Aim {
	if len(a) == 0 || len(b) == 0 {
		return append(dst, slices.Concat(head, a, b))
	}
	dst = interleave(dst, append(slices.Clip(head), a[0]), a[1:], b)
	return interleave(dst, append(slices.Clip(head), b[0]), a, b[1:])
}

// opensAgain reports whether one of the doors that an instruction asks to open is
// open.
func opensAgain(i Instr, w *minigrid.World) bool {
	switch i := i.(type) {
	case *And:
		return opensAgain(i.A, w) || opensAgain(i.B, w)
	case *Open:
		for _, p := range i.Door.at {
			if w.At(p).State() == minigrid.Open {
				return true
			}
		}
	}
	return false
}
