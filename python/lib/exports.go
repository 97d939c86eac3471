package main

import "C"

import (
	"encoding/json"
	"fmt"
	"unsafe"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/python/capi"
)

// What functions return where they failed.
const (
	failed   = -1 // mfError of the same environment tells why
	noHandle = -2 // no such environment: it was closed
	inUse    = -3 // another thread is in a call of this environment
)

// with runs f on environment number n.
func with(n int64, f func(h *capi.Handle) (int64, error)) (result int64) {
	h, err := capi.Enter(n)
	if err != nil {
		if err == capi.ErrBusy {
			return inUse
		}
		return noHandle
	}
	defer func() {
		if r := recover(); r != nil {
			result, err = failed, fmt.Errorf("miniflow: internal error: %v", r)
		}
		h.Leave(err)
	}()
	if result, err = f(h); err != nil {
		return failed
	}
	return result
}

// fill copies data to dst if it has room and returns the length of data.
func fill(dst unsafe.Pointer, room int64, data []byte) int64 {
	if dst != nil && room >= int64(len(data)) {
		copy(unsafe.Slice((*byte)(dst), len(data)), data)
	}
	return int64(len(data))
}

func bytesAt(p unsafe.Pointer, n int64) []byte {
	if p == nil || n <= 0 {
		return nil
	}
	return unsafe.Slice((*byte)(p), n)
}

// mfMake makes an environment of the JSON options and returns its number. On
// failure it returns -1 minus the length of the sentence written to text.
//
//export mfMake
func mfMake(options unsafe.Pointer, length int64, text unsafe.Pointer, room int64) (result int64) {
	fail := func(err any) int64 {
		s := fmt.Append(nil, err)
		if int64(len(s)) > room {
			s = s[:room]
		}
		return -1 - fill(text, room, s)
	}
	defer func() {
		if r := recover(); r != nil {
			result = fail(fmt.Sprintf("miniflow: internal error: %v", r))
		}
	}()
	n, err := capi.Make(bytesAt(options, length))
	if err != nil {
		return fail(err)
	}
	return n
}

// mfClose frees an environment.
//
//export mfClose
func mfClose(n int64) (result int64) {
	defer func() {
		if recover() != nil {
			result = failed
		}
	}()
	switch err := capi.Close(n); err {
	case nil:
		return 0
	case capi.ErrBusy:
		return inUse
	default:
		return noHandle
	}
}

// mfError writes the sentence of the last failure to dst, as the functions below
// write what they return: they answer with its length, and write only if there
// is room.
//
//export mfError
func mfError(n int64, dst unsafe.Pointer, room int64) int64 {
	h, err := capi.Enter(n)
	if err != nil {
		return noHandle
	}
	defer h.Leave(nil)
	return fill(dst, room, []byte(h.ErrorText()))
}

// mfCatalog writes the JSON of all environments.
//
//export mfCatalog
func mfCatalog(dst unsafe.Pointer, room int64) (result int64) {
	defer func() {
		if recover() != nil {
			result = failed
		}
	}()
	c, err := capi.MakeCatalog()
	if err != nil {
		return failed
	}
	data, err := json.Marshal(c)
	if err != nil {
		return failed
	}
	return fill(dst, room, data)
}

// mfDescribe writes the JSON of the environment's spec.
//
//export mfDescribe
func mfDescribe(n int64, dst unsafe.Pointer, room int64) int64 {
	return with(n, func(h *capi.Handle) (int64, error) {
		data, err := h.Describe()
		return fill(dst, room, data), err
	})
}

// mfBind makes part k of a slot live at p; see capi.Slot.
//
//export mfBind
func mfBind(n int64, slot, k int32, p unsafe.Pointer, size int64) int64 {
	return with(n, func(h *capi.Handle) (int64, error) {
		return 0, h.Bind(capi.Slot(slot), int(k), p, int(size))
	})
}

// mfReset resets the lanes of mask (one byte a lane; nil: all) with so many
// seeds. It returns flags; see capi.FlagTexts.
//
//export mfReset
func mfReset(n int64, seeds unsafe.Pointer, count int64, mask unsafe.Pointer) int64 {
	return with(n, func(h *capi.Handle) (int64, error) {
		var s []uint64
		if seeds != nil && count > 0 {
			s = append(s, unsafe.Slice((*uint64)(seeds), count)...)
		}
		var m []bool
		for _, b := range bytesAt(mask, int64(h.Env().Len())) {
			m = append(m, b != 0)
		}
		return h.Reset(s, m)
	})
}

// mfStep steps all lanes and returns flags.
//
//export mfStep
func mfStep(n int64) int64 { return with(n, (*capi.Handle).Step) }

// mfStepOne steps the one lane of an environment and returns flags.
//
//export mfStepOne
func mfStepOne(n, action int64) int64 {
	return with(n, func(h *capi.Handle) (int64, error) { return h.StepOne(action) })
}

