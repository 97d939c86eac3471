package miniflow_test

import (
	"encoding/json"
	"math/big"
	"os"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/internal/golden"
)

// The recorded streams of NumPy; the format is section 1 of golden/FORMAT.md.
// The files record another program: a difference is a fault of ours, never a
// reason to change them.
type (
	rngFile struct {
		Seeds []rngSeed
	}
	rngSeed struct {
		Seed    string
		Pool    [4]uint32
		Words32 []uint32         `json:"generate_state_u32_8"`
		Words64 []string         `json:"generate_state_u64_4"`
		State   miniflow.Uint128 `json:"pcg_state"`
		Inc     miniflow.Uint128 `json:"pcg_inc"`
		Spawn   []struct {
			Key    []uint32 `json:"spawn_key"`
			Pool   [4]uint32
			Random []float64
		}
		Streams []struct {
			Name  string
			Calls []rngCall
			End   miniflow.RandState
		}
		LongRun struct {
			N   int
			Acc string
		} `json:"long_run"`
	}
	rngCall struct {
		Op   string            `json:"op"`
		Args []json.RawMessage `json:"args"`
		Out  json.RawMessage   `json:"out,omitempty"`
	}
)

func TestRandGolden(t *testing.T) {
	var file rngFile
	golden.Decode(t, "rng/pcg64.json", &file)
	calls, mismatches := 0, 0
	for _, s := range file.Seeds {
		wrong := 0
		check := func(ok bool, format string, args ...any) {
			if !ok {
				wrong++
				t.Errorf("seed "+s.Seed+": "+format, args...)
			}
		}
		seed, ok := new(big.Int).SetString(s.Seed, 10)
		require.True(t, ok, s.Seed)
		fresh := func() *miniflow.Rand {
			r := new(miniflow.Rand)
			require.NoError(t, r.SeedBig(seed))
			return r
		}

		seq, err := miniflow.NewSeedSequenceBig(seed)
		require.NoError(t, err)
		w32, w64 := make([]uint32, 8), make([]uint64, 4)
		seq.GenerateState(w32)
		seq.GenerateState64(w64)
		check(seq.Pool() == s.Pool, "pool %v, want %v", seq.Pool(), s.Pool)
		for i, w := range s.Words32 {
			check(w32[i] == w, "32-bit word %d is %d, want %d", i, w32[i], w)
		}
		for i, w := range s.Words64 {
			check(w64[i] == parseHex(t, w), "64-bit word %d is %x, want %s", i, w64[i], w)
		}
		for i, kid := range seq.Spawn(len(s.Spawn)) {
			want := s.Spawn[i]
			check(kid.Pool() == want.Pool, "child %d: pool %v, want %v", i, kid.Pool(), want.Pool)
			check(kid.Rand().Random() == want.Random[0], "child %d: first draw differs from %v", i, want.Random[0])
			require.Equal(t, want.Key, kid.Key())
			if seed.IsUint64() {
				var r miniflow.Rand
				r.SeedKey(seed.Uint64(), want.Key...)
				check(r == *kid.Rand(), "child %d: SeedKey differs from Spawn", i)
			}
		}

		start := miniflow.RandState{State: s.State, Inc: s.Inc}
		check(fresh().State() == start, "state %v, want %v", fresh().State(), start)
		if seed.IsUint64() {
			check(*miniflow.NewRand(seed.Uint64()) == *fresh(), "NewRand differs from SeedBig")
		}

		for _, stream := range s.Streams {
			r := fresh()
			for i, c := range stream.Calls {
				got := c.play(t, r)
				check(string(got) == string(compact(t, c.Out)), "%s, call %d: %s%s is %s, want %s",
					stream.Name, i, c.Op, c.Args, got, c.Out)
				calls++
			}
			end := r.State()
			stream.End.Inc = s.Inc // not recorded again
			check(end == stream.End, "%s: end state %v, want %v", stream.Name, end, stream.End)
		}

		r, acc := fresh(), uint64(0)
		for k := range s.LongRun.N {
			acc = acc*6364136223846793005 + uint64(r.Integers(0, int64(2+k%37)))
			acc += uint64(r.Random() * (1 << 53))
		}
		check(acc == parseHex(t, s.LongRun.Acc), "long run %016x, want %s", acc, s.LongRun.Acc)
		calls += 2 * s.LongRun.N
		mismatches += wrong
	}
	golden.Report(os.Stdout, "rng", len(file.Seeds), "%d draws, %d mismatches", calls, mismatches)
}

