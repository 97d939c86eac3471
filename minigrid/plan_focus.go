package minigrid

import "math/bits"

// dead returns the locked doors of which there is no key.
func (b *bounds) dead(s *situation) uint64 {
	colors, doors := s.held(), uint64(0)
	for _, k := range s.keys {
		if k != 0 {
			colors |= 1 << k.color()
		}
	}
	for m := s.locked; m != 0; m &= m - 1 {
		if k := bits.TrailingZeros64(m); colors>>b.doors[k].color&1 == 0 {
			doors |= 1 << k
		}
	}
	return doors
}

// focus reduces a situation to the doors that count for an agent at home, and to
// what has to do with them. All other doors are taken to be open, and doors
// without a key stay shut.
func (b *bounds) focus(s *situation, home int32) {
	var rel uint64
	if s.locked != 0 {
		rel = b.relevant(s, b.dead(s), home)
		s.locked = rel | b.dead(s)
	}
	var colors uint8
	for m := rel; m != 0; m &= m - 1 {
		colors |= 1 << b.doors[bits.TrailingZeros64(m)].color
	}
	if s.hands != Unseen && s.hands != burden && colors>>s.hands.Color()&1 == 0 {
		s.hands = burden
	}
	s.loose &= colors
	held := s.held()
	n := 0
	for i, k := range s.keys {
		s.keys[i] = 0
		if k != 0 && (colors&^held)>>k.color()&1 != 0 {
			s.keys[n] = k
			n++
		}
	}
	n = 0
	for i, k := range s.blocks {
		s.blocks[i] = 0
		if k != 0 && b.besides(rel, k.cell()) {
			s.blocks[n] = k
			n++
		}
	}
}

// besides reports whether a cell is next to one of the doors.
func (b *bounds) besides(doors uint64, cell int32) bool {
	for m := doors; m != 0; m &= m - 1 {
		for _, side := range b.near[b.doors[bits.TrailingZeros64(m)].cell] {
			if side == cell {
				return true
			}
		}
	}
	return false
}

// relevant returns the locked doors that count: going backwards from the aims,
// those on the border of every region that lies between them and home, and those
// that separate home from their keys.
func (b *bounds) relevant(s *situation, dead uint64, home int32) uint64 {
	region := b.regionsOf(s.locked)
	at := region[home]
	held := s.held()
	rel, seen := uint64(0), map[int32]bool{at: true, -1: true}
	var queue []int32
	reach := func(r int32) {
		if !seen[r] {
			seen[r] = true
			queue = append(queue, r)
		}
	}
	count := func(k int) {
		if (rel|dead)>>k&1 != 0 || bits.OnesCount64(rel) == maxDoors {
			return
		}
		rel |= 1 << k
		if color := b.doors[k].color; held>>color&1 == 0 {
			for _, key := range s.keys {
				if key != 0 && key.color() == color && region[key.cell()] == at {
					return
				}
			}
			for _, key := range s.keys {
				if key != 0 && key.color() == color {
					reach(region[key.cell()])
				}
			}
		}
	}
	for c := s.chain; c != 0; c = b.chains[c].rest {
		ch := &b.chains[c]
		if b.reachable(s, ch, region, at) {
			continue
		}
		for i := range ch.spots {
			if k := b.lockedAt(s, ch.do, &ch.spots[i]); k >= 0 {
				count(k)
			}
			for _, p := range ch.spots[i].poses {
				reach(region[p>>2])
			}
		}
	}
	for len(queue) > 0 {
		r := queue[0]
		queue = queue[1:]
		for m := s.locked &^ dead; m != 0; m &= m - 1 {
			k := bits.TrailingZeros64(m)
			sides := &b.near[b.doors[k].cell]
			for _, side := range sides {
				if side >= 0 && region[side] == r {
					count(k)
					for _, o := range sides {
						if o >= 0 {
							reach(region[o])
						}
					}
					break
				}
			}
		}
	}
	return rel
}

// reachable reports whether an aim can be met without opening a locked door.
func (b *bounds) reachable(s *situation, c *chain, region []int32, at int32) bool {
	for i := range c.spots {
		if b.lockedAt(s, c.do, &c.spots[i]) >= 0 {
			continue
		}
		for _, p := range c.spots[i].poses {
			if region[p>>2] == at {
				return true
			}
		}
	}
	return false
}

// lockedAt returns the number of the locked door to be toggled at a spot, or -1.
func (b *bounds) lockedAt(s *situation, do Action, at *spot) int {
	if k, ok := b.doorAt[at.index]; ok && do == Toggle && s.locked>>k&1 != 0 {
		return k
	}
	return -1
}
