package raster

import (
	"errors"
	"fmt"
	"math"
	"unsafe"

	"github.com/miniflow-rl/miniflow/internal/rasterkernel"
)

// ErrImage is wrapped by every error about the size of a picture.
var ErrImage = errors.New("raster: bad image")

// Quality is how much work goes into a pixel.
type Quality uint8

const (
	// Fast takes one sample a pixel and the nearest texel of the nearest mip level.
	Fast Quality = iota
	// Full takes four samples a pixel, at edges, and blends texels and mip
	// levels: the quality of the original.
	Full
)

// String returns "fast" or "full".
func (q Quality) String() string {
	if q == Full {
		return "full"
	}
	return "fast"
}

// Renderer draws pictures of one size. It owns its scratch memory: use one
// per goroutine. After the first pictures of a scene it allocates nothing,
// and what it draws depends on nothing but its arguments.
type Renderer struct {
	width, height, stride int
	quality               Quality

	z     [rasterkernel.Samples][]float32
	color [rasterkernel.Samples][]uint32
	ident []uint32
	spans [rasterkernel.Samples][2][]int32
	job   rasterkernel.Job
	ball  rasterkernel.Sphere

	// The screen: camera-space x of pixel centre i is xo + xs*i at distance
	// 1, y is yo + ys*i; ixs and iys are 1/xs and 1/ys.
	xo, xs, ixs, yo, ys, iys float64
	margin                   float64 // how far samples are from the centre of a pixel
	far                      float64
	whole                    window

	light   Light
	toward  [3]float64
	corners [rasterkernel.MaxEdges][3]float64 // of one face, in camera space

	through []window
	waiting []bool
	order   []int32
	queue   []int32
}

// NewRenderer returns a renderer of pictures of the given size in pixels. It
// fails with ErrImage unless both are in [1,8192].
func NewRenderer(width, height int, q Quality) (*Renderer, error) {
	if width < 1 || height < 1 || width > 8192 || height > 8192 {
		return nil, fmt.Errorf("%w: %d x %d pixels; each side must be 1 to 8192", ErrImage, width, height)
	}
	const align = rasterkernel.Align
	r := &Renderer{width: width, height: height, stride: (width + align - 1) / align * align, quality: q}
	r.whole = window{0, 0, int32(width), int32(height)}
	r.margin = 0.001
	n := 1
	if q == Full {
		n, r.margin = rasterkernel.Samples, 0.376
	}
	r.job.Stride = int64(r.stride)
	r.ball.Stride = int64(r.stride)
	r.job.Last, r.ball.Last = int64(n), int64(n)
	for s := range n {
		r.z[s] = make([]float32, r.stride*height)
		r.job.Z[s], r.ball.Z[s] = &r.z[s][0], &r.z[s][0]
		if s > 0 || n == 1 {
			r.color[s] = make([]uint32, r.stride*height)
			r.job.Color[s], r.ball.Color[s] = &r.color[s][0], &r.color[s][0]
		}
		for k := range 2 {
			r.spans[s][k] = make([]int32, height+align)
		}
		r.job.XL[s], r.job.XR[s] = &r.spans[s][0][0], &r.spans[s][1][0]
	}
	r.ident = make([]uint32, r.stride*height)
	return r, nil
}

// Size returns the width and height of the pictures.
func (r *Renderer) Size() (width, height int) { return r.width, r.height }

// Quality returns how much work goes into a pixel.
func (r *Renderer) Quality() Quality { return r.quality }

// Render draws the scene, with what the view adds to it, into dst. It fails
// with ErrImage, and draws nothing, when a slice of dst is not of the size of
// the picture or the camera's field of view is not in (0,pi).
func (r *Renderer) Render(dst *Image, s *Scene, v *View) error {
	if err := r.check(dst, &v.Camera); err != nil {
		return err
	}
	r.begin(dst, v)
	l := v.Camera.place()
	r.look(s, &l)
	for _, i := range r.order {
		r.draw(&l, &s.cells[i].soup, r.through[i], nil)
	}
	r.draw(&l, &s.outside, r.whole, nil)
	for i := range v.Entities {
		r.entity(s, &l, &v.Entities[i])
	}
	r.finish(dst)
	return nil
}

func (r *Renderer) check(dst *Image, c *Camera) error {
	n := r.width * r.height
	switch {
	case dst.RGB != nil && len(dst.RGB) != 3*n:
		return fmt.Errorf("%w: RGB has %d bytes, want %d for %d x %d pixels", ErrImage, len(dst.RGB), 3*n, r.width, r.height)
	case dst.Depth != nil && len(dst.Depth) != n:
		return fmt.Errorf("%w: Depth has %d values, want %d for %d x %d pixels", ErrImage, len(dst.Depth), n, r.width, r.height)
	case dst.ID != nil && len(dst.ID) != n:
		return fmt.Errorf("%w: ID has %d values, want %d for %d x %d pixels", ErrImage, len(dst.ID), n, r.width, r.height)
	case dst.Labels != nil && len(dst.Labels) != 3*n:
		return fmt.Errorf("%w: Labels has %d bytes, want %d for %d x %d pixels", ErrImage, len(dst.Labels), 3*n, r.width, r.height)
	case c.FovY < 0 || c.FovY >= math.Pi:
		return fmt.Errorf("%w: a field of view of %v radians; it must be in (0,pi)", ErrImage, c.FovY)
	}
	return nil
}

