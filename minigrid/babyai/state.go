package babyai

import (
	"encoding/binary"

	"github.com/miniflow-rl/miniflow/minigrid"
)

// The tags of instructions in snapshots.
const (
	tagGoTo byte = 1 + iota
	tagOpen
	tagPickup
	tagPutNext
	tagBefore
	tagAfter
	tagAnd
	tagStrict byte = 0x80
)

func strictTag(tag byte, strict bool) byte {
	if strict {
		return tag | tagStrict
	}
	return tag
}

func appendInstr(dst []byte, i Instr) []byte {
	switch i := i.(type) {
	case *GoTo:
		return appendDesc(append(dst, tagGoTo), i.To)
	case *Open:
		return appendDesc(append(dst, strictTag(tagOpen, i.Strict)), i.Door)
	case *Pickup:
		return appendDesc(append(dst, strictTag(tagPickup, i.Strict)), i.Thing)
	case *PutNext:
		return appendDesc(appendDesc(append(dst, strictTag(tagPutNext, i.Strict)), i.Move), i.Beside)
	case *Before:
		return appendInstr(appendInstr(append(dst, strictTag(tagBefore, i.Strict)), i.First), i.Then)
	case *After:
		return appendInstr(appendInstr(append(dst, strictTag(tagAfter, i.Strict)), i.Then), i.First)
	case *And:
		return appendInstr(appendInstr(append(dst, tagAnd), i.A), i.B)
	}
	panic("babyai: unknown instruction")
}

func appendDesc(dst []byte, d *Desc) []byte {
	return append(dst, byte(d.Type), byte(d.Color), byte(d.Loc))
}

func appendPoints(dst []byte, points []minigrid.Point) []byte {
	dst = binary.LittleEndian.AppendUint16(dst, uint16(len(points)))
	for _, p := range points {
		dst = binary.LittleEndian.AppendUint16(dst, uint16(p.X))
		dst = binary.LittleEndian.AppendUint16(dst, uint16(p.Y))
	}
	return dst
}

// reader takes apart what the functions above wrote; bad is set at the first
// thing that they cannot have written.
type reader struct {
	src []byte
	bad bool
}

func (r *reader) take(n int) []byte {
	if len(r.src) < n {
		r.bad = true
		return make([]byte, n)
	}
	out := r.src[:n]
	r.src = r.src[n:]
	return out
}

func (r *reader) byte() byte     { return r.take(1)[0] }
func (r *reader) uint16() uint16 { return binary.LittleEndian.Uint16(r.take(2)) }
func (r *reader) uint64() uint64 { return binary.LittleEndian.Uint64(r.take(8)) }

func (r *reader) points(dst []minigrid.Point) []minigrid.Point {
	n := int(r.uint16())
	if n*4 > len(r.src) {
		r.bad = true
		return nil
	}
	for range n {
		x := int(int16(r.uint16()))
		dst = append(dst, minigrid.Point{X: x, Y: int(int16(r.uint16()))})
	}
	return dst
}

func (r *reader) desc() *Desc {
	d := &Desc{Type: minigrid.Type(r.byte()), Color: minigrid.Color(r.byte()), Loc: Loc(r.byte())}
	if d.Type > minigrid.TypeBox || d.Color > minigrid.Grey && d.Color != minigrid.AnyColor || d.Loc >= numLocs {
		r.bad = true
	}
	return d
}

// instr reads an instruction; depth bounds how deep foreign bytes can nest it.
func (r *reader) instr(depth int) Instr {
	if depth > 4 {
		r.bad = true
		return &GoTo{&Desc{}}
	}
	tag := r.byte()
	strict := tag&tagStrict != 0
	switch tag &^ tagStrict {
	case tagGoTo:
		return &GoTo{r.desc()}
	case tagOpen:
		return &Open{Door: r.desc(), Strict: strict}
	case tagPickup:
		return &Pickup{Thing: r.desc(), Strict: strict}
	case tagPutNext:
		return &PutNext{Move: r.desc(), Beside: r.desc(), Strict: strict}
	case tagBefore:
		return &Before{First: r.instr(depth + 1), Then: r.instr(depth + 1), Strict: strict}
	case tagAfter:
		return &After{Then: r.instr(depth + 1), First: r.instr(depth + 1), Strict: strict}
	case tagAnd:
		return &And{A: r.instr(depth + 1), B: r.instr(depth + 1)}
	}
	r.bad = true
	return &GoTo{&Desc{}}
}
