package nn

import "unsafe"

// align is how many values start a new cache line at the latest: vectors that cross lines are slower to load.
const align = 16

// aligned returns n zeros that start at a cache line.
func aligned[T any](n int) []T {
	x := make([]T, n+align)
	size := unsafe.Sizeof(x[0])
	skip := 0
	for uintptr(unsafe.Pointer(&x[skip]))%64 != 0 && uintptr(skip)*size < 64 {
		skip++
	}
	return x[skip : skip+n : skip+n]
}

// arena hands out memory that is taken back all at once. It grows in chunks while a tape runs for the first time and then is
// one chunk: from the second pass on, nothing is allocated.
type arena[T any] struct {
	chunk []T
	used  int
	total int // handed out since the last reset, in all chunks
}

// take returns n values of garbage.
func (a *arena[T]) take(n int) []T {
	m := (n + align - 1) &^ (align - 1)
	if a.used+m > len(a.chunk) {
		a.chunk = aligned[T](max(m, 2*len(a.chunk), 1<<12))
		a.used = 0
	}
	s := a.chunk[a.used : a.used+n : a.used+n]
	a.used += m
	a.total += m
	return s
}

func (a *arena[T]) reset() {
	if a.total > len(a.chunk) {
		a.chunk = aligned[T](a.total + a.total/8)
	}
	a.used, a.total = 0, 0
}
