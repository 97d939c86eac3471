package minigrid

import (
	"encoding"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"

	"github.com/miniflow-rl/miniflow"
)

// Task is what the author of a world writes: how a level is drawn. A Task that
// is also a [Judge] changes what steps earn; one that is also a [Mover] acts
// before the agent does. A Task with state of its own that changes within an
// episode also implements encoding.BinaryAppender and
// encoding.BinaryUnmarshaler, or its worlds cannot be snapshotted exactly.
type Task interface {
	// Generate draws a level onto the empty map of w: walls, things, agent and
	// mission. It draws random numbers from w only.
	Generate(w *World) error
}

// Judge is a [Task] with rules of its own for rewards and ends. It is called
// after the agent has moved, with the outcome of the common rules. It looks at
// the world but changes nothing there.
type Judge interface {
	Judge(w *World, a Action, o *Outcome)
}

// Mover is a [Task] in which other things move. It is called before the agent
// acts and returns the action to take, usually a.
type Mover interface {
	Move(w *World, a Action) Action
}

// Starter is a [Task] that changes the level after the first observation of an
// episode has been made.
type Starter interface {
	Start(w *World)
}

// The positions of the observations in Batch.Obs.
const (
	ObsImage = iota
	ObsDirection
	ObsMission
)

// sim runs a Task as a miniflow.Sim.
type sim struct {
	*World
	newTask func() Task
	task    Task
	judge   Judge   // nil if the task is none
	mover   Mover   // nil if the task is none
	starter Starter // nil if the task is none
	limit   int     // MaxSteps unless the task sets its own
	opening []Cell  // the first view of an episode of a Starter
	out     Outcome // here, so that handing it to a Judge allocates nothing

	watchers []Watcher
	referees []Referee
}

func newSim(w *World, newTask func() Task) *sim {
	s := &sim{World: w, newTask: newTask, limit: w.MaxSteps}
	s.setTask(newTask())
	return s
}

func (s *sim) setTask(t Task) {
	s.task = t
	s.judge, _ = t.(Judge)
	s.mover, _ = t.(Mover)
	s.starter, _ = t.(Starter)
}

// Reset implements [miniflow.Sim].
func (s *sim) Reset(rng *miniflow.Rand, l miniflow.Lane) error {
	s.rng = rng
	if err := s.generate(); err != nil {
		return err
	}
	if s.pos < 0 {
		return fmt.Errorf("minigrid: the level has no agent: place one in Generate")
	}
	if s.MaxSteps < 1 {
		return fmt.Errorf("minigrid: the level has no step limit: set Layout.MaxSteps, or World.MaxSteps in Generate")
	}
	l.SetText(ObsMission, s.Mission)
	s.write(l)
	if s.starter != nil {
		if s.opening == nil {
			s.opening = make([]Cell, s.viewSize*s.viewSize)
		}
		s.View(s.opening, s.viewSize)
		s.starter.Start(s.World)
	}
	for _, x := range s.watchers {
		x.Watch(s.World, l.Index(), true)
	}
	return nil
}

// levelTries is how often a level is drawn afresh when something found no place
// in it. The original tries for ever or gives up, depending on the world.
const levelTries = 10

func (s *sim) generate() error {
	for try := 1; ; try++ {
		s.Clear()
		s.MaxSteps = s.limit
		err := s.task.Generate(s.World)
		if err == nil || try == levelTries || !errors.Is(err, ErrPlacement) {
			return err
		}
	}
}

// Step implements [miniflow.Sim].
func (s *sim) Step(l miniflow.Lane) {
	a := Action(l.Action())
	for _, r := range s.referees {
		r.Before(s.World, a)
	}
	o := s.advance(a)
	for _, r := range s.referees {
		r.After(s.World, a, o)
	}
	if o.Reward != 0 {
		l.SetReward(o.Reward)
	}
	if o.Terminated {
		l.Terminate()
	}
	if o.Truncated {
		l.Truncate()
	}
	s.write(l)
	for _, x := range s.watchers {
		x.Watch(s.World, l.Index(), false)
	}
}

// advance is a step without its observation, for the planner to try actions
// with. The outcome is valid until the next call.
func (s *sim) advance(a Action) *Outcome {
	if s.mover != nil {
		a = s.mover.Move(s.World, a)
	}
	s.out = s.act(a)
	if s.judge != nil {
		s.judge.Judge(s.World, a, &s.out)
	}
	return &s.out
}

func (s *sim) write(l miniflow.Lane) {
	s.EncodeView(l.U8(ObsImage), s.viewSize)
	l.I32(ObsDirection)[0] = int32(s.dir)
}

