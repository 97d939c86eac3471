package wrappers

import (
	"encoding/binary"
	"errors"

	"github.com/miniflow-rl/miniflow"
)

// Snapshot implements [miniflow.Snapshotter] where the environment inside does:
// the length of the wrapper's own state, that state, and the snapshot of the
// environment inside.
func (w *Wrapper) Snapshot(dst []byte, b *miniflow.Batch, lane int) ([]byte, error) {
	s, ok := miniflow.As[miniflow.Snapshotter](w.Env)
	if !ok {
		return dst, w.fail("%T has no snapshots", w.Env)
	}
	if err := w.open(b); err != nil {
		return dst, err
	}
	own := w.appendOwn(nil, lane)
	out := binary.LittleEndian.AppendUint32(dst, uint32(len(own)))
	out, err := s.Snapshot(append(out, own...), &w.in, lane)
	if err != nil {
		return dst, err
	}
	return out, nil
}

// Restore implements [miniflow.Snapshotter].
func (w *Wrapper) Restore(b *miniflow.Batch, lane int, src []byte) error {
	s, ok := miniflow.As[miniflow.Snapshotter](w.Env)
	if !ok {
		return w.fail("%T has no snapshots", w.Env)
	}
	if err := w.open(b); err != nil {
		return err
	}
	if len(src) < 4 || uint64(len(src)-4) < uint64(binary.LittleEndian.Uint32(src)) {
		return w.fail("restore: it is too short: %w", miniflow.ErrSnapshot)
	}
	n := binary.LittleEndian.Uint32(src)
	own, rest := src[4:4+n], src[4+n:]
	before := w.appendOwn(nil, lane)
	err := w.setOwn(own, lane)
	if err == nil {
		err = s.Restore(&w.in, lane, rest)
	}
	if err != nil {
		return errors.Join(err, w.setOwn(before, lane))
	}
	if w.write != nil {
		w.write(lane, b.Obs, w.in.Obs)
	}
	if w.look != nil {
		w.stepped[lane] = false
		w.look(w.worldOf(lane), lane, b.Obs, false)
	}
	return nil
}

func (w *Wrapper) appendOwn(dst []byte, lane int) []byte {
	flag := byte(0)
	if w.ended[lane] {
		flag = 1
	}
	dst = append(dst, flag)
	if w.save != nil {
		dst = w.save(lane, dst)
	}
	return dst
}

func (w *Wrapper) setOwn(src []byte, lane int) error {
	if len(src) < 1 || src[0] > 1 || w.load == nil && len(src) > 1 {
		return w.fail("restore: it is of another wrapper: %w", miniflow.ErrSnapshot)
	}
	if w.load != nil {
		if err := w.load(lane, src[1:]); err != nil {
			return w.fail("restore: %v: %w", err, miniflow.ErrSnapshot)
		}
	}
	w.ended[lane] = src[0] == 1
	return nil
}
