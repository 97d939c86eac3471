package miniflow

import (
	"fmt"
	"math"
	"strings"
)

// Space is the set of values of one array row: an action or one named
// observation. Every lane's row is one element of the space.
type Space interface {
	// DType and Shape describe one row.
	DType() DType
	Shape() []int
	// Check returns nil if row i of a lies in the space, else an error that
	// names the value.
	Check(a *Array, i int) error
	// Sample draws an element into row i of dst.
	Sample(rng *Rand, dst *Array, i int)
}

// Discrete is the integers [Start, Start+N). Rows are one int32.
type Discrete struct {
	N     int `json:"n"`
	Start int `json:"start,omitempty"`
}

// DType returns Int32.
func (s Discrete) DType() DType { return Int32 }

// Shape returns the shape of a scalar.
func (s Discrete) Shape() []int { return nil }

// Check implements [Space].
func (s Discrete) Check(a *Array, i int) error {
	if v := int(a.I32[i]); v < s.Start || v >= s.Start+s.N {
		return fmt.Errorf("%d is not in [%d,%d)", v, s.Start, s.Start+s.N)
	}
	return nil
}

// Sample draws uniformly, as Gymnasium does.
func (s Discrete) Sample(rng *Rand, dst *Array, i int) {
	dst.I32[i] = int32(s.Start + rng.Intn(s.N))
}

// Box is the closed box [Low, High] of numbers of one type. Low and High have
// one entry for all elements or one for each; infinities are allowed.
type Box struct {
	Type DType     `json:"dtype"`
	Dims []int     `json:"shape"`
	Low  []float64 `json:"-"`
	High []float64 `json:"-"`
}

// NewBox returns a box with the same bounds for all elements.
func NewBox(t DType, low, high float64, shape ...int) Box {
	return Box{Type: t, Dims: shape, Low: []float64{low}, High: []float64{high}}
}

// DType returns the element type.
func (s Box) DType() DType { return s.Type }

// Shape returns the shape of a row.
func (s Box) Shape() []int { return s.Dims }

// Bounds returns the bounds of element j.
func (s Box) Bounds(j int) (low, high float64) {
	return s.Low[min(j, len(s.Low)-1)], s.High[min(j, len(s.High)-1)]
}

// Check implements [Space]. NaN is outside every box.
func (s Box) Check(a *Array, i int) error {
	for j := range a.Size() {
		low, high := s.Bounds(j)
		if v := a.At(i, j); !(v >= low && v <= high) {
			return fmt.Errorf("element %d is %v, not in [%v,%v]", j, v, low, high)
		}
	}
	return nil
}

// Sample draws every element: integers uniformly; floats uniformly where
// bounded, shifted exponentially where bounded on one side, normally otherwise.
func (s Box) Sample(rng *Rand, dst *Array, i int) {
	integer := s.Type == Uint8 || s.Type == Int32 || s.Type == Int64
	for j := range dst.Size() {
		low, high := s.Bounds(j)
		var v float64
		switch lowInf, highInf := math.IsInf(low, -1), math.IsInf(high, 1); {
		case lowInf && highInf:
			v = rng.StandardNormal()
		case highInf:
			v = low + rng.StandardExponential()
		case lowInf:
			v = high - rng.StandardExponential()
		case integer:
			v = float64(rng.Integers(int64(low), int64(high)+1))
		default:
			v = rng.Uniform(low, high)
		}
		if integer {
			v = math.Floor(v)
		}
		dst.SetAt(i, j, v)
	}
}

// MultiDiscrete is a vector of integers, element j in [0, NVec[j]). Rows are int32.
type MultiDiscrete struct {
	NVec []int `json:"nvec"`
}

// DType returns Int32.
func (s MultiDiscrete) DType() DType { return Int32 }

// Shape returns the length of the vector.
func (s MultiDiscrete) Shape() []int { return []int{len(s.NVec)} }

// Check implements [Space].
func (s MultiDiscrete) Check(a *Array, i int) error {
	for j, v := range a.RowI32(i) {
		if v < 0 || int(v) >= s.NVec[j] {
			return fmt.Errorf("element %d is %d, not in [0,%d)", j, v, s.NVec[j])
		}
	}
	return nil
}

// Sample draws every element uniformly.
func (s MultiDiscrete) Sample(rng *Rand, dst *Array, i int) {
	for j, row := 0, dst.RowI32(i); j < len(row); j++ {
		row[j] = int32(rng.Intn(s.NVec[j]))
	}
}

// MultiBinary is a vector of N zeros and ones. Rows are uint8.
type MultiBinary struct {
	N int `json:"n"`
}

// DType returns Uint8.
func (s MultiBinary) DType() DType { return Uint8 }

// Shape returns the length of the vector.
func (s MultiBinary) Shape() []int { return []int{s.N} }

// Check implements [Space].
func (s MultiBinary) Check(a *Array, i int) error {
	for j, v := range a.RowU8(i) {
		if v > 1 {
			return fmt.Errorf("element %d is %d, not 0 or 1", j, v)
		}
	}
	return nil
}

// Sample draws every element uniformly.
func (s MultiBinary) Sample(rng *Rand, dst *Array, i int) {
	for j, row := 0, dst.RowU8(i); j < len(row); j++ {
		row[j] = uint8(rng.Intn(2))
	}
}

// Text is strings of at most MaxLen bytes. An empty Charset allows any
// character.
type Text struct {
	MaxLen  int    `json:"max_len"`
	Charset string `json:"charset,omitempty"`
}

// DType returns TextType.
func (s Text) DType() DType { return TextType }

// Shape returns the shape of a scalar.
func (s Text) Shape() []int { return nil }

// Check implements [Space].
func (s Text) Check(a *Array, i int) error {
	v := a.Text[i]
	if len(v) > s.MaxLen {
		return fmt.Errorf("text of %d bytes is longer than %d", len(v), s.MaxLen)
	}
	if s.Charset != "" {
		for _, r := range v {
			if !strings.ContainsRune(s.Charset, r) {
				return fmt.Errorf("character %q is not allowed", r)
			}
		}
	}
	return nil
}

// Sample draws a text of up to MaxLen characters (letters and spaces where the
// Charset is empty).
func (s Text) Sample(rng *Rand, dst *Array, i int) {
	set := []rune(s.Charset)
	if len(set) == 0 {
		set = []rune("abcdefghijklmnopqrstuvwxyz ")
	}
	var sb strings.Builder
	for range rng.Intn(s.MaxLen + 1) {
		r := set[rng.Intn(len(set))]
		if sb.Len()+len(string(r)) > s.MaxLen {
			break
		}
		sb.WriteRune(r)
	}
	dst.Text[i] = sb.String()
}

// Named is a space with the name under which an observation has it.
type Named struct {
	Name  string
	Space Space
}

// Dict is an ordered list of named spaces.
type Dict []Named

// Index returns the position of a name, or -1.
func (d Dict) Index(name string) int {
	for i, n := range d {
		if n.Name == name {
			return i
		}
	}
	return -1
}
