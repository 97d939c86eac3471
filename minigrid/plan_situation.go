package minigrid

import "math/bits"

// What a situation has room for. What does not fit is taken to be no hindrance.
const (
	maxDoors  = 4
	maxKeys   = 8
	maxBlocks = 2 * maxDoors
)

// burden stands in a situation for a thing in the agent's hands that opens no
// door that counts.
const burden = Wall

// situation is a state of the easier problem of [bounds], but for the pose.
type situation struct {
	chain  int32  // the aims left
	locked uint64 // doors that are locked; others are open
	hands  Cell   // Unseen, a Key of a door that counts, or burden
	loose  uint8  // bit c: a key of colour c has been put down, somewhere
	keys   [maxKeys]keyAt
	blocks [maxBlocks]blockAt
}

// keyAt is a key on the map: number of the cell<<5 | boxed<<4 | colour+1; 0 for none.
type keyAt uint32

func (k keyAt) cell() int32  { return int32(k >> 5) }
func (k keyAt) color() Color { return Color(k&15) - 1 }
func (k keyAt) boxed() int32 { return int32(k>>4) & 1 }

// blockAt is a thing in the way of who wants to open a door: number of the
// cell<<8 | the thing; 0 for none.
type blockAt uint32

func (k blockAt) cell() int32 { return int32(k >> 8) }
func (k blockAt) thing() Cell { return Cell(k) }

// held returns the colours of the keys that the agent has or had in its hands.
func (s *situation) held() uint8 {
	if s.hands != Unseen && s.hands != burden {
		return s.loose | 1<<s.hands.Color()
	}
	return s.loose
}

// take puts a thing into the agent's hands, which drops what was in them, and
// returns the number of drops.
func (s *situation) take(c Cell) int32 {
	if s.hands == Unseen {
		s.hands = c
		return 0
	}
	s.loose = s.held()
	s.hands = c
	if c != burden {
		s.loose &^= 1 << c.Color()
	}
	return 1
}

// lift takes off a cell whatever lies there. If that is a box, the key in it may
// turn up anywhere.
func (s *situation) lift(cell int32) {
	for i, k := range s.blocks {
		if k != 0 && k.cell() == cell {
			s.blocks[i] = 0
		}
	}
	for i, k := range s.keys {
		if k != 0 && k.cell() == cell {
			s.loose |= uint8(k.boxed()) << k.color()
			s.keys[i] = 0
		}
	}
}

// pick is lift and take.
func (s *situation) pick(cell int32, thing Cell) int32 {
	s.lift(cell)
	if thing.Type() != TypeKey {
		thing = burden
	}
	return s.take(thing)
}

// survey writes down hands, keys, and what lies before locked doors.
func (b *bounds) survey(w *World, s *situation) {
	var colors uint8
	for m := s.locked; m != 0; m &= m - 1 {
		colors |= 1 << b.doors[bits.TrailingZeros64(m)].color
	}
	if s.hands = w.carrying; s.hands != Unseen && s.hands.Type() != TypeKey {
		if in := Cell(w.carryTag); s.hands.Type() == TypeBox && in.Type() == TypeKey {
			s.loose |= 1 << in.Color() // a little sooner than true: the box must be opened
		}
		s.hands = burden
	}
	n := 0
	for i, c := range b.number {
		if c < 0 {
			continue
		}
		k, boxed := w.cells[i], keyAt(0)
		if k.Type() == TypeBox {
			k, boxed = Cell(w.tags[i]), 1
		}
		if k.Type() != TypeKey || colors>>k.Color()&1 == 0 {
			continue
		}
		if n == maxKeys {
			s.loose |= 1 << k.Color()
			continue
		}
		s.keys[n] = keyAt(c)<<5 | boxed<<4 | keyAt(k.Color()+1)
		n++
	}
}

// block writes down what lies before the doors that count.
func (b *bounds) block(w *World, s *situation) {
	if b.sim.mover != nil {
		return // it may go away by itself
	}
	n := 0
	for m := s.locked; m != 0; m &= m - 1 {
		d := b.doors[bits.TrailingZeros64(m)].cell
		for _, side := range b.near[d] {
			if side < 0 || n == maxBlocks {
				continue
			}
			if c := w.cells[b.index[side]]; cellTable[c].carried {
				s.blocks[n] = blockAt(side)<<8 | blockAt(c)
				n++
			}
		}
	}
}

// blocked reports whether something lies on a cell before a door.
func (s *situation) blocked(cell int32) bool {
	for _, k := range s.blocks {
		if k != 0 && k.cell() == cell {
			return true
		}
	}
	return false
}
