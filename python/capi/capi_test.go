package capi

import (
	"runtime"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
)

// enter makes an environment and enters it for the length of the test.
func enter(t testing.TB, options string) *Handle {
	n, err := Make([]byte(options))
	require.NoError(t, err)
	h, err := Enter(n)
	require.NoError(t, err)
	t.Cleanup(func() {
		h.Leave(nil)
		require.NoError(t, Close(n))
	})
	return h
}

// Everything in the catalog can be made and reset, and says what kind it is.
func TestCatalog(t *testing.T) {
	c, err := MakeCatalog()
	require.NoError(t, err)
	require.Len(t, c.Envs, len(miniflow.IDs()))
	kinds := map[string]int{}
	for _, e := range c.Envs {
		kinds[e.Kind]++
	}
	require.GreaterOrEqual(t, kinds["minigrid"], 178)
	require.Positive(t, kinds["flow"])
	require.Positive(t, kinds["other"])
}

// A step works on memory that is not the library's own and allocates nothing.
func TestStepOnForeignMemory(t *testing.T) {
	h := enter(t, `{"id":"MiniGrid-Empty-5x5-v0","lanes":3}`)
	image, actions, reward := make([]uint8, 3*147), make([]int64, 3), make([]float64, 3)
	require.NoError(t, h.Bind(SlotObs, 0, unsafe.Pointer(&image[0]), len(image)))
	require.NoError(t, h.Bind(SlotAction, 0, unsafe.Pointer(&actions[0]), 8*len(actions)))
	require.NoError(t, h.Bind(SlotReward, 0, unsafe.Pointer(&reward[0]), 8*len(reward)))
	flags, err := h.Reset([]uint64{1}, nil)
	require.NoError(t, err)
	require.Equal(t, int64(FlagTexts), flags)
	require.NotEqual(t, make([]uint8, 3*147), image)
	data, lanes, err := h.Texts(nil, nil, 2, false)
	require.NoError(t, err)
	require.Equal(t, []int32{0, 1, 2}, lanes)
	require.Equal(t, "get to the green goal square\x00", string(data[:29]))
	allocs := testing.AllocsPerRun(100, func() {
		if flags, err = h.Step(); err != nil || flags&FlagTexts != 0 {
			panic(err)
		}
	})
	require.Zero(t, allocs)
	runtime.KeepAlive(image)
}

// What a caller can get wrong is an error, and no lane moves.
func TestErrors(t *testing.T) {
	for _, options := range []string{``, `{`, `[]`, `{"id":3}`, `{"nonsense":1}`, `{"id":"MiniGrid-Empty-5x5-v0","autoreset":"maybe"}`,
		`{"id":"MiniGrid-Empty-5x5-v0","lanes":-1,"params":{"size":"x"}}`, `{"id":"MiniGrid-Empty-5x5-v0","lanes":99999999}`,
		`{"id":"MiniGrid-Empty-5x5-v0","wrappers":"nonsense"}`, `{"id":"nonsense"}`} {
		_, err := Make([]byte(options))
		require.Error(t, err, options)
	}
	for _, n := range []int64{-1 << 63, -1, 0, 1 << 40} {
		_, err := Enter(n)
		require.ErrorIs(t, err, ErrHandle)
		require.ErrorIs(t, Close(n), ErrHandle)
	}
	h := enter(t, `{"id":"MiniGrid-Empty-5x5-v0","lanes":2}`)
	require.ErrorIs(t, h.Bind(SlotObs, 0, nil, 294), ErrBuffer)
	require.ErrorIs(t, h.Bind(SlotObs, 0, unsafe.Pointer(new(byte)), 1), ErrBuffer)
	require.ErrorIs(t, h.Bind(SlotObs, 2, unsafe.Pointer(new(byte)), 1), ErrBuffer, "text")
	require.ErrorIs(t, h.Bind(99, 0, unsafe.Pointer(new(byte)), 1), ErrBuffer)
	_, err := h.Map(0)
	require.ErrorIs(t, err, miniflow.ErrNeedsReset)
	_, err = h.StepOne(0)
	require.ErrorIs(t, err, ErrLane)
	_, err = h.Reset(nil, make([]bool, 3))
	require.ErrorIs(t, err, ErrBuffer)
	_, err = h.Reset([]uint64{0}, nil)
	require.NoError(t, err)
	for _, bad := range []int64{-1, 7, 1 << 40, -1 << 63} {
		h.actions[1] = bad
		_, err = h.Step()
		require.ErrorIs(t, err, miniflow.ErrAction)
		require.ErrorContains(t, err, "lane 1")
	}
	for _, lane := range []int{-1, 2} {
		_, err = h.Snapshot(lane)
		require.ErrorIs(t, err, ErrLane)
		_, err = h.State(lane)
		require.ErrorIs(t, err, ErrLane)
	}
	_, err = h.Restore(0, []byte("nonsense"))
	require.ErrorIs(t, err, miniflow.ErrSnapshot)
	_, err = h.Sight(0, 4)
	require.ErrorIs(t, err, miniflow.ErrParam)
}

// Only one call at a time enters an environment.
func TestBusy(t *testing.T) {
	n, err := Make([]byte(`{"id":"MiniGrid-Empty-5x5-v0"}`))
	require.NoError(t, err)
	h, err := Enter(n)
	require.NoError(t, err)
	_, err = Enter(n)
	require.ErrorIs(t, err, ErrBusy)
	require.ErrorIs(t, Close(n), ErrBusy)
	h.Leave(err)
	require.Equal(t, ErrBusy.Error(), h.ErrorText())
	require.NoError(t, Close(n))
	require.ErrorIs(t, Close(n), ErrHandle)
}
