package raster

import "math"

// Camera is where a picture is taken from. The world is right-handed, y up,
// in metres; yaw 0 looks along +x and grows anticlockwise seen from above, so
// forward is (cos yaw, 0, -sin yaw) and right is (sin yaw, 0, cos yaw).
type Camera struct {
	Pos   [3]float64
	Yaw   float64 // radians
	Pitch float64 // radians, positive looks up
	FovY  float64 // vertical field of view in radians, in (0,pi). The default (zero) value is 60 degrees.
	// Aspect is width over height. The default (zero) value is that of the picture.
	Aspect float64
	// Far is the distance, in metres along the view axis, beyond which
	// nothing is drawn, and the depth of the sky. The default (zero) value is 100.
	Far float64
}

// Overhead returns a camera that sees the rectangle [minX,maxX] x [minZ,maxZ]
// from above, north (-z) up, enlarged to the given aspect. It stands 10 km
// up, so that the picture is a map: what is h metres high appears h/10000 too
// far from the middle. Ceilings face away and are not drawn. Depth counts
// from the camera.
func Overhead(minX, maxX, minZ, maxZ, aspect float64) Camera {
	const height = 10000
	w, h := maxX-minX, maxZ-minZ
	h = max(h, w/aspect)
	return Camera{
		Pos:    [3]float64{(minX + maxX) / 2, height, (minZ + maxZ) / 2},
		Yaw:    math.Pi / 2,
		Pitch:  -math.Pi / 2,
		FovY:   2 * math.Atan(h/2/height),
		Aspect: aspect,
		Far:    2 * height,
	}
}

// lens maps points to camera space (right, up, forward) and pixels to rays.
// Between model and camera lies an affine map: a point p of the model is at
// row*p + off in camera space; the eye and the three axes are also known in
// model space, where the planes of its polygons are.
type lens struct {
	row  [3][3]float64
	off  [3]float64
	eye  [3]float64
	axis [3][3]float64
}

// place returns the lens of a camera for things in world coordinates.
func (c *Camera) place() lens {
	sy, cy := math.Sincos(c.Yaw)
	sp, cp := math.Sincos(c.Pitch)
	var l lens
	l.row = [3][3]float64{{sy, 0, cy}, {-sp * cy, cp, sp * sy}, {cp * cy, sp, -cp * sy}}
	l.eye = c.Pos
	l.axis = l.row
	for i := range l.off {
		l.off[i] = -dot(&l.row[i], &c.Pos)
	}
	return l
}

// model returns the lens for things turned by yaw, scaled and moved to pos.
func (l *lens) model(pos [3]float64, yaw float64, scale [3]float64) lens {
	s, c := math.Sincos(yaw)
	var m lens
	for i := range 3 {
		r := unturn(l.row[i], s, c)
		for k := range 3 {
			m.row[i][k] = r[k] * scale[k]
			m.axis[i][k] = r[k] / scale[k]
		}
		m.off[i] = dot(&l.row[i], &pos) + l.off[i]
	}
	e := unturn(sub(l.eye, pos), s, c)
	for k := range 3 {
		m.eye[k] = e[k] / scale[k]
	}
	return m
}

// unturn rotates v by minus the yaw whose sine and cosine are s and c.
func unturn(v [3]float64, s, c float64) [3]float64 {
	return [3]float64{float64(c*v[0]) - float64(s*v[2]), v[1], float64(s*v[0]) + float64(c*v[2])}
}

func dot(a, b *[3]float64) float64 {
	return float64(a[0]*b[0]) + float64(a[1]*b[1]) + float64(a[2]*b[2])
}

func sub(a, b [3]float64) [3]float64 { return [3]float64{a[0] - b[0], a[1] - b[1], a[2] - b[2]} }

func cross(a, b [3]float64) [3]float64 {
	return [3]float64{
		float64(a[1]*b[2]) - float64(a[2]*b[1]),
		float64(a[2]*b[0]) - float64(a[0]*b[2]),
		float64(a[0]*b[1]) - float64(a[1]*b[0]),
	}
}
