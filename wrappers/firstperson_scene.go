package wrappers

import (
	"math"

	"github.com/miniflow-rl/miniflow/minigrid"
	"github.com/miniflow-rl/miniflow/miniworld"
	"github.com/miniflow-rl/miniflow/miniworld/raster"
)

// Sizes in metres; a cell is one metre.
const (
	wallHeight = 1.1
	doorDepth  = 0.12
	// The camera stands at the back of the agent's cell and looks down a little, so
	// that the cell in front is seen down to the floor.
	cameraBack   = 0.45
	cameraHeight = 0.72
	cameraPitch  = -0.24              // radians
	cameraFovY   = 75 * math.Pi / 180 // radians; 91 degrees across at 4:3
)

// gridEye draws what the agent of one lane sees.
type gridEye struct {
	retina *miniworld.Retina
	scene  raster.Scene
	view   raster.View
	walls  []minigrid.Cell // the walls of the scene, row by row; anything else is 0
	built  bool
}

// cellColor returns a colour of Minigrid in [0,1].
func cellColor(c minigrid.Color) [3]float64 {
	switch c {
	case minigrid.Red:
		return [3]float64{1, 0, 0}
	case minigrid.Green:
		return [3]float64{0, 1, 0}
	case minigrid.Blue:
		return [3]float64{0, 0, 1}
	case minigrid.Purple:
		return [3]float64{112. / 255, 39. / 255, 195. / 255}
	case minigrid.Yellow:
		return [3]float64{1, 1, 0}
	}
	return [3]float64{100. / 255, 100. / 255, 100. / 255}
}

// cellID is a pixel's ID, the bytes of which a retina makes type, colour, state.
func cellID(c minigrid.Cell) uint32 {
	t, color, s := c.Encode()
	return uint32(t)<<24 | uint32(color)<<8 | uint32(s)
}

// look sets the eye up for the present state of a world.
func (e *gridEye) look(w *minigrid.World) {
	e.build(w)
	p, d := w.Agent()
	dx, dy := d.Vec()
	v := &e.view
	v.Camera = raster.Camera{
		Pos:   [3]float64{float64(p.X) + 0.5 - cameraBack*float64(dx), cameraHeight, float64(p.Y) + 0.5 - cameraBack*float64(dy)},
		Yaw:   -float64(d) * math.Pi / 2,
		Pitch: cameraPitch,
		FovY:  cameraFovY,
	}
	v.Light = raster.FixedLight([3]float64{0, 2.5, 0}, [3]float64{0.7, 0.7, 0.7}, [3]float64{0.45, 0.45, 0.45})
	v.Sky = [3]float64{0.25, 0.82, 1}
	v.Entities = v.Entities[:0]
	for y := range w.Height() {
		for x := range w.Width() {
			q := minigrid.Point{X: x, Y: y}
			if c := w.At(q); c.Type() != minigrid.TypeWall && c.Type() != minigrid.TypeEmpty {
				e.add(w, q, c)
			}
		}
	}
	if c := w.Carrying().Cell; c != minigrid.Unseen {
		e.carry(c, d)
	}
}

// add adds the thing on a cell.
func (e *gridEye) add(w *minigrid.World, p minigrid.Point, c minigrid.Cell) {
	at := [3]float64{float64(p.X) + 0.5, 0, float64(p.Y) + 0.5}
	color := cellColor(c.Color())
	put := func(m *raster.Mesh, dx, y, dz float64, scale [3]float64, yaw float64, color [3]float64) {
		e.view.Entities = append(e.view.Entities, raster.Entity{
			Mesh: m, Pos: [3]float64{at[0] + dx, y, at[2] + dz}, Yaw: yaw, Scale: scale, Color: color, ID: cellID(c),
		})
	}
	switch c.Type() {
	case minigrid.TypeFloor:
		put(shapes.cube, 0, 0, 0, [3]float64{1, 0.01, 1}, 0, color)
	case minigrid.TypeGoal:
		put(shapes.cube, 0, 0, 0, [3]float64{0.96, 0.04, 0.96}, 0, color)
	case minigrid.TypeLava:
		put(shapes.lava, 0, 0, 0, [3]float64{}, 0, tint(color))
	case minigrid.TypeKey:
		put(shapes.key, 0, 0.05, 0, [3]float64{0.16, 0.16, 0.16}, 0.6, color)
	case minigrid.TypeBall:
		put(shapes.ball, 0, 0, 0, [3]float64{0.23, 0.23, 0.23}, 0, color)
	case minigrid.TypeBox:
		put(shapes.cube, 0, 0, 0, [3]float64{0.55, 0.45, 0.55}, 0, color)
		put(shapes.cube, 0, 0.45, 0, [3]float64{0.6, 0.12, 0.6}, 0, shade(color, 0.6))
	case minigrid.TypeDoor:
		e.door(w, p, c, put)
	}
}

