package mazes

import "github.com/miniflow-rl/miniflow/minigrid"

// Solver finds out how long mazes take. It keeps its memory between mazes; the
// zero value is ready, and one serves one goroutine.
type Solver struct {
	dist  []int32 // steps from the start to each pose, -1 if not reached
	queue []int32
}

// Steps returns the least number of actions that take the agent onto the goal;
// ok is false if there is a wall all around. It takes time linear in the cells.
func (s *Solver) Steps(m *Maze) (n int, ok bool) {
	poses := 4 * m.Width * m.Height
	if cap(s.dist) < poses {
		s.dist, s.queue = make([]int32, poses), make([]int32, 0, poses)
	}
	s.dist = s.dist[:poses]
	for k := range s.dist {
		s.dist[k] = -1
	}
	s.queue = s.queue[:0]
	visit := func(p minigrid.Point, d minigrid.Direction, dist int32) {
		k := int32(4*(p.Y*m.Width+p.X)) + int32(d)
		if s.dist[k] < 0 {
			s.dist[k] = dist
			s.queue = append(s.queue, k)
		}
	}
	visit(m.Agent, m.Dir&3, 0)
	for next := 0; next < len(s.queue); next++ {
		k := s.queue[next]
		p, d, dist := m.point(int(k/4)), minigrid.Direction(k&3), s.dist[k]
		if p == m.Goal {
			return int(dist), true
		}
		if q := p.Step(d); !m.At(q) {
			visit(q, d, dist+1)
		}
		visit(p, (d+1)&3, dist+1)
		visit(p, (d+3)&3, dist+1)
	}
	return 0, false
}
