package miniworld

import (
	"container/heap"
	"math"
	"slices"

	"github.com/go-gl/mathgl/mgl64"
)

// search looks for a way with A*: a state is a pose of the agent, with what it
// carries, and its neighbours are where the world's own physics leads. The
// estimate of what is left is the distance over a grid of free places.
type search struct {
	world   *World
	actions int
	avoider Avoider // nil if the task is none
	deed    Deed
	things  []Entity
	found   Entity // the thing that there found

	field
	nodes []node
	open  []int32 // a heap
	seen  map[[3]int32]int32
}

type node struct {
	pose
	cost   int32
	parent int32
	total  float64 // cost and what is left, estimated
	action Action
}

const (
	searchNodes = 60000 // give up then
	// searchGreed weighs the estimate: plans are found sooner and are longer by a
	// few steps at most.
	searchGreed = 1.3
)

// there reports whether the deed can be done where the agent stands.
func (s *search) there() bool {
	w := s.world
	for _, t := range s.things {
		s.found = t
		switch s.deed {
		case GoTo:
			if w.Near(w.Agent, t) {
				return true
			}
		case Take:
			if w.inReach() == t.Base() {
				return true
			}
		case PutNextTo:
			c := w.Agent.Carrying
			if c == nil {
				return false
			}
			// As it will lie when it is dropped.
			b := c.Base()
			y := b.Pos[1]
			b.Pos[1] = 0
			near := w.Near(c, t)
			b.Pos[1] = y
			if near {
				return true
			}
		}
	}
	return false
}

// find appends a way to where the deed can be done, and the poses on it. It
// appends nothing if there is none.
func (s *search) find(plan []Action, poses []pose) ([]Action, []pose) {
	w := s.world
	a := w.Agent
	start, cached := w.pose(), a.Body
	var carried Body
	if a.Carrying != nil {
		carried = *a.Carrying.Base()
	}
	defer func() {
		a.Body = cached
		if a.Carrying != nil {
			*a.Carrying.Base() = carried
		}
	}()
	s.survey()
	forward, turn := w.sampler.Ranges[ForwardStep].Default[0], w.sampler.Ranges[TurnStep].Default[0]
	grain := max(forward/2, 0.1)
	key := func(p pose) [3]int32 {
		return [3]int32{int32(math.Floor(p.x / grain)), int32(math.Floor(p.z / grain)), int32(math.Round((p.dir - start.dir) / (turn * radian)))}
	}
	full := int32(math.Round(360 / turn))
	s.nodes, s.open = s.nodes[:0], s.open[:0]
	s.seen = map[[3]int32]int32{}
	push := func(p pose, from int32, act Action, cost int32) {
		left := s.left(p, forward, turn)
		if math.IsInf(left, 1) {
			return
		}
		k := key(p)
		k[2] = ((k[2] % full) + full) % full
		if at, ok := s.seen[k]; ok && s.nodes[at].cost <= cost {
			return
		}
		s.seen[k] = int32(len(s.nodes))
		s.nodes = append(s.nodes, node{pose: p, cost: cost, parent: from, action: act, total: float64(cost) + searchGreed*left})
		heap.Push((*frontier)(s), int32(len(s.nodes)-1))
	}
	push(start, -1, 0, 0)
	for len(s.open) > 0 && len(s.nodes) < searchNodes {
		i := heap.Pop((*frontier)(s)).(int32)
		n := s.nodes[i]
		s.stand(n.pose)
		if s.there() {
			for at := i; s.nodes[at].parent >= 0; at = s.nodes[at].parent {
				plan = append(plan, s.nodes[at].action)
				poses = append(poses, s.nodes[at].pose)
			}
			slices.Reverse(plan)
			slices.Reverse(poses)
			return plan, poses
		}
		for _, act := range [...]Action{MoveForward, TurnLeft, TurnRight} {
			s.stand(n.pose)
			switch act {
			case MoveForward:
				w.moveAgent(forward, 0)
			case TurnLeft:
				w.turnAgent(turn)
			case TurnRight:
				w.turnAgent(-turn)
			}
			if p := w.pose(); p != n.pose && !s.avoids(a.Pos) {
				push(p, i, act, n.cost+1)
			}
		}
	}
	return plan, poses
}

// stand puts the agent, and what it carries, into a pose.
func (s *search) stand(p pose) {
	a := s.world.Agent
	a.Pos[0], a.Pos[2], a.Dir = p.x, p.z, p.dir
	if a.Carrying != nil {
		b := a.Carrying.Base()
		b.Pos, b.Dir = s.world.carryPos(a.Pos, b), a.Dir
	}
}

func (s *search) avoids(p mgl64.Vec3) bool {
	return s.avoider != nil && s.avoider.Avoid(s.world, p)
}

// left estimates the number of steps from a pose to the goal: the way, and the
// turn into it.
func (s *search) left(p pose, forward, turn float64) float64 {
	d, dir, ok := s.at(p.x, p.z)
	if !ok {
		return math.Inf(1)
	}
	off := math.Abs(math.Remainder(p.dir-dir, 2*math.Pi))
	if d == 0 {
		off /= 2
	}
	return d/forward + max(0, off/(turn*radian)-0.5)
}

// frontier is the heap of open nodes, the most promising first.
type frontier search

func (f *frontier) Len() int { return len(f.open) }
func (f *frontier) Less(i, j int) bool {
	a, b := &f.nodes[f.open[i]], &f.nodes[f.open[j]]
	if a.total != b.total {
		return a.total < b.total
	}
	return f.open[i] > f.open[j]
}
func (f *frontier) Swap(i, j int) { f.open[i], f.open[j] = f.open[j], f.open[i] }
func (f *frontier) Push(v any)    { f.open = append(f.open, v.(int32)) }
func (f *frontier) Pop() any {
	v := f.open[len(f.open)-1]
	f.open = f.open[:len(f.open)-1]
	return v
}
