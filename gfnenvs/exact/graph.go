package exact

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/miniflow-rl/miniflow/gfnenvs"
)

// Errors that callers can test for with errors.Is.
var (
	// ErrTooMany says that there are more states than the limit.
	ErrTooMany = errors.New("too many states")
	// ErrSupport says that no terminating state has a reward above 0.
	ErrSupport = errors.New("no terminating state with a reward above 0 is reachable")
)

// DefaultLimit is the largest number of states that [Enumerate] accepts.
const DefaultLimit = 1 << 24

// Graph is all states that the source state reaches, numbered in topological
// order: state 0 is the source, and every state comes after its parents.
type Graph struct {
	rules   gfnenvs.Rules
	layout  gfnenvs.Layout
	rows    []int32 // the states, one row each
	layers  []int   // layer l is the states [layers[l], layers[l+1])
	index   index
	log     []float64 // log rewards, -Inf where the exit is not legal
	exits   []bool    // whether the exit is legal
	target  []float64
	logZ    float64
	nExits  int
	out, in edges
}

// edges are the edges that leave (or enter) each state, in ranges of start.
type edges struct {
	start  []int   // state i has the edges [start[i], start[i+1])
	action []int32 // the action of each edge
	state  []int32 // the state at the other end
	number []int32 // for entering edges: the number of the same edge as a leaving one
}

// Enumerate visits every state. It fails with an error that wraps [ErrTooMany]
// beyond [DefaultLimit] states, gfnenvs.ErrReward if a log reward is NaN or +Inf,
// [ErrSupport] if all are -Inf, gfnenvs.ErrDeadEnd if a state allows no action,
// and gfnenvs.ErrRules if an action leaves the state space or the states form a
// cycle. Time and memory are linear in the number of edges.
func Enumerate(rules gfnenvs.Rules) (*Graph, error) { return EnumerateUpTo(rules, DefaultLimit) }

// EnumerateUpTo is [Enumerate] with a limit of its own, at most 2^31-1.
func EnumerateUpTo(rules gfnenvs.Rules, limit int) (*Graph, error) {
	g := &Graph{rules: rules, layout: rules.Layout()}
	if len(g.layout.Values) == 0 || g.layout.Actions < 1 {
		return nil, fmt.Errorf("exact: enumerate %T: the layout %v has no state or no actions: %w", rules, g.layout, gfnenvs.ErrRules)
	}
	if err := g.discover(min(limit, math.MaxInt32)); err != nil {
		return nil, fmt.Errorf("exact: enumerate %T: %w", rules, err)
	}
	if err := g.sort(); err != nil {
		return nil, fmt.Errorf("exact: enumerate %T: %w", rules, err)
	}
	g.enter()
	if err := g.reward(); err != nil {
		return nil, fmt.Errorf("exact: enumerate %T: %w", rules, err)
	}
	return g, nil
}

// WithRewards returns the same states with the rewards of r, which must be rules
// that differ by their rewards only, such as those of another condition; see
// gfnenvs.Given. It costs one log reward for each terminating state.
func (g *Graph) WithRewards(r gfnenvs.Rules) (*Graph, error) {
	l := r.Layout()
	if !slices.Equal(l.Values, g.layout.Values) || l.Actions != g.layout.Actions {
		return nil, fmt.Errorf("exact: rewards of %T: its states are not those of %T: %w", r, g.rules, gfnenvs.ErrRules)
	}
	h := *g
	h.rules = r
	if err := h.reward(); err != nil {
		return nil, fmt.Errorf("exact: rewards of %T: %w", r, err)
	}
	return &h, nil
}

// Len returns the number of states.
func (g *Graph) Len() int { return len(g.exits) }

// Terminating returns the number of states in which the exit is legal.
func (g *Graph) Terminating() int { return g.nExits }

// Edges returns the number of edges, exits not counted.
func (g *Graph) Edges() int { return len(g.out.action) }

// Rules returns the rules whose states these are.
func (g *Graph) Rules() gfnenvs.Rules { return g.rules }

