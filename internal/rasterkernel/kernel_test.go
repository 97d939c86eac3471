package rasterkernel

import (
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	testWidth  = 83
	testStride = 96
	testHeight = 37
)

// planes is a picture and the job that draws into it.
type planes struct {
	job   Job
	ball  Sphere
	z     [Samples][]float32
	color [Samples][]uint32
	spans [Samples][2][]int32
	ident []uint32
}

func newPlanes(full, ident bool) *planes {
	p := &planes{ident: make([]uint32, testStride*testHeight)}
	p.job.Stride, p.ball.Stride = testStride, testStride
	for s := range Samples {
		p.z[s], p.color[s] = make([]float32, testStride*testHeight), make([]uint32, testStride*testHeight)
		for i := range p.z[s] {
			p.z[s][i] = 0.01
		}
		p.job.Z[s], p.job.Color[s] = &p.z[s][0], &p.color[s][0]
		for k := range 2 {
			p.spans[s][k] = make([]int32, testHeight+Align)
		}
		p.job.XL[s], p.job.XR[s] = &p.spans[s][0][0], &p.spans[s][1][0]
	}
	p.job.Last = 1
	if full {
		p.job.Last = Samples
		if !ident {
			p.job.First = 1
		}
	}
	if ident {
		p.job.Ident = &p.ident[0]
	}
	p.ball.Z, p.ball.Color, p.ball.Ident = p.job.Z, p.job.Color, p.job.Ident
	p.ball.First, p.ball.Last = p.job.First, p.job.Last
	return p
}

// randomize fills the job with a random polygon; equal generators, equal jobs.
func (p *planes) randomize(rng *rand.Rand, tex []uint32, log int) {
	j := &p.job
	f := func(lo, hi float64) float32 { return float32(lo + (hi-lo)*rng.Float64()) }
	j.Y0, j.Y1 = rng.Int64N(10), 11+rng.Int64N(testHeight-11)
	j.X0, j.X1 = float32(rng.IntN(20)), float32(testWidth-rng.IntN(20))
	j.Left, j.Right = rng.Int64N(4), MaxEdges-rng.Int64N(4)
	for i := range j.Edge {
		e := &j.Edge[i]
		e.S = f(-3, 3)
		base := float32(10)
		if i >= MaxEdges/2 {
			base = 70
		}
		for s := range e.T {
			e.T[s] = base + f(-20, 20) - e.S*10
		}
	}
	j.W = [3]float64{rng.Float64() * 2, rng.Float64()*0.02 - 0.01, rng.Float64()*0.04 - 0.02}
	j.U = [3]float64{rng.Float64() * 400, rng.Float64()*20 - 5, rng.Float64()*20 - 5}
	j.V = [3]float64{rng.Float64() * 400, rng.Float64()*20 - 5, rng.Float64()*20 - 5}
	j.WX, j.WY = float32(j.W[1]), float32(j.W[2])
	j.UX, j.UY, j.VX, j.VY = float32(j.U[1]), float32(j.U[2]), float32(j.V[1]), float32(j.V[2])
	j.WMin = 0.005
	for s := range j.DW {
		j.DW[s] = f(-0.01, 0.01)
	}
	j.DW[0] = 0
	j.Tex, j.Log = &tex[0], int32(log)
	if rng.IntN(4) == 0 {
		j.Tex = nil
	}
	most := FastLight
	if j.Last > 1 {
		most = FullLight
	}
	j.Light = [4]uint16{uint16(rng.IntN(most + 1)), uint16(rng.IntN(most + 1)), uint16(rng.IntN(most + 1)), 0}
	j.Plain, j.ID = rng.Uint32()&0xffffff, rng.Uint32()

	b := &p.ball
	b.X0, b.X1, b.Y0, b.Y1 = rng.Int64N(20), testWidth-rng.Int64N(20), rng.Int64N(10), testHeight-rng.Int64N(10)
	b.DX, b.DY = [2]float32{f(-1, -0.5), f(0.01, 0.03)}, [2]float32{f(0.3, 0.8), f(-0.04, -0.02)}
	for s := 1; s < Samples; s++ {
		b.SX[s], b.SY[s] = f(-0.01, 0.01), f(-0.01, 0.01)
	}
	b.Center = [3]float32{f(-1, 1), f(-1, 1), f(0.5, 4)}
	b.R2 = f(0.01, 2)
	b.InvC = f(0.1, 2)
	b.Toward = [3]float32{f(-3, 3), f(-3, 3), f(-3, 3)}
	b.Shade = f(-2, 2)
	for i := range 3 {
		b.Diffuse[i], b.Ambient[i], b.Paint[i] = f(0, 1), f(0, 1), f(0, 255)
	}
	b.ID = rng.Uint32()
}

