package babyai

import "github.com/miniflow-rl/miniflow/minigrid"

// farAway is the distance of what is out of reach.
const farAway = 1<<16 - 1

// What it takes, about, to clear a thing out of the way: to pick it up and keep
// it, to put it down as well, or to put down first what is in the hands and fetch
// it again. And what it takes to put down something useless, and to open a locked
// door.
const (
	keepCost   = 1
	clearCost  = 4
	swapCost   = 8
	junkCost   = 2
	unlockCost = 300
)

// field is a map of distances: about how many actions a goal takes from each
// pose if things stay where they are. Distances are exact where nothing is in the
// way. Poses and cells are numbered by the map with a frame of one cell, which
// nobody can enter.
type field struct {
	width, height int // of the map with its frame
	world         *minigrid.World
	shut          map[minigrid.Point]bool
	through       bool // locked doors can be passed, but for those in shut
	targets       []minigrid.Point

	fetch  []uint16 // with hands that lack what the goal is first about; nil if they do not
	finish []uint16 // with the right hands

	enter  []uint16 // cost of a step onto each cell
	levels [][]int32
}

// cell returns the number of a cell of the map or its frame.
func (f *field) cell(p minigrid.Point) int32 { return int32((p.Y+1)*f.width + p.X + 1) }

func (f *field) pose(p minigrid.Point, d minigrid.Direction) int32 { return f.cell(p)<<2 | int32(d) }

func (f *field) point(pose int32) minigrid.Point {
	return minigrid.Point{X: int(pose>>2)%f.width - 1, Y: int(pose>>2)/f.width - 1}
}

// compute fills the field for a goal in w. Locked doors cannot be passed, even
// with a key in hand, which may have to be put down on the way; or, if shut is not
// nil, at a high price by all but those in it.
func (f *field) compute(w *minigrid.World, g *goal, shut map[minigrid.Point]bool) {
	f.width, f.height, f.world, f.shut, f.through = w.Width()+2, w.Height()+2, w, shut, shut != nil
	f.targets = g.cells(w)
	hands := w.Carrying()
	var at []minigrid.Point // of what must be fetched
	fetch := !g.hold(hands)
	if fetch {
		at = things(w, g.first)
		if len(at) > 0 {
			hands = w.ThingAt(at[0])
		}
	}
	f.price(hands, g)
	for _, p := range at {
		f.enter[f.cell(p)] = 1
	}
	f.finish = f.clear(f.finish)
	for _, p := range f.targets {
		if cost, ok := f.doing(g, p, hands); ok {
			f.seed(f.finish, p, func(int32) int { return cost })
		}
	}
	f.spread(f.finish)
	if !fetch {
		f.fetch = nil
		return
	}

	hands = w.Carrying()
	cost := 1
	if hands.Cell != minigrid.Unseen {
		cost += junkCost
	}
	f.price(hands, nil)
	f.fetch = f.clear(f.fetch)
	for _, p := range at {
		f.seed(f.fetch, p, func(pose int32) int { return cost + int(f.finish[pose]) })
	}
	f.spread(f.fetch)
}

// doing returns what it takes to do what a goal asks for with these hands while
// facing p, and whether that is possible.
func (f *field) doing(g *goal, p minigrid.Point, hands minigrid.Thing) (int, bool) {
	c := f.world.At(p)
	switch g.do {
	case minigrid.Pickup:
		if hands.Cell != minigrid.Unseen {
			return 1 + junkCost, true
		}
	case minigrid.Drop:
		if c.CanPickup() {
			return 1 + swapCost, true
		}
		return 1, c == minigrid.Empty
	case minigrid.Toggle:
		if c.Type() != minigrid.TypeDoor {
			break
		}
		switch c.State() {
		case minigrid.Open:
			return 2, true
		case minigrid.Locked:
			if g.first == nil || hands.Cell != minigrid.Key(c.Color()) {
				return unlockCost, f.through && !f.shut[p]
			}
		}
	default:
		return 0, true
	}
	return 1, true
}

