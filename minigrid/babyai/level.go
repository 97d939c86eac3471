package babyai

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid"
)

// maxLayouts bounds how many layouts a reset may reject. The original goes on
// for ever; its most selective level rejects some dozens.
const maxLayouts = 2000

// levelSpec is a kind of level: rooms, limits and how its missions are drawn.
type levelSpec struct {
	size, rows, cols int
	// maxSteps is the step limit; 0 for one that grows with map and mission.
	maxSteps int
	// unblocking rejects missions about keys that a locked door needs.
	unblocking bool
	// draw completes a level of closed rooms and returns its instruction. An
	// error that wraps errRejected or minigrid.ErrPlacement asks for another try.
	draw func(s *Scene) (Instr, error)
	// start, if not nil, changes the level after its first observation.
	start func(s *Scene, i Instr)
}

// Mission is a [minigrid.Task] that carries out an instruction: what bots look
// for through [minigrid.Tasks].
type Mission interface {
	Instr() Instr
	Scene() *Scene
}

// Level is the task of a lane: it draws levels and judges their missions.
type Level struct {
	spec  levelSpec
	scene *Scene
	instr Instr
	bytes []*int8 // scratch for AppendBinary
}

var (
	_ minigrid.Task    = (*Level)(nil)
	_ minigrid.Judge   = (*Level)(nil)
	_ minigrid.Starter = handing{}
)

func newLevel(spec levelSpec) *Level {
	return &Level{spec: spec, scene: newScene(spec.size, spec.rows, spec.cols)}
}

// Instr returns the instruction of the present episode.
func (l *Level) Instr() Instr { return l.instr }

// Scene returns the present level.
func (l *Level) Scene() *Scene { return l.scene }

// Generate implements [minigrid.Task]: it draws layouts until one suits its
// mission. A rejected layout's draws are not taken back.
func (l *Level) Generate(w *minigrid.World) error {
	var err error
	for range maxLayouts {
		w.Clear()
		if err = l.generate(w); err == nil {
			return nil
		}
		if !errors.Is(err, errRejected) && !errors.Is(err, minigrid.ErrPlacement) {
			return err
		}
	}
	return fmt.Errorf("babyai: no level in %d layouts, the last failed with: %w", maxLayouts, err)
}

func (l *Level) generate(w *minigrid.World) error {
	s := l.scene
	if err := s.begin(w); err != nil {
		return err
	}
	instr, err := l.spec.draw(s)
	if err != nil {
		return err
	}
	if err := l.validate(instr); err != nil {
		return err
	}
	l.instr = instr
	w.Mission = instr.Text(s)
	instr.begin(s)
	if l.spec.maxSteps == 0 && w.MaxSteps == 0 {
		w.MaxSteps = instr.Navs() * l.spec.size * l.spec.size * l.spec.rows * l.spec.cols
	}
	return nil
}

// validate rejects missions that are done already, cannot be done, or would lock
// a door for good.
func (l *Level) validate(i Instr) error {
	switch i := i.(type) {
	case *Before:
		return errors.Join(l.validate(i.First), l.validate(i.Then))
	case *After:
		return errors.Join(l.validate(i.Then), l.validate(i.First))
	case *And:
		return errors.Join(l.validate(i.A), l.validate(i.B))
	case *PutNext:
		i.begin(l.scene)
		if i.Move.ids.meets(&i.Beside.ids) {
			return fmt.Errorf("a thing fits both sides of %q: %w", "put next to", errRejected)
		}
		if i.alreadyNext() {
			return fmt.Errorf("the things are next to each other: %w", errRejected)
		}
	}
	if !l.spec.unblocking {
		return nil
	}
	var err error
	i.Descs(func(d *Desc) {
		if d.Type == minigrid.TypeKey && l.scene.hasLocked(d.Color) {
			err = fmt.Errorf("the mission is about a key that a door needs: %w", errRejected)
		}
	})
	return err
}

// hasLocked reports whether a door of this colour is locked.
func (s *Scene) hasLocked(c minigrid.Color) (found bool) {
	s.doors(func(p minigrid.Point) {
		d := s.At(p)
		found = found || d.State() == minigrid.Locked && d.Color() == c
	})
	return found
}

