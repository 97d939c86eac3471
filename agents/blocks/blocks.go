// Package blocks puts networks together from named blocks that follow from an
// environment's observation spaces: every observation has an encoder of its
// name ("image", "direction", "mission", ...), whose results stand side by side
// as the features that the rest of the network works on. Blocks are what one
// run can load from another, and freeze.
//
//	var params nn.Params
//	enc, err := blocks.NewEncoder(&params, env.Spec().Observation, blocks.DefaultConfig(), rng)
//	head := blocks.NewMLP(params.Block("policy"), enc.Size(), []int{64}, actions, nn.Tanh, 0.01, rng)
//	...
//	logits := head.Forward(tape, enc.Forward(tape, batch.Obs, nil))
package blocks

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents/nn"
)

// Config says how observations enter a network.
type Config struct {
	// Observations names the observations to use. Empty means all.
	Observations []string `json:"observations"`
	// Image is the encoder of images, which are Box spaces of shape [side, side,
	// channels]. [ImageAuto] chooses by size.
	Image Image `json:"image"`
	// ImageFeatures is the number of features of an image, except for ImageRaw.
	ImageFeatures int `json:"image_features"`
	// VectorFeatures is the number of features of any other numbers.
	VectorFeatures int `json:"vector_features"`
	// DiscreteFeatures is the size of the learned vector of a discrete value.
	DiscreteFeatures int `json:"discrete_features"`
	// TextFeatures is the number of features of a text, TextWords the number of
	// different words known; later ones are all the same to the network.
	TextFeatures int `json:"text_features"`
	TextWords    int `json:"text_words"`
	// Activation is that of all hidden layers; convolutions use ReLU.
	Activation Activation `json:"activation"`
}

// DefaultConfig uses everything there is, in layers of 64 units.
func DefaultConfig() Config {
	return Config{Image: ImageAuto, ImageFeatures: 64, VectorFeatures: 64, DiscreteFeatures: 8, TextFeatures: 32, TextWords: 128, Activation: Tanh}
}

func (c *Config) check() error {
	for _, f := range []struct {
		name string
		n    int
	}{{"image_features", c.ImageFeatures}, {"vector_features", c.VectorFeatures}, {"discrete_features", c.DiscreteFeatures},
		{"text_features", c.TextFeatures}, {"text_words", c.TextWords}} {
		if f.n < 1 || f.n > 1<<16 {
			return fmt.Errorf("network: %s is %d: want a number in [1,%d]", f.name, f.n, 1<<16)
		}
	}
	return nil
}

// Encoder turns observations into features. It is not safe for concurrent use.
type Encoder struct {
	parts []part
	names []string // of the observations that the parts read
	at    []int    // their positions among all
	size  int
	out   []nn.Value // reused
}

// part encodes one observation.
type part interface {
	// forward returns the features of the rows of x that index names, of all rows
	// if it is nil.
	forward(t *nn.Tape, x *miniflow.Array, index []int32) nn.Value
	size() int
}

// NewEncoder adds a block for every observation to params and returns what
// computes them. It fails at a space that no network can read, and at settings
// that make no sense. Without a source (nil) all parameters are zero, to be
// copied from another network; so it is with the other functions of this package.
func NewEncoder(params *nn.Params, obs miniflow.Dict, c Config, src nn.Source) (*Encoder, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	for _, name := range c.Observations {
		if obs.Index(name) < 0 {
			return nil, fmt.Errorf("network: there is no observation %q: there are %s", name, names(obs))
		}
	}
	e := &Encoder{}
	for k, o := range obs {
		if len(c.Observations) > 0 && !slices.Contains(c.Observations, o.Name) {
			continue
		}
		p, err := newPart(params.Block(o.Name), o.Space, &c, src)
		if err != nil {
			return nil, fmt.Errorf("network: observation %s: %w", o.Name, err)
		}
		e.parts, e.names, e.at = append(e.parts, p), append(e.names, o.Name), append(e.at, k)
		e.size += p.size()
	}
	if len(e.parts) == 0 {
		return nil, fmt.Errorf("network: the environment has no observations")
	}
	return e, nil
}

func names(obs miniflow.Dict) string {
	all := make([]string, len(obs))
	for k, o := range obs {
		all[k] = o.Name
	}
	return strings.Join(all, ", ")
}

