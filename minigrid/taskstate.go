package minigrid

import (
	"encoding/binary"
	"fmt"
)

// Tasks remember cells from Generate for their Judge; these two functions save
// them in snapshots. A cell off the map is harmless: nothing is there.

func appendPoints(dst []byte, points ...Point) []byte {
	for _, p := range points {
		dst = binary.LittleEndian.AppendUint16(dst, uint16(p.X))
		dst = binary.LittleEndian.AppendUint16(dst, uint16(p.Y))
	}
	return dst
}

func readPoints(src []byte, points ...*Point) error {
	if len(src) != 4*len(points) {
		return fmt.Errorf("minigrid: the task's state has %d bytes: want %d", len(src), 4*len(points))
	}
	for k, p := range points {
		p.X = int(binary.LittleEndian.Uint16(src[4*k:]))
		p.Y = int(binary.LittleEndian.Uint16(src[4*k+2:]))
	}
	return nil
}
