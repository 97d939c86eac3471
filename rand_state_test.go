package miniflow_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
)

// states are generators at different points: fresh, with a half word waiting,
// and with a used one left over.
func states() []*miniflow.Rand {
	fresh, half, used := miniflow.NewRand(1), miniflow.NewRand(2), miniflow.NewRand(3)
	half.Uint32()
	used.Uint32()
	used.Uint32()
	return []*miniflow.Rand{fresh, half, used}
}

func TestStateRoundTrip(t *testing.T) {
	for i, r := range states() {
		var a, b, c miniflow.Rand
		require.NoError(t, a.SetState(r.State()))
		text, err := r.MarshalText()
		require.NoError(t, err)
		require.NoError(t, b.UnmarshalText(text))
		// By value inside a struct, as a checkpoint holds it.
		data, err := json.Marshal(struct{ R miniflow.Rand }{*r})
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(data, &struct{ R *miniflow.Rand }{&c}))
		for range 10 {
			want := r.Uint32()
			require.Equal(t, want, a.Uint32(), "state %d", i)
			require.Equal(t, want, b.Uint32(), "state %d", i)
			require.Equal(t, want, c.Uint32(), "state %d", i)
		}
		require.Equal(t, *r, a)
		require.Equal(t, *r, b)
		require.Equal(t, *r, c)
	}
}

func TestBadStates(t *testing.T) {
	const z = "00000000000000000000000000000000"
	const one = "00000000000000000000000000000001"
	var r miniflow.Rand
	r.Seed(1)
	before := r
	for _, text := range []string{
		"", "pcg64", "mt19937:" + z + ":" + one + ":0:0", "pcg64:" + z + ":" + z + ":0:0",
		"pcg64:" + z + ":" + one + ":2:0", "pcg64:" + z + ":" + one + ":x:0", "pcg64:" + z + ":" + one + ":0:100000000",
		"pcg64:0:" + one + ":0:0", "pcg64:" + z + ":" + one[1:] + "g:0:0", "pcg64:" + z + ":" + one + ":0:0:0",
	} {
		require.ErrorIs(t, r.UnmarshalText([]byte(text)), miniflow.ErrRandState, text)
	}
	for _, text := range []string{
		`null`, `[]`, `{}`, `{"state":"` + z + `","inc":"` + one + `","has32":0}`, `{"state":1}`,
		`{"state":"` + z + `","inc":"` + z + `","has32":0,"u32":0}`,
		`{"state":"` + z + `","inc":"` + one + `","has32":2,"u32":0}`,
		`{"state":"` + z + `","inc":"` + one + `","has32":0,"u32":-1}`,
		`{"state":"zz","inc":"` + one + `","has32":0,"u32":0}`,
	} {
		require.ErrorIs(t, r.UnmarshalJSON([]byte(text)), miniflow.ErrRandState, text)
	}
	require.Equal(t, before, r)

	var zero miniflow.Rand
	_, err := zero.MarshalText()
	require.ErrorIs(t, err, miniflow.ErrRandState)
	_, err = zero.MarshalJSON()
	require.ErrorIs(t, err, miniflow.ErrRandState)
}

// FuzzRandState: no input makes a decoder panic, and what it accepts is a state
// that survives being written and read again.
func FuzzRandState(f *testing.F) {
	for _, r := range states() {
		text, err := r.MarshalText()
		require.NoError(f, err)
		data, err := r.MarshalJSON()
		require.NoError(f, err)
		f.Add(text)
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var r, again miniflow.Rand
		if r.UnmarshalText(data) == nil {
			text, err := r.MarshalText()
			require.NoError(t, err)
			require.NoError(t, again.UnmarshalText(text))
			require.Equal(t, r, again)
		}
		if r.UnmarshalJSON(data) == nil {
			text, err := r.MarshalJSON()
			require.NoError(t, err)
			require.NoError(t, again.UnmarshalJSON(text))
			require.Equal(t, r, again)
		}
	})
}
