package gfnenvs

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"math"

	"github.com/miniflow-rl/miniflow"
)

// continuousSim is one lane of a [ContinuousEnv].
type continuousSim struct {
	rules ContinuousRules
	l     ContinuousLayout
	s     []float64
	mask  []bool
	u, v  []float64 // parameters
	err   error     // what went wrong in the last step
}

func newContinuousSim(rules ContinuousRules) *continuousSim {
	l := rules.Layout()
	return &continuousSim{rules: rules, l: l, s: append([]float64{}, l.Source...), mask: make([]bool, len(l.Kinds)),
		u: make([]float64, l.Params()), v: make([]float64, l.Params())}
}

// Reset implements miniflow.Sim.
func (c *continuousSim) Reset(_ *miniflow.Rand, l miniflow.Lane) error {
	copy(c.s, c.l.Source)
	copy(l.F64(0), c.s)
	c.err = nil
	return nil
}

// legal computes the mask and returns how many kinds it allows.
func (c *continuousSim) legal() int {
	clear(c.mask)
	c.rules.Forward(c.mask, c.s)
	n := 0
	for _, ok := range c.mask {
		if ok {
			n++
		}
	}
	return n
}

// choose returns the kind that x in [0,1] stands for, -1 if none is legal.
func (c *continuousSim) choose(x float64) int {
	n := c.legal()
	at := min(int(x*float64(n)), n-1)
	for k, ok := range c.mask {
		if ok {
			if at == 0 {
				return k
			}
			at--
		}
	}
	return -1
}

// Step implements miniflow.Sim.
func (c *continuousSim) Step(l miniflow.Lane) {
	action := l.ActionF64()
	kind := c.choose(action[0])
	if kind < 0 {
		c.err = fmt.Errorf("state %v: %w: let the rules allow an action or the exit", c.s, ErrDeadEnd)
		l.Terminate()
		return
	}
	if kind == c.l.Exit() {
		v := c.rules.LogReward(c.s)
		if math.IsNaN(v) || math.IsInf(v, 1) {
			c.err = fmt.Errorf("action %d (exit): the log reward of state %v is %v: %w", kind, c.s, v, ErrReward)
		}
		l.SetReward(min(math.Exp(v), math.MaxFloat64))
		l.Terminate()
		return
	}
	k := c.l.Kinds[kind]
	for j, u := range action[1 : 1+k.Params] {
		switch k.Domain {
		case Unit:
			u = min(max(u, 0), 1)
		case Circle:
			u = WrapAngle(u)
		}
		c.u[j] = u
	}
	c.rules.Apply(c.s, kind, c.u[:k.Params], c.v[:k.Back])
	copy(l.F64(0), c.s)
}

// WrapAngle returns the angle in [-π,π) that a is modulo 2π.
func WrapAngle(a float64) float64 {
	if a >= -math.Pi && a < math.Pi {
		return a
	}
	a = math.Mod(a+math.Pi, 2*math.Pi)
	if a < 0 {
		a += 2 * math.Pi
	}
	return a - math.Pi
}

// AppendBinary implements encoding.BinaryAppender.
func (c *continuousSim) AppendBinary(dst []byte) ([]byte, error) {
	for _, v := range c.s {
		dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(v))
	}
	return dst, nil
}

// UnmarshalBinary implements encoding.BinaryUnmarshaler.
func (c *continuousSim) UnmarshalBinary(src []byte) error {
	if len(src) != 8*len(c.s) {
		return fmt.Errorf("%d bytes for a state of %d elements: %w", len(src), len(c.s), ErrState)
	}
	for j := range c.s {
		c.s[j] = math.Float64frombits(binary.LittleEndian.Uint64(src[8*j:]))
	}
	return nil
}

// StateHash implements miniflow.SimHasher.
func (c *continuousSim) StateHash() uint64 {
	h := fnv.New64a()
	var buf [8]byte
	for _, v := range c.s {
		binary.LittleEndian.PutUint64(buf[:], math.Float64bits(v))
		h.Write(buf[:])
	}
	return h.Sum64()
}
