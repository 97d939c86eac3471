package level

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"math/bits"
	"slices"
	"strings"

	"github.com/miniflow-rl/miniflow/minigrid"
	"github.com/miniflow-rl/miniflow/minigrid/babyai"
)

// codePrefix begins every code; the digit is the version.
const codePrefix = "ml1-"

// maxPayload bounds what a code may unpack to.
const maxPayload = 8 << 20

// codeMissions are missions that a code names by number. They may be added to
// at the end only.
var codeMissions = []string{
	"", goalMission, "use the key to open the door and then get to the goal", "reach the goal",
	"find the opening and get to the green goal square", "avoid the lava and get to the green goal square",
	"traverse the rooms to get to the goal",
}

// The flags of a code.
const (
	flagSeeThrough = 1 << iota
	flagBorder     // the outline is grey wall and left out
	flagMission    // the mission follows as text
	flagInstruction
	flagStrict
	flagRooms
	flagHands
	flagSame // the instruction is the mission
)

// Code returns the level as a short text that survives chat windows and web
// addresses: letters, digits, '-' and '_', with a checksum. Name, origin and
// certificate are left out.
//
// It is "ml1-" and base64url of a byte that says whether the rest is deflated,
// the packed level and its CRC-32.
func (l *Level) Code() (string, error) {
	if err := l.Validate(); err != nil {
		return "", err
	}
	raw := l.pack()
	out := append([]byte{0}, raw...)
	var small bytes.Buffer
	small.WriteByte(1)
	z, err := flate.NewWriter(&small, flate.BestCompression)
	if err != nil {
		return "", err
	}
	if _, err := z.Write(raw); err != nil {
		return "", err
	}
	if err := z.Close(); err != nil {
		return "", err
	}
	if small.Len() < len(out) {
		out = small.Bytes()
	}
	out = binary.LittleEndian.AppendUint32(out, crc32.ChecksumIEEE(out))
	return codePrefix + base64.RawURLEncoding.EncodeToString(out), nil
}

// ParseCode is the inverse of [Level.Code]; spaces and line ends around and
// within the code do not matter. An error wraps [ErrLevel].
func ParseCode(code string) (*Level, error) {
	bad := func(why string) (*Level, error) { return nil, fmt.Errorf("level: code: %s: %w", why, ErrLevel) }
	body, ok := strings.CutPrefix(strings.Join(strings.Fields(code), ""), codePrefix)
	if !ok {
		return bad("it does not begin with " + codePrefix)
	}
	data, err := base64.RawURLEncoding.Strict().DecodeString(body)
	if err != nil || len(data) < 6 || len(data) > maxPayload {
		return bad("a letter is wrong or missing: copy it again")
	}
	data, sum := data[:len(data)-4], data[len(data)-4:]
	if crc32.ChecksumIEEE(data) != binary.LittleEndian.Uint32(sum) {
		return bad("the checksum does not fit: copy it again")
	}
	raw := data[1:]
	if data[0] == 1 {
		raw, err = io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(raw)), maxPayload))
		if err != nil || len(raw) == maxPayload {
			return bad("it does not unpack")
		}
	} else if data[0] != 0 {
		return bad("it was written by a newer program")
	}
	l, err := unpack(raw)
	if err != nil {
		return bad(err.Error())
	}
	return l, l.Validate()
}

