package babyai

import "github.com/miniflow-rl/miniflow/minigrid"

// Before is done when First and then Then are done. The action that completes
// First also counts for Then. If Strict, completing Then too early fails.
type Before struct {
	First, Then Instr
	Strict      bool

	done pair
}

// After is Before with the parts named in the other order: "Then after you
// First".
type After struct {
	Then, First Instr
	Strict      bool

	done pair
}

// And is done when both parts have been done, in any order.
type And struct {
	A, B Instr

	done pair
}

// pair holds the latest verdict on each of two parts, as Status values.
type pair struct{ a, b int8 }

// Text implements [Instr].
func (i *Before) Text(s *Scene) string { return i.First.Text(s) + ", then " + i.Then.Text(s) }

// Text implements [Instr].
func (i *After) Text(s *Scene) string { return i.Then.Text(s) + " after you " + i.First.Text(s) }

// Text implements [Instr].
func (i *And) Text(s *Scene) string { return i.A.Text(s) + " and " + i.B.Text(s) }

// Navs implements [Instr].
func (i *Before) Navs() int { return i.First.Navs() + i.Then.Navs() }

// Navs implements [Instr].
func (i *After) Navs() int { return i.First.Navs() + i.Then.Navs() }

// Navs implements [Instr].
func (i *And) Navs() int { return i.A.Navs() + i.B.Navs() }

// Descs implements [Instr].
func (i *Before) Descs(visit func(*Desc)) {
	i.First.Descs(visit)
	i.Then.Descs(visit)
}

// Descs implements [Instr].
func (i *After) Descs(visit func(*Desc)) {
	i.Then.Descs(visit)
	i.First.Descs(visit)
}

// Descs implements [Instr].
func (i *And) Descs(visit func(*Desc)) {
	i.A.Descs(visit)
	i.B.Descs(visit)
}

func (i *Before) begin(s *Scene) { i.done.begin(s, i.First, i.Then) }
func (i *After) begin(s *Scene)  { i.done.begin(s, i.First, i.Then) }
func (i *And) begin(s *Scene)    { i.done.begin(s, i.A, i.B) }

func (i *Before) state(dst []*int8) []*int8 { return i.done.state(dst, i.First, i.Then) }
func (i *After) state(dst []*int8) []*int8  { return i.done.state(dst, i.First, i.Then) }
func (i *And) state(dst []*int8) []*int8    { return i.done.state(dst, i.A, i.B) }

func (i *Before) verify(s *Scene, a minigrid.Action) Status {
	return i.done.inOrder(s, a, i.First, i.Then, i.Strict)
}

func (i *After) verify(s *Scene, a minigrid.Action) Status {
	return i.done.inOrder(s, a, i.First, i.Then, i.Strict)
}

// verify goes on after a part has failed: the original does not look at that.
func (i *And) verify(s *Scene, a minigrid.Action) Status {
	if i.done.a != int8(Success) {
		i.done.a = int8(i.A.verify(s, a))
	}
	if i.done.b != int8(Success) {
		i.done.b = int8(i.B.verify(s, a))
	}
	if i.done.a == int8(Success) && i.done.b == int8(Success) {
		return Success
	}
	return Continue
}

func (p *pair) begin(s *Scene, a, b Instr) {
	*p = pair{}
	a.begin(s)
	b.begin(s)
}

func (p *pair) state(dst []*int8, a, b Instr) []*int8 {
	return b.state(a.state(append(dst, &p.a, &p.b)))
}

func (p *pair) inOrder(s *Scene, a minigrid.Action, first, then Instr, strict bool) Status {
	if p.a != int8(Success) {
		v := first.verify(s, a)
		p.a = int8(v)
		if v == Failure {
			return Failure
		}
		if v == Continue {
			if strict && then.verify(s, a) == Success {
				return Failure
			}
			return Continue
		}
	}
	v := then.verify(s, a)
	p.b = int8(v)
	return v
}
