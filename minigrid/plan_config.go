package minigrid

import (
	"bytes"
	"slices"

	"github.com/miniflow-rl/miniflow"
)

// configs stores all of a world's state but the agent's pose, each distinct one
// once, and loads it into the copied simulation.
type configs struct {
	sim    *sim
	bounds *bounds        // nil if nothing is known about the task
	task   statefulTask   // nil if the task has no state
	rng    *miniflow.Rand // nil if nothing draws random numbers
	wild   bool           // a Mover may change anything on the map, not only the cell in front

	cells   []Cell // the map of config 0
	tags    []uint16
	list    []config
	changes []change
	index   []uint32 // open addressing: config+1, 0 if free
	states  []taskState
	byState map[string]uint32 // the index of each in states, by its bytes

	loaded  uint32 // what the simulation holds, apart from the agent's pose
	now     uint32 // the state of task and generator that it holds, or unknown
	scratch []change
	buf     []byte
}

// config is a configuration: changes[from:to] with regard to config 0, the
// hands, and the number of the state of task and generator.
type config struct {
	hash     uint64
	from, to uint32
	state    uint32
	bound    int32 // its table in bounds; -1 if there is none
	tag      uint16
	carrying Cell
}

// change says what lies in a cell: index<<24 | cell<<16 | tag.
type change uint64

func newChange(i int, c Cell, tag uint16) change {
	return change(i)<<24 | change(c)<<16 | change(tag)
}

func (c change) put(w *World) { w.cells[c>>24], w.tags[c>>24] = Cell(c>>16), uint16(c) }

// taskState is the state of task and generator.
type taskState struct {
	task []byte
	rng  miniflow.Rand
}

// unknown is the number of no state.
const unknown = ^uint32(0)

// init makes the present state of the simulation config 0. The generator is part
// of it if the task's Judge may draw, or its Mover.
func (s *configs) init(c *sim, b *bounds, judgeDraws bool) error {
	s.sim, s.bounds, s.wild = c, b, c.mover != nil
	s.task, _ = c.task.(statefulTask)
	if s.wild || judgeDraws {
		s.rng = c.rng
	}
	s.cells, s.tags = slices.Clone(c.cells), slices.Clone(c.tags)
	s.index = make([]uint32, 1<<8)
	s.byState = map[string]uint32{}
	state, err := s.state()
	if err != nil {
		return err
	}
	s.loaded = s.intern(nil, state)
	return nil
}

// load puts a config into the simulation.
func (s *configs) load(k uint32) error {
	if k == s.loaded {
		return nil
	}
	w, old, c := s.sim.World, s.list[s.loaded], s.list[k]
	for _, ch := range s.changes[old.from:old.to] {
		w.cells[ch>>24], w.tags[ch>>24] = s.cells[ch>>24], s.tags[ch>>24]
	}
	for _, ch := range s.changes[c.from:c.to] {
		ch.put(w)
	}
	w.carrying, w.carryTag = c.carrying, c.tag
	s.loaded = k
	return s.setState(c.state)
}

// settle returns the config that an action has led to from the loaded one, in
// which the cell in front held c and tag.
func (s *configs) settle(front int, c Cell, tag uint16) (uint32, error) {
	w, old := s.sim.World, &s.list[s.loaded]
	state, err := s.state()
	if err != nil {
		return 0, err
	}
	list := s.scratch[:0]
	switch {
	case s.wild:
		list = s.survey(list)
	case w.cells[front] != c || w.tags[front] != tag:
		list = s.amend(list, s.changes[old.from:old.to], front)
	case state == old.state:
		return s.loaded, nil
	default:
		list = append(list, s.changes[old.from:old.to]...)
	}
	s.scratch = list
	return s.intern(list, state), nil
}

// survey appends all differences of the map from config 0.
func (s *configs) survey(list []change) []change {
	w := s.sim.World
	for y := range w.height {
		for i, end := w.index(0, y), w.index(w.width, y); i < end; i++ {
			if w.cells[i] != s.cells[i] || w.tags[i] != s.tags[i] {
				list = append(list, newChange(i, w.cells[i], w.tags[i]))
			}
		}
	}
	return list
}

