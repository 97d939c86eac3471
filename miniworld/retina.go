package miniworld

import (
	"sync"

	"github.com/miniflow-rl/miniflow/miniworld/raster"
)

// Picture is where a [Retina] draws to; a nil slice is not wanted. Rows go from
// top to bottom.
type Picture struct {
	RGB   []uint8   // [height][width][3]
	Grey  []uint8   // [height][width]: 0.30 red + 0.59 green + 0.11 blue
	Depth []float32 // [height][width] metres along the view axis
	// Segmentation is [height][width][3], see raster.Image.Labels.
	Segmentation []uint8
}

func (p *Picture) empty() bool {
	return p.RGB == nil && p.Grey == nil && p.Depth == nil && p.Segmentation == nil
}

// Retina draws observations of one size. It is not safe for concurrent use, but
// retinas made with Clone may be used at once: they share renderers, of which
// there are as many as draw at the same moment, and pictures depend on nothing
// but what is drawn.
type Retina struct {
	pool *pool
	rgb  []uint8 // scratch for grey
}

// NewRetina returns a retina of width x height pixels. It fails where
// raster.NewRenderer does.
func NewRetina(width, height int, q raster.Quality) (*Retina, error) {
	p, err := newPool(width, height, q)
	if err != nil {
		return nil, err
	}
	return &Retina{pool: p}, nil
}

// Clone returns a retina for another lane.
func (r *Retina) Clone() *Retina { return &Retina{pool: r.pool} }

// Aspect returns width over height.
func (r *Retina) Aspect() float64 { return float64(r.pool.width) / float64(r.pool.height) }

// Draw draws a view of a scene. It fails where raster.Renderer.Render does. After
// the first pictures it allocates nothing.
func (r *Retina) Draw(dst Picture, s *raster.Scene, v *raster.View) error {
	n := r.pool.width * r.pool.height
	img := raster.Image{RGB: dst.RGB, Depth: dst.Depth, Labels: dst.Segmentation}
	if dst.Grey != nil && dst.RGB == nil {
		if r.rgb == nil {
			r.rgb = make([]uint8, 3*n)
		}
		img.RGB = r.rgb
	}
	renderer := r.pool.get()
	err := renderer.Render(&img, s, v)
	r.pool.put(renderer)
	if err != nil {
		return err
	}
	for i := range dst.Grey {
		p := img.RGB[3*i : 3*i+3]
		dst.Grey[i] = uint8((30*uint32(p[0]) + 59*uint32(p[1]) + 11*uint32(p[2]) + 50) / 100)
	}
	return nil
}

// pool lends renderers of one size: a picture depends on nothing but what is
// drawn, so lanes share them.
type pool struct {
	width, height int
	quality       raster.Quality
	mu            sync.Mutex
	idle          []*raster.Renderer
}

// newPool returns a pool with one renderer in it; it fails where the size is bad.
func newPool(width, height int, q raster.Quality) (*pool, error) {
	r, err := raster.NewRenderer(width, height, q)
	if err != nil {
		return nil, err
	}
	return &pool{width: width, height: height, quality: q, idle: []*raster.Renderer{r}}, nil
}

func (p *pool) get() *raster.Renderer {
	p.mu.Lock()
	defer p.mu.Unlock()
	if n := len(p.idle); n > 0 {
		r := p.idle[n-1]
		p.idle = p.idle[:n-1]
		return r
	}
	r, err := raster.NewRenderer(p.width, p.height, p.quality)
	if err != nil {
		panic(err) // newPool made one of this size
	}
	return r
}

func (p *pool) put(r *raster.Renderer) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.idle = append(p.idle, r)
}
