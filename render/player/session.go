package player

import (
	"errors"
	"fmt"
	"slices"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/wrappers"
)

// Session plays episodes of one environment of one lane, one at a time.
//
// A world has a name: the seed of the last seeded reset and the number of resets
// without a seed since then. Minigrid's manual control makes both kinds.
type Session struct {
	env    miniflow.Env
	batch  *miniflow.Batch
	view   miniflow.Viewer      // nil where objects are built
	built  *construction        // nil where they are not, or by continuous actions
	shaped *shaping             // nil where no object is built by continuous actions
	views  []string             // of view, the environment's own two first
	snap   miniflow.Snapshotter // nil if the environment cannot be saved
	rec    *miniflow.Recorder
	begin  []byte             // the lane at the start of the episode
	before []miniflow.Episode // what leads from the seed to this episode

	seed     uint64
	world    int
	step     int
	action   int // of the last step, -1 before the first
	reward   float64
	total    float64
	mode     string // who acted: "", "human", the agent's name, or both
	episodes int    // that ended
	recorded bool   // the episode has been saved because all are
}

// NewSession returns a session of env, which must have one lane, autoreset
// [miniflow.Disabled], and a [miniflow.Viewer] or objects to build. Call Seed before
// anything else.
func NewSession(env miniflow.Env) (*Session, error) {
	id := env.Spec().ID
	view, ok := miniflow.As[miniflow.Viewer](env)
	built, shaped := newConstruction(env), newShaping(env)
	if built == nil && shaped == nil && (!ok || len(view.Views()) == 0) {
		return nil, fmt.Errorf("%s cannot be drawn: play an environment that has pictures", id)
	}
	if mode, ok := miniflow.As[miniflow.Autoresetter](env); env.Len() != 1 || !ok || mode.Autoreset() != miniflow.Disabled {
		return nil, fmt.Errorf("%s: playing needs one lane and autoreset disabled", id)
	}
	s := &Session{env: env, batch: miniflow.NewBatch(env), view: view, built: built, shaped: shaped}
	if !s.Builds() {
		s.views = view.Views()
		s.walkIn()
	}
	s.snap, _ = miniflow.As[miniflow.Snapshotter](env)
	s.rec = miniflow.NewRecorder(env, s.batch)
	return s, nil
}

// Env returns the environment.
func (s *Session) Env() miniflow.Env { return s.env }

// Builds reports whether objects are built, and no world is walked in.
func (s *Session) Builds() bool { return s.built != nil || s.shaped != nil }

// walkIn adds views in first person to Minigrid's levels.
func (s *Session) walkIn() {
	v, err := wrappers.NewFirstPersonViewer(s.env)
	if err != nil {
		return // a world of another kind
	}
	all := v.Views()
	for _, name := range s.views {
		if !slices.Contains(all, name) {
			return // drawn by a viewer that can do more
		}
	}
	s.view = v
	added := slices.DeleteFunc(all, func(name string) bool { return slices.Contains(s.views, name) })
	s.views = slices.Insert(s.views, min(2, len(s.views)), added...) // the map's variants come last
}

// Viewer returns what draws the environment, nil where objects are built. It may
// have more views than the environment itself.
func (s *Session) Viewer() miniflow.Viewer { return s.view }

// Views returns the names of the views, the environment's own two first.
func (s *Session) Views() []string { return s.views }

// Ended reports whether the episode has ended.
func (s *Session) Ended() bool { return s.batch.Ended(0) }

// Seed starts the world that seed names.
func (s *Session) Seed(seed uint64) error {
	if err := s.env.Reset(s.batch, seed); err != nil {
		return err
	}
	s.seed, s.world, s.before = seed, 0, nil
	return s.started(&seed)
}

// Next starts the next world of the lane's generator: a reset without a seed.
func (s *Session) Next() error {
	last := s.Episode()
	if err := s.env.Reset(s.batch); err != nil {
		return err
	}
	s.world++
	s.before = append(s.before, last)
	return s.started(nil)
}

// Again starts the same world once more.
func (s *Session) Again() error {
	if s.world == 0 {
		return s.Seed(s.seed)
	}
	if s.begin == nil {
		return fmt.Errorf("%s cannot go back to a world without a seed of its own", s.env.Spec().ID)
	}
	if err := s.snap.Restore(s.batch, 0, s.begin); err != nil {
		return err
	}
	return s.started(nil)
}

// started sets the counters of a new episode.
func (s *Session) started(seed *uint64) error {
	s.step, s.action, s.reward, s.total, s.mode, s.recorded = 0, -1, 0, 0, "", false
	s.rec.Reset(seed, "")
	if s.built != nil {
		s.built.start()
	}
	if s.shaped != nil {
		s.shaped.start()
	}
	s.begin = s.begin[:0]
	if s.snap == nil {
		s.begin = nil
		return nil
	}
	begin, err := s.snap.Snapshot(s.begin, s.batch, 0)
	if err != nil {
		s.snap, s.begin = nil, nil // this world cannot be saved: Again says so
		return nil
	}
	s.begin = begin
	return nil
}

// errEnded says that a step was asked for after the end of the episode.
var errEnded = errors.New("the episode has ended")

// Act takes a step with a discrete action; a counts from 0 in the order of
// Spec().ActionNames.
func (s *Session) Act(a int) error {
	d, ok := s.env.Spec().Action.(miniflow.Discrete)
	if !ok {
		return fmt.Errorf("%s has no discrete actions: only an agent can act", s.env.Spec().ID)
	}
	s.batch.Action.I32[0] = int32(d.Start + a)
	return s.advance("human")
}

// Follow takes a step with the action that an agent chooses, whose Begin has been
// called.
func (s *Session) Follow(p *Agent) error {
	if s.Ended() {
		return errEnded
	}
	if err := p.Policy.Act(s.batch, p.rng[:], p.Greedy); err != nil {
		return err
	}
	return s.advance(p.Name)
}

func (s *Session) advance(who string) error {
	if s.Ended() {
		return errEnded
	}
	kind := -1
	if s.shaped != nil {
		if err := s.remember(); err != nil {
			return err
		}
		kind = s.shaped.chosen(s.batch.Action.RowF64(0)[0])
	}
	if err := s.env.Step(s.batch); err != nil {
		return err
	}
	s.step++
	s.reward = s.batch.Reward[0]
	s.total += s.reward
	if d, ok := s.env.Spec().Action.(miniflow.Discrete); ok {
		s.action = int(s.batch.Action.I32[0]) - d.Start
		s.rec.Step()
	}
	if s.built != nil {
		s.built.moved()
	}
	if s.shaped != nil {
		s.shaped.moved(kind, s.Ended())
	}
	switch s.mode {
	case "", who:
		s.mode = who
	default:
		s.mode = "human and agent"
	}
	if s.Ended() {
		s.episodes++
	}
	return nil
}

// Episode returns a copy of the episode so far.
func (s *Session) Episode() miniflow.Episode {
	e := *s.rec.Episode()
	e.Mode = s.mode
	e.Actions, e.Steps = slices.Clone(e.Actions), slices.Clone(e.Steps)
	return e
}

// Episodes returns what must be replayed, in order, to see the episode so far:
// the episodes since the last seeded reset, the present one last.
func (s *Session) Episodes() []miniflow.Episode { return append(slices.Clone(s.before), s.Episode()) }
