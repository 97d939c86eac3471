package level_test

import (
	"testing"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid/level"
	"github.com/stretchr/testify/require"
)

// seedLevels are levels that fuzzing starts from.
func seedLevels(tb testing.TB) (out []*level.Level) {
	for _, id := range []string{"MiniGrid-DoorKey-5x5-v0", "MiniGrid-ObstructedMaze-1Dlh-v0", "BabyAI-BossLevel-v0", "BabyAI-PutNextS5N2Carrying-v0", level.ID} {
		env, err := miniflow.Make(id)
		require.NoError(tb, err)
		require.NoError(tb, env.Reset(miniflow.NewBatch(env), 3))
		l, err := level.Capture(env, 0)
		require.NoError(tb, err)
		out = append(out, l)
	}
	return out
}

// stable checks that a level that was read is written, and read again, as itself.
func stable(t *testing.T, l *level.Level) {
	require.NoError(t, l.Validate())
	text, err := level.ParseText([]byte(l.Text()))
	require.NoError(t, err, l.Text())
	require.True(t, l.Equal(text), l.Text())
	data, err := l.JSON()
	require.NoError(t, err)
	again, err := level.ParseJSON(data)
	require.NoError(t, err, "%s", data)
	require.True(t, l.Equal(again))
	code, err := l.Code()
	require.NoError(t, err)
	packed, err := level.ParseCode(code)
	require.NoError(t, err)
	require.True(t, l.Equal(packed))
	if l.Grid.Width()*l.Grid.Height() > 1<<12 {
		return
	}
	env, err := level.New("fuzz", level.List{l})
	require.NoError(t, err)
	b := miniflow.NewBatch(env)
	require.NoError(t, env.Reset(b, 0))
	for a := range int32(7) {
		b.Action.I32[0] = a
		require.NoError(t, env.Step(b))
	}
}

func FuzzText(f *testing.F) {
	for _, l := range seedLevels(f) {
		f.Add([]byte(l.Text()))
	}
	f.Add([]byte("####\n#>G#\n####"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if l, err := level.ParseText(data); err == nil {
			stable(t, l)
		}
	})
}

func FuzzJSON(f *testing.F) {
	for _, l := range seedLevels(f) {
		data, err := l.JSON()
		require.NoError(f, err)
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if l, err := level.ParseJSON(data); err == nil {
			stable(t, l)
		}
	})
}

func FuzzCode(f *testing.F) {
	for _, l := range seedLevels(f) {
		code, err := l.Code()
		require.NoError(f, err)
		f.Add(code)
	}
	f.Fuzz(func(t *testing.T, code string) {
		if l, err := level.ParseCode(code); err == nil {
			stable(t, l)
		}
	})
}

// FuzzPacked gets past the checksum.
func FuzzPacked(f *testing.F) {
	for _, l := range seedLevels(f) {
		f.Add(level.Pack(l))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		l, err := level.Unpack(data)
		if err == nil && l.Validate() == nil {
			stable(t, l)
		}
	})
}
