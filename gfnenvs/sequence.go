package gfnenvs

import (
	"fmt"
	"strconv"

	"github.com/miniflow-rl/miniflow"
)

// Order says where a [Sequence] grows.
type Order uint8

const (
	// Append adds words at the end: the states form a tree.
	Append Order = iota
	// PrependAppend adds words at either end.
	PrependAppend
	// AnyOrder fills any empty position.
	AnyOrder
)

var orderNames = [...]string{"append", "prepend_append", "any_order"}

// String returns the order's name.
func (o Order) String() string {
	if int(o) < len(orderNames) {
		return orderNames[o]
	}
	return fmt.Sprintf("Order(%d)", uint8(o))
}

// ParseOrder is the inverse of [Order.String].
func ParseOrder(name string) (Order, error) {
	for i, n := range orderNames {
		if n == name {
			return Order(i), nil
		}
	}
	return 0, fmt.Errorf("gfnenvs: order %q: want one of %v: %w", name, orderNames, miniflow.ErrParam)
}

// SequenceConfig says what sequences are built.
type SequenceConfig struct {
	// Words is the size of the alphabet, Length the largest number of words.
	Words, Length int
	// Order is where words are added. The default (zero) is Append.
	Order Order
	// MinLength is the number of words from which on a sequence may exit. The
	// default (zero) is Length: a fixed length. Use -1 for a variable length from
	// the empty sequence on.
	MinLength int
	// LogReward is the log reward of a state that may exit: w+1 for word w, 0 for
	// an empty position. It must not change or keep its argument, and must be safe
	// for concurrent use.
	LogReward func(s []int32) float64
}

// Sequence builds sequences of words.
//
// The state is int32 [Length]: 0 for an empty position, w+1 for word w. Action w
// appends word w; Words+w prepends it, if the order is PrependAppend; in
// AnyOrder, action p*Words+w puts word w into position p. The last action exits.
type Sequence struct {
	c      SequenceConfig
	places int // how many places an action can choose from
}

var _ Rules = (*Sequence)(nil)

// NewSequence returns the rules of c.
func NewSequence(c SequenceConfig) (*Sequence, error) {
	if c.MinLength == 0 {
		c.MinLength = c.Length
	}
	c.MinLength = max(c.MinLength, 0)
	switch {
	case c.Words < 1 || c.Length < 1 || c.MinLength > c.Length || c.Words > 1<<20 || c.Length > 1<<20:
		return nil, fmt.Errorf("gfnenvs: sequences of %d to %d words from an alphabet of %d: want 1 or more of each: %w", c.MinLength, c.Length, c.Words, miniflow.ErrParam)
	case int(c.Order) >= len(orderNames):
		return nil, fmt.Errorf("gfnenvs: sequence: order %v is unknown: %w", c.Order, miniflow.ErrParam)
	case c.LogReward == nil:
		return nil, fmt.Errorf("gfnenvs: sequence: LogReward is nil: %w", miniflow.ErrParam)
	}
	places := [...]int{1, 2, c.Length}[c.Order]
	return &Sequence{c, places}, nil
}

// Layout implements [Rules].
func (q *Sequence) Layout() Layout {
	values := make([]int, q.c.Length)
	for i := range values {
		values[i] = q.c.Words + 1
	}
	return Layout{Values: values, Actions: q.places*q.c.Words + 1, Steps: q.c.Length + 1}
}

// length returns the number of filled positions.
func (q *Sequence) length(s []int32) int {
	n := 0
	for _, v := range s {
		if v != 0 {
			n++
		} else if q.c.Order != AnyOrder {
			break
		}
	}
	return n
}

// Forward implements [Rules].
func (q *Sequence) Forward(dst []bool, s []int32) {
	n, w := q.length(s), q.c.Words
	if q.c.Order == AnyOrder {
		for p, v := range s {
			if v == 0 {
				fill(dst[p*w : (p+1)*w])
			}
		}
	} else if n < q.c.Length {
		fill(dst[:len(dst)-1])
	}
	dst[len(dst)-1] = n >= q.c.MinLength
}

func fill(mask []bool) {
	for i := range mask {
		mask[i] = true
	}
}

// Backward implements [Rules].
func (q *Sequence) Backward(dst []bool, s []int32) {
	w := q.c.Words
	if q.c.Order == AnyOrder {
		for p, v := range s {
			if v != 0 {
				dst[p*w+int(v)-1] = true
			}
		}
		return
	}
	n := q.length(s)
	if n == 0 {
		return
	}
	dst[s[n-1]-1] = true
	if q.c.Order == PrependAppend {
		dst[w+int(s[0])-1] = true
	}
}

// Apply implements [Rules].
func (q *Sequence) Apply(s []int32, a int) {
	place, word := a/q.c.Words, int32(a%q.c.Words)+1
	switch {
	case q.c.Order == AnyOrder:
		s[place] = word
	case place == 1:
		copy(s[1:], s)
		s[0] = word
	default:
		s[q.length(s)] = word
	}
}

// Undo implements [Rules].
func (q *Sequence) Undo(s []int32, a int) {
	place := a / q.c.Words
	switch {
	case q.c.Order == AnyOrder:
		s[place] = 0
	case place == 1:
		copy(s, s[1:])
		s[len(s)-1] = 0
	default:
		s[q.length(s)-1] = 0
	}
}

// LogReward implements [Rules].
func (q *Sequence) LogReward(s []int32) float64 { return q.c.LogReward(s) }

// ActionName implements [ActionNamer].
func (q *Sequence) ActionName(a int) string { return q.nameWith(a, strconv.Itoa(a%q.c.Words)) }

// nameWith names action a, which adds the given word.
func (q *Sequence) nameWith(a int, word string) string {
	switch place := a / q.c.Words; {
	case q.c.Order == AnyOrder:
		return fmt.Sprintf("put %s at %d", word, place)
	case place == 1:
		return "prepend " + word
	}
	return "append " + word
}

// WhyNot implements [Explainer].
func (q *Sequence) WhyNot(s []int32, a int) string {
	n := q.length(s)
	switch {
	case a == q.places*q.c.Words && n < q.c.MinLength:
		return fmt.Sprintf("it has %d of %d words", n, q.c.MinLength)
	case n == q.c.Length:
		return fmt.Sprintf("all %d words are there", n)
	case q.c.Order == AnyOrder:
		return fmt.Sprintf("position %d is taken", a/q.c.Words)
	}
	return ""
}

// Decode writes the words of state s, -1 for empty positions, into dst and
// returns it.
func (q *Sequence) Decode(dst, s []int32) []int32 {
	dst = append(dst[:0], s...)
	for i := range dst {
		dst[i]--
	}
	return dst
}

// Encode is the inverse of [Sequence.Decode].
func (q *Sequence) Encode(dst, words []int32) []int32 {
	dst = append(dst[:0], words...)
	for i := range dst {
		dst[i]++
	}
	return dst
}

// Text returns a short form of state s: its words, or a dot where it is empty.
func (q *Sequence) Text(s []int32) string {
	out := ""
	for i, v := range s {
		if i > 0 && q.c.Words > 10 {
			out += " "
		}
		if v == 0 {
			out += "."
		} else {
			out += strconv.Itoa(int(v) - 1)
		}
	}
	return out
}
