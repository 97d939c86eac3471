package miniflow

import (
	"fmt"
	"hash/fnv"
	"math"
)

// DType is the element type of an [Array].
type DType uint8

// The element types. Text elements are whole strings.
const (
	Uint8 DType = iota
	Int32
	Int64
	Float32
	Float64
	TextType
)

var dtypeNames = [...]string{"uint8", "int32", "int64", "float32", "float64", "text"}

// String returns NumPy's name of the type, or "text".
func (t DType) String() string {
	if int(t) < len(dtypeNames) {
		return dtypeNames[t]
	}
	return fmt.Sprintf("DType(%d)", uint8(t))
}

// MarshalText encodes the type as its name.
func (t DType) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText decodes a type's name.
func (t *DType) UnmarshalText(text []byte) error {
	for i, n := range dtypeNames {
		if n == string(text) {
			*t = DType(i)
			return nil
		}
	}
	return fmt.Errorf("miniflow: dtype %q is unknown: use one of %v", text, dtypeNames)
}

// Array is a dense row-major buffer of one element type with one row per lane.
// Exactly one of the slices, the one that Type names, is in use; it holds
// Len()*Size() elements. Slices that the accessors return alias the array.
type Array struct {
	Type  DType
	Shape []int // shape of one row; empty for a scalar per lane

	U8   []uint8
	I32  []int32
	I64  []int64
	F32  []float32
	F64  []float64
	Text []string

	n, size int
}

// NewArray returns a zeroed array of n rows of the given shape.
func NewArray(t DType, n int, shape ...int) Array {
	a := Array{Type: t, Shape: append([]int{}, shape...), n: n, size: 1}
	for _, d := range shape {
		a.size *= d
	}
	total := n * a.size
	switch t {
	case Uint8:
		a.U8 = make([]uint8, total)
	case Int32:
		a.I32 = make([]int32, total)
	case Int64:
		a.I64 = make([]int64, total)
	case Float32:
		a.F32 = make([]float32, total)
	case Float64:
		a.F64 = make([]float64, total)
	case TextType:
		a.Text = make([]string, total)
	}
	return a
}

// Len returns the number of rows.
func (a *Array) Len() int { return a.n }

// Size returns the number of elements in a row.
func (a *Array) Size() int { return a.size }

// RowU8 returns row i of a Uint8 array.
func (a *Array) RowU8(i int) []uint8 { return a.U8[i*a.size : (i+1)*a.size : (i+1)*a.size] }

// RowI32 returns row i of an Int32 array.
func (a *Array) RowI32(i int) []int32 { return a.I32[i*a.size : (i+1)*a.size : (i+1)*a.size] }

// RowI64 returns row i of an Int64 array.
func (a *Array) RowI64(i int) []int64 { return a.I64[i*a.size : (i+1)*a.size : (i+1)*a.size] }

// RowF32 returns row i of a Float32 array.
func (a *Array) RowF32(i int) []float32 { return a.F32[i*a.size : (i+1)*a.size : (i+1)*a.size] }

// RowF64 returns row i of a Float64 array.
func (a *Array) RowF64(i int) []float64 { return a.F64[i*a.size : (i+1)*a.size : (i+1)*a.size] }

// At returns element j of row i as a float64. It panics on a Text array.
func (a *Array) At(i, j int) float64 {
	k := i*a.size + j
	switch a.Type {
	case Uint8:
		return float64(a.U8[k])
	case Int32:
		return float64(a.I32[k])
	case Int64:
		return float64(a.I64[k])
	case Float32:
		return float64(a.F32[k])
	case Float64:
		return a.F64[k]
	}
	panic("miniflow: At on a text array")
}

// SetAt stores v, converted to the element type, at element j of row i.
// It panics on a Text array.
func (a *Array) SetAt(i, j int, v float64) {
	k := i*a.size + j
	switch a.Type {
	case Uint8:
		a.U8[k] = uint8(v)
	case Int32:
		a.I32[k] = int32(v)
	case Int64:
		a.I64[k] = int64(v)
	case Float32:
		a.F32[k] = float32(v)
	case Float64:
		a.F64[k] = v
	default:
		panic("miniflow: SetAt on a text array")
	}
}