// play makes one recorded call and returns its result in the recorded form.
func (c rngCall) play(t *testing.T, r *miniflow.Rand) []byte {
	t.Helper()
	num := func(i int) int64 { // integers of 2^53 and more are decimal strings
		var n json.Number
		require.NoError(t, json.Unmarshal(c.Args[i], &n), c.Op)
		v, err := n.Int64()
		require.NoError(t, err, c.Op)
		return v
	}
	real := func(i int) float64 { return decode[float64](t, c.Args[i]) }
	switch c.Op {
	case "uint64":
		return encode(t, hex16(r.Uint64()))
	case "uint32":
		return encode(t, r.Uint32())
	case "integers":
		return encodeInt(t, r.Integers(num(0), num(1)))
	case "integers_closed":
		return encodeInt(t, r.IntegersClosed(num(0), num(1)))
	case "integers_n":
		dst := make([]int64, num(2))
		r.IntegersN(dst, num(0), num(1))
		return encode(t, dst)
	case "integers_of":
		return encode(t, integersOf(t, r, num(0), num(1), int(num(2)), decode[string](t, c.Args[3])))
	case "random":
		return encode(t, r.Random())
	case "random_n":
		dst := make([]float64, num(0))
		r.RandomN(dst)
		return encode(t, dst)
	case "uniform":
		return encode(t, r.Uniform(real(0), real(1)))
	case "uniform_v":
		lo, hi := decode[[]float64](t, c.Args[0]), decode[[]float64](t, c.Args[1])
		dst := make([]float64, len(lo))
		r.UniformN(dst, lo, hi)
		return encode(t, dst)
	case "shuffle":
		dst := make([]int, num(0))
		for i := range dst {
			dst[i] = i
		}
		r.Shuffle(len(dst), func(i, j int) { dst[i], dst[j] = dst[j], dst[i] })
		return encode(t, dst)
	case "permutation":
		dst := make([]int, num(0))
		r.Permutation(dst)
		return encode(t, dst)
	case "choice":
		return encode(t, r.Choice(int(num(0))))
	case "choice_list":
		list := decode[[]int](t, c.Args[0])
		return encode(t, list[r.Choice(len(list))])
	case "choice_p":
		return encode(t, r.ChoiceP(decode[[]float64](t, c.Args[0])))
	case "choice_n":
		dst := make([]int, num(1))
		r.ChoiceN(dst, int(num(0)))
		return encode(t, dst)
	case "choice_noreplace", "choice_noreplace_noshuffle":
		dst := make([]int, num(1))
		r.ChoiceNoReplace(dst, int(num(0)), c.Op == "choice_noreplace")
		return encode(t, dst)
	case "choice_noreplace_p":
		dst := make([]int, num(1))
		r.ChoiceNoReplaceP(dst, decode[[]float64](t, c.Args[0]))
		return encode(t, dst)
	case "standard_normal":
		return encode(t, r.StandardNormal())
	case "normal":
		return encode(t, r.Normal(real(0), real(1)))
	case "standard_exponential":
		return encode(t, r.StandardExponential())
	case "exponential":
		return encode(t, r.Exponential(real(0)))
	}
	require.FailNow(t, "unknown call", c.Op)
	return nil
}

func TestZigguratTables(t *testing.T) {
	var tables map[string]json.RawMessage
	if !golden.Decode(t, "rng/ziggurat.json", &tables) {
		t.Skip("golden/rng/ziggurat.json is not there")
	}
	for _, z := range []struct {
		accept, width, height string
		layers                [256]miniflow.Layer
	}{
		{"ki_double", "wi_double", "fi_double", miniflow.NormalLayers},
		{"ke_double", "we_double", "fe_double", miniflow.ExponentialLayers},
	} {
		accept := decode[[]string](t, tables[z.accept])
		width := decode[[]string](t, tables[z.width])
		height := decode[[]string](t, tables[z.height])
		require.Len(t, accept, 256)
		for i, l := range z.layers {
			a, w, h := miniflow.LayerBits(l)
			require.Equal(t, parseHex(t, accept[i]), a, "%s[%d]", z.accept, i)
			require.Equal(t, parseHex(t, width[i]), w, "%s[%d]", z.width, i)
			require.Equal(t, parseHex(t, height[i]), h, "%s[%d]", z.height, i)
		}
	}
}

// encodeInt writes v as the recorder does: as a string from 2^53 on.
func encodeInt(t *testing.T, v int64) []byte {
	if v >= 1<<53 || v <= -1<<53 {
		return encode(t, strconv.FormatInt(v, 10))
	}
	return encode(t, v)
}

// compact returns data in the spelling of encode, whatever the recorder's.
func compact(t *testing.T, data json.RawMessage) []byte {
	t.Helper()
	switch data[0] {
	case '"':
		return data
	case '[':
		var whole []int64 // floats would round the large ones
		if json.Unmarshal(data, &whole) == nil {
			return encode(t, whole)
		}
		return encode(t, decode[[]float64](t, data))
	}
	return encode(t, decode[float64](t, data))
}

func encode(t *testing.T, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	require.NoError(t, err)
	return b
}

func decode[T any](t *testing.T, data json.RawMessage) (v T) {
	t.Helper()
	require.NoError(t, json.Unmarshal(data, &v))
	return v
}

func hex16(v uint64) string {
	s := strconv.FormatUint(v, 16)
	return "0000000000000000"[len(s):] + s
}

func parseHex(t *testing.T, s string) uint64 {
	t.Helper()
	v, err := strconv.ParseUint(s, 16, 64)
	require.NoError(t, err)
	return v
}