// price computes the cost of entering each cell with these hands, 0 where that
// is impossible, on the way to a goal, or on that to what it is first about if g
// is nil.
func (f *field) price(hands minigrid.Thing, g *goal) {
	clearing := uint16(1 + clearCost)
	switch {
	case g == nil:
	case g.first != nil:
		clearing = 1 + swapCost
	case g.do != minigrid.Pickup && hands.Cell == minigrid.Unseen:
		clearing = 1 + keepCost
	}
	f.enter = f.enter[:0]
	for y := range f.height {
		for x := range f.width {
			p := minigrid.Point{X: x - 1, Y: y - 1}
			c, cost := f.world.At(p), uint16(0)
			switch {
			case c.Type() == minigrid.TypeLava || c.Type() == minigrid.TypeGoal:
			case c.Walkable():
				cost = 1
			case c.CanPickup():
				cost = clearing
			case c.Type() != minigrid.TypeDoor:
			case c.State() == minigrid.Closed:
				cost = 2
			case f.through && !f.shut[p]:
				cost = 1 + unlockCost
			}
			f.enter = append(f.enter, cost)
		}
	}
}

func (f *field) clear(dist []uint16) []uint16 {
	if len(dist) != 4*f.width*f.height {
		dist = make([]uint16, 4*f.width*f.height)
	}
	for i := range dist {
		dist[i] = farAway
	}
	return dist
}

// seed gives the poses that face p their cost.
func (f *field) seed(dist []uint16, p minigrid.Point, cost func(pose int32) int) {
	for d := range minigrid.Direction(4) {
		from := p.Step((d + 2) & 3)
		if f.world.Contains(from) && f.enter[f.cell(from)] > 0 {
			pose := f.pose(from, d)
			f.lower(dist, pose, cost(pose))
		}
	}
}

func (f *field) lower(dist []uint16, pose int32, v int) {
	if v >= int(dist[pose]) {
		return
	}
	dist[pose] = uint16(v)
	for v >= len(f.levels) {
		f.levels = append(f.levels, nil)
	}
	f.levels[v] = append(f.levels[v], pose)
}

// spread computes all distances from those of the seeds (Dijkstra's algorithm,
// with one list of poses for each distance).
func (f *field) spread(dist []uint16) {
	back := [4]int32{-4, int32(-4 * f.width), 4, int32(4 * f.width)}
	for v := 0; v < len(f.levels); v++ {
		for i := 0; i < len(f.levels[v]); i++ { // it grows at the last level
			p := f.levels[v][i]
			if int(dist[p]) != v {
				continue
			}
			d := p & 3
			f.lower(dist, p&^3|(d+1)&3, v+1)
			f.lower(dist, p&^3|(d+3)&3, v+1)
			if cost := f.enter[p>>2]; f.enter[(p+back[d])>>2] > 0 {
				f.lower(dist, p+back[d], v+int(cost))
			}
		}
		f.levels[v] = f.levels[v][:0]
	}
}

// at returns the distance from a pose.
func (f *field) at(pose int32) int {
	if f.fetch != nil {
		return int(f.fetch[pose])
	}
	return int(f.finish[pose])
}

// atAgent returns the distance from where the agent is.
func (f *field) atAgent(w *minigrid.World) int {
	p, d := w.Agent()
	return f.at(f.pose(p, d))
}

// lockedOnWay returns the first locked door on the agent's shortest way to the
// goal. The field was computed through locked doors.
func (f *field) lockedOnWay(w *minigrid.World, g *goal) (door minigrid.Point, ok bool) {
	hands := w.Carrying()
	locked := func(p minigrid.Point) bool {
		c := w.At(p)
		return c.Type() == minigrid.TypeDoor && c.State() == minigrid.Locked
	}
	p, d := w.Agent()
	dist := f.fetch
	if dist == nil {
		dist = f.finish
	}
	stage := g
	if f.fetch != nil {
		stage = nil
	}
	f.price(hands, stage)
	for dist[f.pose(p, d)] < farAway {
		v := int(dist[f.pose(p, d)])
		front := p.Step(d)
		enter := int(f.enter[f.cell(front)])
		switch {
		case v == 1+int(dist[f.pose(p, (d+1)&3)]):
			d = (d + 1) & 3
		case v == 1+int(dist[f.pose(p, (d+3)&3)]):
			d = (d + 3) & 3
		case enter > 0 && v == enter+int(dist[f.pose(front, d)]):
			if locked(front) {
				return front, true
			}
			p = front
		case f.fetch != nil && &dist[0] == &f.fetch[0]:
			dist = f.finish
			hands = w.ThingAt(front)
			f.price(hands, g)
			for _, at := range things(w, g.first) {
				f.enter[f.cell(at)] = 1
			}
		default:
			return front, g.do == minigrid.Toggle && locked(front)
		}
	}
	return door, false
}
