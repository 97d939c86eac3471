package wfc

import "math/bits"

// set is a set of pattern numbers below a fixed bound.
type set []uint64

func newSet(n int) set { return make(set, (n+63)/64) }

func (s set) add(i int)    { s[i>>6] |= 1 << (i & 63) }
func (s set) remove(i int) { s[i>>6] &^= 1 << (i & 63) }

func (s set) count() (n int) {
	for _, w := range s {
		n += bits.OnesCount64(w)
	}
	return n
}

// each calls visit with the members in ascending order.
func (s set) each(visit func(i int)) {
	for k, w := range s {
		for ; w != 0; w &= w - 1 {
			visit(k<<6 + bits.TrailingZeros64(w))
		}
	}
}

// unite adds the members of t.
func (s set) unite(t set) {
	for k, w := range t {
		s[k] |= w
	}
}

// keep removes what is not in t and reports whether anything was.
func (s set) keep(t set) (changed bool) {
	for k, w := range t {
		if s[k]&^w != 0 {
			s[k] &= w
			changed = true
		}
	}
	return changed
}
