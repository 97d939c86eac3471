package gfn

import (
	"fmt"
	"math"
	"slices"

	"github.com/miniflow-rl/miniflow/gfnenvs"
)

// table holds the distinct states of a batch, with what the networks and the
// objectives need to know of them. A row is the number of a state. It allocates
// only while it grows.
type table struct {
	rules     gfnenvs.Rules
	layout    gfnenvs.Layout
	cond      gfnenvs.Conditional // nil if rules are not
	potential gfnenvs.Potential   // nil if rules have none
	encoder   *encoder
	k, a, c   int // elements of a state, actions, elements of a condition
	floor     float64

	n        int
	state    []int32 // [n,k]
	on       []int32 // [n,width] inputs of the networks that are 1
	dense    []float32
	conds    []float64 // [n,c]
	forward  []bool    // [n,a]
	backward []bool    // [n,a-1]
	child    []int32   // [n,a] the row behind each action; -1 where not known yet
	reward   []float64 // log rewards; NaN where not known yet
	possible []float64 // potentials; NaN where not known yet

	slots  []uint64 // open addressing: generation and row
	round  uint64
	mask   []bool
	parent []int32
}

func newTable(rules gfnenvs.Rules, e *encoder, floor float64) *table {
	l := rules.Layout()
	t := &table{rules: rules, layout: l, encoder: e, k: len(l.Values), a: l.Actions, floor: floor, slots: make([]uint64, 1<<10), mask: make([]bool, l.Actions), parent: make([]int32, len(l.Values))}
	t.potential, _ = rules.(gfnenvs.Potential)
	if c, ok := rules.(gfnenvs.Conditional); ok {
		low, _ := c.Conditions()
		t.cond, t.c = c, len(low)
	}
	return t
}

func (t *table) reset() {
	t.n = 0
	t.round++
}

// row returns the state of row i.
func (t *table) row(i int32) []int32 { return t.state[int(i)*t.k : (int(i)+1)*t.k] }

// inputs are those of the networks, of all rows.
func (t *table) inputs() inputs { return inputs{t.on, t.encoder.width, t.dense} }

func (t *table) condition(i int32) []float64 { return t.conds[int(i)*t.c : (int(i)+1)*t.c] }

func (t *table) forwardMask(i int32) []bool { return t.forward[int(i)*t.a : (int(i)+1)*t.a] }

func (t *table) backwardMask(i int32) []bool {
	return t.backward[int(i)*(t.a-1) : (int(i)+1)*(t.a-1)]
}

// add returns the row of state s under condition c, a new one if it has none.
func (t *table) add(s []int32, c []float64) (int32, error) {
	if 2*(t.n+1) > len(t.slots) {
		t.grow()
	}
	at := t.find(s, c)
	if v := t.slots[at]; v>>32 == t.round {
		return int32(uint32(v)), nil
	}
	if err := t.layout.CheckState(s); err != nil {
		return 0, err
	}
	i := t.n
	t.slots[at] = t.round<<32 | uint64(i)
	t.n++
	t.state = extend(t.state, t.n*t.k)
	copy(t.state[i*t.k:], s)
	t.conds = extend(t.conds, t.n*t.c)
	copy(t.conds[i*t.c:], c)
	t.on = extend(t.on, t.n*t.encoder.width)
	t.dense = extend(t.dense, t.n*t.c)
	for j, v := range c {
		t.dense[i*t.c+j] = float32(v)
	}
	if err := t.encoder.encode(t.on[i*t.encoder.width:(i+1)*t.encoder.width], s); err != nil {
		return 0, err
	}
	t.forward, t.backward, t.child = extend(t.forward, t.n*t.a), extend(t.backward, t.n*(t.a-1)), extend(t.child, t.n*t.a)
	t.reward, t.possible = extend(t.reward, t.n), extend(t.possible, t.n)
	t.reward[i], t.possible[i] = math.NaN(), math.NaN()
	clear(t.forwardMask(int32(i)))
	t.rules.Forward(t.forwardMask(int32(i)), s)
	if !slices.Contains(t.forwardMask(int32(i)), true) {
		return 0, fmt.Errorf("state %v: %w", s, gfnenvs.ErrDeadEnd)
	}
	clear(t.mask)
	t.rules.Backward(t.mask, s)
	copy(t.backwardMask(int32(i)), t.mask)
	for a := range t.a {
		t.child[i*t.a+a] = -1
	}
	return int32(i), nil
}

