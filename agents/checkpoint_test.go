package agents_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow/agents"
)

func sampleState() *agents.State {
	s := &agents.State{Meta: agents.Meta{Agent: "ppo", Env: "X", Steps: 12, MetricsBytes: 3, EventsBytes: 4}}
	s.PutInts("counts", []int64{1, -2, 1 << 60})
	s.PutFloats("returns", []float64{0.5, -1e300})
	s.PutBytes("lanes", []byte("abc"))
	return s
}

func TestStateRoundTrip(t *testing.T) {
	data, err := sampleState().Encode()
	require.NoError(t, err)
	s, err := agents.DecodeState(data)
	require.NoError(t, err)
	counts, returns := make([]int64, 3), make([]float64, 2)
	s.Ints("counts", counts)
	s.Floats("returns", returns)
	require.Equal(t, []byte("abc"), s.Bytes("lanes"))
	require.NoError(t, s.Err())
	require.Equal(t, []int64{1, -2, 1 << 60}, counts)
	require.Equal(t, []float64{0.5, -1e300}, returns)
	require.Equal(t, sampleState().Meta, s.Meta)

	s.Ints("counts", counts[:2])
	require.ErrorIs(t, s.Err(), agents.ErrCheckpoint)
	require.ErrorContains(t, s.Err(), "has 3 elements, want 2")
	require.Nil(t, s.Bytes("missing"))
	require.ErrorContains(t, s.Err(), "want 2", "the first error stays")
}

// TestBadCheckpoint cuts a checkpoint at every length and changes every byte:
// each time it is refused, or says the same (bytes of the JSON header such as
// padding may differ without harm).
func TestBadCheckpoint(t *testing.T) {
	good, err := sampleState().Encode()
	require.NoError(t, err)
	for n := range good {
		_, err := agents.DecodeState(good[:n])
		require.ErrorIs(t, err, agents.ErrCheckpoint, "cut to %d bytes", n)
	}
	for k := range good {
		bad := append([]byte(nil), good...)
		bad[k] ^= 0x01
		if s, err := agents.DecodeState(bad); err == nil {
			require.Len(t, s.File.Tensors, 3, "byte %d changed", k)
		} else {
			require.ErrorIs(t, err, agents.ErrCheckpoint, "byte %d changed", k)
		}
	}
	_, err = agents.DecodeState([]byte("\x02\x00\x00\x00\x00\x00\x00\x00{}"))
	require.ErrorContains(t, err, "another program")
}

func TestReadCheckpoint(t *testing.T) {
	dir := t.TempDir()
	_, err := agents.ReadCheckpoint(dir)
	require.ErrorIs(t, err, agents.ErrRun)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "checkpoint.safetensors"), []byte("GIF89a, not a checkpoint"), 0o644))
	_, err = agents.ReadCheckpoint(dir)
	require.ErrorIs(t, err, agents.ErrCheckpoint)
	require.ErrorContains(t, err, dir)
}

// FuzzCheckpoint: no input makes the reader panic, and what it accepts survives
// a second round.
func FuzzCheckpoint(f *testing.F) {
	good, err := sampleState().Encode()
	require.NoError(f, err)
	f.Add(good)
	f.Add(good[:len(good)-1])
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := agents.DecodeState(data)
		if err != nil {
			require.ErrorIs(t, err, agents.ErrCheckpoint)
			return
		}
		once, err := s.Encode()
		require.NoError(t, err)
		again, err := agents.DecodeState(once)
		require.NoError(t, err)
		twice, err := again.Encode()
		require.NoError(t, err)
		require.Equal(t, once, twice)
		s.Ints("counts", make([]int64, 3))
		s.Floats("returns", make([]float64, 2))
		s.Bytes("lanes")
	})
}
