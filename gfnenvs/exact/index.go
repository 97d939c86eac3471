package exact

import "math"

// index finds the number of a state.
type index interface {
	get(s []int32) (int, bool)
	put(s []int32, i int)
}

// tableLimit is the largest state space that is indexed by a plain table.
const tableLimit = 1 << 24

// newIndex returns a table where the box of all rows is small, else a map from
// the row as a number in mixed radix, else a map from its bytes.
func newIndex(values []int) index {
	size := 1.0
	for _, v := range values {
		size *= float64(v)
	}
	switch {
	case size <= tableLimit:
		return &table{values, make([]int32, int(size))}
	case size < math.MaxInt64/2:
		return &radixMap{values, map[uint64]int32{}}
	}
	return &byteMap{values, map[string]int32{}, nil}
}

// radix returns s as a number with the given digit counts, and false if an
// element is out of range.
func radix(values []int, s []int32) (uint64, bool) {
	k := uint64(0)
	for j, v := range s {
		if uint(v) >= uint(values[j]) {
			return 0, false
		}
		k = k*uint64(values[j]) + uint64(v)
	}
	return k, true
}

type table struct {
	values []int
	number []int32 // 0: unknown; else one more than the state's number
}

func (t *table) get(s []int32) (int, bool) {
	k, ok := radix(t.values, s)
	if !ok || t.number[k] == 0 {
		return 0, false
	}
	return int(t.number[k]) - 1, true
}

func (t *table) put(s []int32, i int) {
	k, _ := radix(t.values, s)
	t.number[k] = int32(i) + 1
}

type radixMap struct {
	values []int
	number map[uint64]int32
}

func (m *radixMap) get(s []int32) (int, bool) {
	k, ok := radix(m.values, s)
	if !ok {
		return 0, false
	}
	i, ok := m.number[k]
	return int(i), ok
}

func (m *radixMap) put(s []int32, i int) {
	k, _ := radix(m.values, s)
	m.number[k] = int32(i)
}

type byteMap struct {
	values []int
	number map[string]int32
	key    []byte // scratch: an index is not used concurrently
}

func (m *byteMap) bytes(s []int32) []byte {
	m.key = m.key[:0]
	for j, v := range s {
		m.key = append(m.key, byte(v))
		if m.values[j] > 256 {
			m.key = append(m.key, byte(v>>8), byte(v>>16), byte(v>>24))
		}
	}
	return m.key
}

func (m *byteMap) get(s []int32) (int, bool) {
	for j, v := range s {
		if uint(v) >= uint(m.values[j]) {
			return 0, false
		}
	}
	i, ok := m.number[string(m.bytes(s))]
	return int(i), ok
}

func (m *byteMap) put(s []int32, i int) { m.number[string(m.bytes(s))] = int32(i) }