// door adds a door: across the way if it is shut, with a dark lock if it is
// locked, and along the way if it is open.
func (e *gridEye) door(w *minigrid.World, p minigrid.Point, c minigrid.Cell,
	put func(m *raster.Mesh, dx, y, dz float64, scale [3]float64, yaw float64, color [3]float64)) {
	solid := func(dx, dy int) bool {
		t := w.At(minigrid.Point{X: p.X + dx, Y: p.Y + dy}).Type()
		return t == minigrid.TypeWall || t == minigrid.TypeDoor
	}
	// Turned by yaw the door lies across x = 0, its hinge at z = -0.5.
	yaw := 0.0
	if solid(-1, 0) && solid(1, 0) {
		yaw = math.Pi / 2
	}
	color := cellColor(c.Color())
	sin, cos := math.Sincos(yaw)
	part := func(x, y, z, sx, sy, sz float64, color [3]float64) {
		put(shapes.cube, x*cos+z*sin, y, -x*sin+z*cos, [3]float64{sx, sy, sz}, yaw, color)
	}
	if c.State() == minigrid.Open {
		part(-0.5, 0, -0.44, 0.9, wallHeight, doorDepth, color)
		part(0, 0, 0.46, doorDepth, wallHeight, 0.08, shade(color, 0.6))
		part(0, 0, -0.46, doorDepth, wallHeight, 0.08, shade(color, 0.6))
		return
	}
	part(0, 0, 0, doorDepth, wallHeight, 1, color)
	const out = doorDepth/2 + 0.02
	for _, side := range [2]float64{-out, out} {
		if c.State() == minigrid.Locked {
			part(side, 0.4, 0.28, 0.04, 0.22, 0.2, shade(color, 0.25))
			part(side*1.25, 0.46, 0.28, 0.04, 0.1, 0.05, [3]float64{0.02, 0.02, 0.02})
		} else {
			part(side, 0.48, 0.34, 0.06, 0.08, 0.08, shade(color, 0.45))
		}
	}
}

// carry adds what the agent holds, small and low on the right of the picture.
func (e *gridEye) carry(c minigrid.Cell, d minigrid.Direction) {
	const size, ahead, aside, below = 0.35, 0.6, 0.28, 0.6
	n := len(e.view.Entities)
	e.add(nil, minigrid.Point{}, c) // no door can be carried
	dx, dy := d.Vec()
	eye := e.view.Camera.Pos
	for k := n; k < len(e.view.Entities); k++ {
		t := &e.view.Entities[k]
		for a := range t.Scale {
			t.Scale[a] *= size
		}
		t.Pos[0] = eye[0] + ahead*float64(dx) - aside*float64(dy)
		t.Pos[1] = eye[1] + size*t.Pos[1] - below
		t.Pos[2] = eye[2] + ahead*float64(dy) + aside*float64(dx)
		t.Yaw -= float64(d) * math.Pi / 2
	}
}

// shade darkens a colour.
func shade(c [3]float64, by float64) [3]float64 { return [3]float64{c[0] * by, c[1] * by, c[2] * by} }

// tint leaves red lava the colours of its texture.
func tint(c [3]float64) [3]float64 {
	if c == [3]float64{1, 0, 0} {
		return raster.White
	}
	return c
}

