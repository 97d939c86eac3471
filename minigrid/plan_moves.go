package minigrid

import "math/bits"

// move is a way to change a situation: from any of the poses, at a cost, to the
// situation with table next, or to success if next is -1.
type move struct {
	poses []int32
	cost  int32
	next  int32
}

// moves lists what can be done in a situation.
func (b *bounds) moves(s *situation, home int32) []move {
	var moves []move
	add := func(poses []int32, cost int32, n situation) {
		m := move{poses: poses, cost: cost, next: -1}
		if n.chain != 0 {
			b.focus(&n, home)
			t, ok := b.rest[n]
			if !ok {
				t = b.solve(n, home, 0)
				b.rest[n] = t
			}
			m.next = t
		}
		moves = append(moves, m)
	}
	for _, k := range s.keys {
		if k != 0 {
			n := *s
			drops := n.pick(k.cell(), Key(k.color()))
			add(b.facing(k.cell()), 1+k.boxed()+drops, n)
		}
	}
	for _, k := range s.blocks {
		if k == 0 {
			continue
		}
		n, cost := *s, int32(1)
		if k.thing().Type() == TypeBox {
			n.lift(k.cell()) // opening it needs no hands
		} else {
			cost += n.pick(k.cell(), k.thing())
		}
		add(b.facing(k.cell()), cost, n)
	}
	for m := s.locked; m != 0; m &= m - 1 {
		k := bits.TrailingZeros64(m)
		if n, cost, ok := b.unlock(*s, k); ok {
			add(b.free(s, b.facing(b.doors[k].cell)), cost, n)
		}
	}
	c := &b.chains[s.chain]
	for i := range c.spots {
		at, n, cost, poses := &c.spots[i], *s, int32(1), c.spots[i].poses
		switch cell := b.number[at.index]; c.do {
		case Forward, Facing:
			cost = 0
		case Pickup:
			cost += n.pick(cell, at.thing)
		case Drop:
			n.loose, n.hands = n.held(), Unseen
		case Toggle:
			if k := b.lockedAt(s, Toggle, at); k >= 0 {
				ok := false
				if n, cost, ok = b.unlock(*s, k); !ok {
					continue
				}
				poses = b.free(s, poses)
			}
		}
		n.chain = c.rest
		add(poses, cost, n)
	}
	return moves
}

// unlock returns the situation after opening a door, what that costs, and
// whether there is a key at hand.
func (b *bounds) unlock(s situation, k int) (situation, int32, bool) {
	color, cost := b.doors[k].color, int32(1)
	if s.held()>>color&1 == 0 {
		return s, 0, false
	}
	if s.hands != Key(color) {
		cost += 1 + s.take(Key(color))
		s.loose &^= 1 << color
	}
	s.locked &^= 1 << k
	return s, cost, true
}

// facing returns the poses that face a cell.
func (b *bounds) facing(cell int32) []int32 {
	poses := make([]int32, 0, 4)
	for d := range int32(4) {
		if from := b.near[cell][(d+2)&3]; from >= 0 {
			poses = append(poses, from<<2|d)
		}
	}
	return poses
}

// free returns those of the poses that are not on a blocked cell.
func (b *bounds) free(s *situation, poses []int32) []int32 {
	out := make([]int32, 0, len(poses))
	for _, p := range poses {
		if !s.blocked(p >> 2) {
			out = append(out, p)
		}
	}
	return out
}