// handing is a Level whose agent is handed something after the first
// observation.
type handing struct{ *Level }

// Start implements [minigrid.Starter].
func (h handing) Start(*minigrid.World) { h.spec.start(h.scene, h.instr) }

// Judge implements [minigrid.Judge].
func (l *Level) Judge(w *minigrid.World, a minigrid.Action, o *minigrid.Outcome) {
	s := l.scene
	s.World = w // a restored level has not drawn one
	s.follow(a)
	if a == minigrid.Drop && s.moved {
		l.instr.Descs(s.track)
		s.moved = false
	}
	switch l.instr.verify(s, a) {
	case Success:
		o.Terminated, o.Reward = true, w.SuccessReward()
	case Failure:
		o.Terminated, o.Reward = true, 0
	}
}

// track brings a description up to date.
func (s *Scene) track(d *Desc) { d.track(s) }

// AppendBinary implements encoding.BinaryAppender: rooms are fixed by the map,
// so the instruction and what its verifier remembers are enough.
func (l *Level) AppendBinary(dst []byte) ([]byte, error) {
	s := l.scene
	if l.instr == nil {
		return append(dst, 0), nil
	}
	dst = append(dst, 1)
	dst = appendInstr(dst, l.instr)
	moved := byte(0)
	if s.moved {
		moved = 1
	}
	dst = append(dst, byte(s.carried+1), byte((s.carried+1)>>8), moved)
	dst = appendPoints(dst, s.where)
	l.instr.Descs(func(d *Desc) {
		for _, word := range d.ids {
			dst = binary.LittleEndian.AppendUint64(dst, word)
		}
		dst = binary.LittleEndian.AppendUint16(dst, uint16(d.count))
		dst = appendPoints(dst, d.at)
	})
	l.bytes = l.instr.state(l.bytes[:0])
	for _, v := range l.bytes {
		dst = append(dst, byte(*v))
	}
	return dst, nil
}

var errState = errors.New("babyai: not the state of a level")

// UnmarshalBinary implements encoding.BinaryUnmarshaler. On failure the level is
// as it was.
func (l *Level) UnmarshalBinary(src []byte) error {
	r := reader{src: src}
	if r.byte() == 0 {
		if r.bad || len(r.src) > 0 {
			return errState
		}
		l.instr = nil
		return nil
	}
	instr := r.instr(0)
	if r.bad {
		return errState
	}
	carried := int(r.byte()) | int(r.byte())<<8
	moved := r.byte() == 1
	where := r.points(nil)
	instr.Descs(func(d *Desc) {
		for k := range d.ids {
			d.ids[k] = r.uint64()
		}
		d.count = int(r.uint16())
		d.at = r.points(nil)
	})
	for _, v := range instr.state(nil) {
		*v = int8(r.byte())
	}
	if r.bad || len(r.src) > 0 || carried > len(where) {
		return errState
	}
	l.instr, l.scene.where, l.scene.carried, l.scene.moved, l.scene.surveyed = instr, where, carried-1, moved, true
	return nil
}

func register(cl minigrid.Class, rows ...row) {
	for _, r := range rows {
		if err := cl.Register(r.id, r.defaults); err != nil {
			panic(err)
		}
	}
}

type row struct {
	id       string
	defaults defaults
}

type defaults = map[string]any

// class completes a family of levels. Its parameters are those given; kind
// computes the level from them.
func class(name, doc, mission string, params []miniflow.Param, kind func(c *miniflow.Config) (levelSpec, error)) minigrid.Class {
	return minigrid.Class{Name: name, Doc: doc, Mission: mission, Params: params,
		Layout: func(c *miniflow.Config) (minigrid.Layout, error) {
			spec, err := kind(c)
			if err != nil {
				return minigrid.Layout{}, err
			}
			width, height := minigrid.NewRoomGrid(spec.size, spec.rows, spec.cols).Size()
			return minigrid.Layout{Width: width, Height: height, MaxSteps: spec.maxSteps,
				NewTask: func() minigrid.Task {
					if spec.start != nil {
						return handing{newLevel(spec)}
					}
					return newLevel(spec)
				}}, nil
		}}
}