// State returns state i. It must not be changed.
func (g *Graph) State(i int) []int32 {
	k := len(g.layout.Values)
	return g.rows[i*k : (i+1)*k : (i+1)*k]
}

// Index returns the number of state s, and false if the source does not reach it.
func (g *Graph) Index(s []int32) (int, bool) {
	if len(s) != len(g.layout.Values) {
		return 0, false
	}
	for j, v := range s {
		if v < 0 || int(v) >= g.layout.Values[j] {
			return 0, false
		}
	}
	return g.index.get(s)
}

// CanExit reports whether the exit is legal in state i.
func (g *Graph) CanExit(i int) bool { return g.exits[i] }

// LogReward returns the log rewards of all states, -Inf where the exit is not
// legal. It must not be changed.
func (g *Graph) LogReward() []float64 { return g.log }

// LogZ returns the logarithm of the sum of all rewards.
func (g *Graph) LogZ() float64 { return g.logZ }

// Target returns the target distribution: the probability of each state, 0 where
// the exit is not legal. It must not be changed.
func (g *Graph) Target() []float64 { return g.target }

// Child returns the state that action a leads to from state i, and false if a is
// the exit or not legal there.
func (g *Graph) Child(i, a int) (int, bool) {
	for e := g.out.start[i]; e < g.out.start[i+1]; e++ {
		if int(g.out.action[e]) == a {
			return int(g.out.state[e]), true
		}
	}
	return 0, false
}

// discover numbers the states in the order of a breadth-first search and lists
// the edges that leave them.
func (g *Graph) discover(limit int) error {
	k, n := len(g.layout.Values), g.layout.Actions
	g.index = newIndex(g.layout.Values)
	g.rows = make([]int32, k)
	g.index.put(g.rows, 0)
	mask, child := make([]bool, n), make([]int32, k)
	g.out.start = append(g.out.start, 0)
	for i := 0; i*k < len(g.rows); i++ {
		clear(mask)
		s := g.rows[i*k : (i+1)*k]
		g.rules.Forward(mask, s)
		some := mask[n-1]
		for a, legal := range mask[:n-1] {
			if !legal {
				continue
			}
			some = true
			copy(child, s)
			g.rules.Apply(child, a)
			j, known := g.index.get(child)
			if !known {
				if err := checkRow(g.layout.Values, child); err != nil {
					return fmt.Errorf("state %v: action %s: %w", s, g.layout.ActionName(a), err)
				}
				if j = len(g.rows) / k; j >= limit {
					return fmt.Errorf("more than %d: %w", limit, ErrTooMany)
				}
				g.index.put(child, j)
				g.rows = append(g.rows, child...)
				s = g.rows[i*k : (i+1)*k]
			}
			g.out.action = append(g.out.action, int32(a))
			g.out.state = append(g.out.state, int32(j))
		}
		if !some {
			return fmt.Errorf("state %v%s: %w", s, g.reached(i), gfnenvs.ErrDeadEnd)
		}
		g.exits = append(g.exits, mask[n-1])
		g.out.start = append(g.out.start, len(g.out.action))
	}
	return nil
}

// reached says which action led to state i, while states are discovered.
func (g *Graph) reached(i int) string {
	for parent := range len(g.out.start) - 1 {
		for e := g.out.start[parent]; e < g.out.start[parent+1]; e++ {
			if int(g.out.state[e]) == i {
				return fmt.Sprintf(", reached by action %s from state %v", g.layout.ActionName(int(g.out.action[e])), g.State(parent))
			}
		}
	}
	return ""
}

func checkRow(values []int, s []int32) error {
	for j, v := range s {
		if v < 0 || int(v) >= values[j] {
			return fmt.Errorf("it leads to %v, whose element %d is not in [0,%d): %w", s, j, values[j], gfnenvs.ErrRules)
		}
	}
	return nil
}

