package miniflow_test

import (
	"fmt"
	"math"
	"math/big"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
)

func ExampleNewRand() {
	// The same draws as NumPy's g = default_rng(42), in the same order.
	g := miniflow.NewRand(42)
	for range 6 {
		fmt.Print(g.Integers(0, 6), " ")
	}
	fmt.Println(g.Random())

	perm := make([]int, 5)
	g.Permutation(perm)
	fmt.Println(perm, g.StandardNormal())
	// Output:
	// 0 4 3 2 2 5 0.6973680290593639
	// [2 4 0 1 3] 0.12784040316728537
}

func ExampleSeedSequence_Spawn() {
	// One seed for a run, and a stream of its own for each part of it.
	parts := miniflow.NewSeedSequence(42).Spawn(2)
	worlds, agent := parts[0].Rand(), parts[1].Rand()
	worlds.Random() // does not move the agent's stream
	fmt.Println(agent.Random())

	// The same stream without allocating.
	var r miniflow.Rand
	r.SeedKey(42, 1)
	fmt.Println(r.Random())
	// Output:
	// 0.4674907799518424
	// 0.4674907799518424
}

func ExampleRand_State() {
	r := miniflow.NewRand(1)
	saved := r.State()
	first := r.Random()
	if err := r.SetState(saved); err != nil {
		fmt.Println(err)
	}
	fmt.Println(first == r.Random())
	// Output: true
}

func ExampleRand_ChoiceP() {
	r := miniflow.NewRand(3)
	drawn := make([]int, 4)
	r.ChoiceNoReplace(drawn, 10, true)
	fmt.Println(drawn, r.ChoiceP([]float64{0.2, 0.3, 0.5}))
	// Output: [2 0 1 5] 0
}

// The values are NumPy 1.26.4's: default_rng(42).integers(lo, hi, 7, dtype),
// then two more. Had the pieces of the last word been kept for the second call,
// it would differ.
func TestIntegersOf(t *testing.T) {
	for _, c := range []struct {
		dtype         string
		lo, hi        int64
		first, second []int64
	}{
		{"int8", -128, 128, []int64{8, -90, 89, -106, 77, 123, -95}, []int64{65, 127}},
		{"uint8", 0, 6, []int64{3, 0, 5, 0, 4, 5, 0}, []int64{4, 5}},
		{"int16", -300, 300, []int64{-210, -247, 290, 164, 299, 92, -98}, []int64{-249, -41}},
		{"uint16", 0, 65536, []int64{9864, 5849, 64461, 50721, 65473, 42897, 22113}, []int64{5668, 28378}},
		{"int32", -5, 5, []int64{-5, 2, 1, -1, -1, 3, -5}, []int64{1, -3}},
		{"uint32", 0, 4294967296, []int64{383329928, 3324115917, 2811363265, 1884968545, 1859786276, 3687649986, 369133709}, []int64{2995172878, 865305067}},
		{"int64", 0, 1099511627776, []int64{850973674774, 482551947687, 944038396526, 766764256790, 103549089075, 1072708119942, 836881952700}, []int64{864286843831, 140862428803}},
		{"uint64", 0, 3, []int64{0, 2, 1, 1, 1, 2, 0}, []int64{2, 0}},
	} {
		r := miniflow.NewRand(42)
		require.Equal(t, c.first, integersOf(t, r, c.lo, c.hi, 7, c.dtype), c.dtype)
		require.Equal(t, c.second, integersOf(t, r, c.lo, c.hi, 2, c.dtype), c.dtype)
	}
	r := miniflow.NewRand(0)
	require.Panics(t, func() { miniflow.IntegersOf(r, make([]uint8, 1), 0, 257) })
	require.Panics(t, func() { miniflow.IntegersOf(r, make([]uint64, 1), -1, 4) })
	require.Panics(t, func() { miniflow.IntegersOf(r, make([]int8, 1), 4, 4) })
}