// mfTexts writes the texts of observation k that are new (or all of them) and
// their lanes; there is room for one lane each. It returns the bytes of the
// texts; their number is written to count. If room was too small, ask again for
// all of them.
//
//export mfTexts
func mfTexts(n int64, k, all int32, dst unsafe.Pointer, room int64, lanes, count unsafe.Pointer) int64 {
	return with(n, func(h *capi.Handle) (int64, error) {
		data, list, err := h.Texts(nil, nil, int(k), all != 0)
		if err != nil {
			return 0, err
		}
		copy(unsafe.Slice((*int32)(lanes), h.Env().Len()), list)
		*(*int32)(count) = int32(len(list))
		return fill(dst, room, data), nil
	})
}

// mfFinalTexts writes the final texts of observation k of the lanes that ended.
//
//export mfFinalTexts
func mfFinalTexts(n int64, k int32, dst unsafe.Pointer, room int64) int64 {
	return with(n, func(h *capi.Handle) (int64, error) {
		data, err := h.FinalTexts(nil, int(k))
		return fill(dst, room, data), err
	})
}

// mfMask writes the action masks, one byte an action and lane.
//
//export mfMask
func mfMask(n int64, dst unsafe.Pointer, room int64) int64 {
	return with(n, func(h *capi.Handle) (int64, error) {
		data, err := h.Mask()
		return fill(dst, room, data), err
	})
}

// mfFrame draws a lane in the named view, as rows of red, green and blue bytes.
// Width and height are read from size (0: the environment's own) and written
// there.
//
//export mfFrame
func mfFrame(n int64, lane int32, name unsafe.Pointer, length int64, tile int32, size, dst unsafe.Pointer, room int64) int64 {
	return with(n, func(h *capi.Handle) (int64, error) {
		wh := unsafe.Slice((*int32)(size), 2)
		img, err := h.Frame(int(lane), miniflow.View{Name: string(bytesAt(name, length)), Tile: int(tile), Width: int(wh[0]), Height: int(wh[1])})
		if err != nil {
			return 0, err
		}
		w, ht := img.Rect.Dx(), img.Rect.Dy()
		wh[0], wh[1] = int32(w), int32(ht)
		if dst == nil || room < int64(3*w*ht) {
			return int64(3 * w * ht), nil
		}
		out := unsafe.Slice((*byte)(dst), 3*w*ht)
		for y := range ht {
			row, to := img.Pix[y*img.Stride:][:4*w], out[3*w*y:][:3*w]
			for x := range w {
				copy(to[3*x:3*x+3], row[4*x:4*x+3])
			}
		}
		return int64(3 * w * ht), nil
	})
}

// mfLetters writes a lane's map in letters.
//
//export mfLetters
func mfLetters(n int64, lane int32, dst unsafe.Pointer, room int64) int64 {
	return with(n, func(h *capi.Handle) (int64, error) {
		s, err := h.Letters(int(lane))
		return fill(dst, room, []byte(s)), err
	})
}

// mfSnapshot writes a lane's snapshot.
//
//export mfSnapshot
func mfSnapshot(n int64, lane int32, dst unsafe.Pointer, room int64) int64 {
	return with(n, func(h *capi.Handle) (int64, error) {
		data, err := h.Snapshot(int(lane))
		return fill(dst, room, data), err
	})
}

// mfRestore restores a lane and returns flags.
//
//export mfRestore
func mfRestore(n int64, lane int32, src unsafe.Pointer, length int64) int64 {
	return with(n, func(h *capi.Handle) (int64, error) { return h.Restore(int(lane), bytesAt(src, length)) })
}

// mfRand writes the JSON of a lane's generator.
//
//export mfRand
func mfRand(n int64, lane int32, dst unsafe.Pointer, room int64) int64 {
	return with(n, func(h *capi.Handle) (int64, error) {
		data, err := h.Rand(int(lane))
		return fill(dst, room, data), err
	})
}

// mfSetRand sets a lane's generator.
//
//export mfSetRand
func mfSetRand(n int64, lane int32, src unsafe.Pointer, length int64) int64 {
	return with(n, func(h *capi.Handle) (int64, error) { return 0, h.SetRand(int(lane), bytesAt(src, length)) })
}

// mfMap writes a lane's map in Minigrid's encoding.
//
//export mfMap
func mfMap(n int64, lane int32, dst unsafe.Pointer, room int64) int64 {
	return with(n, func(h *capi.Handle) (int64, error) {
		data, err := h.Map(int(lane))
		return fill(dst, room, data), err
	})
}

// mfSight writes what a lane's agent sees in a view of size x size cells.
//
//export mfSight
func mfSight(n int64, lane, size int32, dst unsafe.Pointer, room int64) int64 {
	return with(n, func(h *capi.Handle) (int64, error) {
		data, err := h.Sight(int(lane), int(size))
		return fill(dst, room, data), err
	})
}

// mfState writes the numbers of capi.StateWidth and its siblings as int32.
//
//export mfState
func mfState(n int64, lane int32, dst unsafe.Pointer) int64 {
	return with(n, func(h *capi.Handle) (int64, error) {
		s, err := h.State(int(lane))
		copy(unsafe.Slice((*int32)(dst), capi.NumState), s[:])
		return capi.NumState, err
	})
}
