package minigrid

import (
	"encoding/binary"
	"math/bits"
	"slices"
)

// bounds knows, for every config, how many actions success takes at least from
// each pose: the exact answer to an easier problem, in which things are no
// obstacles, what is put down can be picked up again anywhere, and only those
// locked doors count that separate the agent from its aims, their keys, and what
// lies on the cell before them. A [situation] is a state of that problem but for
// the pose.
//
// The first leg of a way, up to the first thing that is done, also counts a
// toggle for every closed door that it passes. Later legs do not, as the doors
// may have been opened on the first.
type bounds struct {
	sim  *sim
	aims func(*World) [][]Aim

	number []int32    // of each index of the map; -1 where nobody can ever stand
	index  []int      // the index of each numbered cell
	near   [][4]int32 // neighbours of each numbered cell by direction; -1 for none
	doors  []door
	doorAt map[int]int // number of the door at an index

	chains  []chain
	byAims  map[string]int32
	regions map[uint64][]int32
	rest    map[situation]int32
	first   map[firstLeg]int32
	tables  []boundTable
	merged  map[string]int32 // of several tables, the least bounds

	enter  []int32
	levels [][]int32
	buf    []byte
}

// farAway is the bound where success is out of reach.
const farAway = 1<<16 - 1

// boundTable holds the bound of every pose, numbered cell*4 + direction.
type boundTable struct {
	bound  []uint16
	chains []int32
}

// door is a door of config 0; cell is its number.
type door struct {
	cell  int32
	index int
	color Color
}

// chain is a list of aims; chain 0 has none left.
type chain struct {
	do    Action
	spots []spot
	rest  int32
}

// spot is a cell at which an aim can be met, from any of the poses.
type spot struct {
	index int
	thing Cell // what lies there, if it is to be picked up
	poses []int32
}

// firstLeg names a table in which doors that are closed cost a toggle.
type firstLeg struct {
	s      situation
	closed uint64
}

func newBounds(s *sim, aims func(*World) [][]Aim) *bounds {
	b := &bounds{
		sim: s, aims: aims, number: make([]int32, len(s.tags)), doorAt: map[int]int{},
		chains: make([]chain, 1), byAims: map[string]int32{},
		regions: map[uint64][]int32{}, rest: map[situation]int32{}, first: map[firstLeg]int32{}, merged: map[string]int32{},
	}
	for i := range b.number {
		b.number[i] = -1
		if p := s.point(i); !s.Contains(p) {
			continue
		}
		switch c := s.cells[i]; cellTable[c].typ {
		case TypeWall, TypeLava, TypeUnseen:
			continue
		case TypeDoor:
			if len(b.doors) < 64 {
				b.doorAt[i] = len(b.doors)
				b.doors = append(b.doors, door{int32(len(b.index)), i, c.Color()})
			}
		}
		b.number[i] = int32(len(b.index))
		b.index = append(b.index, i)
	}
	offset := [4]int{1, s.stride, -1, -s.stride}
	b.near = make([][4]int32, len(b.index))
	for c, i := range b.index {
		for d := range 4 {
			b.near[c][d] = b.number[i+offset[d]]
		}
	}
	b.enter = make([]int32, len(b.index))
	return b
}

// table returns the number of the table of bounds for the present config of w,
// or -1 if nothing is known.
func (b *bounds) table(w *World) int32 {
	choices := b.aims(w)
	home := b.number[w.pos]
	if len(choices) == 0 || home < 0 {
		return -1
	}
	var s situation
	closed := uint64(0)
	for k, d := range b.doors {
		switch cellTable[w.cells[d.index]].state {
		case Closed:
			closed |= 1 << k
		case Locked:
			s.locked |= 1 << k
		}
	}
	locked := s.locked
	if locked != 0 {
		b.survey(w, &s)
	}
	var tables []byte
	t := int32(-1)
	for _, aims := range choices {
		if len(aims) == 0 {
			return -1
		}
		s := s
		s.chain = b.chain(w, aims)
		b.focus(&s, home)
		b.block(w, &s)
		key := firstLeg{s, closed | locked&^s.locked}
		ok := false
		if t, ok = b.first[key]; !ok {
			t = b.solve(s, home, key.closed)
			b.first[key] = t
		}
		tables = binary.LittleEndian.AppendUint32(tables, uint32(t))
	}
	if len(choices) == 1 {
		return t
	}
	t, ok := b.merged[string(tables)]
	if !ok {
		t = b.merge(tables)
		b.merged[string(tables)] = t
	}
	return t
}

// merge returns a table of the least bounds in tables of these numbers, of which
// one at least will turn out to be true.
func (b *bounds) merge(numbers []byte) int32 {
	var m boundTable
	for ; len(numbers) > 0; numbers = numbers[4:] {
		t := &b.tables[binary.LittleEndian.Uint32(numbers)]
		if m.chains = append(m.chains, t.chains...); m.bound == nil {
			m.bound = slices.Clone(t.bound)
		}
		for p, v := range t.bound {
			m.bound[p] = min(m.bound[p], v)
		}
	}
	b.tables = append(b.tables, m)
	return int32(len(b.tables) - 1)
}

