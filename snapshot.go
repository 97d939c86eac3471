package miniflow

import (
	"encoding"
	"fmt"
	"math"
)

// snapshotVersion is the first byte of every snapshot of a [VectorEnv].
const snapshotVersion = 2

// Snapshot implements [Snapshotter]. It fails where the Sim cannot be saved,
// which is where it does not implement encoding.BinaryAppender. The layout is
// version, lane state, flags, reward, the spec's fingerprint, the generator, and the state of the Sim
// behind its length; the observation rows come last.
func (v *VectorEnv) Snapshot(dst []byte, b *Batch, lane int) ([]byte, error) {
	if err := v.checkBatch(b); err != nil {
		return dst, err
	}
	s, ok := v.sims[lane].(encoding.BinaryAppender)
	if !ok {
		return dst, fmt.Errorf("miniflow: snapshot %s: %T does not implement encoding.BinaryAppender", v.spec.ID, v.sims[lane])
	}
	flags := byte(boolInt(b.Terminated[lane]) | boolInt(b.Truncated[lane])<<1)
	out := append(dst, snapshotVersion, byte(v.state[lane]), flags)
	out = appendLE(out, math.Float64bits(b.Reward[lane]), 8)
	out = appendLE(out, v.print, 8)
	out, err := v.rng[lane].AppendBinary(out)
	if err != nil {
		return dst, err
	}
	at := len(out)
	out = append(out, 0, 0, 0, 0)
	if out, err = s.AppendBinary(out); err != nil {
		return dst, fmt.Errorf("miniflow: snapshot %s: %w", v.spec.ID, err)
	}
	appendLE(out[:at], uint64(len(out)-at-4), 4)
	for k := range b.Obs {
		out = b.Obs[k].AppendRow(out, lane)
	}
	return out, nil
}

// Restore implements [Snapshotter].
func (v *VectorEnv) Restore(b *Batch, lane int, src []byte) error {
	if err := v.checkBatch(b); err != nil {
		return err
	}
	fail := func(why any) error {
		return fmt.Errorf("miniflow: restore %s: lane %d: %w: %v", v.spec.ID, lane, ErrSnapshot, why)
	}
	const head = 19
	if len(src) < head+randBytes+4 {
		return fail("it is too short")
	}
	if src[0] != snapshotVersion || src[1] > byte(ended) || src[2] > 3 {
		return fail("its head is foreign")
	}
	if leUint(src[11:head]) != v.print {
		return fail("it is of another environment, or of other parameters")
	}
	var rng Rand
	if err := rng.UnmarshalBinary(src[head : head+randBytes]); err != nil {
		return fail(err)
	}
	rest := src[head+randBytes:]
	n := leUint(rest[:4])
	if rest = rest[4:]; n > uint64(len(rest)) {
		return fail("it is too short")
	}
	state, rest := rest[:n], rest[n:]
	obs, err := v.spec.NewObs(1), error(nil)
	for k := range obs {
		if rest, err = obs[k].SetRow(0, rest); err != nil {
			return fail(err)
		}
	}
	if len(rest) > 0 {
		return fail("bytes are left over")
	}
	s, ok := v.sims[lane].(encoding.BinaryUnmarshaler)
	if !ok {
		return fail(fmt.Sprintf("%T does not implement encoding.BinaryUnmarshaler", v.sims[lane]))
	}
	if err := s.UnmarshalBinary(state); err != nil {
		return fail(err)
	}
	v.rng[lane], v.state[lane] = rng, laneState(src[1])
	if r, ok := v.sims[lane].(interface{ SetRand(*Rand) }); ok {
		r.SetRand(&v.rng[lane])
	}
	for k := range obs {
		b.Obs[k].CopyRow(lane, &obs[k], 0)
	}
	b.Reward[lane] = math.Float64frombits(leUint(src[3:11]))
	b.Terminated[lane], b.Truncated[lane] = src[2]&1 != 0, src[2]&2 != 0
	return nil
}
