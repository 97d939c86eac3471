package raster

import (
	"fmt"
	"slices"
	"strings"
)

// Colors are the palette of boxes, balls and keys, by name.
var colors = []struct {
	name  string
	color [3]float64
}{
	{"blue", [3]float64{0, 0, 1}},
	{"green", [3]float64{0, 1, 0}},
	{"grey", [3]float64{0.39, 0.39, 0.39}},
	{"purple", [3]float64{0.44, 0.15, 0.76}},
	{"red", [3]float64{1, 0, 0}},
	{"yellow", [3]float64{1, 1, 0}},
}

// model is one mesh of the library: our shape within the original's bounds.
type model struct {
	name    string
	build   func() ([]Polygon, []Ball)
	painted bool // the original is textured, so light clips before colour
}

var models = []model{
	{"ball", func() ([]Polygon, []Ball) { return ball(White) }, false},
	{"barrel", barrel, true},
	{"barrier", barrier, true},
	{"building", building, true},
	{"cone", cone, true},
	{"doom_door", doomDoor, true},
	{"duckie", duckie, true},
	{"key", func() ([]Polygon, []Ball) { return key(White) }, false},
	{"keycard", keycard, true},
	{"medkit", medkit, true},
	{"office_chair", officeChair, true},
	{"office_desk", officeDesk, true},
	{"potion", potion, true},
	{"tree", tree, false},
	{"tree_pine", treePine, false},
}

// MeshNames returns the names of the library's meshes in alphabetical order.
func MeshNames() []string {
	var names []string
	for _, m := range models {
		names = append(names, m.name)
		if m.name == "ball" || m.name == "key" {
			for _, c := range colors {
				names = append(names, m.name+"_"+c.name)
			}
		}
	}
	slices.Sort(names)
	return names
}

// LibraryMesh returns a mesh by the original's name, in the original's own
// units (scale it to the height you want, see Mesh.Bounds). It is built when
// it is first asked for and then shared. It fails with ErrPolygon when there
// is none. It is safe for concurrent use.
func LibraryMesh(name string) (*Mesh, error) {
	shelf.Lock()
	m := shelf.meshes[name]
	shelf.Unlock()
	if m != nil {
		return m, nil
	}
	polygons, balls := assemble(name)
	if polygons == nil && balls == nil {
		return nil, fmt.Errorf("%w: no mesh %q; there are %s", ErrPolygon, name, strings.Join(MeshNames(), ", "))
	}
	m, err := NewMesh(polygons, balls)
	if err != nil {
		return nil, fmt.Errorf("mesh %q: %w", name, err)
	}
	shelf.Lock()
	defer shelf.Unlock()
	if shelf.meshes == nil {
		shelf.meshes = map[string]*Mesh{}
	}
	if first := shelf.meshes[name]; first != nil {
		return first, nil
	}
	shelf.meshes[name] = m
	return m, nil
}

func assemble(name string) ([]Polygon, []Ball) {
	for _, m := range models {
		if m.name == name {
			polygons, balls := m.build()
			if !m.painted {
				return polygons, balls
			}
			for i := range polygons {
				if p := &polygons[i]; p.Texture == nil {
					p.Color, p.Paint = White, p.Color
				}
			}
			for i := range balls {
				balls[i].Color, balls[i].Paint = White, balls[i].Color
			}
			return polygons, balls
		}
	}
	for _, c := range colors {
		switch name {
		case "ball_" + c.name:
			return ball(c.color)
		case "key_" + c.name:
			return key(c.color)
		}
	}
	return nil, nil
}

func ball(color [3]float64) ([]Polygon, []Ball) {
	return nil, []Ball{{Center: [3]float64{0, 1.2822, 0}, Radius: 1.2836, Color: color}}
}

// key lies along z: the bow at -z, teeth down at +z.
func key(color [3]float64) ([]Polygon, []Ball) {
	return join(
		ring(chamfered(0.62, 2.4187, 0, 2, 0.38), chamfered(0.98, 2.06, 0.36, 1.64, 0.16), 0.4014, color),
		slab(chamfered(-2.4187, 0.7, 0.75, 1.25, 0.15), 0.25, color),
		cuboid(-0.2, 0.2, 2.0, 0.2, 0.8, 2.4, color),
		cuboid(-0.2, 0.3, 1.3, 0.2, 0.8, 1.7, color),
	), nil
}

func cone() ([]Polygon, []Ball) {
	orange, white, black := rgb(218, 116, 20), rgb(236, 236, 236), rgb(30, 30, 30)
	r := func(y float64) float64 { return 6.4 - (y-2)*0.19 }
	return join(
		cylinder(8, 0, 0, 0, 10.3, 1.6, 9.8, black),
		cylinder(10, 0, 0, 2, r(2), 9.5, r(9.5), orange),
		cylinder(10, 0, 0, 9.5, r(9.5), 22, r(22), white),
		cylinder(10, 0, 0, 22, r(22), 31.5229, r(31.5), orange),
	), nil
}

