package wrappers

import (
	"strings"

	"github.com/miniflow-rl/miniflow"
)

// charCodes is the number of characters that [FlatObs] knows: the letters, the
// space and the comma.
const charCodes = 28

// FlatObs puts image and mission into one vector, the only observation: obs is
// uint8 [n+maxLen*28], the n bytes of the image and a one-hot code of each
// character of the mission in lower case. A mission of more than maxLen
// characters, or with others than letters, spaces and commas, makes the reset
// fail.
func FlatObs(env miniflow.Env, maxLen int) (*Wrapper, error) {
	w := newWrapper(env, "flat")
	image, s, err := w.obs("image")
	if err != nil {
		return nil, err
	}
	mission, text, err := w.obs("mission")
	if err != nil {
		return nil, err
	}
	if s.DType() != miniflow.Uint8 || text.DType() != miniflow.TextType {
		return nil, w.fail("image is %v and mission %v: want uint8 and text", s.DType(), text.DType())
	}
	if maxLen < 1 || maxLen > 1<<16 {
		return nil, w.fail("missions of %d characters: want 1 to %d: %w", maxLen, 1<<16, miniflow.ErrParam)
	}
	pixels := 1
	for _, d := range s.Shape() {
		pixels *= d
	}
	w.spec.Observation = nil
	w.set("obs", miniflow.NewBox(miniflow.Uint8, 0, 255, pixels+maxLen*charCodes))
	codes := miniflow.NewArray(miniflow.Uint8, env.Len(), maxLen*charCodes)
	encode := func(mission string, row []uint8) error {
		clear(row)
		if len(mission) > maxLen {
			return w.fail("mission %q has more than %d characters", mission, maxLen)
		}
		for k, c := range []byte(strings.ToLower(mission)) {
			code := strings.IndexByte("abcdefghijklmnopqrstuvwxyz ,", c)
			if code < 0 {
				return w.fail("mission %q: the character %q has no code", mission, c)
			}
			row[k*charCodes+code] = 1
		}
		return nil
	}
	w.begin = func(i int) error { return encode(w.in.Obs[mission].Text[i], codes.RowU8(i)) }
	w.write = func(i int, to, from []miniflow.Array) {
		row := to[0].RowU8(i)
		copy(row, from[image].RowU8(i))
		copy(row[pixels:], codes.RowU8(i))
	}
	w.saveMission(mission, func(i int, mission string) error { return encode(mission, codes.RowU8(i)) })
	return w.build(), nil
}

// saveMission makes snapshots remember the mission in observation k of the
// environment inside, and load it with restore.
func (w *Wrapper) saveMission(k int, restore func(i int, mission string) error) {
	w.save = func(i int, dst []byte) []byte { return append(dst, w.in.Obs[k].Text[i]...) }
	w.load = func(i int, src []byte) error { return restore(i, string(src)) }
}
