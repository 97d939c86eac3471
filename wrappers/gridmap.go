package wrappers

import (
	"fmt"
	"image"
	"math"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid"
	"github.com/miniflow-rl/miniflow/miniworld"
)

// GridMapEnv is a Miniworld environment seen from above as a Minigrid map; see
// [GridMap].
type GridMapEnv struct {
	*Wrapper
	rooms *miniworld.Env
	lanes []gridMap
	frame []uint8
}

// ViewGrid is the view that a [GridMapEnv] adds.
const ViewGrid = "grid"

// GridMap shows a Miniworld world from above in Minigrid's style: the opposite of
// [FirstPerson]. Nothing but the observation changes. Walls, boxes, keys and balls
// are those of Minigrid in their colours, other things are grey boxes; the agent
// is in the cell of its middle and looks along the nearest of four directions.
//
// The layout must allow it: all rooms are rectangles along the axes with corners
// on a grid of 1, 1/2, 1/4 or 1/8 m, the largest of which is the side of a cell,
// and no wall between two rooms is thinner than that. Else it fails, or the reset
// does where levels differ.
//
// With tile 0 the observation image is uint8 [W,H,3], as of [FullyObs]; with tile
// in [1,256] it is a picture, uint8 [H*tile,W*tile,3]. As a miniflow.Viewer the
// environment adds the view "grid".
func GridMap(env miniflow.Env, tile int) (*GridMapEnv, error) {
	w := newWrapper(env, "grid_map")
	rooms, ok := miniflow.As[*miniworld.Env](env)
	if !ok {
		return nil, w.fail("it is no Miniworld environment")
	}
	if tile < 0 || tile > 256 {
		return nil, w.fail("tiles of %d pixels: want 0 to 256: %w", tile, miniflow.ErrParam)
	}
	g := &GridMapEnv{Wrapper: w, rooms: rooms, lanes: make([]gridMap, env.Len())}
	sample, err := rooms.Sample(0)
	if err != nil {
		return nil, w.fail("%w", err)
	}
	for i := range g.lanes {
		if err := g.lanes[i].survey(sample); err != nil {
			return nil, w.fail("%w", err)
		}
	}
	cols, rows := g.lanes[0].Width(), g.lanes[0].Height()
	space := miniflow.NewBox(miniflow.Uint8, 0, 255, cols, rows, 3)
	if tile > 0 {
		space = miniflow.NewBox(miniflow.Uint8, 0, 255, rows*tile, cols*tile, 3)
	}
	k := w.set("image", space)
	w.worldOf = func(lane int) *minigrid.World {
		l := &g.lanes[lane]
		l.fault = l.draw(rooms.World(lane))
		return l.World
	}
	w.look = func(world *minigrid.World, i int, dst []miniflow.Array, _ bool) {
		if tile == 0 {
			world.EncodeMap(dst[k].RowU8(i))
		} else {
			world.RenderMap(dst[k].RowU8(i), tile, false)
		}
	}
	w.begin = func(i int) error {
		if err := g.lanes[i].fault; err != nil {
			return w.fail("lane %d: %w", i, err)
		}
		return nil
	}
	w.build()
	rooms.AddWatcher(roomWatcher{w})
	return g, nil
}

// roomWatcher hands what is seen of rooms on as what is seen of a grid.
type roomWatcher struct{ w *Wrapper }

// Watch implements [miniworld.Watcher].
func (r roomWatcher) Watch(_ *miniworld.World, lane int, reset bool) {
	r.w.Watch(r.w.worldOf(lane), lane, reset)
}

var _ miniflow.Viewer = (*GridMapEnv)(nil)

// Views implements [miniflow.Viewer]: the map first.
func (g *GridMapEnv) Views() []string { return append([]string{ViewGrid}, g.rooms.Views()...) }

// Frame implements [miniflow.Viewer]. Cells of the map are v.Tile pixels, by
// default 32.
func (g *GridMapEnv) Frame(dst *image.RGBA, lane int, v miniflow.View) (*image.RGBA, error) {
	if v.Name != "" && v.Name != ViewGrid {
		return g.rooms.Frame(dst, lane, v)
	}
	if lane < 0 || lane >= g.Len() {
		return nil, g.fail("frame: lane %d: want one in [0,%d)", lane, g.Len())
	}
	if g.rooms.World(lane).Agent == nil {
		return nil, g.fail("frame: lane %d: call Reset first: %w", lane, miniflow.ErrNeedsReset)
	}
	if v.Tile == 0 {
		v.Tile = 32
	}
	if v.Tile < 1 || v.Tile > 256 {
		return nil, g.fail("frame: tiles of %d pixels: want 1 to 256", v.Tile)
	}
	world := g.worldOf(lane)
	width, height := world.MapSize(v.Tile)
	if n := 3 * width * height; cap(g.frame) < n {
		g.frame = make([]uint8, n)
	}
	pix := g.frame[:3*width*height]
	world.RenderMap(pix, v.Tile, false)
	return toRGBA(dst, pix, width, height), nil
}

// toRGBA copies rows of red, green and blue into dst, or into a new image if that
// has another size.
func toRGBA(dst *image.RGBA, rgb []uint8, width, height int) *image.RGBA {
	if dst == nil || dst.Rect.Dx() != width || dst.Rect.Dy() != height {
		dst = image.NewRGBA(image.Rect(0, 0, width, height))
	}
	for y := range height {
		row := dst.Pix[y*dst.Stride:][:4*width]
		for x := range width {
			p := rgb[3*(y*width+x):][:3]
			row[4*x], row[4*x+1], row[4*x+2], row[4*x+3] = p[0], p[1], p[2], 255
		}
	}
	return dst
}

