package blocks_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents/blocks"
	"github.com/miniflow-rl/miniflow/agents/nn"
)

var spaces = miniflow.Dict{
	{Name: "image", Space: miniflow.NewBox(miniflow.Uint8, 0, 255, 7, 7, 3)},
	{Name: "direction", Space: miniflow.Discrete{N: 4}},
	{Name: "mission", Space: miniflow.Text{MaxLen: 80}},
}

func encoder(t *testing.T, c blocks.Config) (*blocks.Encoder, *nn.Params) {
	t.Helper()
	var params nn.Params
	e, err := blocks.NewEncoder(&params, spaces, c, miniflow.NewRand(1))
	require.NoError(t, err)
	return e, &params
}

// observations returns n rows of random images and directions, and missions.
func observations(missions ...string) []miniflow.Array {
	spec := miniflow.Spec{Observation: spaces}
	obs, rng := spec.NewObs(len(missions)), miniflow.NewRand(2)
	for i, m := range missions {
		for k := range spaces[:2] {
			spaces[k].Space.Sample(rng, &obs[k], i)
		}
		obs[2].Text[i] = m
	}
	return obs
}

func rows(t *nn.Tape, v nn.Value) [][]float32 {
	n, cols := t.Shape(v)
	out := make([][]float32, n)
	for i := range out {
		out[i] = append([]float32(nil), t.Data(v)[i*cols:(i+1)*cols]...)
	}
	return out
}

// TestForward: features of selected rows are those rows of all features, and
// equal observations have equal features.
func TestForward(t *testing.T) {
	e, params := encoder(t, blocks.DefaultConfig())
	require.Equal(t, []string{"image", "direction", "mission"}, params.Blocks())
	require.Equal(t, 64+8+32, e.Size())
	obs := observations("go to the red ball", "go to the blue ball", "go to the red ball", "")
	tape := nn.NewTape()
	all := rows(tape, e.Forward(tape, obs, nil))
	require.Len(t, all, 4)
	require.Len(t, all[0], e.Size())
	require.Equal(t, all[0][72:], all[2][72:], "the same mission")
	require.NotEqual(t, all[0][72:], all[1][72:], "another mission")
	tape.Reset()
	some := rows(tape, e.Forward(tape, obs, []int32{2, 0, 2}))
	for k, i := range []int{2, 0, 2} {
		require.InDeltaSlice(t, all[i], some[k], 1e-6) // another batch size may round differently
	}
}

// TestPixels: encoders for pixels take pictures of their smallest size, and pixels
// of 255 for 1 whatever that is; smaller pictures are refused.
func TestPixels(t *testing.T) {
	for _, c := range []struct {
		image         blocks.Image
		height, width int
	}{{blocks.ImageSmall, 20, 28}, {blocks.ImageNature, 36, 48}} {
		config := blocks.DefaultConfig()
		config.Image = c.image
		var params nn.Params
		make := func(p *nn.Params, kind miniflow.DType, high float64, height int) (*blocks.Encoder, error) {
			space := miniflow.NewBox(kind, 0, high, height, c.width, 3)
			return blocks.NewEncoder(p, miniflow.Dict{{Name: "image", Space: space}}, config, miniflow.NewRand(1))
		}
		_, err := make(&params, miniflow.Uint8, 255, c.height-1)
		require.ErrorContains(t, err, "too small")
		require.ErrorContains(t, err, "--wrap rgb_partial,img")
		var same nn.Params
		bytes, err := make(&same, miniflow.Uint8, 255, c.height)
		require.NoError(t, err)
		var floats nn.Params
		ones, err := make(&floats, miniflow.Float32, 1, c.height)
		require.NoError(t, err)
		spec := miniflow.Spec{Observation: miniflow.Dict{{Name: "image", Space: miniflow.NewBox(miniflow.Uint8, 0, 255, c.height, c.width, 3)}}}
		white := spec.NewObs(1)
		for k := range white[0].U8 {
			white[0].U8[k] = 255
		}
		spec.Observation[0].Space = miniflow.NewBox(miniflow.Float32, 0, 1, c.height, c.width, 3)
		unit := spec.NewObs(1)
		for k := range unit[0].F32 {
			unit[0].F32[k] = 1
		}
		tape := nn.NewTape()
		want := rows(tape, ones.Forward(tape, unit, nil))
		got := rows(tape, bytes.Forward(tape, white, nil))
		require.InDeltaSlice(t, want[0], got[0], 1e-4)
	}
}

// TestVocabulary: words are numbered as they come, whatever their case and the
// punctuation, and beyond the table they are one.
func TestVocabulary(t *testing.T) {
	c := blocks.DefaultConfig()
	c.TextWords = 4
	e, _ := encoder(t, c)
	tape := nn.NewTape()
	got := rows(tape, e.Forward(tape, observations("Go to red,", "go TO   blue", "go to green", "go to grey"), nil))
	require.Equal(t, []string{"mission"}, e.Texts())
	require.Equal(t, []string{"go", "to", "red", "blue"}, e.Vocabulary("mission"))
	require.Equal(t, got[2][72:], got[3][72:], "both unknown")
	require.NotEqual(t, got[1][72:], got[3][72:])

	// The same words in another order give other numbers until they are set.
	f, _ := encoder(t, c)
	tape.Reset()
	other := rows(tape, f.Forward(tape, observations("blue red", "go TO   blue"), nil))
	require.NotEqual(t, got[1][72:], other[1][72:])
	require.NoError(t, f.SetVocabulary("mission", e.Vocabulary("mission")))
	tape.Reset()
	other = rows(tape, f.Forward(tape, observations("blue red", "go TO   blue"), nil))
	require.Equal(t, got[1][72:], other[1][72:])

	require.ErrorContains(t, f.SetVocabulary("mission", strings.Fields("a b c d e")), "room for 4")
	require.ErrorContains(t, f.SetVocabulary("mission", []string{"a", "a"}), "there twice")
	require.Equal(t, e.Vocabulary("mission"), f.Vocabulary("mission"), "a refused vocabulary changes nothing")
}

// TestConfig: names in JSON are those of String, and others are refused.
func TestConfig(t *testing.T) {
	for i := blocks.ImageAuto; i <= blocks.ImageSmall; i++ {
		text, err := i.MarshalText()
		require.NoError(t, err)
		var back blocks.Image
		require.NoError(t, back.UnmarshalText(text))
		require.Equal(t, i, back)
	}
	var i blocks.Image
	require.ErrorContains(t, i.UnmarshalText([]byte("resnet")), `image encoder "resnet" is unknown`)
	var a blocks.Activation
	require.NoError(t, a.UnmarshalText([]byte("relu")))
	require.Equal(t, blocks.ReLU, a)
	require.ErrorContains(t, a.UnmarshalText([]byte("gelu")), "unknown")
}

func TestErrors(t *testing.T) {
	var params nn.Params
	_, err := blocks.NewEncoder(&params, nil, blocks.DefaultConfig(), miniflow.NewRand(1))
	require.ErrorContains(t, err, "no observations")
	big := miniflow.Dict{{Name: "cell", Space: miniflow.Discrete{N: 1 << 20}}}
	_, err = blocks.NewEncoder(&params, big, blocks.DefaultConfig(), miniflow.NewRand(1))
	require.ErrorContains(t, err, "observation cell: 1048576 discrete values")
}
