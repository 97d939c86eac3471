package miniworld

import (
	"encoding"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"math"

	"github.com/miniflow-rl/miniflow"
)

// simVersion is the first byte of a snapshot.
const simVersion = 1

var errSnapshot = errors.New("miniworld: it is too short or not of this version")

// AppendBinary implements encoding.BinaryAppender. A snapshot does not hold the
// level: it holds the generator that the level was generated from, what has
// changed since, and a hash to know that both fit.
func (s *sim) AppendBinary(dst []byte) ([]byte, error) {
	if !s.built {
		return append(dst, simVersion, 0), nil
	}
	dst, err := s.start.AppendBinary(append(dst, simVersion, 1))
	if err != nil {
		return dst, err
	}
	le := binary.LittleEndian
	dst = le.AppendUint64(dst, s.StateHash())
	carrying := uint32(math.MaxUint32)
	if c := s.Agent.Carrying; c != nil {
		carrying = uint32(c.Base().index)
	}
	for _, v := range []uint32{uint32(s.steps), carrying, uint32(len(s.bodies))} {
		dst = le.AppendUint32(dst, v)
	}
	for i, b := range s.bodies {
		dst = le.AppendUint32(dst, uint32(b.index))
		for _, v := range [4]float64{b.Pos[0], b.Pos[1], b.Pos[2], b.Dir} {
			dst = le.AppendUint64(dst, math.Float64bits(v))
		}
		if dst, err = appendState(dst, s.entities[i]); err != nil {
			return dst, err
		}
	}
	if s.sampler.random && s.sampler.Streams {
		for f := range s.sampler.streams {
			if dst, err = s.sampler.streams[f].AppendBinary(dst); err != nil {
				return dst, err
			}
		}
	}
	return appendState(dst, s.task)
}

// appendState appends the state of its own that v has, if any, behind its length.
func appendState(dst []byte, v any) ([]byte, error) {
	at := len(dst)
	dst = append(dst, 0, 0, 0, 0)
	if a, ok := v.(encoding.BinaryAppender); ok {
		var err error
		if dst, err = a.AppendBinary(dst); err != nil {
			return dst, err
		}
	}
	binary.LittleEndian.PutUint32(dst[at:], uint32(len(dst)-at-4))
	return dst, nil
}

// UnmarshalBinary implements encoding.BinaryUnmarshaler. On failure the world is
// as it was.
func (s *sim) UnmarshalBinary(src []byte) error {
	r := reader{src: src}
	if r.next(1); r.err != nil || src[0] != simVersion {
		return errSnapshot
	}
	w := &World{MaxSteps: s.limit, sampler: s.sampler}
	fresh := newSim(w, s.newTask, s.eye)
	if b := r.next(1); r.err == nil && b[0] == 1 {
		if err := fresh.restore(&r); err != nil {
			return err
		}
	}
	if r.err != nil || len(r.src) > 0 {
		return errSnapshot
	}
	w.rng, w.level = s.rng, s.level+1
	*s.World = *w
	s.start = fresh.start
	s.setTask(fresh.task)
	return nil
}

// SetRand says which generator the world draws from after a restore.
func (s *sim) SetRand(rng *miniflow.Rand) { s.rng = rng }

// trial returns a copy of the lane to try steps on, without watchers. Its
// generator is a copy, too.
func (s *sim) trial() (*sim, error) {
	state, err := s.AppendBinary(nil)
	if err != nil {
		return nil, err
	}
	if s.rng == nil {
		return nil, fmt.Errorf("miniworld: call Reset first: %w", miniflow.ErrNeedsReset)
	}
	w := &World{MaxSteps: s.limit, sampler: s.sampler}
	t := newSim(w, s.newTask, s.eye)
	if err := t.UnmarshalBinary(state); err != nil {
		return nil, err
	}
	rng := *s.rng
	t.rng, t.sampler = &rng, s.sampler
	return t, nil
}

