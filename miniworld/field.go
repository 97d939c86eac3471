package miniworld

import (
	"container/heap"
	"math"

	"github.com/go-gl/mathgl/mgl64"
)

// field is a map of how far it is to where a deed can be done, on a grid of
// places where the agent may stand.
type field struct {
	x0, z0     float64
	cols, rows int
	metres     []float64 // row by row; +Inf where the agent cannot stand or come from
	next       []int32   // the place to go to next; itself where the deed can be done
	queue      []int32   // a heap
}

// fieldGrid is the distance of neighbouring places, in metres.
const fieldGrid = 0.2

// survey makes the field for the present world, the things to go to and the deed.
func (s *search) survey() {
	w := s.world
	minX, maxX, minZ, maxZ := w.Extents()
	f := &s.field
	f.x0, f.z0 = minX, minZ
	f.cols, f.rows = int((maxX-minX)/fieldGrid)+1, int((maxZ-minZ)/fieldGrid)+1
	n := f.cols * f.rows
	if cap(f.metres) < n {
		f.metres, f.next = make([]float64, n), make([]int32, n)
	}
	f.metres, f.next, f.queue = f.metres[:n], f.next[:n], f.queue[:0]
	for i := range f.metres {
		f.metres[i], f.next[i] = math.Inf(1), -1
		if x, z := f.place(int32(i)); s.near(x, z) && s.walkable(x, z) {
			f.metres[i], f.next[i] = 0, int32(i)
			heap.Push((*shore)(f), int32(i))
		}
	}
	blocked := make([]int8, n) // 1 if the agent cannot stand there, -1 if it can
	for len(f.queue) > 0 {
		i := heap.Pop((*shore)(f)).(int32)
		d := f.metres[i]
		c, r := int(i)%f.cols, int(i)/f.cols
		for dr := -1; dr <= 1; dr++ {
			for dc := -1; dc <= 1; dc++ {
				if r+dr < 0 || r+dr >= f.rows || c+dc < 0 || c+dc >= f.cols {
					continue
				}
				k := int32((r+dr)*f.cols + c + dc)
				e := d + fieldGrid*math.Hypot(float64(dr), float64(dc))
				if f.metres[k] <= e {
					continue
				}
				if blocked[k] == 0 {
					blocked[k] = 1
					if x, z := f.place(k); s.walkable(x, z) {
						blocked[k] = -1
					}
				}
				if blocked[k] < 0 {
					f.metres[k], f.next[k] = e, i
					heap.Push((*shore)(f), k)
				}
			}
		}
	}
}

// walkable reports whether the agent can stand at a place.
func (s *search) walkable(x, z float64) bool {
	w := s.world
	a := &w.Agent.Body
	if w.hitsWall(x, z, a.Radius) || s.avoids(mgl64.Vec3{x, a.Pos[1], z}) {
		return false
	}
	for _, b := range w.bodies {
		if b != a && (w.Agent.Carrying == nil || b != w.Agent.Carrying.Base()) && norm2(b.Pos[0]-x, b.Pos[2]-z) < a.Radius+b.Radius {
			return false
		}
	}
	return true
}

// near reports whether the deed might be done from a place, looking the right way.
func (s *search) near(x, z float64) bool {
	w := s.world
	a := w.Agent
	for _, t := range s.things {
		b := t.Base()
		dx, dz := b.Pos[0]-x, b.Pos[2]-z
		d := norm2(dx, dz)
		switch s.deed {
		case GoTo:
			if d < a.Radius+b.Radius+float64(nearFactor*w.reach) {
				return true
			}
		case Take:
			// The middle of what is felt for, when the agent looks at the thing.
			ahead := pickupAhead * a.Radius / d
			px, pz, r := x+ahead*dx, z+ahead*dz, pickupRadius*a.Radius
			if norm2(b.Pos[0]-px, b.Pos[2]-pz) < r+b.Radius && !w.hitsWall(px, pz, r) {
				if i := w.hit(&a.Body, px, pz, r); i >= 0 && w.bodies[i] == b {
					return true
				}
			}
		case PutNextTo:
			if a.Carrying == nil {
				return false
			}
			c := a.Carrying.Base()
			gap := d - carryFactor*(a.Radius+c.Radius+w.reach) - b.Radius - c.Radius
			if gap > 0 && gap < nearFactor*w.reach {
				return true
			}
		}
	}
	return false
}

// place returns where place i is.
func (f *field) place(i int32) (x, z float64) {
	return f.x0 + fieldGrid*float64(int(i)%f.cols), f.z0 + fieldGrid*float64(int(i)/f.cols)
}

// at returns the metres from a point to the goal and the direction to set out in;
// ok is false if there is no way.
func (s *search) at(x, z float64) (metres, dir float64, ok bool) {
	f := &s.field
	c, r := int(math.Round((x-f.x0)/fieldGrid)), int(math.Round((z-f.z0)/fieldGrid))
	best := int32(-1)
	for dr := -1; dr <= 1; dr++ {
		for dc := -1; dc <= 1; dc++ {
			if r+dr < 0 || r+dr >= f.rows || c+dc < 0 || c+dc >= f.cols {
				continue
			}
			k := int32((r+dr)*f.cols + c + dc)
			if math.IsInf(f.metres[k], 1) {
				continue
			}
			if best < 0 || (dr == 0 && dc == 0) || f.metres[k] < f.metres[best] && (r != int(best)/f.cols || c != int(best)%f.cols) {
				best = k
			}
		}
	}
	if best < 0 {
		return 0, 0, false
	}
	// Some places ahead, so that the direction is not that of the grid.
	to := best
	for range 6 {
		to = f.next[to]
	}
	tx, tz := f.place(to)
	if f.next[to] == to {
		t := s.nearestThing(tx, tz)
		tx, tz = t.Pos[0], t.Pos[2]
	}
	return f.metres[best], math.Atan2(-(tz - z), tx-x), true
}

func (s *search) nearestThing(x, z float64) *Body {
	best, least := s.things[0].Base(), math.Inf(1)
	for _, t := range s.things {
		b := t.Base()
		if d := norm2(b.Pos[0]-x, b.Pos[2]-z); d < least {
			best, least = b, d
		}
	}
	return best
}

// shore is the heap of places whose neighbours are to be reached, nearest first.
type shore field

func (s *shore) Len() int           { return len(s.queue) }
func (s *shore) Less(i, j int) bool { return s.metres[s.queue[i]] < s.metres[s.queue[j]] }
func (s *shore) Swap(i, j int)      { s.queue[i], s.queue[j] = s.queue[j], s.queue[i] }
func (s *shore) Push(v any)         { s.queue = append(s.queue, v.(int32)) }
func (s *shore) Pop() any {
	v := s.queue[len(s.queue)-1]
	s.queue = s.queue[:len(s.queue)-1]
	return v
}
