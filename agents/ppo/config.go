package ppo

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents"
	"github.com/miniflow-rl/miniflow/agents/blocks"
	"github.com/miniflow-rl/miniflow/internal/spelling"
)

// Config holds every setting; start from [DefaultConfig] or a [Preset].
type Config struct {
	// Lanes is the number of episodes stepped together, Horizon the number of
	// steps of each that make up a rollout.
	Lanes   int `json:"lanes"`
	Horizon int `json:"horizon"`
	// Epochs is how often a rollout is learned from, Minibatch the number of
	// samples in a gradient step; the last one of an epoch may be smaller.
	Epochs    int `json:"epochs"`
	Minibatch int `json:"minibatch"`

	// LearningRate is that of Adam, AdamEps its epsilon. Schedule says how the
	// rate changes over the run's steps.
	LearningRate float64  `json:"learning_rate"`
	Schedule     Schedule `json:"schedule"`
	AdamEps      float64  `json:"adam_eps"`
	// MaxGradNorm limits the norm of the gradient. 0 means no limit.
	MaxGradNorm float64 `json:"max_grad_norm"`

	// Gamma is the discount, Lambda the decay of generalised advantages.
	Gamma  float64 `json:"gamma"`
	Lambda float64 `json:"lambda"`
	// NormalizeAdvantage shifts and scales advantages to mean 0 and standard
	// deviation 1 within each minibatch.
	NormalizeAdvantage bool `json:"normalize_advantage"`
	// Clip is the range around 1 in which the probability ratio earns more.
	Clip float64 `json:"clip"`
	// ValueClip is the range around the old value in which a new one is learned.
	// 0 means no clipping.
	ValueClip float64 `json:"value_clip"`
	// ValueCoef and EntropyCoef weigh value loss and entropy against the policy's.
	ValueCoef   float64 `json:"value_coef"`
	EntropyCoef float64 `json:"entropy_coef"`
	// TargetKL ends the epochs of a rollout when the estimated divergence from the
	// old policy exceeds 1.5 times it. 0 means never.
	TargetKL float64 `json:"target_kl"`

	// Encoder says how observations enter the network: blocks that are named after
	// them.
	Encoder blocks.Config `json:"encoder"`
	// Trunk are the sizes of the layers that policy and value share, Policy and
	// Value those of the hidden layers of each: blocks "trunk", "policy", "value".
	Trunk  []int `json:"trunk"`
	Policy []int `json:"policy"`
	Value  []int `json:"value"`
}

// DefaultConfig suits Minigrid's smaller worlds: of 40 seeds on DoorKey-5x5 half
// reach a mean return of 0.9 within 44,000 steps and all within 86,000.
func DefaultConfig() Config {
	return Config{
		Lanes: 32, Horizon: 32, Epochs: 6, Minibatch: 256,
		LearningRate: 5e-4, Schedule: Constant, AdamEps: 1e-5, MaxGradNorm: 0.5,
		Gamma: 0.99, Lambda: 0.95, NormalizeAdvantage: true,
		Clip: 0.2, ValueCoef: 0.5, EntropyCoef: 0.01,
		Encoder: blocks.DefaultConfig(), Trunk: []int{64}, Policy: []int{64}, Value: []int{64},
	}
}

// Presets are the names that [Preset] knows.
var Presets = []string{"default", "sb3", "pixels"}

// Preset returns a named configuration. "sb3" is the network and the settings
// of Stable-Baselines3's MlpPolicy as our comparisons run it: the image alone,
// divided by 10, and two separate networks of 64 and 64 units. "pixels" is for
// pictures of at least 20x20: small convolutions, fewer and larger steps.
func Preset(name string) (Config, error) {
	c := DefaultConfig()
	switch name {
	case "default":
	case "sb3":
		c.Lanes, c.Horizon, c.Epochs, c.Minibatch, c.LearningRate = 16, 128, 4, 512, 7e-4
		c.Encoder.Observations = []string{"image"}
		c.Encoder.Image = blocks.ImageRaw
		c.Trunk, c.Policy, c.Value = nil, []int{64, 64}, []int{64, 64}
	case "pixels":
		c.Horizon, c.Epochs, c.Minibatch = 64, 4, 512
		c.Schedule = Linear // at a constant rate some runs end in a moment of forgetting
		c.Encoder.Image, c.Encoder.Activation = blocks.ImageSmall, blocks.ReLU
	default:
		return c, fmt.Errorf("ppo: preset %q is unknown: there are %s", name, strings.Join(Presets, ", "))
	}
	return c, nil
}