func testTexture(rng *rand.Rand, log int) []uint32 {
	tex := make([]uint32, Base(log+1))
	for i := range tex {
		tex[i] = rng.Uint32() & 0xffffff
	}
	return tex
}

// TestPathsEqual draws the same random polygons and spheres with every path
// and with portable Go and compares every plane.
func TestPathsEqual(t *testing.T) {
	everyPath(t, func(t *testing.T) {
		for _, full := range []bool{false, true} {
			for _, ident := range []bool{false, true} {
				for seed := range uint64(200) {
					samePlanes(t, full, ident, seed)
				}
			}
		}
	})
}

func samePlanes(t *testing.T, full, ident bool, seed uint64) {
	a, b := newPlanes(full, ident), newPlanes(full, ident)
	rngA, rngB := rand.New(rand.NewPCG(seed, 1)), rand.New(rand.NewPCG(seed, 1))
	log := int(seed % 9)
	tex := testTexture(rand.New(rand.NewPCG(seed, 2)), log)
	for range 4 {
		a.randomize(rngA, tex, log)
		b.randomize(rngB, tex, log)
		Draw(&a.job)
		DrawSphere(&a.ball)
		drawGo(&b.job)
		sphereGo(&b.ball)
	}
	where := fmt.Sprintf("full=%v, ident=%v, seed %d", full, ident, seed)
	for s := range Samples {
		require.Equal(t, b.z[s], a.z[s], "%s: depth of sample %d", where, s)
		require.Equal(t, b.color[s], a.color[s], "%s: colour of sample %d", where, s)
	}
	require.Equal(t, b.ident, a.ident, "%s: identity", where)
}

// everyPath runs a test with every path of this processor.
func everyPath(t *testing.T, test func(t *testing.T)) {
	best := chosen
	defer func() { chosen = best }()
	for _, chosen = range paths {
		t.Run(chosen.name, test)
	}
}

// TestAVX2Alone reads the assembly: functions in AVX2 must use nothing that
// needs AVX-512, such as the registers from 16 on that avo hands out as well.
func TestAVX2Alone(t *testing.T) {
	text, err := os.ReadFile("kernel_amd64.s")
	require.NoError(t, err)
	later, functions := regexp.MustCompile(`AVX512|\b(Z\d+|K\d|[XY](1[6-9]|2\d|3[01]))\b`), 0
	for function := range strings.SplitSeq(string(text), "\n// func ") {
		if name, _, _ := strings.Cut(function, "("); strings.HasSuffix(name, "AVX2") {
			functions++
			require.Empty(t, later.FindString(function), name)
		}
	}
	require.Equal(t, 9, functions)
}

func TestFill(t *testing.T) { everyPath(t, testFill) }

func testFill(t *testing.T) {
	for n := int64(16); n < 200; n += 16 {
		a := make([]uint32, n+1)
		Fill(&a[0], 7, n)
		for i, v := range a[:n] {
			require.Equal(t, uint32(7), v, "value %d of %d", i, n)
		}
		require.Zero(t, a[n])
	}
}

// TestOutputs compares the loops that write finished pictures, at every
// length up to three blocks, and that they write nothing more.
func TestOutputs(t *testing.T) { everyPath(t, testOutputs) }

func testOutputs(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var c [Samples]*uint32
	for s := range c {
		plane := testTexture(rng, 7)
		c[s] = &plane[0]
	}
	z := make([]float32, 128)
	for i := range z {
		z[i] = rng.Float32() + 0.01
	}
	for n := range int64(50) {
		const guard = 64
		a, b := make([]uint8, 3*n+guard), make([]uint8, 3*n+guard)
		Pack(&a[0], c[0], n)
		packGo(&b[0], c[0], n)
		require.Equal(t, b, a, "pack %d", n)
		Labels(&a[0], c[0], n)
		labelsGo(&b[0], c[0], n)
		require.Equal(t, b, a, "labels %d", n)
		Resolve(&a[0], &c, 32, n)
		resolveGo(&b[0], &c, 32, n)
		require.Equal(t, b, a, "resolve %d", n)
		d, e := make([]float32, n+guard), make([]float32, n+guard)
		Depth(&d[0], &z[0], n)
		depthGo(&e[0], &z[0], n)
		require.Equal(t, e, d, "depth %d", n)
	}
}
