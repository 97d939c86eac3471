package babyai

import (
	"context"
	"fmt"
	"slices"

	"github.com/miniflow-rl/miniflow/minigrid"
)

// search looks for the actions that reach a goal: A* over the agent's pose and
// the layout of the map, by the rules of the world. Its estimate is the field's,
// which may be too high where things are in the way; what it finds is short, if
// not always shortest.
type search struct {
	goal  *goal
	field *field // lends its scratch

	layouts []layout
	byHash  map[uint64]int32
	nodes   []node
	index   map[uint64]int32 // by layout and pose
	open    [][]opened       // last in, first out, by estimate
	first   int              // no entry of open below it
}

// layout is a map and what the agent carries.
type layout struct {
	world  *minigrid.World
	hash   uint64
	dist   []uint16 // the field's, nil until it is needed
	target []bool   // the goal's cells
}

type node struct {
	layout, pose, parent int32
	g                    int32
	action               minigrid.Action
}

type opened struct{ node, g int32 }

// searchBudget is how many nodes a search expands before it gives up.
const searchBudget = 10_000

// run returns the actions that reach the goal from where w is.
func (s *search) run(ctx context.Context, w *minigrid.World) ([]minigrid.Action, error) {
	s.byHash, s.index = map[uint64]int32{0: 0}, map[uint64]int32{}
	s.layouts = append(s.layouts, layout{world: w.Clone()})
	p, d := w.Agent()
	s.assess(0)
	start := s.field.pose(p, d)
	if s.goal.do == minigrid.Forward && s.isTarget(0, p.Step(d)) {
		return []minigrid.Action{minigrid.Done}, nil // it counts after an action
	}
	s.add(0, start, 0, -1, 0)
	for expanded := 0; ; expanded++ {
		k, ok := s.pop()
		if !ok {
			return nil, fmt.Errorf("there is no way: %w", errStuck)
		}
		if expanded == searchBudget {
			return nil, fmt.Errorf("no way in %d states: %w", expanded, errStuck)
		}
		if expanded%1024 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if a, ok := s.expand(k); ok {
			actions := []minigrid.Action{a}
			for n := s.nodes[k]; n.parent >= 0; n = s.nodes[n.parent] {
				actions = append(actions, n.action)
			}
			slices.Reverse(actions)
			return actions, nil
		}
	}
}

// assess computes the distances of a layout.
func (s *search) assess(k int32) {
	l := &s.layouts[k]
	s.field.compute(l.world, s.goal, nil)
	if l.dist = s.field.finish; s.field.fetch != nil {
		l.dist = s.field.fetch
	}
	l.dist = slices.Clone(l.dist)
	l.target = make([]bool, len(l.dist)/4)
	for _, p := range s.field.targets {
		if l.world.Contains(p) {
			l.target[s.field.cell(p)] = true
		}
	}
}

func (s *search) isTarget(k int32, p minigrid.Point) bool {
	return s.layouts[k].world.Contains(p) && s.layouts[k].target[s.field.cell(p)]
}

// pop returns the node to expand next. A layout is only assessed when one of its
// nodes comes up: most of them never do.
func (s *search) pop() (int32, bool) {
	for ; s.first < len(s.open); s.first++ {
		for l := s.open[s.first]; len(l) > 0; l = s.open[s.first] {
			o := l[len(l)-1]
			s.open[s.first] = l[:len(l)-1]
			n := &s.nodes[o.node]
			if n.g != o.g {
				continue
			}
			if s.layouts[n.layout].dist != nil {
				return o.node, true
			}
			s.assess(n.layout)
			if h := s.layouts[n.layout].dist[n.pose]; h < farAway {
				s.push(o.node, int(h))
			}
		}
	}
	return 0, false
}

// push opens a node that is about h from the goal. The weights make the search
// prefer what is near it.
func (s *search) push(k int32, h int) {
	g := s.nodes[k].g
	f := 2*int(g) + 3*h
	for f >= len(s.open) {
		s.open = append(s.open, nil)
	}
	s.open[f] = append(s.open[f], opened{k, g})
	s.first = min(s.first, f)
}