// find returns the slot of a state: its own or the free one where it belongs.
func (t *table) find(s []int32, c []float64) int {
	h := uint64(0x9e3779b97f4a7c15)
	for _, v := range s {
		h = (h ^ uint64(uint32(v))) * 0xff51afd7ed558ccd
		h ^= h >> 32
	}
	for _, v := range c {
		h = (h ^ math.Float64bits(v)) * 0xff51afd7ed558ccd
		h ^= h >> 32
	}
	for at := int(h) & (len(t.slots) - 1); ; at = (at + 1) & (len(t.slots) - 1) {
		v := t.slots[at]
		if v>>32 != t.round || t.same(int32(uint32(v)), s, c) {
			return at
		}
	}
}

func (t *table) same(i int32, s []int32, c []float64) bool {
	for j, v := range t.row(i) {
		if v != s[j] {
			return false
		}
	}
	for j, v := range t.condition(i) {
		if v != c[j] {
			return false
		}
	}
	return true
}

// grow doubles the slots.
func (t *table) grow() {
	t.slots = make([]uint64, 2*len(t.slots))
	for i := range int32(t.n) {
		t.slots[t.find(t.row(i), t.condition(i))] = t.round<<32 | uint64(i)
	}
}

// step returns the row that legal action a, not the exit, leads to from row i.
func (t *table) step(i, a int32) (int32, error) {
	if j := t.child[int(i)*t.a+int(a)]; j >= 0 {
		return j, nil
	}
	copy(t.parent, t.row(i))
	t.rules.Apply(t.parent, int(a))
	j, err := t.add(t.parent, t.condition(i))
	if err == nil && !t.backwardMask(j)[a] {
		err = fmt.Errorf("it leads to state %v, where Backward does not allow it: %w", t.row(j), gfnenvs.ErrRules)
	}
	if err != nil {
		return 0, fmt.Errorf("state %v: action %s: %w", t.row(i), t.layout.ActionName(int(a)), err)
	}
	t.child[int(i)*t.a+int(a)] = j
	return j, nil
}

// stepBack returns the row from which action a led to row i.
func (t *table) stepBack(i, a int32) (int32, error) {
	copy(t.parent, t.row(i))
	t.rules.Undo(t.parent, int(a))
	j, err := t.add(t.parent, t.condition(i))
	if err == nil && !t.forwardMask(j)[a] {
		err = fmt.Errorf("that leads to state %v, where Forward does not allow it: %w", t.row(j), gfnenvs.ErrRules)
	}
	if err != nil {
		return 0, fmt.Errorf("state %v: undoing action %s: %w", t.row(i), t.layout.ActionName(int(a)), err)
	}
	t.child[int(j)*t.a+int(a)] = i
	return j, nil
}

// logReward returns the log reward of row i, not below the floor.
func (t *table) logReward(i int32) (float64, error) {
	if v := t.reward[i]; !math.IsNaN(v) {
		return v, nil
	}
	var v float64
	if t.cond != nil {
		v = t.cond.LogRewardGiven(t.row(i), t.condition(i))
	} else {
		v = t.rules.LogReward(t.row(i))
	}
	if err := gfnenvs.CheckLogReward(v, t.row(i)); err != nil {
		return 0, fmt.Errorf("action %s: %w", t.layout.ActionName(t.a-1), err)
	}
	t.reward[i] = max(v, t.floor)
	return t.reward[i], nil
}

// potentialOf returns the log reward of the unfinished state of row i.
func (t *table) potentialOf(i int32) (float64, error) {
	if v := t.possible[i]; !math.IsNaN(v) {
		return v, nil
	}
	if t.forwardMask(i)[t.a-1] {
		v, err := t.logReward(i)
		t.possible[i] = v
		return v, err
	}
	v := t.potential.Potential(t.row(i))
	if err := gfnenvs.CheckLogReward(v, t.row(i)); err != nil {
		return 0, fmt.Errorf("potential: %w", err)
	}
	t.possible[i] = max(v, t.floor)
	return t.possible[i], nil
}
