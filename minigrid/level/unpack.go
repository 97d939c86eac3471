package level

import (
	"encoding/binary"
	"errors"
	"math/bits"

	"github.com/miniflow-rl/miniflow/minigrid"
)

var errPacked = errors.New("it is cut short or damaged")

// unpacker reads what pack wrote; bad is set at the first thing that it cannot
// have written.
type unpacker struct {
	src []byte
	bad bool
}

// number reads a number in [0,most].
func (u *unpacker) number(most int) int {
	v, n := binary.Uvarint(u.src)
	if n <= 0 || v > uint64(most) {
		u.bad, u.src = true, nil
		return 0
	}
	u.src = u.src[n:]
	return int(v)
}

func (u *unpacker) text() string {
	n := u.number(maxText)
	if u.bad || n > len(u.src) {
		u.bad = true
		return ""
	}
	s := string(u.src[:n])
	u.src = u.src[n:]
	return s
}

// unpack reads the bytes of a code. The level is well formed but not validated.
func unpack(src []byte) (*Level, error) {
	u := &unpacker{src: src}
	flags := u.number(1<<8 - 1)
	w, h := u.number(MaxSide), u.number(MaxSide)
	pose := u.number(4*MaxSide*MaxSide - 1)
	l := &Level{MaxSteps: u.number(maxLimit), SeeThrough: flags&flagSeeThrough != 0}
	if u.bad || w < 3 || h < 3 {
		return nil, errPacked
	}
	l.Dir, l.Agent = minigrid.Direction(pose&3), minigrid.Point{X: pose >> 2 % w, Y: pose >> 2 / w}
	if flags&flagMission != 0 {
		l.Mission = u.text()
	} else {
		l.Mission = codeMissions[u.number(len(codeMissions)-1)]
	}
	if flags&flagInstruction != 0 {
		l.Instruction = u.text()
	} else if flags&flagSame != 0 {
		l.Instruction = l.Mission
	}
	if flags&flagStrict != 0 {
		v := u.number(1<<16 - 1)
		for k := bits.Len(uint(v)) - 2; k >= 0; k-- {
			l.Strict = append(l.Strict, v>>k&1 == 1)
		}
	}
	if flags&flagRooms != 0 {
		l.Rooms.Size, l.Rooms.Rows, l.Rooms.Cols = u.number(MaxSide), u.number(MaxSide), u.number(MaxSide)
	}
	var err error
	if flags&flagHands != 0 {
		if l.Hands, err = thingOf(u.number(198*198 - 1)); err != nil {
			return nil, err
		}
	}
	return l, l.unpackGrid(u, w, h, flags&flagBorder != 0)
}

func (l *Level) unpackGrid(u *unpacker, w, h int, border bool) error {
	n := u.number(1 << 16)
	if u.bad || n == 0 || n > len(u.src)+1 {
		return errPacked
	}
	palette := make([]minigrid.Thing, n)
	var err error
	for k := range palette {
		if palette[k], err = thingOf(u.number(198*198 - 1)); err != nil {
			return err
		}
	}
	width := bits.Len(uint(n - 1))
	count := w * h
	if border {
		count = (w - 2) * (h - 2)
	}
	if u.bad || len(u.src) != (count*width+7)/8 {
		return errPacked
	}
	if l.Grid, err = minigrid.NewGrid(w, h); err != nil {
		return err
	}
	if border {
		l.Grid.WallRect(minigrid.Area{W: w, H: h})
	}
	acc, have, next := uint32(0), 0, 0
	for p := range l.packed(border) {
		for ; have < width; have += 8 {
			acc |= uint32(u.src[next]) << have
			next++
		}
		k := int(acc & (1<<width - 1))
		acc, have = acc>>width, have-width
		if k >= n {
			return errPacked
		}
		l.Grid.Set(p, palette[k])
	}
	return nil
}
