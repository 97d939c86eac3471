package wrappers

import (
	_ "embed"
	"encoding/binary"
	"math"
)

// angleTable holds the angles that NumPy 1.26.4 computes for offsets of up to
// maxOffset cells, as little-endian float64: arctan2(dy, dx) for dy in [0,24], dx
// in [-24,24], then arctan(dy/dx) for dy in [0,24], dx in [1,24]. NumPy's last
// digit depends on the processor; these values are those of its AVX-512 routine,
// which the recorded runs used, and about a third of them is not the nearest
// number. Both functions are odd in dy.
//
//go:embed angles.bin
var angleTable string

const maxOffset = 24

func angleEntry(k int) float64 {
	return math.Float64frombits(binary.LittleEndian.Uint64([]byte(angleTable[8*k : 8*k+8])))
}

// offsetAngle returns atan2(dy, dx); see angleTable.
func offsetAngle(dx, dy int) float64 {
	if max(dx, -dx, dy, -dy) > maxOffset {
		return math.Atan2(float64(dy), float64(dx))
	}
	v := angleEntry(max(dy, -dy)*(2*maxOffset+1) + dx + maxOffset)
	if dy < 0 {
		return -v
	}
	return v
}

// slopeAngle returns atan(dy/dx), dx not 0; see angleTable.
func slopeAngle(dx, dy int) float64 {
	slope := float64(dy) / float64(dx)
	if max(dx, -dx, dy, -dy) > maxOffset {
		return math.Atan(slope)
	}
	const at = (maxOffset + 1) * (2*maxOffset + 1)
	return math.Copysign(angleEntry(at+max(dy, -dy)*maxOffset+max(dx, -dx)-1), slope)
}