// build makes floor and walls, unless they are those of the last picture.
func (e *gridEye) build(w *minigrid.World) {
	width, height := w.Width(), w.Height()
	if len(e.walls) != width*height {
		e.walls, e.built = make([]minigrid.Cell, width*height), false
	}
	for y := range height {
		for x := range width {
			c := w.At(minigrid.Point{X: x, Y: y})
			if c.Type() != minigrid.TypeWall {
				c = minigrid.Unseen
			}
			if at := &e.walls[y*width+x]; *at != c {
				*at, e.built = c, false
			}
		}
	}
	if e.built {
		return
	}
	e.built = true
	e.scene.Reset()
	x1, z1 := float64(width), float64(height)
	e.polygon(shapes.floor, raster.White, cellID(minigrid.Empty), [4][3]float64{{0, 0, 0}, {0, 0, z1}, {x1, 0, z1}, {x1, 0, 0}},
		[4][2]float64{{0, 0}, {0, z1}, {x1, z1}, {x1, 0}})
	wall := func(x, y int) minigrid.Cell {
		if x < 0 || y < 0 || x >= width || y >= height {
			return minigrid.Unseen
		}
		return e.walls[y*width+x]
	}
	// Faces towards the four sides, in runs of one colour.
	for y := range height {
		for _, side := range [2]int{-1, 1} {
			runs(width, func(x int) minigrid.Cell { return face(wall(x, y), wall(x, y+side), y+side >= 0 && y+side < height) },
				func(from, to int, c minigrid.Cell) {
					z := float64(y) + float64(1+side)/2
					a, b := float64(from), float64(to)
					if side < 0 {
						a, b = b, a
					}
					e.wall(c, [2]float64{a, z}, [2]float64{b, z})
				})
		}
	}
	for x := range width {
		for _, side := range [2]int{-1, 1} {
			runs(height, func(y int) minigrid.Cell { return face(wall(x, y), wall(x+side, y), x+side >= 0 && x+side < width) },
				func(from, to int, c minigrid.Cell) {
					at := float64(x) + float64(1+side)/2
					a, b := float64(to), float64(from)
					if side < 0 {
						a, b = b, a
					}
					e.wall(c, [2]float64{at, a}, [2]float64{at, b})
				})
		}
	}
}

// face returns the cell whose side is to be seen: c, if it is a wall and what is
// beside it is on the map and none.
func face(c, beside minigrid.Cell, onMap bool) minigrid.Cell {
	if onMap && beside == minigrid.Unseen {
		return c
	}
	return minigrid.Unseen
}

// runs calls f for each run of equal cells in a line of n that are not unseen.
func runs(n int, at func(int) minigrid.Cell, f func(from, to int, c minigrid.Cell)) {
	for from := 0; from < n; {
		c, to := at(from), from+1
		for to < n && at(to) == c {
			to++
		}
		if c != minigrid.Unseen {
			f(from, to, c)
		}
		from = to
	}
}

// wall adds a piece of wall from a to b, which is seen from its right going from
// a to b.
func (e *gridEye) wall(c minigrid.Cell, a, b [2]float64) {
	l := math.Abs(b[0]-a[0]) + math.Abs(b[1]-a[1])
	tex, color := shapes.wall, raster.White
	if c.Color() != minigrid.Grey {
		tex, color = shapes.plain, cellColor(c.Color())
	}
	e.polygon(tex, color, cellID(c), [4][3]float64{{a[0], 0, a[1]}, {b[0], 0, b[1]}, {b[0], wallHeight, b[1]}, {a[0], wallHeight, a[1]}},
		[4][2]float64{{0, 0}, {l, 0}, {l, wallHeight}, {0, wallHeight}})
}

func (e *gridEye) polygon(tex *raster.Texture, color [3]float64, id uint32, verts [4][3]float64, metres [4][2]float64) {
	for k := range metres {
		metres[k][0] /= tex.Width
		metres[k][1] /= tex.Height
	}
	if err := e.scene.AddPolygon(raster.Outside, &raster.Polygon{Verts: verts[:], UV: metres[:], Texture: tex, Color: color, ID: id}); err != nil {
		panic(err) // rectangles are never degenerate
	}
}