// sort renumbers the states in layers: the layer of a state is the length of the
// longest path to it, so that no edge stays within a layer.
func (g *Graph) sort() error {
	n := g.Len()
	waits := make([]int32, n) // parents that have no layer yet
	for _, j := range g.out.state {
		waits[j]++
	}
	order := make([]int32, 0, n)
	order = append(order, 0)
	if waits[0] > 0 {
		return fmt.Errorf("an action leads back to the source state: %w", gfnenvs.ErrRules)
	}
	g.layers = []int{0}
	for lo := 0; lo < len(order); {
		hi := len(order)
		g.layers = append(g.layers, hi)
		for _, i := range order[lo:hi] {
			for e := g.out.start[i]; e < g.out.start[i+1]; e++ {
				j := g.out.state[e]
				if waits[j]--; waits[j] == 0 {
					order = append(order, j)
				}
			}
		}
		lo = hi
	}
	if len(order) < n {
		for i, w := range waits {
			if w > 0 {
				return fmt.Errorf("state %v%s, lies on or behind a cycle: %w", g.State(i), g.reached(i), gfnenvs.ErrRules)
			}
		}
	}
	g.renumber(order)
	return nil
}

// renumber moves state order[i] to number i.
func (g *Graph) renumber(order []int32) {
	n, k := g.Len(), len(g.layout.Values)
	to := make([]int32, n)
	moved := false
	for i, old := range order {
		to[old] = int32(i)
		moved = moved || i != int(old)
	}
	if !moved {
		return
	}
	rows, exits := make([]int32, len(g.rows)), make([]bool, n)
	out := edges{start: make([]int, 1, n+1), action: make([]int32, 0, len(g.out.action)), state: make([]int32, 0, len(g.out.state))}
	for i, old := range order {
		copy(rows[i*k:(i+1)*k], g.State(int(old)))
		exits[i] = g.exits[old]
		for e := g.out.start[old]; e < g.out.start[old+1]; e++ {
			out.action = append(out.action, g.out.action[e])
			out.state = append(out.state, to[g.out.state[e]])
		}
		out.start = append(out.start, len(out.action))
	}
	g.rows, g.exits, g.out = rows, exits, out
	for i := range n {
		g.index.put(g.State(i), i)
	}
}

// enter lists the edges that enter each state, in the order of their parents.
func (g *Graph) enter() {
	n, m := g.Len(), len(g.out.action)
	g.in = edges{start: make([]int, n+1), action: make([]int32, m), state: make([]int32, m), number: make([]int32, m)}
	for _, j := range g.out.state {
		g.in.start[j+1]++
	}
	for i := range n {
		g.in.start[i+1] += g.in.start[i]
	}
	at := append([]int(nil), g.in.start...)
	for i := range n {
		for e := g.out.start[i]; e < g.out.start[i+1]; e++ {
			j := g.out.state[e]
			g.in.action[at[j]], g.in.state[at[j]], g.in.number[at[j]] = g.out.action[e], int32(i), int32(e)
			at[j]++
		}
	}
}

// reward computes log rewards, log Z and the target distribution.
func (g *Graph) reward() error {
	n := g.Len()
	g.log, g.target = make([]float64, n), make([]float64, n)
	err := parallel(0, n, 256, func(_, lo, hi int) error {
		for i := lo; i < hi; i++ {
			g.log[i] = math.Inf(-1)
			if g.exits[i] {
				v := g.rules.LogReward(g.State(i))
				if err := gfnenvs.CheckLogReward(v, g.State(i)); err != nil {
					return fmt.Errorf("action %s: %w", g.layout.ActionName(g.layout.Exit()), err)
				}
				g.log[i] = v
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	g.nExits = 0
	for _, ok := range g.exits {
		if ok {
			g.nExits++
		}
	}
	if g.logZ = LogSumExp(g.log); math.IsInf(g.logZ, -1) {
		return ErrSupport
	}
	for i, v := range g.log {
		g.target[i] = math.Exp(v - g.logZ)
	}
	return nil
}
