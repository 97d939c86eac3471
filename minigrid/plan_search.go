package minigrid

import (
	"context"
	"fmt"
	"slices"

	"github.com/miniflow-rl/miniflow"
)

// search is one run of the planner: A* over the states of a copied lane.
//
// A state is a pose (the agent's cell and direction) in a config (all the rest:
// map, hands, task). Moves keep the config, so there are few configs and each is
// stored once, as its differences from the first one.
type search struct {
	configs
	actions int
	weight  int
	left    int    // steps that the episode has left
	bare    bool   // the common rules are all there is
	tidy    bool   // closing a door leads nowhere but to aims
	offset  [4]int // index distance to the cell in front, by direction

	nodes []node
	index []uint32   // open addressing: node+1 by state, 0 if free
	open  [][]opened // last in, first out, by estimated length of the plan
	first int        // no entry of open below it

	best       int // length of the shortest plan so far, or left+1
	bestParent uint32
	bestAction Action
	expanded   int
}

// node is a state that was reached.
type node struct {
	config uint32
	pose   uint32 // cell index*4 + direction
	parent uint32
	g      int32 // length of the shortest way here so far
	action Action
}

// opened is a node to be expanded, unless a shorter way to it was found since.
type opened struct {
	node uint32
	g    int32
}

func newSearch(live *sim, actions, weight int) (*search, error) {
	c, err := live.clone()
	if err != nil {
		return nil, err
	}
	s := &search{actions: actions, weight: weight, left: live.MaxSteps - live.steps}
	s.best = s.left + 1
	aimer, ok := c.task.(Aimer)
	s.bare = c.judge == nil && c.mover == nil
	s.tidy = s.bare || ok
	for d := range s.offset {
		c.dir = Direction(d)
		s.offset[d] = c.frontOffset()
	}
	c.dir = live.dir
	var bounds *bounds
	if s.tidy {
		aims := goalAims
		if ok {
			aims = aimer.Aims
		}
		choices := func(w *World) [][]Aim {
			if list := aims(w); len(list) > 0 {
				return [][]Aim{list}
			}
			return nil
		}
		if chooser, ok := c.task.(Chooser); ok {
			choices = chooser.Choices
		}
		bounds = newBounds(c, choices)
	}
	if err := s.configs.init(c, bounds, !s.tidy); err != nil {
		return nil, err
	}
	s.index = make([]uint32, 1<<12)
	return s, nil
}

// run returns the actions of the plan.
func (s *search) run(ctx context.Context, budget int) ([]int32, error) {
	s.add(0, uint32(s.sim.pos*4)+uint32(s.sim.dir), 0, 0, 0)
	for {
		n, ok := s.pop()
		if !ok {
			break
		}
		if s.expanded == budget {
			return nil, fmt.Errorf("%d states expanded: %w", budget, miniflow.ErrPlanUnknown)
		}
		if s.expanded%1024 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		s.expanded++
		if err := s.expand(n); err != nil {
			return nil, err
		}
	}
	if s.best > s.left {
		return nil, fmt.Errorf("within the %d steps left: %w", s.left, miniflow.ErrUnsolvable)
	}
	plan := []int32{int32(s.bestAction)}
	for n := s.bestParent; n != 0; n = s.nodes[n].parent {
		plan = append(plan, int32(s.nodes[n].action))
	}
	slices.Reverse(plan)
	return plan, nil
}

// pop returns the node to expand next, or false if there is none that could
// lead to a shorter plan than the best.
func (s *search) pop() (uint32, bool) {
	for ; s.first < len(s.open); s.first++ {
		if s.best <= s.left && (s.weight > 1 || s.first >= s.best) {
			return 0, false
		}
		for l := s.open[s.first]; len(l) > 0; {
			o := l[len(l)-1]
			l = l[:len(l)-1]
			s.open[s.first] = l
			if s.nodes[o.node].g == o.g {
				return o.node, true
			}
		}
		s.open[s.first] = nil
	}
	return 0, false
}

