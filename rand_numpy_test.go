package miniflow_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
)

// TestRandNumPy plays random programs of calls on a Rand and on NumPy itself
// and compares every result and the final states. MINIFLOW_NUMPY names a Python
// that has NumPy.
func TestRandNumPy(t *testing.T) {
	python := os.Getenv("MINIFLOW_NUMPY")
	if python == "" {
		t.Skip("MINIFLOW_NUMPY does not name a Python with NumPy")
	}
	type job struct {
		Seed  string    `json:"seed"`
		Key   []uint32  `json:"key"`
		Calls []rngCall `json:"calls"`
	}
	src := rand.New(rand.NewPCG(1, 2))
	jobs := make([]job, 200)
	var input bytes.Buffer
	for i := range jobs {
		seed := src.Uint64() >> src.IntN(64)
		jobs[i] = job{Seed: strconv.FormatUint(seed, 10), Key: []uint32{}}
		for range src.IntN(7) {
			jobs[i].Key = append(jobs[i].Key, src.Uint32()>>src.IntN(32))
		}
		for range 400 {
			jobs[i].Calls = append(jobs[i].Calls, randomCall(t, src))
		}
		require.NoError(t, json.NewEncoder(&input).Encode(jobs[i]))
	}

	cmd := exec.Command(python, "testdata/rand_numpy.py")
	cmd.Stdin, cmd.Stderr = &input, os.Stderr
	output, err := cmd.Output()
	require.NoError(t, err)

	calls := 0
	answers := json.NewDecoder(bytes.NewReader(output))
	for _, j := range jobs {
		var want struct {
			Outs []json.RawMessage
			End  miniflow.RandState
		}
		require.NoError(t, answers.Decode(&want))
		require.Len(t, want.Outs, len(j.Calls))
		seed, err := strconv.ParseUint(j.Seed, 10, 64)
		require.NoError(t, err)
		var r miniflow.Rand
		r.SeedKey(seed, j.Key...)
		for i, c := range j.Calls {
			require.Equal(t, string(compact(t, want.Outs[i])), string(c.play(t, &r)),
				"seed %s, key %v, call %d: %s%s", j.Seed, j.Key, i, c.Op, c.Args)
			calls++
		}
		require.Equal(t, want.End, r.State(), "seed %s", j.Seed)
	}
	fmt.Printf("numpy: %d streams, %d calls, 0 mismatches\n", len(jobs), calls)
}

// randomCall makes up a call with arguments of widely different sizes.
func randomCall(t *testing.T, src *rand.Rand) rngCall {
	call := func(op string, args ...any) rngCall {
		c := rngCall{Op: op, Args: []json.RawMessage{}}
		for _, a := range args {
			if v, ok := a.(int64); ok {
				c.Args = append(c.Args, encodeInt(t, v))
			} else {
				c.Args = append(c.Args, encode(t, a))
			}
		}
		return c
	}
	// interval returns lo < hi, both inside [from,to].
	interval := func(from, to int64) (lo, hi int64) {
		span := uint64(to) - uint64(from)
		width := 1 + src.Uint64N(span)>>src.IntN(64)
		lo = from + int64(src.Uint64N(span-min(width, span)+1))
		return lo, lo + int64(min(width, span))
	}
	weights := func() []float64 {
		p, sum := make([]float64, 1+src.IntN(12)), 0.0
		for i := range p {
			p[i] = src.Float64() + 0.01
			sum += p[i]
		}
		for i := range p {
			p[i] /= sum
		}
		return p
	}
	switch src.IntN(20) {
	case 0:
		return call("uint64")
	case 1, 2, 3:
		lo, hi := interval(math.MinInt64, math.MaxInt64)
		return call("integers", lo, hi)
	case 4:
		lo, hi := interval(math.MinInt64, math.MaxInt64)
		return call("integers_closed", lo, hi)
	case 5:
		lo, hi := interval(-1000, 1000)
		return call("integers_n", lo, hi, src.IntN(9))
	case 6, 7:
		w := widths[src.IntN(len(widths))]
		lo, hi := interval(w.from, w.to)
		if src.IntN(4) == 0 {
			lo, hi = w.from, w.to
		}
		return call("integers_of", lo, hi, src.IntN(11), w.dtype)
	case 8:
		return call("random")
	case 9:
		return call("random_n", src.IntN(5))
	case 10:
		lo := src.NormFloat64()
		return call("uniform", lo, lo+src.ExpFloat64())
	case 11:
		return call("shuffle", src.IntN(40))
	case 12:
		return call("permutation", src.IntN(40))
	case 13:
		if src.IntN(2) == 0 {
			return call("choice", 1+src.IntN(100))
		}
		return call("choice_n", 1+src.IntN(100), src.IntN(9))
	case 14:
		return call("choice_p", weights())
	case 15:
		// Past 10,000 elements NumPy changes its method with the share taken.
		n := 1 + src.IntN(300)
		if src.IntN(8) == 0 {
			n = 10001 + src.IntN(1000)
		}
		op := []string{"choice_noreplace", "choice_noreplace_noshuffle"}[src.IntN(2)]
		return call(op, n, 1+src.IntN(min(n, 700)))
	case 16:
		p := weights()
		return call("choice_noreplace_p", p, 1+src.IntN(len(p)))
	case 17:
		if src.IntN(2) == 0 {
			return call("standard_normal")
		}
		return call("normal", src.NormFloat64(), src.ExpFloat64())
	case 18:
		return call("standard_exponential")
	}
	return call("exponential", src.ExpFloat64())
}

// widths are the dtypes that IntegersOf serves, with the ends of the widest
// half-open interval each allows here.
var widths = []struct {
	dtype    string
	from, to int64
}{
	{"int8", math.MinInt8, math.MaxInt8 + 1},
	{"uint8", 0, math.MaxUint8 + 1},
	{"int16", math.MinInt16, math.MaxInt16 + 1},
	{"uint16", 0, math.MaxUint16 + 1},
	{"int32", math.MinInt32, math.MaxInt32 + 1},
	{"uint32", 0, math.MaxUint32 + 1},
	{"int64", math.MinInt64, math.MaxInt64},
	{"uint64", 0, math.MaxInt64},
}

// integersOf draws n integers of the named dtype, as int64.
func integersOf(t *testing.T, r *miniflow.Rand, lo, hi int64, n int, dtype string) []int64 {
	t.Helper()
	switch dtype {
	case "int8":
		return draw[int8](r, lo, hi, n)
	case "uint8":
		return draw[uint8](r, lo, hi, n)
	case "int16":
		return draw[int16](r, lo, hi, n)
	case "uint16":
		return draw[uint16](r, lo, hi, n)
	case "int32":
		return draw[int32](r, lo, hi, n)
	case "uint32":
		return draw[uint32](r, lo, hi, n)
	case "int64":
		return draw[int64](r, lo, hi, n)
	case "uint64":
		return draw[uint64](r, lo, hi, n)
	}
	require.FailNow(t, "unknown dtype", dtype)
	return nil
}

func draw[T int8 | uint8 | int16 | uint16 | int32 | uint32 | int64 | uint64](r *miniflow.Rand, lo, hi int64, n int) []int64 {
	dst := make([]T, n)
	miniflow.IntegersOf(r, dst, lo, hi)
	out := make([]int64, n)
	for i, v := range dst {
		out[i] = int64(v)
	}
	return out
}