func medkit() ([]Polygon, []Ball) {
	red, dark, white := rgb(152, 36, 34), rgb(120, 30, 32), rgb(225, 205, 205)
	const d = 15.6243
	body := turned(slab(chamfered(-28.1319, 28.1319, 0, 41, 6), d, red))
	handle := turned(ring(chamfered(-13, 13, 36, 51.0648, 5), chamfered(-8, 8, 37, 47, 3), 4, dark))
	var cross []Polygon
	cross = append(cross, upright(-9, 18, 9, 24, d+0.2, white)...)
	cross = append(cross, upright(-3, 12, 3, 30, d+0.2, white)...)
	return join(body, handle, cross), nil
}

// turned swaps x and z of a slab: it then faces along z.
func turned(ps []Polygon) []Polygon {
	for _, p := range ps {
		for i, v := range p.Verts {
			p.Verts[i] = [3]float64{v[2], v[1], -v[0]}
		}
	}
	return ps
}

// upright is a rectangle that faces +z when z > 0 and -z otherwise.
func upright(x0, y0, x1, y1, z float64, color [3]float64) []Polygon {
	if z < 0 {
		x0, x1 = x1, x0
	}
	return []Polygon{{Color: color, Verts: [][3]float64{{x0, y0, z}, {x1, y0, z}, {x1, y1, z}, {x0, y1, z}}}}
}

// building is a wing along x and a tower at one end of it, with ribbons of
// windows; the side of the wing beyond the tower is glazed, with open slits
// through which the sky is seen.
func building() ([]Polygon, []Ball) {
	const storeys = 12
	concrete, window, glass, strip := rgb(181, 179, 176), rgb(74, 76, 84), rgb(122, 132, 144), rgb(165, 165, 165)
	wing := cuboid(-1.84, 0, -1.22, 1.84, 3.37, 0, concrete)
	tower := cuboid(0.53, 0, 0, 1.84, 3.45, 1.22, concrete)
	wing = append(wing[:5], join(
		upright(-1.84, 0, -1.74, 3.37, 0.0001, concrete),
		upright(0.45, 0, 0.53, 3.37, 0.0001, concrete))...)
	for i := range storeys + 2 {
		const pitch = 3.37 / (storeys + 2)
		lo := float64(i) * pitch
		wing = append(wing, upright(-1.74, lo, 0.45, lo+0.62*pitch, 0.0001, glass)...)
		wing = append(wing, upright(-1.74, lo+0.62*pitch, 0.45, lo+0.93*pitch, 0.0001, strip)...)
	}
	for i := range storeys {
		const pitch, out = 3.4 / storeys, 0.005
		lo, hi := (float64(i)+0.5)*pitch, (float64(i)+0.84)*pitch
		wing = append(wing, upright(-1.76, lo, 1.76, hi, -1.22-out, window)...)
		wing = append(wing, upright(0.67, lo, 1.72, hi, 1.22+out, window)...)
		wing = append(wing, turned(upright(-1.1, lo, 1.1, hi, 1.84+out, window))...)
		wing = append(wing, turned(upright(-0.1, lo, 1.1, hi, -1.84-out, window))...)
	}
	for _, part := range [][]Polygon{wing, tower} {
		part[3].Color = rgb(126, 126, 126) // the roof
	}
	return join(wing, tower), nil
}

func duckie() ([]Polygon, []Ball) {
	yellow, orange, black := rgb(240, 200, 15), rgb(235, 120, 10), rgb(20, 20, 20)
	return join(
			slab2(0.45, 0.86, 0.78, 1.02, 0.22, orange),
			cylinder(6, -0.6, 0, 0.35, 0.22, 0.95, 0, yellow),
		), []Ball{
			{Center: [3]float64{-0.15, 0.5, 0}, Radius: 0.56, Color: yellow},
			{Center: [3]float64{0.15, 0.42, 0}, Radius: 0.42, Color: yellow},
			{Center: [3]float64{0.25, 1.0834, 0}, Radius: 0.435, Color: yellow},
			{Center: [3]float64{0.56, 1.2, 0.24}, Radius: 0.08, Color: black},
			{Center: [3]float64{0.56, 1.2, -0.24}, Radius: 0.08, Color: black},
		}
}

// slab2 is a box from x0 to x1 and y0 to y1, half deep to each side.
func slab2(x0, x1, y0, y1, half float64, color [3]float64) []Polygon {
	return cuboid(x0, y0, -half, x1, y1, half, color)
}

func barrel() ([]Polygon, []Ball) {
	blue, band := rgb(95, 140, 175), rgb(70, 105, 135)
	return join(
		cylinder(12, 0, 0, 0, 0.29, 0.28, 0.3054, blue),
		cylinder(12, 0, 0, 0.28, 0.3054, 0.33, 0.3054, band),
		cylinder(12, 0, 0, 0.33, 0.3054, 0.57, 0.3054, blue),
		cylinder(12, 0, 0, 0.57, 0.3054, 0.62, 0.3054, band),
		cylinder(12, 0, 0, 0.62, 0.3054, 0.8823, 0.29, blue),
	), nil
}