// NumPy: default_rng(2**64 + 3).random() and
// default_rng(SeedSequence(7, spawn_key=(1, 2, 3))).random().
func TestSeeds(t *testing.T) {
	var r miniflow.Rand
	require.False(t, r.Seeded())
	seed, ok := new(big.Int).SetString("18446744073709551619", 10)
	require.True(t, ok)
	require.NoError(t, r.SeedBig(seed))
	require.True(t, r.Seeded())
	require.Equal(t, 0.7243886900316061, r.Random())

	r.SeedKey(7, 1, 2, 3)
	require.Equal(t, 0.545123695412633, r.Random())
	require.Equal(t, 0.545123695412633, miniflow.NewSeedSequence(7, 1, 2, 3).Rand().Random())

	before := r
	require.ErrorIs(t, r.SeedBig(big.NewInt(-1)), miniflow.ErrSeed)
	require.ErrorIs(t, r.SeedBig(nil), miniflow.ErrSeed)
	require.Equal(t, before, r)

	// A spawned sequence counts on from where it was.
	s := miniflow.NewSeedSequence(5)
	first := s.Spawn(2)
	require.Equal(t, []uint32{2}, s.Spawn(1)[0].Key())
	require.Equal(t, []uint32{1, 0}, first[1].Spawn(1)[0].Key())
	grandchild := miniflow.NewSeedSequence(5, 1, 1)
	require.Equal(t, grandchild.Pool(), first[1].Spawn(1)[0].Pool())
}

// Integers stays in its interval, reaches both ends and draws each value
// equally often: chi-square below its 1 - 1e-9 quantile, about n + 6 sqrt(2n) + 20.
func TestIntegersUniform(t *testing.T) {
	r := miniflow.NewRand(11)
	for _, n := range []int{2, 3, 5, 7, 10, 64, 100, 1000} {
		const mean = 200
		count := make([]float64, n)
		for range n * mean {
			count[r.Integers(-3, int64(n-3))+3]++
		}
		chi := 0.0
		for _, c := range count {
			chi += (c - mean) * (c - mean) / mean
		}
		require.Less(t, chi, float64(n)+6*math.Sqrt(2*float64(n))+20, "n = %d", n)
	}
	for range 1000 { // the widest intervals, where the bounds could overflow
		v := r.Integers(math.MinInt64, math.MaxInt64)
		require.NotEqual(t, int64(math.MaxInt64), v)
		require.GreaterOrEqual(t, r.IntegersClosed(math.MaxInt64-2, math.MaxInt64), int64(math.MaxInt64-2))
		require.LessOrEqual(t, r.IntegersClosed(math.MinInt64, math.MinInt64+2), int64(math.MinInt64+2))
	}
}

// One possible value takes nothing from the stream, whatever the method.
func TestOneValueDrawsNothing(t *testing.T) {
	r := miniflow.NewRand(3)
	r.Uint32()
	before := *r
	require.Equal(t, int64(9), r.Integers(9, 10))
	require.Equal(t, int64(9), r.IntegersClosed(9, 9))
	require.Zero(t, r.Intn(1))
	require.Zero(t, r.Choice(1))
	r.Shuffle(1, func(int, int) { require.Fail(t, "nothing to exchange") })
	r.Permutation([]int{5})
	r.ChoiceNoReplace([]int{}, 4, true)
	r.ChoiceNoReplace([]int{0}, 1, true)
	miniflow.IntegersOf(r, make([]uint8, 3), 4, 5)
	require.Equal(t, before, *r)
}

// Samples without replacement are distinct and in range on each of the paths:
// small and large sets, and the tail shuffle.
func TestChoiceNoReplace(t *testing.T) {
	r := miniflow.NewRand(8)
	for _, c := range []struct{ k, n int }{
		{0, 0}, {1, 1}, {5, 5}, {64, 64}, {64, 1000}, {65, 65}, {500, 9000}, {100, 20000}, {5000, 20000}, {10001, 10001},
	} {
		for _, shuffle := range []bool{true, false} {
			dst := make([]int, c.k)
			r.ChoiceNoReplace(dst, c.n, shuffle)
			slices.Sort(dst)
			require.Len(t, slices.Compact(dst), c.k)
			if c.k > 0 {
				require.True(t, dst[0] >= 0 && dst[c.k-1] < c.n)
			}
		}
	}
	dst := make([]int, 3)
	r.ChoiceNoReplaceP(dst, []float64{0.5, 0, 0.3, 0, 0.2})
	slices.Sort(dst)
	require.Equal(t, []int{0, 2, 4}, dst)
}

func TestWeights(t *testing.T) {
	require.NoError(t, miniflow.CheckWeights([]float64{0.1, 0.2, 0.7}))
	require.NoError(t, miniflow.CheckWeights([]float64{1 + 1e-9, 0}))
	for _, p := range [][]float64{nil, {0.5, 0.4}, {-0.5, 1.5}, {math.NaN(), 1}, {math.Inf(1)}} {
		require.ErrorIs(t, miniflow.CheckWeights(p), miniflow.ErrWeights, "%v", p)
		require.Panics(t, func() { miniflow.NewRand(0).ChoiceP(p) }, "%v", p)
	}
	r := miniflow.NewRand(0)
	for range 1000 {
		require.Equal(t, 1, r.ChoiceP([]float64{0, 1, 0}))
	}
}

