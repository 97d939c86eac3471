package golden

import (
	"fmt"
	"math"
	"slices"
)

// Likeness is how near a picture is to a recorded one, in the measures of
// FORMAT-miniworld.md, section 4.
type Likeness struct {
	Depth    float64 // share of pixels whose depth is within 2 %, those of meshes left out
	DepthAll float64 // the same with meshes
	Class    float64 // share of pixels of the same class
	Mean     float64 // difference of the mean colours, of 255, in the worst channel
	Segment  float64 // the same in the worst segment of at least 50 pixels
	Block    float64 // root mean square difference of the means of 10x10 blocks
	SSIM     float64 // structural similarity of luminances blurred 8x8
}

// Compare measures a picture, of which RGB, Depth and the classes in Labels count.
// Mesh reports whether an entity is one whose shape is not that of the original.
func (p *Picture) Compare(got *Picture, mesh func(entity int) bool) Likeness {
	type sum struct {
		n    int
		diff [3]float64
	}
	var l Likeness
	var whole sum
	var near, plain, nearPlain, same int
	segments := map[int]*sum{}
	for i, depth := range p.Depth {
		class, index := p.Labels[3*i], int(p.Labels[3*i+1])
		isNear := math.Abs(float64(got.Depth[i]-depth)) < 0.02*float64(depth)
		if isNear {
			near++
		}
		if class != ClassEntity || !mesh(index) {
			plain++
			if isNear {
				nearPlain++
			}
		}
		if got.Labels[3*i] == class {
			same++
		}
		key := int(class)
		if class == ClassEntity {
			key = 16 + index
		}
		if segments[key] == nil {
			segments[key] = &sum{}
		}
		for _, m := range []*sum{&whole, segments[key]} {
			m.n++
			for c := range 3 {
				m.diff[c] += float64(got.RGB[3*i+c]) - float64(p.RGB[3*i+c])
			}
		}
	}
	worst := func(m *sum) (w float64) {
		for _, d := range m.diff {
			w = max(w, math.Abs(d)/float64(m.n))
		}
		return w
	}
	n := float64(len(p.Depth))
	l.Depth, l.DepthAll, l.Class = float64(nearPlain)/float64(max(plain, 1)), float64(near)/n, float64(same)/n
	if plain == 0 {
		l.Depth = 1
	}
	l.Mean = worst(&whole)
	for _, m := range segments {
		if m.n >= 50 {
			l.Segment = max(l.Segment, worst(m))
		}
	}
	l.Block, l.SSIM = BlockRMSE(got.RGB, p.RGB), ssim(got.RGB, p.RGB)
	return l
}

// Fault returns what is not as near as it has to be, or "".
func (l *Likeness) Fault() string {
	if l.Depth >= 0.995 && l.DepthAll >= 0.97 && l.Class >= 0.985 && l.Mean <= 5 && l.Segment <= 12 && l.Block <= 6 && l.SSIM >= 0.90 {
		return ""
	}
	return fmt.Sprintf("depth %.4f (want 0.995), with meshes %.4f (0.97), class %.4f (0.985), mean %.1f (5), segment %.1f (12), block %.1f (6), SSIM %.3f (0.90)",
		l.Depth, l.DepthAll, l.Class, l.Mean, l.Segment, l.Block, l.SSIM)
}

// FaultOfAll returns what is not as near as it has to be on the whole, or "".
func FaultOfAll(all []Likeness) string {
	if len(all) == 0 {
		return ""
	}
	var segment float64
	var similar []float64
	for _, l := range all {
		segment += l.Segment / float64(len(all))
		similar = append(similar, l.SSIM)
	}
	slices.Sort(similar)
	if median := similar[len(similar)/2]; segment > 6 || median < 0.95 {
		return fmt.Sprintf("mean over pictures of the worst segment %.1f (want 6), median SSIM %.3f (0.95)", segment, median)
	}
	return ""
}

// Worst returns the worst of each measure.
func Worst(all []Likeness) Likeness {
	w := Likeness{Depth: 1, DepthAll: 1, Class: 1, SSIM: 1}
	for _, l := range all {
		w.Depth, w.DepthAll, w.Class = min(w.Depth, l.Depth), min(w.DepthAll, l.DepthAll), min(w.Class, l.Class)
		w.Mean, w.Segment, w.Block = max(w.Mean, l.Mean), max(w.Segment, l.Segment), max(w.Block, l.Block)
		w.SSIM = min(w.SSIM, l.SSIM)
	}
	return w
}

// BlockRMSE is the root mean square difference of the means of 10x10 blocks of
// 80x60 pictures, RGB.
func BlockRMSE(a, b []uint8) float64 {
	var total float64
	for by := range Height / 10 {
		for bx := range Width / 10 {
			for c := range 3 {
				var d float64
				for y := range 10 {
					for x := range 10 {
						i := 3*((by*10+y)*Width+bx*10+x) + c
						d += float64(a[i]) - float64(b[i])
					}
				}
				total += d / 100 * d / 100
			}
		}
	}
	return math.Sqrt(total / (Width * Height / 100 * 3))
}

// ssim is the mean structural similarity of luminances blurred 8x8, windows of 8x8
// (Wang et al., "Image quality assessment", 2004, equation 13).
func ssim(a, b []uint8) float64 {
	luminance := func(p []uint8) []float64 {
		v := make([]float64, Width*Height)
		for i := range v {
			v[i] = 0.299*float64(p[3*i]) + 0.587*float64(p[3*i+1]) + 0.114*float64(p[3*i+2])
		}
		return v
	}
	// Along rows, then along columns; a window reaches from -4 to 3.
	box := func(v []float64) []float64 {
		rows, out := make([]float64, len(v)), make([]float64, len(v))
		for i := range v {
			x, y := i%Width, i/Width
			for d := -4; d < 4; d++ {
				rows[i] += v[y*Width+min(max(x+d, 0), Width-1)]
			}
		}
		for i := range v {
			x, y := i%Width, i/Width
			for d := -4; d < 4; d++ {
				out[i] += rows[min(max(y+d, 0), Height-1)*Width+x] / 64
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
