package nn

import (
	"math"

	"github.com/miniflow-rl/miniflow/internal/simd"
)

// Conv2d is a convolution in float32; see [ConvOf].
type Conv2d = ConvOf[float32]

// ConvConfig describes a convolution over images of Height x Width pixels with Inputs channels. Sizes count pixels.
type ConvConfig struct {
	Height, Width, Inputs, Outputs int
	Kernel                         int
	// Stride is the distance between windows. The default (zero) value is 1.
	Stride int
	// Padding is the number of zeros added on every side.
	Padding int
}

// ConvOf is a convolution over rows that hold images, pixel by pixel with channels last: axes y, x, channel (or any two
// spatial axes, as long as they are consistent). W is [Kernel Kernel Inputs, Outputs] with axes ky, kx, input channel.
type ConvOf[T Float] struct {
	ConvConfig
	W, B ParamOf[T]
}

// NewConv2d adds a convolution with parameters name.weight and name.bias to block b.
func NewConv2d[T Float](b BlockOf[T], name string, c ConvConfig, init Init, src Source) *ConvOf[T] {
	if c.Stride == 0 {
		c.Stride = 1
	}
	b = b.Sub(name)
	area := c.Kernel * c.Kernel
	l := &ConvOf[T]{c, b.Add("weight", area*c.Inputs, c.Outputs), b.Add("bias", 1, c.Outputs)}
	initialise(l.W, l.B, Shape{area * c.Inputs, c.Outputs, area * c.Inputs, area * c.Outputs}, init, src)
	return l
}

// OutHeight returns the height of the result.
func (c *ConvConfig) OutHeight() int { return (c.Height+2*c.Padding-c.Kernel)/c.Stride + 1 }

// OutWidth returns the width of the result.
func (c *ConvConfig) OutWidth() int { return (c.Width+2*c.Padding-c.Kernel)/c.Stride + 1 }

// Forward returns act(convolution of x); see TapeOf.Conv2d.
func (c *ConvOf[T]) Forward(t *TapeOf[T], x Value, act Activation) Value { return t.Conv2d(x, c, act) }

// Conv2d returns act(W * x + b) for images x [rows, Height Width Inputs]; the result is [rows, OutHeight OutWidth Outputs].
// Every window becomes a row of a matrix that is then multiplied by W.
func (t *TapeOf[T]) Conv2d(x Value, c *ConvOf[T], act Activation) Value {
	images, size := t.Shape(x)
	if size != c.Height*c.Width*c.Inputs {
		t.fail("Conv2d", "%s wants images of %d values, have shape %s", c.W.Name(), c.Height*c.Width*c.Inputs, t.shape(x))
	}
	windows, depth := images*c.OutHeight()*c.OutWidth(), c.W.Rows
	need := t.nodes[x].need || !c.W.frozen() || !c.B.frozen()
	v, n := t.push(opConv, windows, c.Outputs, need, x, -1)
	n.w, n.bias, n.act, n.conv = c.W, c.B, act, c
	n.aux = t.memory.take(windows * depth)
	c.unfold(n.aux, t.nodes[x].data, images)
	t.product(simd.Product[T]{M: windows, N: c.Outputs, K: depth, A: n.aux, LDA: depth, B: c.W.Data(), LDB: c.Outputs,
		C: n.data, LDC: c.Outputs, Bias: c.B.Data(), ReLU: act == ReLU})
	switch act {
	case Tanh:
		t.k.Tanh(n.data, n.data)
	case Sigmoid:
		t.k.Sigmoid(n.data, n.data)
	}
	return t.view(v, 0, images, windows/max(images, 1)*c.Outputs)
}

func (t *TapeOf[T]) convBackward(n *node[T]) {
	c := n.conv
	t.biasBackward(n)
	depth := n.w.Rows
	if !n.w.frozen() {
		dw, fresh := n.w.NextGrad()
		t.product(simd.Product[T]{M: depth, N: n.cols, K: n.rows, A: n.aux, LDA: depth, TransA: true, B: n.grad, LDB: n.cols,
			C: dw, LDC: n.cols, Accumulate: !fresh})
	}
	if t.nodes[n.a].need { // the windows are not needed any more, so their gradient takes their place
		t.product(simd.Product[T]{M: n.rows, N: depth, K: n.cols, A: n.grad, LDA: n.cols, B: n.w.Data(), LDB: n.cols, TransB: true,
			C: n.aux, LDC: depth})
		c.fold(t.accumulator(n.a), n.aux, t.nodes[n.a].rows, t.k)
	}
}

// spans calls f for every row of pixels of every window: n values at window offset w and image offset p lie inside the image,
// before lie left of it and after right of it. n is 0 for rows above and below.
func (c *ConvOf[T]) spans(images int, f func(w, p, before, n, after int)) {
	line, span, w := c.Width*c.Inputs, c.Kernel*c.Inputs, 0
	for i := range images {
		for y := range c.OutHeight() {
			for x := range c.OutWidth() {
				left := x*c.Stride - c.Padding
				lo, hi := max(0, -left), min(c.Kernel, c.Width-left)
				for k := range c.Kernel {
					row := y*c.Stride - c.Padding + k
					if row < 0 || row >= c.Height || hi <= lo {
						f(w, 0, span, 0, 0)
					} else {
						f(w, i*c.Height*line+row*line+(left+lo)*c.Inputs, lo*c.Inputs, (hi-lo)*c.Inputs, (c.Kernel-hi)*c.Inputs)
					}
					w += span
				}
			}
		}
	}
}

func (c *ConvOf[T]) unfold(dst, x []T, images int) {
	c.spans(images, func(w, p, before, n, after int) {
		clear(dst[w : w+before])
		copy(dst[w+before:w+before+n], x[p:p+n])
		clear(dst[w+before+n : w+before+n+after])
	})
}

func (c *ConvOf[T]) fold(dst, windows []T, images int, k *simd.Set[T]) {
	c.spans(images, func(w, p, before, n, _ int) {
		if n > 0 {
			k.Add(dst[p:p+n], dst[p:p+n], windows[w+before:w+before+n])
		}
	})
}

// MaxPool is the greatest value in every window of size x size pixels, windows side by side, of images
// [rows, height width channels]; pixels that do not fill a window are left out. The result is
// [rows, (height/size) (width/size) channels].
func (t *TapeOf[T]) MaxPool(x Value, height, width, channels, size int) Value {
	images, values := t.Shape(x)
	if values != height*width*channels || size < 1 {
		t.fail("MaxPool", "images of %dx%dx%d do not have shape %s", height, width, channels, t.shape(x))
	}
	h, w := height/size, width/size
	v, n := t.unary(opMaxPool, images, h*w*channels, x)
	n.idx = t.ints.take(len(n.data))
	in := t.nodes[x].data
	for o := range n.data {
		c, col, row, image := o%channels, o/channels%w, o/channels/w%h, o/channels/w/h
		best, value := 0, T(math.Inf(-1))
		for i := range size * size {
			at := ((image*height+row*size+i/size)*width+col*size+i%size)*channels + c
			if in[at] > value || i == 0 {
				best, value = at, in[at]
			}
		}
		n.idx[o], n.data[o] = int32(best), value
	}
	return v
}

func (t *TapeOf[T]) maxPoolBackward(n *node[T]) {
	dst := t.accumulator(n.a)
	for o, at := range n.idx {
		dst[at] += n.grad[o]
	}
}