// add enters a state that can be reached in g steps.
func (s *search) add(k, pose, g, parent int32, a minigrid.Action) {
	h := farAway
	if d := s.layouts[k].dist; d != nil {
		h = int(d[pose])
	} else if p := s.nodes[parent]; true {
		h = int(s.layouts[p.layout].dist[p.pose])
	}
	if h == farAway {
		return
	}
	key := uint64(k)<<32 | uint64(pose)
	n, ok := s.index[key]
	switch {
	case !ok:
		n = int32(len(s.nodes))
		s.index[key] = n
		s.nodes = append(s.nodes, node{k, pose, parent, g, a})
	case s.nodes[n].g <= g:
		return
	default:
		s.nodes[n] = node{k, pose, parent, g, a}
	}
	s.push(n, h)
}

// expand tries the actions that may help, and reports whether one of them
// reaches the goal.
func (s *search) expand(k int32) (minigrid.Action, bool) {
	n := s.nodes[k]
	w, p, d := s.layouts[n.layout].world, s.field.point(n.pose), minigrid.Direction(n.pose&3)
	front := p.Step(d)
	for _, a := range [...]minigrid.Action{minigrid.TurnLeft, minigrid.TurnRight, minigrid.Forward} {
		w.SetAgent(p, d)
		if w.Act(a).Terminated {
			continue // onto lava or a goal
		}
		q, e := w.Agent()
		if s.goal.do == minigrid.Forward && s.isTarget(n.layout, w.Front()) {
			return a, true
		}
		if q != p || e != d {
			s.add(n.layout, s.field.pose(q, e), n.g+1, k, a)
		}
	}
	w.SetAgent(p, d)
	a, ok := s.handle(n.layout, front)
	if !ok {
		return 0, false
	}
	hands, before := w.Carrying(), w.ThingAt(front)
	c := w.Clone()
	c.Act(a)
	if a == s.goal.do && s.goal.hold(hands) && s.isTarget(n.layout, front) {
		if t := c.At(front); a != minigrid.Toggle || t.Type() != minigrid.TypeDoor || t.State() == minigrid.Open {
			return a, true
		}
	}
	h := s.layouts[n.layout].hash ^ zobrist(front, before) ^ zobrist(front, c.ThingAt(front)) ^
		zobrist(nowhere, hands) ^ zobrist(nowhere, c.Carrying())
	next, seen := s.byHash[h]
	if !seen {
		next = int32(len(s.layouts))
		s.byHash[h] = next
		s.layouts = append(s.layouts, layout{world: c, hash: h})
	}
	s.add(next, n.pose, n.g+1, k, a)
	return 0, false
}

// handle returns what to do with what lies in front; ok is false if there is
// nothing that could help. Doors are closed and boxes opened only as a goal.
func (s *search) handle(k int32, front minigrid.Point) (a minigrid.Action, ok bool) {
	w := s.layouts[k].world
	c, hands := w.At(front), w.Carrying().Cell
	wanted := s.goal.do == minigrid.Toggle && s.isTarget(k, front)
	switch {
	case c.Type() == minigrid.TypeDoor:
		return minigrid.Toggle, wanted || c.State() == minigrid.Closed || c.State() == minigrid.Locked && hands == minigrid.Key(c.Color())
	case wanted:
		return minigrid.Toggle, true
	case c.CanPickup():
		return minigrid.Pickup, hands == minigrid.Unseen
	}
	return minigrid.Drop, c == minigrid.Empty && hands != minigrid.Unseen
}

// zobrist is the share of a thing in the hash of a layout; nowhere stands for
// the hands. Layouts whose hashes collide would at worst hide a way.
func zobrist(p minigrid.Point, t minigrid.Thing) uint64 {
	x := uint64(p.X+1)<<48 | uint64(p.Y+1)<<32 | uint64(t.Cell)<<16 | uint64(t.Inside)<<8 | uint64(t.ID)
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