// amend appends the old changes, brought up to date in one cell.
func (s *configs) amend(list, old []change, at int) []change {
	w := s.sim.World
	pending := w.cells[at] != s.cells[at] || w.tags[at] != s.tags[at]
	now := newChange(at, w.cells[at], w.tags[at])
	for _, ch := range old {
		if pending && int(ch>>24) >= at {
			list, pending = append(list, now), false
		}
		if int(ch>>24) != at {
			list = append(list, ch)
		}
	}
	if pending {
		list = append(list, now)
	}
	return list
}

// restore loads the config before an action again.
func (s *configs) restore(front int, c Cell, tag uint16) error {
	w, old := s.sim.World, &s.list[s.loaded]
	if s.wild {
		copy(w.cells, s.cells)
		copy(w.tags, s.tags)
		for _, ch := range s.changes[old.from:old.to] {
			ch.put(w)
		}
	} else {
		w.cells[front], w.tags[front] = c, tag
	}
	w.carrying, w.carryTag = old.carrying, old.tag
	return s.setState(old.state)
}

// state returns the number of the present state of task and generator.
func (s *configs) state() (uint32, error) {
	if s.task == nil && s.rng == nil {
		return 0, nil
	}
	var t taskState
	var err error
	s.buf = s.buf[:0]
	if s.task != nil {
		if s.buf, err = s.task.AppendBinary(s.buf); err != nil {
			return 0, err
		}
	}
	n := len(s.buf)
	if s.rng != nil {
		t.rng = *s.rng
	}
	if len(s.list) > 0 {
		k := s.list[s.loaded].state
		if old := &s.states[k]; old.rng == t.rng && bytes.Equal(old.task, s.buf) {
			s.now = k
			return k, nil
		}
	}
	if s.rng != nil {
		if s.buf, err = s.rng.AppendBinary(s.buf); err != nil {
			return 0, err
		}
	}
	k, ok := s.byState[string(s.buf)]
	if !ok {
		k = uint32(len(s.states))
		t.task = bytes.Clone(s.buf[:n])
		s.states = append(s.states, t)
		s.byState[string(s.buf)] = k
	}
	s.now = k
	return k, nil
}

// setState puts the state of that number into the simulation.
func (s *configs) setState(k uint32) error {
	if s.now == k || s.task == nil && s.rng == nil {
		return nil
	}
	s.now = k
	if s.rng != nil {
		*s.rng = s.states[k].rng
	}
	if s.task != nil {
		return s.task.UnmarshalBinary(s.states[k].task)
	}
	return nil
}

// intern returns the number of the config of these changes, the hands of the
// simulation, and a state.
func (s *configs) intern(list []change, state uint32) uint32 {
	w := s.sim.World
	c := config{state: state, bound: -1, tag: w.carryTag, carrying: w.carrying}
	h := mix(uint64(state)<<32 | uint64(c.tag)<<8 | uint64(c.carrying))
	for _, ch := range list {
		h = mix(h ^ uint64(ch)*0x9e3779b97f4a7c15)
	}
	mask := uint64(len(s.index) - 1)
	i := h & mask
	for ; s.index[i] != 0; i = (i + 1) & mask {
		k := s.index[i] - 1
		o := &s.list[k]
		if o.hash == h && o.state == state && o.carrying == c.carrying && o.tag == c.tag && slices.Equal(s.changes[o.from:o.to], list) {
			return k
		}
	}
	c.hash, c.from = h, uint32(len(s.changes))
	s.changes = append(s.changes, list...)
	c.to = uint32(len(s.changes))
	if s.bounds != nil {
		c.bound = s.bounds.table(w)
	}
	k := uint32(len(s.list))
	s.list = append(s.list, c)
	s.index[i] = k + 1
	if 2*len(s.list) > len(s.index) {
		s.index = make([]uint32, 2*len(s.index))
		mask = uint64(len(s.index) - 1)
		for k := range s.list {
			i := s.list[k].hash & mask
			for ; s.index[i] != 0; i = (i + 1) & mask {
			}
			s.index[i] = uint32(k + 1)
		}
	}
	return k
}
