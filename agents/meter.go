package agents

import (
	"fmt"
	"math"
	"slices"

	"github.com/miniflow-rl/miniflow"
)

// Window is the number of finished episodes over which training reports means.
const Window = 100

// Meter measures training: it counts steps, follows every lane's episode, and
// holds the values that an agent wants to see as curves. Its counts are part of
// checkpoints. It allocates nothing while episodes go by.
type Meter struct {
	steps, episodes   int
	laneReturn        []float64 // of the episode that a lane is in
	laneSteps         []float64
	returns, lengths  [Window]float64 // of the last episodes, episode k at k%Window
	target            float64         // NaN for none
	targetStep        int             // when the mean return first reached target; 0 until then
	names             []string
	values            []float64
	meanReturn, meanN float64 // of the last Window episodes; NaN before the first
}

// NewMeter returns a meter for a batch of lanes. It watches for the mean return
// of the last [Window] episodes to reach target; NaN watches for nothing.
func NewMeter(lanes int, target float64) *Meter {
	return &Meter{laneReturn: make([]float64, lanes), laneSteps: make([]float64, lanes), target: target,
		meanReturn: math.NaN(), meanN: math.NaN()}
}

// Step takes note of the step that b holds: call it after every Env.Step.
func (m *Meter) Step(b *miniflow.Batch) {
	m.steps += len(b.Reward)
	ended := false
	for i, r := range b.Reward {
		m.laneReturn[i] += r
		m.laneSteps[i]++
		if b.Ended(i) {
			m.returns[m.episodes%Window], m.lengths[m.episodes%Window] = m.laneReturn[i], m.laneSteps[i]
			m.laneReturn[i], m.laneSteps[i] = 0, 0
			m.episodes++
			ended = true
		}
	}
	if ended {
		m.average()
	}
}

// Episode takes note of a whole episode at once, of the given number of steps
// and return: for agents that do not step an environment lane by lane.
func (m *Meter) Episode(steps int, ret float64) {
	m.steps += steps
	m.returns[m.episodes%Window], m.lengths[m.episodes%Window] = ret, float64(steps)
	m.episodes++
	m.average()
}

func (m *Meter) average() {
	n := min(m.episodes, Window)
	m.meanReturn, m.meanN = math.NaN(), math.NaN()
	if n > 0 {
		m.meanReturn, m.meanN = Mean(m.returns[:n]), Mean(m.lengths[:n])
	}
	if m.targetStep == 0 && n == Window && m.meanReturn >= m.target {
		m.targetStep = m.steps
	}
}

// Set records a value for the curve of that name, such as "loss/policy". An
// agent sets the same names, in the same order, in every update; NaN means that
// there is no value this time.
func (m *Meter) Set(name string, value float64) {
	if k := slices.Index(m.names, name); k >= 0 {
		m.values[k] = value
		return
	}
	m.names, m.values = append(m.names, name), append(m.values, value)
}

// Steps returns the number of environment steps taken, over all lanes.
func (m *Meter) Steps() int { return m.steps }

// Episodes returns the number of episodes finished.
func (m *Meter) Episodes() int { return m.episodes }

// MeanReturn returns the mean return of the last [Window] finished episodes, of
// all of them while there are fewer, and NaN before the first.
func (m *Meter) MeanReturn() float64 { return m.meanReturn }

// MeanLength is [Meter.MeanReturn] for the episodes' lengths in steps.
func (m *Meter) MeanLength() float64 { return m.meanN }

// TargetStep returns the number of steps after which the mean return of the
// last [Window] episodes first reached the target; 0 if it has not.
func (m *Meter) TargetStep() int { return m.targetStep }

// save puts everything but the agent's values, which the next update sets anew,
// into a checkpoint.
func (m *Meter) save(s *State) {
	s.PutInts("meter.counts", []int64{int64(m.steps), int64(m.episodes), int64(m.targetStep)})
	s.PutFloats("meter.lane_return", m.laneReturn)
	s.PutFloats("meter.lane_steps", m.laneSteps)
	s.PutFloats("meter.returns", m.returns[:])
	s.PutFloats("meter.lengths", m.lengths[:])
}

func (m *Meter) load(s *State) error {
	var counts [3]int64
	s.Ints("meter.counts", counts[:])
	s.Floats("meter.lane_return", m.laneReturn)
	s.Floats("meter.lane_steps", m.laneSteps)
	s.Floats("meter.returns", m.returns[:])
	s.Floats("meter.lengths", m.lengths[:])
	if err := s.Err(); err != nil {
		return err
	}
	if counts[0] < 0 || counts[1] < 0 || counts[2] < 0 {
		return fmt.Errorf("its step counts are negative: %w", ErrCheckpoint)
	}
	m.steps, m.episodes, m.targetStep = int(counts[0]), int(counts[1]), int(counts[2])
	m.average()
	return nil
}
