package gfnenvs

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"math"

	"github.com/miniflow-rl/miniflow"
)

// snapshotVersion is the first byte of every snapshot of an [Env].
const snapshotVersion = 2

// snapshotHead is the length of version, lane state, flags, reward, the spec's
// fingerprint and the number of bytes of the generator, which follow.
const snapshotHead = 20

// Snapshot implements miniflow.Snapshotter. The layout is version, lane state,
// flags, reward, the spec's fingerprint, generator, state, condition.
func (e *Env) Snapshot(dst []byte, b *miniflow.Batch, lane int) ([]byte, error) {
	if err := e.checkBatch(b); err != nil {
		return dst, err
	}
	var flags byte
	if b.Terminated[lane] {
		flags |= 1
	}
	if b.Truncated[lane] {
		flags |= 2
	}
	out := append(dst, snapshotVersion, byte(e.lanes[lane]), flags)
	out = binary.LittleEndian.AppendUint64(out, math.Float64bits(b.Reward[lane]))
	out = binary.LittleEndian.AppendUint64(out, e.print)
	at := len(out)
	out, err := e.rng[lane].AppendBinary(append(out, 0))
	if err != nil {
		return dst, err
	}
	out[at] = byte(len(out) - at - 1)
	for _, v := range e.State(lane) {
		out = binary.LittleEndian.AppendUint32(out, uint32(v))
	}
	for _, v := range e.Condition(lane) {
		out = binary.LittleEndian.AppendUint64(out, math.Float64bits(v))
	}
	return out, nil
}

// Restore implements miniflow.Snapshotter.
func (e *Env) Restore(b *miniflow.Batch, lane int, src []byte) error {
	if err := e.checkBatch(b); err != nil {
		return err
	}
	fail := func(why any) error {
		return fmt.Errorf("gfnenvs: restore %s: lane %d: %w: %v", e.spec.ID, lane, miniflow.ErrSnapshot, why)
	}
	k, c := len(e.layout.Values), len(e.Condition(lane))
	switch {
	case len(src) < snapshotHead:
		return fail("it is too short")
	case src[0] != snapshotVersion || src[1] > byte(exited) || src[2] > 3:
		return fail("its head is foreign")
	case binary.LittleEndian.Uint64(src[11:]) != e.print:
		return fail("it is of another environment, or of other parameters")
	}
	at := snapshotHead + int(src[snapshotHead-1]) // the end of the generator
	if want := at + 4*k + 8*c; len(src) != want {
		return fail(fmt.Sprintf("%d bytes, want %d", len(src), want))
	}
	var rng miniflow.Rand
	if err := rng.UnmarshalBinary(src[snapshotHead:at]); err != nil {
		return fail(err)
	}
	body := src[at:]
	s := make([]int32, k)
	for j := range s {
		s[j] = int32(binary.LittleEndian.Uint32(body[4*j:]))
	}
	if err := e.layout.CheckState(s); err != nil {
		return fail(err)
	}
	copy(e.State(lane), s)
	for j := range c {
		e.Condition(lane)[j] = math.Float64frombits(binary.LittleEndian.Uint64(body[4*k+8*j:]))
	}
	e.rng[lane] = rng
	b.Reward[lane] = math.Float64frombits(binary.LittleEndian.Uint64(src[3:]))
	b.Terminated[lane], b.Truncated[lane] = src[2]&1 != 0, src[2]&2 != 0
	err := e.arrive(b, lane, -1)
	e.lanes[lane] = laneState(src[1])
	return err
}

// StateHash implements miniflow.Hasher: the FNV-1a 64 hash of the state, the
// condition and whether the lane has exited.
func (e *Env) StateHash(lane int) uint64 {
	h := fnv.New64a()
	var buf [8]byte
	for _, v := range e.State(lane) {
		binary.LittleEndian.PutUint32(buf[:], uint32(v))
		h.Write(buf[:4])
	}
	for _, v := range e.Condition(lane) {
		binary.LittleEndian.PutUint64(buf[:], math.Float64bits(v))
		h.Write(buf[:])
	}
	h.Write([]byte{byte(e.lanes[lane])})
	return h.Sum64()
}
