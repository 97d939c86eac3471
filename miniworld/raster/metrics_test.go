package raster_test

import (
	"math"
	"testing"

	"github.com/miniflow-rl/miniflow/miniworld/raster"
)

// score is how near one frame is to the recorded one.
type score struct {
	world, tag                 string
	depth, depthAll, class     float64
	mean, segment, block, ssim float64
}

func mean(v []float64) (m float64) {
	for _, x := range v {
		m += x / float64(len(v))
	}
	return m
}

// report logs the worst of each measure for every world.
func report(t *testing.T, all []score) {
	t.Logf("%-14s %7s %7s %7s %5s %5s %5s %5s", "worst of", "depth", "+meshes", "class", "mean", "seg", "block", "SSIM")
	for i := 0; i < len(all); {
		w := all[i]
		for ; i < len(all) && all[i].world == w.world; i++ {
			s := all[i]
			w.depth, w.depthAll, w.class = min(w.depth, s.depth), min(w.depthAll, s.depthAll), min(w.class, s.class)
			w.mean, w.segment, w.block = max(w.mean, s.mean), max(w.segment, s.segment), max(w.block, s.block)
			w.ssim = min(w.ssim, s.ssim)
		}
		t.Logf("%-14s %7.4f %7.4f %7.4f %5.1f %5.1f %5.1f %5.3f", w.world, w.depth, w.depthAll, w.class, w.mean, w.segment, w.block, w.ssim)
	}
}

// compare measures a picture against recorded colours, depth and
// segmentation, as bench/image_metrics.py does.
func compare(img *raster.Image, rgb []uint8, depth []float32, seg []uint8, entities []goldenEntity) (s score) {
	n := len(depth)
	var close, closeAll, plain, same int
	type sum struct {
		n    int
		diff [3]float64
	}
	var whole sum
	segments := map[int]*sum{}
	for i := range n {
		ok := math.Abs(float64(img.Depth[i]-depth[i])) < 0.02*float64(depth[i])
		mesh := seg[3*i] == classEntity && entities[seg[3*i+1]].Mesh != ""
		if ok {
			closeAll++
		}
		if !mesh {
			plain++
			if ok {
				close++
			}
		}
		if uint8(img.ID[i]>>24) == seg[3*i] {
			same++
		}
		key := int(seg[3*i])
		if key == classEntity {
			key = 16 + int(seg[3*i+1])
		}
		if segments[key] == nil {
			segments[key] = &sum{}
		}
		for _, m := range []*sum{&whole, segments[key]} {
			m.n++
			for c := range 3 {
				m.diff[c] += float64(img.RGB[3*i+c]) - float64(rgb[3*i+c])
			}
		}
	}
	worst := func(m *sum) (w float64) {
		for _, d := range m.diff {
			w = max(w, math.Abs(d)/float64(m.n))
		}
		return w
	}
	s.depthAll, s.class, s.mean = float64(closeAll)/float64(n), float64(same)/float64(n), worst(&whole)
	s.depth = 1
	if plain > 0 {
		s.depth = float64(close) / float64(plain)
	}
	for _, m := range segments {
		if m.n >= 50 {
			s.segment = max(s.segment, worst(m))
		}
	}
	s.block, s.ssim = blockRMSE(img.RGB, rgb), ssim(img.RGB, rgb)
	return s
}

// blockRMSE is the root mean square difference of the means of 10x10 blocks of 80x60 pictures.
func blockRMSE(a, b []uint8) float64 {
	var total float64
	for by := range 6 {
		for bx := range 8 {
			for c := range 3 {
				var d float64
				for y := range 10 {
					for x := range 10 {
						i := 3*((by*10+y)*80+bx*10+x) + c
						d += float64(a[i]) - float64(b[i])
					}
				}
				total += d / 100 * d / 100
			}
		}
	}
	return math.Sqrt(total / (6 * 8 * 3))
}

// ssim is the mean structural similarity of luminances blurred 8x8, windows of 8x8.
func ssim(a, b []uint8) float64 {
	const w, h = 80, 60
	luminance := func(p []uint8) []float64 {
		v := make([]float64, w*h)
		for i := range v {
			v[i] = 0.299*float64(p[3*i]) + 0.587*float64(p[3*i+1]) + 0.114*float64(p[3*i+2])
		}
		return v
	}
	box := func(v []float64) []float64 {
		out := make([]float64, w*h)
		for y := range h {
			for x := range w {
				var s float64
				for dy := -4; dy < 4; dy++ {
					for dx := -4; dx < 4; dx++ {
						s += v[min(max(y+dy, 0), h-1)*w+min(max(x+dx, 0), w-1)]
					}
				}
				out[y*w+x] = s / 64
			}
		}
		return out
	}
	product := func(a, b []float64) []float64 {
		out := make([]float64, len(a))
		for i := range a {
			out[i] = a[i] * b[i]
		}
		return out
	}
	x, y := box(luminance(a)), box(luminance(b))
	mx, my, xx, yy, xy := box(x), box(y), box(product(x, x)), box(product(y, y)), box(product(x, y))
	const c1, c2 = 0.01 * 255 * 0.01 * 255, 0.03 * 255 * 0.03 * 255
	var total float64
	for i := range mx {
		m := mx[i] * my[i]
		s := mx[i]*mx[i] + my[i]*my[i]
		total += (2*m + c1) * (2*(xy[i]-m) + c2) / ((s + c1) * (xx[i] + yy[i] - s + c2))
	}
	return total / float64(len(mx))
}