// restore generates the level of a snapshot and changes it as recorded.
func (s *sim) restore(r *reader) error {
	var rng miniflow.Rand
	if err := rng.UnmarshalBinary(r.next(randBytes)); err != nil {
		return err
	}
	hash := r.uint64()
	steps, carrying, n := r.uint32(), r.uint32(), r.uint32()
	if r.err != nil {
		return errSnapshot
	}
	if err := s.generate(&rng); err != nil {
		return err
	}
	byIndex := make(map[uint32]Entity, len(s.entities))
	for _, e := range s.entities {
		byIndex[uint32(e.Base().index)] = e
	}
	s.entities, s.bodies, s.movers = s.entities[:0], s.bodies[:0], s.movers[:0]
	for range n {
		e := byIndex[r.uint32()]
		if e == nil {
			return errSnapshot
		}
		b := e.Base()
		for k := range b.Pos {
			b.Pos[k] = math.Float64frombits(r.uint64())
		}
		b.Dir = math.Float64frombits(r.uint64())
		s.insert(e)
		if err := r.state(e); err != nil {
			return err
		}
	}
	s.steps = int(int32(steps))
	if carrying != math.MaxUint32 {
		if s.Agent.Carrying = byIndex[carrying]; s.Agent.Carrying == nil {
			return errSnapshot
		}
	}
	if s.sampler.random && s.sampler.Streams {
		for f := range s.sampler.streams {
			if err := s.sampler.streams[f].UnmarshalBinary(r.next(randBytes)); err != nil {
				return err
			}
		}
	}
	if err := r.state(s.task); err != nil {
		return err
	}
	if r.err != nil {
		return errSnapshot
	}
	if s.StateHash() != hash {
		return fmt.Errorf("miniworld: it belongs to a world with other parameters")
	}
	return nil
}

// reader takes a snapshot apart; it remembers when it came to the end too early.
type reader struct {
	src []byte
	err error
}

func (r *reader) next(n int) []byte {
	if n < 0 || n > len(r.src) {
		r.err = errSnapshot
		r.src = nil
		return make([]byte, min(max(n, 0), randBytes))
	}
	b := r.src[:n]
	r.src = r.src[n:]
	return b
}

func (r *reader) uint32() uint32 { return binary.LittleEndian.Uint32(r.next(4)) }
func (r *reader) uint64() uint64 { return binary.LittleEndian.Uint64(r.next(8)) }

func (r *reader) state(v any) error {
	b := r.next(int(r.uint32()))
	u, ok := v.(encoding.BinaryUnmarshaler)
	switch {
	case r.err != nil:
		return errSnapshot
	case ok:
		return u.UnmarshalBinary(b)
	case len(b) > 0:
		return errSnapshot
	}
	return nil
}

// randBytes is the length of a generator in binary form.
var randBytes = func() int {
	b, err := miniflow.NewRand(0).AppendBinary(nil)
	if err != nil {
		panic(err)
	}
	return len(b)
}()

// StateHash implements [miniflow.SimHasher]: FNV-1a over rooms, portals, light,
// step count and all entities.
func (s *sim) StateHash() uint64 {
	h := fnv.New64a()
	var buf []byte
	add := func(v ...float64) {
		buf = buf[:0]
		for _, x := range v {
			buf = binary.LittleEndian.AppendUint64(buf, math.Float64bits(x))
		}
		h.Write(buf)
	}
	for _, r := range s.rooms {
		for i, p := range r.Outline {
			add(p[0], p[1])
			for _, o := range r.Portals[i] {
				add(o.Start, o.End, o.MinY, o.MaxY)
			}
		}
		add(r.Height, float64(r.Variants.Walls), float64(r.Variants.Floor), float64(r.Variants.Ceiling))
	}
	add(s.Sky[:]...)
	add(s.LightPos[:]...)
	add(s.LightColor[:]...)
	add(s.LightAmbient[:]...)
	add(float64(s.steps), s.reach)
	for _, b := range s.bodies {
		add(float64(b.index), b.Pos[0], b.Pos[1], b.Pos[2], b.Dir, b.Radius)
	}
	if a := s.Agent; a != nil {
		add(a.CamHeight, a.CamFwdDisp, a.CamPitch, a.CamFovY)
		if a.Carrying != nil {
			add(float64(a.Carrying.Base().index))
		}
	}
	return h.Sum64()
}
