package raster

import "math"

// Light shines on everything from one direction. A surface of colour c and
// unit normal N shows
//
//	min(1, c * (Ambient + Color * max(0, N.Toward/|Toward|)))
//
// in each channel, times its texture: OpenGL's fixed pipeline.
type Light struct {
	Toward  [3]float64 // direction to the light, of any length but 0
	Color   [3]float64 // 0..1
	Ambient [3]float64 // 0..1
}

// FixedLight returns the light that Miniworld's parameters make in OpenGL's
// fixed pipeline. Its position is a direction: Miniworld adds 1 to every
// element instead of appending a fourth one, which leaves w = 0. And the
// pipeline adds its global ambient of 0.2.
func FixedLight(pos, color, ambient [3]float64) Light {
	l := Light{Color: color}
	for i := range 3 {
		l.Toward[i] = pos[i] + 1
		l.Ambient[i] = ambient[i] + 0.2
	}
	return l
}

// toward returns the unit direction to the light.
func (l *Light) toward() [3]float64 {
	n := math.Sqrt(dot(&l.Toward, &l.Toward))
	if n == 0 {
		return [3]float64{}
	}
	return [3]float64{l.Toward[0] / n, l.Toward[1] / n, l.Toward[2] / n}
}

// on returns the lit colour of a surface; lambert is the cosine of the angle
// to the light.
func (l *Light) on(color [3]float64, lambert float64) (c [3]float64) {
	lambert = max(lambert, 0)
	for i := range c {
		c[i] = min(max(color[i]*(l.Ambient[i]+float64(l.Color[i]*lambert)), 0), 1)
	}
	return c
}