// begin clears the planes and sets up the screen.
func (r *Renderer) begin(dst *Image, v *View) {
	fov, aspect, far := v.Camera.FovY, v.Camera.Aspect, v.Camera.Far
	if fov == 0 {
		fov = math.Pi / 3
	}
	if aspect == 0 {
		aspect = float64(r.width) / float64(r.height)
	}
	if far == 0 {
		far = 100
	}
	ty := math.Tan(fov / 2)
	tx := ty * aspect
	r.xs, r.ys = 2*tx/float64(r.width), -2*ty/float64(r.height)
	r.xo, r.yo = r.xs/2-tx, r.ys/2+ty
	r.ixs, r.iys = 1/r.xs, 1/r.ys
	r.far = far
	r.light = v.Light
	r.toward = v.Light.toward()

	j := &r.job
	j.WMin = float32(0.5 / far)
	first := int64(rasterkernel.Centre)
	j.Ident = nil
	if dst.ID != nil || dst.Labels != nil {
		j.Ident = &r.ident[0]
		clear(r.ident)
	}
	if r.quality == Full && dst.Depth == nil && j.Ident == nil {
		first = 1
	}
	j.First = first
	sky := pack(v.Sky)
	for s := int(first); s < int(j.Last); s++ {
		rasterkernel.Fill((*uint32)(unsafe.Pointer(&r.z[s][0])), math.Float32bits(float32(1/far)), int64(len(r.z[s])))
		if r.color[s] != nil {
			rasterkernel.Fill(&r.color[s][0], sky, int64(len(r.color[s])))
		}
	}

	b := &r.ball
	b.First, b.Ident = first, j.Ident
	b.DX, b.DY = [2]float32{float32(r.xo), float32(r.xs)}, [2]float32{float32(r.yo), float32(r.ys)}
	for s := range rasterkernel.Samples {
		b.SX[s] = float32(r.xs * rasterkernel.Offsets[s][0])
		b.SY[s] = float32(r.ys * rasterkernel.Offsets[s][1])
	}
}

// pack returns a colour of 0..1 as 0x00BBGGRR.
func pack(c [3]float64) uint32 {
	out := uint32(0)
	for i := range 3 {
		out |= uint32(float64(min(max(c[i], 0), 1)*255)+0.5) << (8 * i)
	}
	return out
}

// finish writes what was asked for.
func (r *Renderer) finish(dst *Image) {
	w, n := r.width, int64(r.width)
	rows := r.height
	if r.stride == r.width {
		// Rows follow one another in the planes as in the picture.
		rows, n = 1, int64(r.width*r.height)
	}
	for y := range rows {
		at := y * r.stride
		if dst.RGB != nil {
			if r.quality == Full {
				rasterkernel.Resolve(&dst.RGB[3*y*w], &r.job.Color, int64(at), n)
			} else {
				rasterkernel.Pack(&dst.RGB[3*y*w], &r.color[0][at], n)
			}
		}
		if dst.Depth != nil {
			rasterkernel.Depth(&dst.Depth[y*w], &r.z[0][at], n)
		}
		if dst.ID != nil {
			copy(dst.ID[y*w:y*w+int(n)], r.ident[at:])
		}
		if dst.Labels != nil {
			rasterkernel.Labels(&dst.Labels[3*y*w], &r.ident[at], n)
		}
	}
}

// entity draws a mesh at its place, unless it cannot be seen.
func (r *Renderer) entity(s *Scene, l *lens, e *Entity) {
	if e.Mesh == nil {
		return
	}
	scale := e.Scale
	if scale == ([3]float64{}) {
		scale = White
	}
	if r.hidden(s, l, e.Pos, e.Mesh.radius*max(scale[0], scale[1], scale[2])) {
		return
	}
	m := l.model(e.Pos, e.Yaw, scale)
	tint := &tint{color: e.Color, gain: e.Gain, id: e.ID}
	if tint.color == ([3]float64{}) {
		tint.color = White
	}
	if tint.gain == 0 {
		tint.gain = 1
	}
	sy, cy := math.Sincos(e.Yaw)
	tint.toward = unturn(r.toward, sy, cy)
	r.draw(&m, &e.Mesh.soup, r.whole, tint)
	for i := range e.Mesh.balls {
		r.sphere(&m, &e.Mesh.balls[i], scale[1], tint)
	}
}