// CopyRow copies row from of src, an array of the same type and row shape,
// into row to of a.
func (a *Array) CopyRow(to int, src *Array, from int) {
	n := a.size
	switch a.Type {
	case Uint8:
		copy(a.U8[to*n:(to+1)*n], src.U8[from*n:(from+1)*n])
	case Int32:
		copy(a.I32[to*n:(to+1)*n], src.I32[from*n:(from+1)*n])
	case Int64:
		copy(a.I64[to*n:(to+1)*n], src.I64[from*n:(from+1)*n])
	case Float32:
		copy(a.F32[to*n:(to+1)*n], src.F32[from*n:(from+1)*n])
	case Float64:
		copy(a.F64[to*n:(to+1)*n], src.F64[from*n:(from+1)*n])
	case TextType:
		copy(a.Text[to*n:(to+1)*n], src.Text[from*n:(from+1)*n])
	}
}

// EqualRow reports whether row i of a and row j of b hold the same values, bit
// for bit.
func (a *Array) EqualRow(i int, b *Array, j int) bool {
	if a.Type != b.Type || a.size != b.size {
		return false
	}
	for k := range a.size {
		p, q := i*a.size+k, j*b.size+k
		same := false
		switch a.Type {
		case Uint8:
			same = a.U8[p] == b.U8[q]
		case Int32:
			same = a.I32[p] == b.I32[q]
		case Int64:
			same = a.I64[p] == b.I64[q]
		case Float32:
			same = math.Float32bits(a.F32[p]) == math.Float32bits(b.F32[q])
		case Float64:
			same = math.Float64bits(a.F64[p]) == math.Float64bits(b.F64[q])
		case TextType:
			same = a.Text[p] == b.Text[q]
		}
		if !same {
			return false
		}
	}
	return true
}

// AppendRow appends the little-endian bytes of row i to dst; a text element is
// its uint32 length and its bytes.
func (a *Array) AppendRow(dst []byte, i int) []byte {
	for k := i * a.size; k < (i+1)*a.size; k++ {
		switch a.Type {
		case Uint8:
			dst = append(dst, a.U8[k])
		case Int32:
			dst = appendLE(dst, uint64(uint32(a.I32[k])), 4)
		case Int64:
			dst = appendLE(dst, uint64(a.I64[k]), 8)
		case Float32:
			dst = appendLE(dst, uint64(math.Float32bits(a.F32[k])), 4)
		case Float64:
			dst = appendLE(dst, math.Float64bits(a.F64[k]), 8)
		case TextType:
			dst = appendLE(dst, uint64(len(a.Text[k])), 4)
			dst = append(dst, a.Text[k]...)
		}
	}
	return dst
}

// SetRow is the inverse of [Array.AppendRow]: it decodes row i from src and
// returns the bytes that follow. It fails if src is too short.
func (a *Array) SetRow(i int, src []byte) ([]byte, error) {
	short := fmt.Errorf("miniflow: array row: %d bytes are too few for %d %v elements", len(src), a.size, a.Type)
	width := map[DType]int{Uint8: 1, Int32: 4, Int64: 8, Float32: 4, Float64: 8, TextType: 4}[a.Type]
	for k := i * a.size; k < (i+1)*a.size; k++ {
		if len(src) < width {
			return nil, short
		}
		v := leUint(src[:width])
		src = src[width:]
		switch a.Type {
		case Uint8:
			a.U8[k] = uint8(v)
		case Int32:
			a.I32[k] = int32(v)
		case Int64:
			a.I64[k] = int64(v)
		case Float32:
			a.F32[k] = math.Float32frombits(uint32(v))
		case Float64:
			a.F64[k] = math.Float64frombits(v)
		case TextType:
			if uint64(len(src)) < v {
				return nil, short
			}
			a.Text[k], src = string(src[:v]), src[v:]
		}
	}
	return src, nil
}

// hashRow returns the FNV-1a 64 hash of h's bytes followed by row i.
func hashRows(arrays []Array, i int) uint64 {
	var buf []byte
	for k := range arrays {
		buf = arrays[k].AppendRow(buf, i)
	}
	h := fnv.New64a()
	h.Write(buf)
	return h.Sum64()
}

func appendLE(dst []byte, v uint64, n int) []byte {
	for range n {
		dst = append(dst, byte(v))
		v >>= 8
	}
	return dst
}

func leUint(src []byte) uint64 {
	var v uint64
	for i := len(src) - 1; i >= 0; i-- {
		v = v<<8 | uint64(src[i])
	}
	return v
}
