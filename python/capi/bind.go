package capi

import (
	"fmt"
	"unsafe"

	"github.com/miniflow-rl/miniflow"
)

// Slot is a part of the batch that can live in the caller's memory.
type Slot int32

// The slots and the types of their elements.
const (
	SlotObs        Slot = iota // observation k, as its space says; text cannot be bound
	SlotFinal                  // final observation k, likewise; autoreset mode same-step only
	SlotAction                 // int64 in a Discrete action space, else as the space says
	SlotReward                 // float64
	SlotTerminated             // bytes 0 and 1
	SlotTruncated              // bytes 0 and 1
)

// Bind makes the environment read or write one part of its batch at p, memory of
// the given number of bytes that stays valid until the environment is closed and
// is aligned for its elements. What is there now is lost.
func (h *Handle) Bind(s Slot, k int, p unsafe.Pointer, bytes int) error {
	n := h.env.Len()
	switch {
	case s == SlotObs && k >= 0 && k < len(h.b.Obs):
		return bindArray(&h.b.Obs[k], p, bytes)
	case s == SlotFinal && k >= 0 && k < len(h.b.FinalObs):
		return bindArray(&h.b.FinalObs[k], p, bytes)
	case s == SlotAction && h.actions != nil:
		return bindSlice(&h.actions, p, bytes, n)
	case s == SlotAction:
		return bindArray(&h.b.Action, p, bytes)
	case s == SlotReward:
		return bindSlice(&h.b.Reward, p, bytes, n)
	case s == SlotTerminated:
		return bindSlice(&h.b.Terminated, p, bytes, n)
	case s == SlotTruncated:
		return bindSlice(&h.b.Truncated, p, bytes, n)
	}
	return fmt.Errorf("slot %d, %d does not exist: %w", s, k, ErrBuffer)
}

func bindArray(a *miniflow.Array, p unsafe.Pointer, bytes int) error {
	n := a.Len() * a.Size()
	switch a.Type {
	case miniflow.Uint8:
		return bindSlice(&a.U8, p, bytes, n)
	case miniflow.Int32:
		return bindSlice(&a.I32, p, bytes, n)
	case miniflow.Int64:
		return bindSlice(&a.I64, p, bytes, n)
	case miniflow.Float32:
		return bindSlice(&a.F32, p, bytes, n)
	case miniflow.Float64:
		return bindSlice(&a.F64, p, bytes, n)
	}
	return fmt.Errorf("an array of type %v cannot be bound: %w", a.Type, ErrBuffer)
}

func bindSlice[T any](dst *[]T, p unsafe.Pointer, bytes, n int) error {
	var zero T
	size := int(unsafe.Sizeof(zero))
	if p == nil || bytes != n*size || uintptr(p)%unsafe.Alignof(zero) != 0 {
		return fmt.Errorf("%d bytes for %d elements of %d bytes: %w", bytes, n, size, ErrBuffer)
	}
	*dst = unsafe.Slice((*T)(p), n)
	return nil
}
