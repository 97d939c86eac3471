package nn

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/miniflow-rl/miniflow/internal/simd"
)

// BenchResult is one measurement of BenchMLP.
type BenchResult struct {
	Kernels string  `json:"kernels"` // avx512, avx2 or go
	Task    string  `json:"task"`    // train or infer
	Batch   int     `json:"batch"`
	Threads int     `json:"threads"`
	Median  float64 `json:"us"`  // microseconds per step
	P10     float64 `json:"p10"` // tenth percentile of the same
	Steps   int     `json:"n"`
	Loss    float64 `json:"loss"` // after the first step: it depends on the batch only
}

// benchSource adapts math/rand/v2 to Source.
type benchSource struct{ *rand.Rand }

func (s benchSource) Random() float64         { return s.Float64() }
func (s benchSource) StandardNormal() float64 { return s.NormFloat64() }

// BenchMLP measures one training step (forward, cross-entropy of masked actions, backward, Adam) and one forward pass of a
// network 64-256-256-8 with rectifiers, for every batch size, for about the given time each. It returns an error for sizes
// below 1 and if MINIFLOW_SIMD names kernels that do not exist here.
func BenchMLP(batches []int, threads int, d time.Duration) ([]BenchResult, error) {
	kernels, err := simd.Chosen()
	if err != nil {
		return nil, err
	}
	var out []BenchResult
	for _, batch := range batches {
		if batch < 1 || threads < 1 {
			return nil, fmt.Errorf("nn: benchmark with batch %d and %d threads; want 1 or more", batch, threads)
		}
		b, err := newBench(batch, threads)
		if err != nil {
			return nil, err
		}
		b.train()
		loss := b.loss
		for _, task := range []struct {
			name string
			step func()
		}{{"train", b.train}, {"infer", b.infer}} {
			r := BenchResult{Kernels: kernels.Name, Task: task.name, Batch: batch, Threads: threads, Loss: loss}
			r.Median, r.P10, r.Steps = measure(task.step, d)
			out = append(out, r)
		}
		b.tape.SetThreads(1)
	}
	return out, nil
}

// measure returns the median and tenth percentile of the microseconds of step.
func measure(step func(), d time.Duration) (median, p10 float64, steps int) {
	for range 20 {
		step()
	}
	var times []float64
	for end := time.Now().Add(d); time.Now().Before(end) || len(times) < 20; {
		start := time.Now()
		step()
		times = append(times, float64(time.Since(start).Nanoseconds())/1e3)
	}
	slices.Sort(times)
	return times[len(times)/2], times[len(times)/10], len(times)
}

type bench struct {
	net     Params
	layers  [3]Linear
	adam    *Adam
	tape    *Tape
	x       []float32
	mask    []bool
	actions []int32
	batch   int
	loss    float64
}

func newBench(batch, threads int) (*bench, error) {
	src := benchSource{rand.New(rand.NewPCG(1234, uint64(batch)))}
	b := &bench{tape: NewTape(), batch: batch, x: make([]float32, batch*64), mask: make([]bool, batch*8), actions: make([]int32, batch)}
	b.tape.SetThreads(threads)
	for i, s := range [3][2]int{{64, 256}, {256, 256}, {256, 8}} {
		b.layers[i] = NewLinear(b.net.Block("mlp"), fmt.Sprint(i), s[0], s[1], Normal{Std: math.Sqrt(1 / float64(s[0]))}, src)
	}
	for i := range b.x {
		b.x[i] = float32(src.NormFloat64())
	}
	for i := range b.mask {
		b.mask[i] = src.Float64() < 0.7
	}
	for i := range b.actions {
		b.actions[i] = src.Int32N(8)
		b.mask[8*i+int(b.actions[i])] = true
	}
	var err error
	if b.adam, err = NewAdam(&b.net, DefaultAdam()); err != nil {
		return nil, err
	}
	return b, nil
}

// benchChunk is how many samples go through the network at a time: the activations of more do not fit in the second cache.
// Gradients add up, so the step is the same.
const benchChunk = 256

// forward returns the logits of samples lo to hi.
func (b *bench) forward(lo, hi int) Value {
	t := b.tape
	t.Reset()
	h := t.Linear(t.Input(b.x[64*lo:64*hi], hi-lo, 64), b.layers[0], ReLU)
	return t.Linear(t.Linear(h, b.layers[1], ReLU), b.layers[2], Identity)
}

func (b *bench) infer() {
	for lo := 0; lo < b.batch; lo += benchChunk {
		b.forward(lo, min(lo+benchChunk, b.batch))
	}
}

func (b *bench) train() {
	t := b.tape
	b.net.ZeroGrad()
	b.loss = 0
	for lo := 0; lo < b.batch; lo += benchChunk {
		hi := min(lo+benchChunk, b.batch)
		logProb, _ := t.Categorical(b.forward(lo, hi), b.mask[8*lo:8*hi], b.actions[lo:hi])
		loss := t.Scale(t.Sum(logProb), -1/float32(b.batch))
		t.Backward(loss)
		b.loss += float64(t.Item(loss))
	}
	b.adam.Step()
}