// gridMap is the map of one lane.
type gridMap struct {
	*minigrid.World
	side   float64 // of a cell, metres
	x0, z0 float64 // the corner of cell (0, 0)
	fault  error   // why the present level cannot be drawn
}

// survey makes a map for levels like w.
func (m *gridMap) survey(w *miniworld.World) error {
	var err error
	if m.side, err = gridSide(w.Rooms()); err != nil {
		return err
	}
	minX, maxX, minZ, maxZ := w.Extents()
	m.x0, m.z0 = minX-m.side, minZ-m.side
	cols, rows := int(math.Round((maxX-minX)/m.side))+2, int(math.Round((maxZ-minZ)/m.side))+2
	if m.World, err = minigrid.NewWorld(max(cols, 3), max(rows, 3), 7); err != nil {
		return err
	}
	return m.draw(w)
}

// gridSide returns the side of cells that fit all rooms.
func gridSide(rooms []*miniworld.Room) (float64, error) {
	fits := func(side float64, v ...float64) bool {
		for _, x := range v {
			if math.Abs(math.Remainder(x-rooms[0].MinX, side)) > 1e-9 {
				return false
			}
		}
		return true
	}
	for i, r := range rooms {
		for k, p := range r.Outline {
			q := r.Outline[(k+1)%len(r.Outline)]
			if len(r.Outline) != 4 || p[0] != q[0] && p[1] != q[1] {
				return 0, fmt.Errorf("room %d is no rectangle along the axes", i)
			}
		}
	}
next:
	for _, side := range [...]float64{1, 0.5, 0.25, 0.125} {
		for _, r := range rooms {
			dz := r.MinZ - rooms[0].MinZ
			if !fits(side, r.MinX, r.MaxX) || !fits(side, rooms[0].MinX+dz, rooms[0].MinX+dz+r.MaxZ-r.MinZ) {
				continue next
			}
		}
		return side, nil
	}
	return 0, fmt.Errorf("the rooms do not fit a grid of 1/8 m or more")
}

// cell returns where a point lies.
func (m *gridMap) cell(x, z float64) minigrid.Point {
	return minigrid.Point{X: int(math.Floor((x - m.x0) / m.side)), Y: int(math.Floor((z - m.z0) / m.side))}
}

// draw brings the map up to date.
func (m *gridMap) draw(w *miniworld.World) error {
	m.Clear()
	a := w.Agent
	quarter := int(math.Round(-a.Dir / (math.Pi / 2)))
	at := m.cell(a.Pos[0], a.Pos[2])
	at = minigrid.Point{X: min(max(at.X, 0), m.Width()-1), Y: min(max(at.Y, 0), m.Height()-1)}
	m.SetAgent(at, minigrid.Direction((quarter%4+4)%4))
	for y := range m.Height() {
		for x := range m.Width() {
			m.Set(minigrid.Point{X: x, Y: y}, minigrid.Wall)
		}
	}
	for i, r := range w.Rooms() {
		low, high := m.cell(r.MinX+m.side/2, r.MinZ+m.side/2), m.cell(r.MaxX-m.side/2, r.MaxZ-m.side/2)
		if low.X < 1 || low.Y < 1 || high.X >= m.Width()-1 || high.Y >= m.Height()-1 {
			return fmt.Errorf("room %d is off the map: levels differ in size", i)
		}
		for y := low.Y; y <= high.Y; y++ {
			for x := low.X; x <= high.X; x++ {
				m.Set(minigrid.Point{X: x, Y: y}, minigrid.Empty)
			}
		}
	}
	for i, r := range w.Rooms() {
		for _, s := range r.Segments() {
			if m.bothOpen(s) {
				return fmt.Errorf("a wall of room %d, from %v to %v, is thinner than a cell", i, s.A, s.B)
			}
		}
	}
	for _, e := range w.Entities() {
		if c := gridCell(e); c != minigrid.Empty {
			if p := m.cell(e.Base().Pos[0], e.Base().Pos[2]); m.At(p) != minigrid.Wall {
				m.Set(p, c)
			}
		}
	}
	return nil
}

// bothOpen reports whether the cells on both sides of a wall's middle are free.
func (m *gridMap) bothOpen(s miniworld.Segment) bool {
	dx, dz := s.B[0]-s.A[0], s.B[1]-s.A[1]
	l := math.Hypot(dx, dz)
	dx, dz = dx/l*m.side/2, dz/l*m.side/2
	for d := m.side / 2; d < l; d += m.side {
		x, z := s.A[0]+(s.B[0]-s.A[0])*d/l, s.A[1]+(s.B[1]-s.A[1])*d/l
		if m.At(m.cell(x-dz, z+dx)) != minigrid.Wall && m.At(m.cell(x+dz, z-dx)) != minigrid.Wall {
			return true
		}
	}
	return false
}

// gridCell returns what stands for an entity, minigrid.Empty for what is not
// shown.
func gridCell(e miniworld.Entity) minigrid.Cell {
	switch e := e.(type) {
	case *miniworld.Agent, *miniworld.ImageFrame, *miniworld.TextFrame:
		return minigrid.Empty
	case *miniworld.Box:
		return minigrid.Box(gridColor(e.Color))
	case *miniworld.Key:
		return minigrid.Key(gridColor(e.Color))
	case *miniworld.Ball:
		return minigrid.Ball(gridColor(e.Color))
	}
	return minigrid.Box(minigrid.Grey)
}

// gridColor returns the colour of the same name: both list them alphabetically.
func gridColor(c miniworld.Color) minigrid.Color { return minigrid.Colors[c] }