// expand tries every action in a state.
//
// The aims of a config may depend on the state of task and map only, so that
// asking for them in the middle of an action, before it is undone, is fine.
func (s *search) expand(ni uint32) error {
	n := s.nodes[ni]
	if err := s.load(n.config); err != nil {
		return err
	}
	w := s.sim.World
	pos, dir := int(n.pose>>2), Direction(n.pose&3)
	front := pos + s.offset[dir]
	c, tag := w.cells[front], w.tags[front]
	for a := range Action(s.actions) {
		if s.useless(a, front, c) {
			continue
		}
		w.pos, w.dir, w.steps = pos, dir, w.MaxSteps-s.left+int(n.g)
		o := s.sim.advance(a)
		if o.Terminated || o.Truncated {
			if o.Terminated && o.Reward > 0 && int(n.g)+1 < s.best {
				s.best, s.bestParent, s.bestAction = int(n.g)+1, ni, a
			}
			s.now = unknown
			if err := s.restore(front, c, tag); err != nil {
				return err
			}
			continue
		}
		pose := uint32(w.pos*4) + uint32(w.dir)
		next, err := s.settle(front, c, tag)
		if err != nil {
			return err
		}
		if err := s.restore(front, c, tag); err != nil {
			return err
		}
		if next != n.config || pose != n.pose {
			s.add(next, pose, n.g+1, ni, a)
		}
	}
	return nil
}

// useless reports whether an action surely leads nowhere: because nothing would
// happen and no task looks on, or because it would close a door for no aim.
func (s *search) useless(a Action, front int, c Cell) bool {
	switch a {
	case Pickup:
		return s.bare && (s.sim.carrying != Unseen || !cellTable[c].carried)
	case Drop:
		return s.bare && (s.sim.carrying == Unseen || c != Empty)
	case Toggle:
		t := cellTable[c].typ
		if s.tidy && t == TypeDoor && cellTable[c].state == Open {
			return !s.bounds.aimsAt(s.list[s.loaded].bound, front)
		}
		return s.bare && t != TypeDoor && t != TypeBox
	case Done:
		return s.bare
	}
	return false
}

// add enters a state that can be reached in g steps, unless a way as short is
// known, or it is too far from success for the steps left or the best plan.
func (s *search) add(config, pose uint32, g int32, parent uint32, a Action) {
	h := s.bound(config, pose)
	if h == farAway || int(g)+h >= s.best {
		return
	}
	at := s.slot(config, pose)
	var k uint32
	if v := s.index[at]; v != 0 {
		k = v - 1
		if s.nodes[k].g <= g {
			return
		}
		s.nodes[k].g, s.nodes[k].parent, s.nodes[k].action = g, parent, a
	} else {
		k = uint32(len(s.nodes))
		s.nodes = append(s.nodes, node{config: config, pose: pose, g: g, parent: parent, action: a})
		s.index[at] = k + 1
		if len(s.nodes)*2 > len(s.index) {
			s.grow()
		}
	}
	f := int(g) + s.weight*h
	for f >= len(s.open) {
		s.open = append(s.open, nil)
	}
	s.open[f] = append(s.open[f], opened{k, g})
	s.first = min(s.first, f)
}

// bound returns how many actions success takes at least.
func (s *search) bound(config, pose uint32) int {
	if s.bounds == nil {
		return 0
	}
	return s.bounds.at(s.list[config].bound, int(pose>>2), Direction(pose&3))
}

// slot returns where the state is in the index, or belongs.
func (s *search) slot(config, pose uint32) int {
	mask := uint64(len(s.index) - 1)
	i := mix(uint64(config)<<32|uint64(pose)) & mask
	for {
		v := s.index[i]
		if v == 0 {
			return int(i)
		}
		if n := &s.nodes[v-1]; n.pose == pose && n.config == config {
			return int(i)
		}
		i = (i + 1) & mask
	}
}

func (s *search) grow() {
	s.index = make([]uint32, 2*len(s.index))
	for k := range s.nodes {
		s.index[s.slot(s.nodes[k].config, s.nodes[k].pose)] = uint32(k + 1)
	}
}

// mix is the finaliser of splitmix64 (Steele, Lea and Flood, 2014).
func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}
