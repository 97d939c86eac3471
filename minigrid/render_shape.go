package minigrid

import "math"

// A shape is a set of points of the unit square, x to the right and y downwards.
// Tiles are drawn by asking a shape about the centre of every sample, so where a
// bound falls exactly on a centre the arithmetic decides: it follows the
// original step by step, in float32 where the original is, and explicit
// conversions keep the compiler from fusing products into sums.
type shape func(x, y float64) bool

func rect(x0, x1, y0, y1 float64) shape {
	return func(x, y float64) bool { return x >= x0 && x <= x1 && y >= y0 && y <= y1 }
}

func circle(cx, cy, r float64) shape {
	return func(x, y float64) bool {
		return float64((x-cx)*(x-cx))+float64((y-cy)*(y-cy)) <= r*r
	}
}

// stroke is a line from (x0,y0) to (x1,y1) of half width r with round ends, cut
// off at the box around the end points grown by r.
func stroke(x0, y0, x1, y1, r float64) shape {
	px, py := float32(x0), float32(y0)
	dx, dy := float32(x1)-px, float32(y1)-py
	length := float32(math.Sqrt(float64(float32(dx*dx) + float32(dy*dy))))
	dx, dy = dx/length, dy/length
	box := rect(min(x0, x1)-r, max(x0, x1)+r, min(y0, y1)-r, max(y0, y1)+r)
	return func(x, y float64) bool {
		if !box(x, y) {
			return false
		}
		along := float64((x-float64(px))*float64(dx)) + float64((y-float64(py))*float64(dy))
		a := float32(min(max(along, 0), float64(length)))
		qx, qy := px+float32(a*dx), py+float32(a*dy)
		ex, ey := x-float64(qx), y-float64(qy)
		return math.Sqrt(float64(ex*ex)+float64(ey*ey)) <= r
	}
}

// triangle is the triangle with the given corners, tested with barycentric
// coordinates; the edge opposite the first corner is not part of it.
func triangle(ax, ay, bx, by, cx, cy float64) shape {
	ux, uy := float32(cx)-float32(ax), float32(cy)-float32(ay)
	vx, vy := float32(bx)-float32(ax), float32(by)-float32(ay)
	dot := func(px, py, qx, qy float32) float32 { return float32(px*qx) + float32(py*qy) }
	uu, uv, vv := dot(ux, uy, ux, uy), dot(ux, uy, vx, vy), dot(vx, vy, vx, vy)
	scale := 1 / float64(float32(uu*vv)-float32(uv*uv))
	return func(x, y float64) bool {
		wx, wy := x-float64(float32(ax)), y-float64(float32(ay))
		uw := float64(float64(ux)*wx) + float64(float64(uy)*wy)
		vw := float64(float64(vx)*wx) + float64(float64(vy)*wy)
		u := (float64(float64(vv)*uw) - float64(float64(uv)*vw)) * scale
		v := (float64(float64(uu)*vw) - float64(float64(uv)*uw)) * scale
		return u >= 0 && v >= 0 && u+v < 1
	}
}

// quarterTurns holds cosine and sine of 0, -90, -180 and -270 degrees as C's
// libm gives them for multiples of the float64 nearest to pi/2; the tiny errors
// belong to the picture.
var quarterTurns = [4][2]float64{
	{1, 0},
	{6.123233995736766e-17, -1},
	{-1, -1.2246467991473532e-16},
	{-1.8369701987210297e-16, 1},
}

// turned is s turned by d quarter turns to the right about the middle.
func turned(s shape, d Direction) shape {
	cos, sin := quarterTurns[d&3][0], quarterTurns[d&3][1]
	return func(x, y float64) bool {
		x, y = x-0.5, y-0.5
		return s(0.5+float64(x*cos)-float64(y*sin), 0.5+float64(y*cos)+float64(x*sin))
	}
}