// at returns the bound of a pose on the cell of that index.
func (b *bounds) at(table int32, index int, d Direction) int {
	c := b.number[index]
	if table < 0 || c < 0 {
		return 0
	}
	return int(b.tables[table].bound[int(c)*4+int(d)])
}

// aimsAt reports whether toggling what lies at that index may be an aim.
func (b *bounds) aimsAt(table int32, index int) bool {
	if table < 0 {
		return true
	}
	for _, k := range b.tables[table].chains {
		for ; k != 0; k = b.chains[k].rest {
			c := &b.chains[k]
			for i := range c.spots {
				if c.do == Toggle && c.spots[i].index == index {
					return true
				}
			}
		}
	}
	return false
}

// chain returns the number of a list of aims in w.
func (b *bounds) chain(w *World, aims []Aim) int32 {
	rest := int32(0)
	for k := len(aims) - 1; k >= 0; k-- {
		a := &aims[k]
		b.buf = append(binary.LittleEndian.AppendUint32(b.buf[:0], uint32(rest)), byte(a.Do))
		for _, p := range a.Cells {
			b.buf = binary.LittleEndian.AppendUint32(b.buf, uint32(p.Y<<16|p.X))
			if a.Do == Pickup {
				b.buf = append(b.buf, byte(w.At(p)))
			}
		}
		n, ok := b.byAims[string(b.buf)]
		if !ok {
			c := chain{do: a.Do, rest: rest}
			for _, p := range a.Cells {
				if b.sim.Contains(p) {
					c.spots = append(c.spots, b.spot(a.Do, b.sim.index(p.X, p.Y), w.At(p)))
				}
			}
			n = int32(len(b.chains))
			b.chains = append(b.chains, c)
			b.byAims[string(b.buf)] = n
		}
		rest = n
	}
	return rest
}

func (b *bounds) spot(do Action, index int, thing Cell) spot {
	s := spot{index: index, thing: thing}
	offset := [4]int{1, b.sim.stride, -1, -b.sim.stride}
	for d := range 4 {
		if do == Forward || do == Done {
			if c := b.number[index]; c >= 0 {
				s.poses = append(s.poses, c*4+int32(d))
			}
		} else if c := b.number[index-offset[d]]; c >= 0 {
			s.poses = append(s.poses, c*4+int32(d))
		}
	}
	return s
}

// solve computes a table: the least number of actions from each pose to the end
// of situation s, in which each of the closed doors costs a toggle to enter.
func (b *bounds) solve(s situation, home int32, closed uint64) int32 {
	moves := b.moves(&s, home)
	for i := range b.enter {
		b.enter[i] = 1
	}
	for k := range b.doors {
		switch bit := uint64(1) << k; {
		case s.locked&bit != 0:
			b.enter[b.doors[k].cell] = 0
		case closed&bit != 0:
			b.enter[b.doors[k].cell] = 2
		}
	}
	dist := make([]uint16, 4*len(b.near))
	for i := range dist {
		dist[i] = farAway
	}
	lower := func(pose, v int32) {
		if v = min(v, farAway-1); v < int32(dist[pose]) {
			dist[pose] = uint16(v)
			for int(v) >= len(b.levels) {
				b.levels = append(b.levels, nil)
			}
			b.levels[v] = append(b.levels[v], pose)
		}
	}
	for _, m := range moves {
		for _, p := range m.poses {
			rest := uint16(0)
			if m.next >= 0 {
				rest = b.tables[m.next].bound[p]
			}
			if rest < farAway {
				lower(p, m.cost+int32(rest))
			}
		}
	}
	for v := 0; v < len(b.levels); v++ {
		for i := 0; i < len(b.levels[v]); i++ { // it grows at the last level
			p := b.levels[v][i]
			if int(dist[p]) != v {
				continue
			}
			c, d := p>>2, p&3
			lower(c<<2|(d+1)&3, int32(v)+1)
			lower(c<<2|(d+3)&3, int32(v)+1)
			if back := b.near[c][(d+2)&3]; back >= 0 && b.enter[c] != 0 && b.enter[back] != 0 {
				lower(back<<2|d, int32(v)+b.enter[c])
			}
		}
		b.levels[v] = b.levels[v][:0]
	}
	b.tables = append(b.tables, boundTable{dist, []int32{s.chain}})
	return int32(len(b.tables) - 1)
}

// regionsOf numbers the parts into which locked doors divide the map: the region
// of each cell, -1 for the doors themselves.
func (b *bounds) regionsOf(locked uint64) []int32 {
	if r, ok := b.regions[locked]; ok {
		return r
	}
	r := make([]int32, len(b.near))
	for m := locked; m != 0; m &= m - 1 {
		r[b.doors[bits.TrailingZeros64(m)].cell] = -1
	}
	n := int32(0)
	for c := range r {
		if r[c] != 0 {
			continue
		}
		n++
		r[c] = n
		for stack := []int32{int32(c)}; len(stack) > 0; {
			top := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			for _, o := range b.near[top] {
				if o >= 0 && r[o] == 0 {
					r[o] = n
					stack = append(stack, o)
				}
			}
		}
	}
	b.regions[locked] = r
	return r
}