func newPart(b nn.Block, space miniflow.Space, c *Config, src nn.Source) (part, error) {
	switch s := space.(type) {
	case miniflow.Box:
		if isImage(s) {
			return newImage(b, s, c, src)
		}
		return newVector(b, s, c, src), nil
	case miniflow.MultiBinary:
		return newVector(b, s, c, src), nil
	case miniflow.Discrete:
		return newDiscrete(b, []int{s.N}, s.Start, c, src)
	case miniflow.MultiDiscrete:
		return newDiscrete(b, s.NVec, 0, c, src)
	case miniflow.Text:
		return newText(b, c, src), nil
	}
	return nil, fmt.Errorf("no block reads a space of type %T", space)
}

// Size returns the number of features.
func (e *Encoder) Size() int { return e.size }

// Forward returns the features [rows, Size] of the rows of the observations that
// index names, or of all rows if it is nil. obs is laid out as the environment's
// Batch.Obs and must stay unchanged until the tape's Backward or Reset; before
// that, Forward must not be called again on another tape.
func (e *Encoder) Forward(t *nn.Tape, obs []miniflow.Array, index []int32) nn.Value {
	e.out = e.out[:0]
	for k, p := range e.parts {
		e.out = append(e.out, p.forward(t, &obs[e.at[k]], index))
	}
	if len(e.out) == 1 {
		return e.out[0]
	}
	return t.ConcatColumns(e.out...)
}

// Texts returns the names of the observations that have a text encoder.
func (e *Encoder) Texts() []string {
	var out []string
	for k, p := range e.parts {
		if _, ok := p.(*text); ok {
			out = append(out, e.names[k])
		}
	}
	return out
}

// Vocabulary returns the words that the encoder of a text observation knows, in
// their order. With the block's parameters they make up what it has learned.
func (e *Encoder) Vocabulary(name string) []string { return e.text(name).words }

// SetVocabulary replaces the words. It fails if there is no room for them, or a
// word is there twice, and changes nothing then.
func (e *Encoder) SetVocabulary(name string, words []string) error {
	return e.text(name).setWords(words)
}

// CopyWords makes all vocabularies those of an encoder of the same configuration.
// It costs next to nothing unless that has learned new words.
func (e *Encoder) CopyWords(from *Encoder) {
	for k, p := range e.parts {
		if t, ok := p.(*text); ok {
			t.copyWords(from.parts[k].(*text))
		}
	}
}

// text panics unless name is one of Texts.
func (e *Encoder) text(name string) *text { return e.parts[slices.Index(e.names, name)].(*text) }

// hidden is the initial value of layers before an activation.
var hidden = nn.Orthogonal{Gain: math.Sqrt2}

// initial returns i, or zeros where there is no source.
func initial(i nn.Init, src nn.Source) nn.Init {
	if src == nil {
		return nn.Zeros{}
	}
	return i
}

// MLP is a stack of linear layers with activations.
type MLP struct{ layers []layer }

type layer struct {
	nn.Linear
	act nn.Activation
}

// NewMLP adds layers of the given hidden sizes and a last, linear one of outputs
// to block b. Weights are orthogonal with gain sqrt 2, those of the last layer
// with the given gain; biases are zero.
func NewMLP(b nn.Block, inputs int, sizes []int, outputs int, act nn.Activation, gain float64, src nn.Source) *MLP {
	m := NewStack(b, inputs, sizes, act, src)
	if len(sizes) > 0 {
		inputs = sizes[len(sizes)-1]
	}
	last := nn.NewLinear(b, fmt.Sprint(len(sizes)), inputs, outputs, initial(nn.Orthogonal{Gain: gain}, src), src)
	m.layers = append(m.layers, layer{last, nn.Identity})
	return m
}

// NewStack adds hidden layers only: their result is that of the last activation.
func NewStack(b nn.Block, inputs int, sizes []int, act nn.Activation, src nn.Source) *MLP {
	m := &MLP{}
	for k, n := range sizes {
		m.layers = append(m.layers, layer{nn.NewLinear(b, fmt.Sprint(k), inputs, n, initial(hidden, src), src), act})
		inputs = n
	}
	return m
}

// Forward applies all layers to x [rows, inputs].
func (m *MLP) Forward(t *nn.Tape, x nn.Value) nn.Value {
	for _, l := range m.layers {
		x = t.Linear(x, l.Linear, l.act)
	}
	return x
}