// StateHash implements [miniflow.SimHasher]: FNV-1a over image, map, direction,
// position and what is carried, as recorded in the golden episodes.
func (s *sim) StateHash() uint64 {
	h := fnv.New64a()
	view := make([]Cell, s.viewSize*s.viewSize)
	if s.View(view, s.viewSize); s.steps == 0 && s.opening != nil {
		view = s.opening // what was observed, which Start has changed since
	}
	buf := make([]uint8, 3*len(view))
	encodeCells(buf, view)
	h.Write(buf)
	h.Write(s.Encode())
	p, d := s.Agent()
	buf = append(buf[:0], uint8(d))
	buf = binary.LittleEndian.AppendUint32(buf, uint32(int32(p.X)))
	buf = binary.LittleEndian.AppendUint32(buf, uint32(int32(p.Y)))
	if s.carrying == Unseen {
		buf = append(buf, 255, 255, 255)
	} else {
		t, c, st := s.carrying.Encode()
		buf = append(buf, t, c, st)
	}
	h.Write(buf)
	return h.Sum64()
}

// Encode returns the whole map without the agent, width x height x 3 bytes
// indexed [x][y][c].
func (w *World) Encode() []uint8 {
	out := make([]uint8, 0, 3*w.width*w.height)
	for x := range w.width {
		for y := range w.height {
			t, c, s := w.cells[w.index(x, y)].Encode()
			out = append(out, t, c, s)
		}
	}
	return out
}

const simVersion = 1

// AppendBinary implements encoding.BinaryAppender: counters, mission, map, and
// the task's own state if it has any.
func (s *sim) AppendBinary(dst []byte) ([]byte, error) {
	dst = append(dst, simVersion, byte(s.dir), byte(s.carrying))
	dst = binary.LittleEndian.AppendUint16(dst, s.carryTag)
	for _, v := range []int{s.width, s.height, s.pos, s.steps, s.MaxSteps, len(s.Mission)} {
		dst = binary.LittleEndian.AppendUint32(dst, uint32(v))
	}
	dst = append(dst, s.Mission...)
	for y := range s.height {
		for x := range s.width {
			i := s.index(x, y)
			dst = append(dst, byte(s.cells[i]))
			dst = binary.LittleEndian.AppendUint16(dst, s.tags[i])
		}
	}
	if a, ok := s.task.(encoding.BinaryAppender); ok {
		return a.AppendBinary(dst)
	}
	return dst, nil
}

// UnmarshalBinary implements encoding.BinaryUnmarshaler. On failure the world
// is as it was.
func (s *sim) UnmarshalBinary(src []byte) error {
	const head = 5 + 6*4
	if len(src) < head || src[0] != simVersion || src[1] > 3 {
		return fmt.Errorf("minigrid: not a world of this version")
	}
	var v [6]int
	for k := range v {
		v[k] = int(int32(binary.LittleEndian.Uint32(src[5+4*k:])))
	}
	body := src[head:]
	if v[0] != s.width || v[1] != s.height || v[5] < 0 || len(body) < v[5]+3*s.width*s.height {
		return fmt.Errorf("minigrid: not a world of %dx%d cells", s.width, s.height)
	}
	pos := v[2]
	if p := s.point(pos); pos < 0 || !s.Contains(p) {
		return fmt.Errorf("minigrid: the agent is off the map")
	}
	mission, body := string(body[:v[5]]), body[v[5]:]
	cells, rest := body[:3*s.width*s.height], body[3*s.width*s.height:]
	valid := func(c Cell) bool { return c == Unseen || cellTable[c].typ != TypeUnseen }
	for k := 0; k < len(cells); k += 3 {
		if !valid(Cell(cells[k])) {
			return fmt.Errorf("minigrid: cell code %d is unknown", cells[k])
		}
	}
	if !valid(Cell(src[2])) {
		return fmt.Errorf("minigrid: cell code %d is unknown", src[2])
	}
	if u, ok := s.task.(encoding.BinaryUnmarshaler); ok {
		if err := u.UnmarshalBinary(rest); err != nil {
			return err
		}
	} else if len(rest) > 0 {
		return fmt.Errorf("minigrid: %d bytes are left over", len(rest))
	}
	s.dir, s.carrying, s.carryTag = Direction(src[1]), Cell(src[2]), binary.LittleEndian.Uint16(src[3:])
	s.pos, s.steps, s.MaxSteps, s.Mission = pos, v[3], v[4], mission
	for y := range s.height {
		for x := range s.width {
			i, k := s.index(x, y), 3*(y*s.width+x)
			s.cells[i] = Cell(cells[k])
			s.tags[i] = binary.LittleEndian.Uint16(cells[k+1:])
		}
	}
	return nil
}
