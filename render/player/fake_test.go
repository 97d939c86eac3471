package player

import (
	"image"
	"image/color"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
)

// corridor is a world of one row: the agent starts at a drawn place and wins at
// the right end, with reward 1, or falls off the left end. It is truncated after
// 20 steps.
type corridor struct {
	rng     *miniflow.Rand
	at, age uint8
}

const corridorLength = 12

func (s *corridor) Reset(rng *miniflow.Rand, l miniflow.Lane) error {
	s.rng, s.at, s.age = rng, uint8(2+rng.Intn(8)), 0
	s.observe(l)
	return nil
}

func (s *corridor) Step(l miniflow.Lane) {
	s.age++
	switch l.Action() {
	case 0:
		s.at--
	case 1, 2:
		s.at++
	}
	switch s.at {
	case 0:
		l.Terminate()
	case corridorLength - 1:
		l.SetReward(1)
		l.Terminate()
	}
	if s.age == 20 {
		l.Truncate()
	}
	s.observe(l)
}

func (s *corridor) observe(l miniflow.Lane) {
	l.U8(0)[0] = s.at
	l.SetText(1, "reach the right end")
}

func (s *corridor) AppendBinary(dst []byte) ([]byte, error) { return append(dst, s.at, s.age), nil }

func (s *corridor) UnmarshalBinary(src []byte) error {
	s.at, s.age = src[0], src[1]
	return nil
}

// corridorEnv is a corridor with two views: one of cells and one of any size.
type corridorEnv struct {
	miniflow.Env
	vector *miniflow.VectorEnv
}

func (e *corridorEnv) Unwrap() miniflow.Env { return e.Env }

func (e *corridorEnv) Views() []string { return []string{"map", "free"} }

func (e *corridorEnv) Frame(dst *image.RGBA, lane int, v miniflow.View) (*image.RGBA, error) {
	at := int(e.vector.Sim(lane).(*corridor).at)
	w, h := v.Width, v.Height
	if v.Name == "map" {
		w, h = v.Tile*corridorLength, v.Tile
	}
	if w == 0 || h == 0 {
		w, h = 80, 60
	}
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for k := range w * h {
		c := color.RGBA{uint8(at * 20), 0, 0, 255}
		if v.Name == "map" && k%w/v.Tile == at {
			c = color.RGBA{255, 255, 255, 255}
		}
		img.SetRGBA(k%w, k/w, c)
	}
	return img, nil
}

// makeCorridor is a Config.Make that knows the ids Corridor and Blind.
func makeCorridor(id string, options ...miniflow.Option) (miniflow.Env, error) {
	spec := &miniflow.Spec{ID: id, Doc: "Walk to the right end.", MaxSteps: 20,
		Observation: miniflow.Dict{{Name: "image", Space: miniflow.NewBox(miniflow.Uint8, 0, 255, 1)}, {Name: "mission", Space: miniflow.Text{MaxLen: 40}}},
		Action:      miniflow.Discrete{N: 3}, ActionNames: []string{"left", "right", "forward"}}
	c := &miniflow.Config{Spec: spec, Lanes: 1, Threads: 1}
	for _, o := range options {
		if err := o(c); err != nil {
			return nil, err
		}
	}
	env, err := c.Vector(func() (miniflow.Sim, error) { return &corridor{}, nil })
	if err != nil || id == "Blind" {
		return env, err
	}
	if id != "Corridor" {
		return nil, miniflow.ErrUnknownID
	}
	return &corridorEnv{env, env.(*miniflow.VectorEnv)}, nil
}

func newApp(t *testing.T, cfg Config) *App {
	t.Helper()
	if cfg.ID == "" {
		cfg.ID, cfg.Make = "Corridor", makeCorridor
	}
	a, err := New(cfg)
	require.NoError(t, err)
	return a
}
