package ppo_test

import (
	"sync/atomic"

	"github.com/miniflow-rl/miniflow"
)

// zoo is a world with one observation of every kind. Of its four actions only
// those that its mask allows may be taken; illegal counts the others.
type zoo struct {
	rng   *miniflow.Rand
	mask  [4]bool
	steps int
}

const zooID = "Test-Zoo-v0"

var illegal atomic.Int64

var zooMissions = []string{"go to the red door", "fetch a Blue key, then open the door", ""}

func init() {
	spec := miniflow.Spec{ID: zooID, Action: miniflow.Discrete{N: 4, Start: 10}, MaxSteps: 25, Reward: [2]float64{0, 1},
		Observation: miniflow.Dict{
			{Name: "pixels", Space: miniflow.NewBox(miniflow.Uint8, 0, 255, 40, 36, 3)},
			{Name: "picture", Space: miniflow.NewBox(miniflow.Float32, 0, 1, 5, 6, 1)},
			{Name: "bits", Space: miniflow.MultiBinary{N: 6}},
			{Name: "counts", Space: miniflow.MultiDiscrete{NVec: []int{3, 5}}},
			{Name: "clock", Space: miniflow.Discrete{N: 26, Start: 1}},
			{Name: "speed", Space: miniflow.NewBox(miniflow.Float64, -1, 1, 2)},
			{Name: "mission", Space: miniflow.Text{MaxLen: 64}},
		}}
	miniflow.MustRegister(spec, func(c *miniflow.Config) (miniflow.Env, error) {
		return c.Vector(func() (miniflow.Sim, error) { return &zoo{}, nil })
	})
}

func (z *zoo) Reset(rng *miniflow.Rand, l miniflow.Lane) error {
	z.rng, z.steps = rng, 0
	l.SetText(6, zooMissions[rng.Intn(len(zooMissions))])
	z.observe(l)
	return nil
}

func (z *zoo) Step(l miniflow.Lane) {
	a := l.Action() - 10
	if !z.mask[a] {
		illegal.Add(1)
	}
	z.steps++
	if a == 3 {
		l.SetReward(1)
	}
	switch {
	case z.steps == 25:
		l.Truncate()
	case z.rng.Intn(20) == 0:
		l.Terminate()
	}
	z.observe(l)
}

func (z *zoo) observe(l miniflow.Lane) {
	for a := range z.mask {
		z.mask[a] = z.rng.Intn(2) == 0
	}
	z.mask[z.rng.Intn(4)] = true
	for k, row := 0, l.U8(0); k < len(row); k++ {
		row[k] = uint8(z.rng.Uint32())
	}
	for k, row := 0, l.F32(1); k < len(row); k++ {
		row[k] = float32(z.rng.Random())
	}
	for k, row := 0, l.U8(2); k < len(row); k++ {
		row[k] = uint8(z.rng.Intn(2))
	}
	l.I32(3)[0], l.I32(3)[1] = int32(z.rng.Intn(3)), int32(z.rng.Intn(5))
	l.I32(4)[0] = int32(1 + z.steps)
	l.F64(5)[0], l.F64(5)[1] = z.rng.Uniform(-1, 1), z.rng.Uniform(-1, 1)
}

func (z *zoo) ActionMask(dst []bool) { copy(dst, z.mask[:]) }

func (z *zoo) AppendBinary(dst []byte) ([]byte, error) { return append(dst, byte(z.steps)), nil }

func (z *zoo) UnmarshalBinary(src []byte) error { z.steps = int(src[0]); return nil }
