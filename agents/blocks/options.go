package blocks

import (
	"fmt"

	"github.com/miniflow-rl/miniflow/agents/nn"
	"github.com/miniflow-rl/miniflow/internal/spelling"
)

// Image is a kind of image encoder.
type Image uint8

const (
	// ImageAuto is ImageNature for images of at least 36x36 values, which are
	// taken for pixels, and ImageLinear for smaller ones, which are taken for
	// symbols such as Minigrid's.
	ImageAuto Image = iota
	// ImageRaw hands the scaled values themselves to what follows: no parameters.
	ImageRaw
	// ImageLinear is one linear layer over all values.
	ImageLinear
	// ImageConv is three 2x2 convolutions of 16, 32 and 64 channels and a linear
	// layer, the usual network for Minigrid's 7x7 views.
	ImageConv
	// ImageNature is the network of Mnih et al., "Human-level control through deep
	// reinforcement learning", Nature 2015: convolutions 8x8 stride 4, 4x4 stride 2
	// and 3x3 of 32, 64 and 64 channels and a linear layer.
	ImageNature
	// ImageSmall is the smaller network of Mnih et al., "Asynchronous Methods for
	// Deep Reinforcement Learning", 2016, for pixels: convolutions 8x8 stride 4 and
	// 4x4 stride 2 of 16 and 32 channels and a linear layer. At 40x30 pixels it
	// needs a sixteenth of the multiplications of ImageNature at 80x60.
	ImageSmall
)

// pixels reports whether the encoder is for pictures, whose values go up to 255,
// whatever their size.
func (i Image) pixels() bool { return i == ImageNature || i == ImageSmall }

var imageNames = []string{"auto", "raw", "linear", "conv", "nature", "small"}

// String returns the name.
func (i Image) String() string { return nameOf(imageNames, int(i)) }

// MarshalText implements encoding.TextMarshaler.
func (i Image) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (i *Image) UnmarshalText(text []byte) error {
	return spelling.Read(i, "image encoder", imageNames, text)
}

// Activation is the function after hidden layers.
type Activation uint8

// The activations.
const (
	Tanh Activation = iota
	ReLU
)

var activationNames = []string{"tanh", "relu"}

// NN returns the activation as nn knows it.
func (a Activation) NN() nn.Activation {
	if a == ReLU {
		return nn.ReLU
	}
	return nn.Tanh
}

// String returns the name.
func (a Activation) String() string { return nameOf(activationNames, int(a)) }

// MarshalText implements encoding.TextMarshaler.
func (a Activation) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (a *Activation) UnmarshalText(text []byte) error {
	return spelling.Read(a, "activation", activationNames, text)
}

func nameOf(names []string, k int) string {
	if k < len(names) {
		return names[k]
	}
	return fmt.Sprintf("unknown(%d)", k)
}