// Moments of the ziggurats over 400,000 draws, within 6 standard errors.
func TestMoments(t *testing.T) {
	const n = 400_000
	r := miniflow.NewRand(4)
	var sum, sq, cube, exp, expSq float64
	for range n {
		x, e := r.StandardNormal(), r.StandardExponential()
		sum, sq, cube = sum+x, sq+x*x, cube+x*x*x
		exp, expSq = exp+e, expSq+e*e
	}
	for _, m := range []struct {
		name                  string
		got, want, deviations float64 // deviations: of a single draw
	}{
		{"normal mean", sum / n, 0, 1},
		{"normal square", sq / n, 1, math.Sqrt(2)},
		{"normal cube", cube / n, 0, math.Sqrt(15)},
		{"exponential mean", exp / n, 1, 1},
		{"exponential square", expSq / n, 2, math.Sqrt(20)},
	} {
		require.InDelta(t, m.want, m.got, 6*m.deviations/math.Sqrt(n), m.name)
	}
}

func TestPanics(t *testing.T) {
	r := miniflow.NewRand(0)
	for name, f := range map[string]func(){
		"Integers":          func() { r.Integers(3, 3) },
		"IntegersClosed":    func() { r.IntegersClosed(3, 2) },
		"IntegersN":         func() { r.IntegersN(make([]int64, 1), 0, 0) },
		"Intn":              func() { r.Intn(0) },
		"UniformN":          func() { r.UniformN(make([]float64, 2), make([]float64, 2), nil) },
		"Shuffle":           func() { r.Shuffle(-1, nil) },
		"ChoiceNoReplace":   func() { r.ChoiceNoReplace(make([]int, 3), 2, true) },
		"ChoiceNoReplaceP":  func() { r.ChoiceNoReplaceP(make([]int, 2), []float64{1, 0}) },
		"not seeded":        func() { new(miniflow.Rand).Integers(0, 3) },
		"not seeded, wide":  func() { new(miniflow.Rand).Integers(0, 3<<60) },
		"not seeded, small": func() { miniflow.IntegersOf(new(miniflow.Rand), make([]uint8, 1), 0, 3) },
	} {
		require.Panics(t, f, name)
	}
}

func TestRandDoesNotAllocate(t *testing.T) {
	var r miniflow.Rand
	p, lo, hi, f := []float64{0.2, 0.8}, []float64{0, 1}, []float64{1, 2}, make([]float64, 2)
	few, perm, wide, bytes := make([]int, 7), make([]int, 16), make([]int64, 5), make([]uint8, 5)
	allocs := testing.AllocsPerRun(100, func() {
		r.Seed(5)
		r.SeedKey(5, 1, 2)
		r.Integers(0, 7)
		r.Integers(0, 1<<40)
		r.IntegersN(wide, 0, 9)
		miniflow.IntegersOf(&r, bytes, 0, 9)
		r.RandomN(f)
		r.UniformN(f, lo, hi)
		r.Shuffle(len(perm), func(i, j int) { perm[i], perm[j] = perm[j], perm[i] })
		r.Permutation(perm)
		r.ChoiceN(few, 9)
		r.ChoiceP(p)
		r.ChoiceNoReplace(few, 30, true)
		r.Normal(0, 1)
		r.Exponential(1)
		saved := r.State()
		if err := r.SetState(saved); err != nil {
			t.Error(err)
		}
	})
	require.Zero(t, allocs)
}

func BenchmarkRand(b *testing.B) {
	r := miniflow.NewRand(1)
	perm, p := make([]int, 16), []float64{0.1, 0.2, 0.3, 0.4}
	for _, c := range []struct {
		name string
		f    func()
	}{
		{"Seed", func() { r.Seed(12345) }},
		{"Uint64", func() { r.Uint64() }},
		{"Integers", func() { r.Integers(0, 7) }},
		{"IntegersWide", func() { r.Integers(0, 1<<40) }},
		{"Random", func() { r.Random() }},
		{"StandardNormal", func() { r.StandardNormal() }},
		{"StandardExponential", func() { r.StandardExponential() }},
		{"Permutation16", func() { r.Permutation(perm) }},
		{"ChoiceP4", func() { r.ChoiceP(p) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.f()
			}
		})
	}
}
