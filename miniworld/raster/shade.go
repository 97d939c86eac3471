package raster

import "math"

// DepthShade turns a depth in metres into a shade of grey for people, lighter
// where nearer; from 100 m on, where the sky is, it is black.
func DepthShade(d float32) uint8 {
	if d >= 100 {
		return 0
	}
	return uint8(255 * math.Exp(-float64(d)/8))
}

// FalseColor gives every ID a colour of its own; the sky is black.
func FalseColor(id uint32) [3]uint8 {
	if id == 0 {
		return [3]uint8{}
	}
	h := id * 2654435761
	h ^= h >> 15
	h *= 2246822519
	return [3]uint8{64 + uint8(h>>24)/4*3, 64 + uint8(h>>16)/4*3, 64 + uint8(h>>8)/4*3}
}
