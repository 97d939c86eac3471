package blocks

import (
	"fmt"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents/nn"
)

// natureSide and smallSide are the smallest sides that ImageNature and ImageSmall
// can read.
const (
	natureSide = 36
	smallSide  = 20
)

// isImage reports whether a box is one of [side, side, channels].
func isImage(s miniflow.Box) bool {
	return len(s.Dims) == 3 && s.Dims[0] > 1 && s.Dims[1] > 1 && s.Dims[2] >= 1
}

// image encodes images; conv is empty for encoders without convolutions, and
// linear invalid for ImageRaw.
type image struct {
	numbers
	conv   []*nn.Conv2d
	linear nn.Linear
	act    nn.Activation
	n      int
}

func newImage(b nn.Block, s miniflow.Box, c *Config, src nn.Source) (part, error) {
	kind, side := c.Image, min(s.Dims[0], s.Dims[1])
	if kind == ImageAuto {
		kind = ImageLinear
		if side >= natureSide {
			kind = ImageNature
		}
	}
	p := &image{numbers: numbers{scale: imageScale(s, kind)}, act: c.Activation.NN(), n: c.ImageFeatures}
	conv := func(kernel, stride, outputs int) {
		in := nn.ConvConfig{Height: s.Dims[0], Width: s.Dims[1], Inputs: s.Dims[2], Outputs: outputs, Kernel: kernel, Stride: stride}
		if k := len(p.conv); k > 0 {
			last := p.conv[k-1]
			in.Height, in.Width, in.Inputs = last.OutHeight(), last.OutWidth(), last.Outputs
		}
		p.conv = append(p.conv, nn.NewConv2d(b, fmt.Sprintf("conv%d", len(p.conv)), in, initial(hidden, src), src))
	}
	inputs := s.Dims[0] * s.Dims[1] * s.Dims[2]
	switch kind {
	case ImageRaw:
		p.n = inputs
		return p, nil
	case ImageConv:
		if side < 4 {
			return nil, tooSmall(s, kind, 4)
		}
		conv(2, 1, 16)
		conv(2, 1, 32)
		conv(2, 1, 64)
	case ImageNature:
		if side < natureSide {
			return nil, tooSmall(s, kind, natureSide)
		}
		conv(8, 4, 32)
		conv(4, 2, 64)
		conv(3, 1, 64)
	case ImageSmall:
		if side < smallSide {
			return nil, tooSmall(s, kind, smallSide)
		}
		conv(8, 4, 16)
		conv(4, 2, 32)
	}
	if k := len(p.conv); k > 0 {
		last := p.conv[k-1]
		inputs, p.act = last.OutHeight()*last.OutWidth()*last.Outputs, nn.ReLU
	}
	p.linear = nn.NewLinear(b, "linear", inputs, p.n, initial(hidden, src), src)
	return p, nil
}

// tooSmall says how to get pictures for an encoder that needs sides of at least
// so many pixels.
func tooSmall(s miniflow.Box, kind Image, side int) error {
	return fmt.Errorf("images of %v are too small for image encoder %v: want sides of at least %d: Minigrid levels have such pictures with --wrap rgb_partial,img or --wrap first_person, and 3D worlds with larger obs_width and obs_height",
		s.Dims, kind, side)
}

// imageScale maps pixels to [0,1] and Minigrid's symbols, which go up to 10, to
// about that.
func imageScale(s miniflow.Box, kind Image) float32 {
	switch {
	case s.Type != miniflow.Uint8:
		return 1
	case kind.pixels() || min(s.Dims[0], s.Dims[1]) >= natureSide:
		return 1. / 255
	}
	return 0.1
}

func (p *image) size() int { return p.n }

func (p *image) forward(t *nn.Tape, x *miniflow.Array, index []int32) nn.Value {
	v := p.rows(t, x, index)
	for _, c := range p.conv {
		v = t.Conv2d(v, c, nn.ReLU)
	}
	if p.linear.W.Valid() {
		v = t.Linear(v, p.linear, p.act)
	}
	return v
}
