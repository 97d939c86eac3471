package capi

import (
	"fmt"
	"math"
	"strings"

	"github.com/miniflow-rl/miniflow"
)

// What [Handle.Step] and [Handle.StepOne] tell in their result.
const (
	FlagTerminated = 1 << iota // lane 0 terminated (StepOne only)
	FlagTruncated              // lane 0 was truncated (StepOne only)
	FlagReward                 // the reward of lane 0 is not 0 (StepOne only)
	FlagTexts                  // texts changed: read them with Texts
	FlagEnded                  // an episode ended in some lane
)

// textObs is a text observation with what was last handed out.
type textObs struct {
	obs  int
	seen []string
}

// Reset starts episodes in all lanes, or in those that mask (if not nil) selects.
// It returns flags.
func (h *Handle) Reset(seeds []uint64, mask []bool) (int64, error) {
	if mask != nil && len(mask) != h.env.Len() {
		return 0, fmt.Errorf("a mask of %d lanes for %d: %w", len(mask), h.env.Len(), ErrBuffer)
	}
	h.b.ResetMask = mask
	err := h.env.Reset(h.b, seeds...)
	h.b.ResetMask = nil
	if err != nil {
		return 0, err
	}
	return h.textFlag(), nil
}

// Step steps all lanes with the actions that are bound. It returns flags.
func (h *Handle) Step() (int64, error) {
	if h.actions != nil {
		dst := h.b.Action.I32
		for i, a := range h.actions {
			if uint64(a-h.start) >= h.count {
				if a = math.MinInt32; h.start <= a { // outside of every action space
					a = math.MaxInt32
				}
			}
			dst[i] = int32(a)
		}
	}
	if err := h.env.Step(h.b); err != nil {
		return 0, h.explain(err)
	}
	flags := h.textFlag()
	for i, t := range h.b.Terminated {
		if t || h.b.Truncated[i] {
			return flags | FlagEnded, nil
		}
	}
	return flags, nil
}

// explain replaces the stand-in of an action that does not fit 32 bits.
func (h *Handle) explain(err error) error {
	text := err.Error()
	for i, a := range h.actions {
		if uint64(a-h.start) < h.count {
			continue
		}
		if strings.Contains(text, fmt.Sprintf("lane %d: action", i)) {
			return fmt.Errorf("lane %d: action %d is not in [%d,%d): %w", i, a, h.start, h.start+int64(h.count), miniflow.ErrAction)
		}
	}
	return err
}

// StepOne steps an environment of one lane and a Discrete action space. It
// returns flags.
func (h *Handle) StepOne(action int64) (int64, error) {
	if len(h.actions) != 1 {
		return 0, fmt.Errorf("%d lanes are stepped one by one: %w", h.env.Len(), ErrLane)
	}
	h.actions[0] = action
	flags, err := h.Step()
	if h.b.Terminated[0] {
		flags |= FlagTerminated
	}
	if h.b.Truncated[0] {
		flags |= FlagTruncated
	}
	if h.b.Reward[0] != 0 {
		flags |= FlagReward
	}
	return flags, err
}

func (h *Handle) textFlag() int64 {
	for k := range h.texts {
		t := &h.texts[k]
		for i, s := range h.b.Obs[t.obs].Text {
			if s != t.seen[i] { // equal strings mostly share memory: no look at bytes
				return FlagTexts
			}
		}
	}
	return 0
}

// Texts appends the texts of observation k that differ from those handed out
// before to dst, and their lanes to lanes. All of them do with all set. Each text
// ends with a zero byte.
func (h *Handle) Texts(dst []byte, lanes []int32, k int, all bool) ([]byte, []int32, error) {
	for j := range h.texts {
		t := &h.texts[j]
		if t.obs != k {
			continue
		}
		for i, s := range h.b.Obs[k].Text {
			if s == t.seen[i] && !all {
				continue
			}
			t.seen[i] = s
			dst = append(append(dst, s...), 0)
			lanes = append(lanes, int32(i))
		}
		return dst, lanes, nil
	}
	return dst, lanes, fmt.Errorf("observation %d is no text: %w", k, ErrBuffer)
}

// FinalTexts appends the final texts of observation k of the given lanes to dst,
// each followed by a zero byte.
func (h *Handle) FinalTexts(dst []byte, k int) ([]byte, error) {
	if k < 0 || k >= len(h.b.FinalObs) || h.b.FinalObs[k].Type != miniflow.TextType {
		return dst, fmt.Errorf("observation %d is no final text: %w", k, ErrBuffer)
	}
	for i, s := range h.b.FinalObs[k].Text {
		if h.b.Ended(i) {
			dst = append(append(dst, s...), 0)
		}
	}
	return dst, nil
}