// UsePreset replaces c by the named [Preset], for env. It fails, and changes
// nothing, if env does not show what the preset is for.
func (c *Config) UsePreset(name string, env miniflow.Env) error {
	p, err := Preset(name)
	if err != nil {
		return err
	}
	if spec := env.Spec(); name == "pixels" && !slices.ContainsFunc(spec.Observation, isPicture) {
		return fmt.Errorf("ppo: preset pixels is for environments that show pictures, and %s shows none: leave it out, or add a wrapper that draws them (miniflow wrappers)", spec.ID)
	}
	*c = p
	return nil
}

// isPicture reports whether an observation is uint8 [y,x,channel].
func isPicture(o miniflow.Named) bool {
	return o.Space.DType() == miniflow.Uint8 && len(o.Space.Shape()) == 3
}

// Schedule says how the learning rate changes.
type Schedule uint8

// The schedules.
const (
	Constant Schedule = iota
	Linear            // to 0 at the run's last step
)

var scheduleNames = []string{"constant", "linear"}

// String returns the name.
func (s Schedule) String() string {
	if int(s) < len(scheduleNames) {
		return scheduleNames[s]
	}
	return fmt.Sprintf("Schedule(%d)", uint8(s))
}

// MarshalText implements encoding.TextMarshaler.
func (s Schedule) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *Schedule) UnmarshalText(text []byte) error {
	return spelling.Read(s, "schedule", scheduleNames, text)
}

var _ agents.Algorithm = (*Config)(nil)

func init() {
	agents.Register("ppo", func() agents.Algorithm { c := DefaultConfig(); return &c })
}

// Name implements [agents.Algorithm].
func (c *Config) Name() string { return "ppo" }

// Options implements [agents.Algorithm].
func (c *Config) Options() []miniflow.Option {
	return []miniflow.Option{miniflow.WithLanes(c.Lanes), miniflow.WithAutoreset(miniflow.SameStep)}
}

// New implements [agents.Algorithm].
func (c *Config) New(env miniflow.Env, seed uint64, steps int) (agents.Agent, error) {
	return New(env, *c, seed, steps)
}

// Bounds of a rollout: of its samples, and of the bytes of their observations.
const (
	maxSamples = 1 << 22
	maxBytes   = 1 << 33
)

// Check implements [agents.Algorithm].
func (c *Config) Check() error {
	if err := cmp.Or(
		agents.InRange("lanes", float64(c.Lanes), 1, 1<<20),
		agents.InRange("horizon", float64(c.Horizon), 1, 1<<20),
		agents.InRange("epochs", float64(c.Epochs), 1, 1000),
		agents.InRange("minibatch", float64(c.Minibatch), 1, 1<<30),
		agents.InRange("learning_rate", c.LearningRate, 0, 10),
		agents.InRange("adam_eps", c.AdamEps, 0, 1),
		agents.InRange("max_grad_norm", c.MaxGradNorm, 0, 1e9),
		agents.InRange("gamma", c.Gamma, 0, 1),
		agents.InRange("lambda", c.Lambda, 0, 1),
		agents.InRange("clip", c.Clip, 1e-6, 1e9),
		agents.InRange("value_clip", c.ValueClip, 0, 1e9),
		agents.InRange("value_coef", c.ValueCoef, 0, 1e9),
		agents.InRange("entropy_coef", c.EntropyCoef, 0, 1e9),
		agents.InRange("target_kl", c.TargetKL, 0, 1e9),
	); err != nil {
		return fmt.Errorf("ppo: %w", err)
	}
	if n := c.Lanes * c.Horizon; n > maxSamples {
		return fmt.Errorf("ppo: %d lanes of horizon %d are %d samples in an update: want at most %d, by fewer lanes or a shorter horizon", c.Lanes, c.Horizon, n, maxSamples)
	}
	const most = 1 << 16
	if err := cmp.Or(agents.CheckLayers("trunk", c.Trunk, most), agents.CheckLayers("policy", c.Policy, most), agents.CheckLayers("value", c.Value, most)); err != nil {
		return fmt.Errorf("ppo: %w", err)
	}
	return nil
}

// checkMemory reports a rollout in an environment that takes too much memory.
func (c *Config) checkMemory(spec *miniflow.Spec) error {
	sample := 0
	for _, o := range spec.NewObs(1) {
		sample += len(o.AppendRow(nil, 0))
	}
	if bytes := int64(sample) * int64(c.Lanes) * int64(c.Horizon); bytes > maxBytes {
		return fmt.Errorf("ppo: %s: %d lanes of horizon %d with observations of %d bytes take %d GiB in an update: want at most %d, by fewer lanes or a shorter horizon",
			spec.ID, c.Lanes, c.Horizon, sample, bytes>>30, maxBytes>>30)
	}
	return nil
}