func barrier() ([]Polygon, []Ball) {
	profile := [][2]float64{{-0.4064, 0}, {0.4064, 0}, {0.4064, 0.18}, {0.2, 0.45}, {0.1, 1.143}, {-0.1, 1.143}, {-0.2, 0.45}, {-0.4064, 0.18}}
	// The profile is not convex: a foot and a wall.
	foot := slab([][2]float64{profile[0], profile[1], profile[2], profile[3], profile[6], profile[7]}, 2.0328, rgb(158, 158, 154))
	wall := slab([][2]float64{profile[6], profile[3], profile[4], profile[5]}, 2.0328, rgb(158, 158, 154))
	return join(foot, wall), nil
}

func doomDoor() ([]Polygon, []Ball) {
	ps := cuboid(-0.05, 0, -0.5, 0.05, 1, 0.5, rgb(121, 121, 121))
	for i := range looks {
		if l := &looks[i]; l.name == "door_doom" && l.variant == 1 {
			return paper(ps, l.texture(), 0, 1, 1, 1), nil
		}
	}
	return ps, nil
}

func keycard() ([]Polygon, []Ball) {
	const x = 0.0858
	return join(
		cuboid(-x, 0, -0.906, x, 2.3173, 0.906, rgb(22, 32, 205)),
		cuboid(-x-0.004, 1.5, -0.7, x+0.004, 1.8, 0.7, rgb(220, 220, 230)),
	), nil
}

func officeChair() ([]Polygon, []Ball) {
	cloth, steel := rgb(78, 70, 71), rgb(60, 56, 58)
	return join(
		cuboid(-10, 18, -10, 10, 22, 10, cloth),
		cuboid(-11, 24, -9, -8, 47.3146, 9, cloth),
		cylinder(6, 0, 0, 3, 1.5, 18, 1.5, steel),
		cuboid(-14.3288, 1, -1.5, 14.5444, 3, 1.5, steel),
		cuboid(-1.5, 1, -13.73, 1.5, 3, 13.73, steel),
		cuboid(-11, 18, -1.5, -9, 26, 1.5, steel),
		cuboid(-6, 29, -12, 6, 31, -10, steel),
		cuboid(-6, 29, 10, 6, 31, 12, steel),
	), nil
}

func officeDesk() ([]Polygon, []Ball) {
	top, side := rgb(78, 62, 36), rgb(50, 44, 30)
	return join(
		cuboid(-33.458, 36, -16.4513, 33.458, 39, 16.4513, top),
		cuboid(-32, 0, -15, -18, 36, 15, side),
		cuboid(18, 0, -15, 32, 36, 15, side),
		cuboid(-18, 14, -15, 18, 36, -13.5, side),
		cuboid(-8, 39, -6, 8, 41, 6, rgb(40, 40, 42)),
		cuboid(-17, 43, -4, 17, 63.6329, -1, rgb(45, 45, 50)),
		cuboid(-2, 41, -4, 2, 43, -2, rgb(40, 40, 42)),
	), nil
}

func potion() ([]Polygon, []Ball) {
	return join(
		cylinder(8, 0, 0, 1.1, 0.24, 2.1, 0.22, rgb(200, 190, 190)),
		cylinder(8, 0, 0, 2.1, 0.3, 2.5138, 0.26, rgb(120, 90, 60)),
	), []Ball{{Center: [3]float64{0, 0.64, 0}, Radius: 0.64, Color: rgb(190, 50, 45)}}
}

func tree() ([]Polygon, []Ball) {
	bark, leaf := [3]float64{0.208, 0.139, 0.055}, [3]float64{0.257, 0.441, 0.111}
	return cylinder(7, 0, 0, 0, 1.6, 15, 1, bark), []Ball{
		{Center: [3]float64{0, 18, 0}, Radius: 8.54, Color: leaf},
		{Center: [3]float64{-7.4, 15, 1.5}, Radius: 6.5, Color: leaf},
		{Center: [3]float64{7.4, 15.5, -1.5}, Radius: 6.5, Color: leaf},
		{Center: [3]float64{0, 14, 5}, Radius: 5.4, Color: leaf},
		{Center: [3]float64{0.5, 14.5, -5}, Radius: 5.4, Color: leaf},
	}
}

func treePine() ([]Polygon, []Ball) {
	bark, leaf := [3]float64{0.134, 0.06, 0}, [3]float64{0.081, 0.157, 0.026}
	return join(
		cylinder(6, 0.29, 0.3, 0, 0.3, 2, 0.25, bark),
		cylinder(9, 0.29, 0.3, 1.2, 1.84, 3.9, 0, leaf),
		cylinder(9, 0.29, 0.3, 2.9, 1.45, 5.6, 0, leaf),
		cylinder(9, 0.29, 0.3, 4.6, 1.05, 7.5439, 0, leaf),
	), nil
}