// pack writes a level in bytes: flags, numbers as varints, texts with their
// length, the different things of the map, and the cells as numbers of things in
// as few bits as they need, column by column.
func (l *Level) pack() []byte {
	w, h := l.Grid.Width(), l.Grid.Height()
	flags := uint64(0)
	set := func(flag uint64, on bool) bool {
		if on {
			flags |= flag
		}
		return on
	}
	mission := slices.Index(codeMissions, l.Mission)
	set(flagSeeThrough, l.SeeThrough)
	border := set(flagBorder, l.walled())
	set(flagMission, mission < 0)
	same := set(flagSame, l.Instruction != "" && l.Instruction == l.Mission)
	set(flagInstruction, l.Instruction != "" && !same)
	set(flagStrict, len(l.Strict) > 0)
	set(flagRooms, l.Rooms != babyai.Rooms{})
	set(flagHands, l.Hands.Cell != 0)

	out := binary.AppendUvarint(nil, flags)
	number := func(v int) { out = binary.AppendUvarint(out, uint64(v)) }
	text := func(s string) { number(len(s)); out = append(out, s...) }
	number(w)
	number(h)
	number(4*(l.Agent.Y*w+l.Agent.X) + int(l.Dir))
	number(l.MaxSteps)
	if mission < 0 {
		text(l.Mission)
	} else {
		number(mission)
	}
	if flags&flagInstruction != 0 {
		text(l.Instruction)
	}
	if flags&flagStrict != 0 {
		v := 1
		for _, s := range l.Strict {
			if v <<= 1; s {
				v |= 1
			}
		}
		number(v)
	}
	if flags&flagRooms != 0 {
		number(l.Rooms.Size)
		number(l.Rooms.Rows)
		number(l.Rooms.Cols)
	}
	if flags&flagHands != 0 {
		number(thingCode(l.Hands))
	}
	palette, index := []int{}, []int{}
	for p := range l.packed(border) {
		c := thingCode(l.Grid.Get(p))
		k := slices.Index(palette, c)
		if k < 0 {
			k = len(palette)
			palette = append(palette, c)
		}
		index = append(index, k)
	}
	number(len(palette))
	for _, c := range palette {
		number(c)
	}
	width, acc, n := bits.Len(uint(len(palette)-1)), uint32(0), 0
	for _, k := range index {
		acc |= uint32(k) << n
		for n += width; n >= 8; n -= 8 {
			out = append(out, byte(acc))
			acc >>= 8
		}
	}
	if n > 0 {
		out = append(out, byte(acc))
	}
	return out
}

// packed walks over the cells that a code holds.
func (l *Level) packed(border bool) func(yield func(minigrid.Point) bool) {
	return func(yield func(minigrid.Point) bool) {
		inset := 0
		if border {
			inset = 1
		}
		for x := inset; x < l.Grid.Width()-inset; x++ {
			for y := inset; y < l.Grid.Height()-inset; y++ {
				if !yield(minigrid.Point{X: x, Y: y}) {
					return
				}
			}
		}
	}
}

// walled reports whether the outline of the map is grey wall.
func (l *Level) walled() bool {
	w, h := l.Grid.Width(), l.Grid.Height()
	for p := range cells(l.Grid) {
		edge := p.X == 0 || p.Y == 0 || p.X == w-1 || p.Y == h-1
		if edge && l.Grid.Get(p).Cell != minigrid.Wall {
			return false
		}
	}
	return true
}

// thingCode numbers things: type, colour and state, and 198 times the same for
// what is inside.
func thingCode(t minigrid.Thing) int {
	code := func(c minigrid.Cell) int {
		typ, color, state := c.Encode()
		return (int(typ)*6+int(color))*3 + int(state)
	}
	v := code(t.Cell)
	if t.Inside != minigrid.Unseen {
		v += 198 * code(t.Inside)
	}
	return v
}

func thingOf(v int) (minigrid.Thing, error) {
	cell := func(v int) (minigrid.Cell, error) {
		return minigrid.MakeCell(minigrid.Type(v/18), minigrid.Color(v/3%6), minigrid.State(v%3))
	}
	if v < 0 || v >= 198*198 {
		return minigrid.Thing{}, fmt.Errorf("thing %d is unknown", v)
	}
	c, err := cell(v % 198)
	if err != nil || v < 198 {
		return minigrid.Thing{Cell: c}, err
	}
	in, err := cell(v / 198)
	return minigrid.Thing{Cell: c, Inside: in}, err
}
