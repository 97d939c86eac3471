package raster

import "math"

// Shapes that the meshes of the library are put together from. All are open
// where another shape or the floor hides them.

// cylinder returns the side of a cone frustum around (x,z), n-sided, from
// radius r0 at y0 to r1 at y1, with its top when r1 > 0. u goes round once.
func cylinder(n int, x, z, y0, r0, y1, r1 float64, color [3]float64) []Polygon {
	at := func(i int, y, r float64) [3]float64 {
		s, c := math.Sincos(2 * math.Pi * (float64(i) + 0.5) / float64(n))
		return [3]float64{x + float64(r*c), y, z - float64(r*s)}
	}
	var ps []Polygon
	for i := range n {
		quad := [][3]float64{at(i, y0, r0), at(i+1, y0, r0), at(i+1, y1, r1), at(i, y1, r1)}
		if r1 == 0 {
			quad = quad[:3]
		}
		if r0 == 0 {
			quad = quad[1:]
		}
		ps = append(ps, Polygon{Verts: quad, Color: color})
	}
	if r1 > 0 {
		var top [][3]float64
		for i := range n {
			top = append(top, at(i, y1, r1))
		}
		ps = append(ps, Polygon{Verts: top, Color: color})
	}
	return ps
}

// slab extrudes a convex outline, (z,y) anticlockwise seen from +x, from
// x = -half to half.
func slab(outline [][2]float64, half float64, color [3]float64) []Polygon {
	var front, back [][3]float64
	for _, p := range outline {
		front = append(front, [3]float64{half, p[1], -p[0]})
	}
	for i := range outline {
		p := outline[len(outline)-1-i]
		back = append(back, [3]float64{-half, p[1], -p[0]})
	}
	ps := []Polygon{{Verts: front, Color: color}, {Verts: back, Color: color}}
	return append(ps, rim(outline, half, color, false)...)
}

// rim is the edge of a slab; inward shows it from inside.
func rim(outline [][2]float64, half float64, color [3]float64, inward bool) []Polygon {
	var ps []Polygon
	for i, a := range outline {
		b := outline[(i+1)%len(outline)]
		if inward {
			a, b = b, a
		}
		ps = append(ps, Polygon{Color: color, Verts: [][3]float64{
			{half, a[1], -a[0]}, {-half, a[1], -a[0]}, {-half, b[1], -b[0]}, {half, b[1], -b[0]},
		}})
	}
	return ps
}

// ring is a slab with a hole, both outlines with the same number of corners.
func ring(outer, inner [][2]float64, half float64, color [3]float64) []Polygon {
	ps := append(rim(outer, half, color, false), rim(inner, half, color, true)...)
	for i := range outer {
		k := (i + 1) % len(outer)
		q := [4][2]float64{outer[i], outer[k], inner[k], inner[i]}
		front, back := make([][3]float64, 4), make([][3]float64, 4)
		for c, p := range q {
			front[c] = [3]float64{half, p[1], -p[0]}
			back[3-c] = [3]float64{-half, p[1], -p[0]}
		}
		ps = append(ps, Polygon{Verts: front, Color: color}, Polygon{Verts: back, Color: color})
	}
	return ps
}

// chamfered returns a rectangle without its corners, anticlockwise.
func chamfered(x0, x1, y0, y1, cut float64) [][2]float64 {
	return [][2]float64{
		{x0 + cut, y0}, {x1 - cut, y0}, {x1, y0 + cut}, {x1, y1 - cut},
		{x1 - cut, y1}, {x0 + cut, y1}, {x0, y1 - cut}, {x0, y0 + cut},
	}
}

// cuboid is a box of one colour between two corners.
func cuboid(x0, y0, z0, x1, y1, z1 float64, color [3]float64) []Polygon {
	return box([3]float64{x0, y0, z0}, [3]float64{x1, y1, z1}, color)
}

// paper puts a texture on every upright face of ps, once over lo..hi in
// height and once over the whole width of its face.
func paper(ps []Polygon, tex *Texture, lo, hi, acrossX, acrossZ float64) []Polygon {
	for i := range ps {
		p := &ps[i]
		f, err := p.face()
		if err != nil || math.Abs(f.plane[1]) > 0.5 {
			continue
		}
		p.Texture, p.Color = tex, White
		for _, v := range p.Verts {
			u := v[0] / acrossX
			if math.Abs(f.plane[0]) > math.Abs(f.plane[2]) {
				u = v[2] / acrossZ
			}
			p.UV = append(p.UV, [2]float64{u + 0.5, (v[1] - lo) / (hi - lo)})
		}
	}
	return ps
}

// join puts lists of polygons together.
func join(lists ...[]Polygon) []Polygon {
	var out []Polygon
	for _, l := range lists {
		out = append(out, l...)
	}
	return out
}

// rgb is a colour of 0..255.
func rgb(r, g, b float64) [3]float64 { return [3]float64{r / 255, g / 255, b / 255} }
