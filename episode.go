package miniflow

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"reflect"
	"slices"
	"strconv"
)

// Episode is one episode as data: what to make, the seed, the actions, and a
// hash of the state after every step. People, bots, agents and the recorded
// traces of the originals share this format; a file of episodes has one JSON
// object a line, replayed in order on one environment of one lane.
type Episode struct {
	// Version is 1.
	Version int `json:"v"`
	// Env is the id, Params the parameters that differ from the registered ones.
	Env    string         `json:"env"`
	Params map[string]any `json:"params,omitempty"`
	// Seed is the seed of the reset; nil continues the lane's generator.
	Seed *uint64 `json:"seed"`
	// Mode says who acted, such as "human", "random" or the name of an agent.
	Mode string `json:"mode,omitempty"`
	// Mission is the instruction, if there is one.
	Mission string `json:"mission,omitempty"`
	// Reset is the state that the reset led to.
	Reset EpisodeState `json:"reset"`
	// Actions are the actions of a Discrete action space, Vectors those of a Box of
	// float64, one a step; Steps is what they led to.
	Actions []int32       `json:"actions"`
	Vectors [][]float64   `json:"vectors,omitempty"`
	Steps   []EpisodeStep `json:"steps"`
}

// Recordable reports whether episodes have the actions of a space: whether it is
// Discrete or a Box of float64.
func Recordable(action Space) bool {
	if _, ok := action.(Discrete); ok {
		return true
	}
	box, ok := action.(Box)
	return ok && box.Type == Float64
}

// Act adds the action of a lane of b, whose action space is [Recordable].
func (e *Episode) Act(b *Batch, lane int) {
	if b.Action.Type == Float64 {
		e.Vectors = append(e.Vectors, slices.Clone(b.Action.RowF64(lane)))
		return
	}
	e.Actions = append(e.Actions, b.Action.I32[lane])
}

// act puts action k into lane 0 of b. It fails if the action space is another.
func (e *Episode) act(b *Batch, k int) error {
	a := &b.Action
	switch {
	case a.Type == Int32 && a.Size() == 1 && k < len(e.Actions):
		a.I32[0] = e.Actions[k]
	case a.Type == Float64 && k < len(e.Vectors) && len(e.Vectors[k]) == a.Size():
		copy(a.RowF64(0), e.Vectors[k])
	default:
		return fmt.Errorf("%s: step %d: the action does not fit the action space: %w", e.Env, k+1, ErrEpisode)
	}
	return nil
}

// EpisodeState identifies a state by its hash; see [StateHash].
type EpisodeState struct {
	Hash HexUint64 `json:"hash"`
}

// EpisodeStep is what one action led to.
type EpisodeStep struct {
	Reward     float64   `json:"reward"`
	Terminated bool      `json:"terminated"`
	Truncated  bool      `json:"truncated"`
	Hash       HexUint64 `json:"hash"`
}

// HexUint64 is a uint64 that JSON shows as 16 hexadecimal digits.
type HexUint64 uint64

// MarshalText implements encoding.TextMarshaler.
func (h HexUint64) MarshalText() ([]byte, error) { return fmt.Appendf(nil, "%016x", uint64(h)), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (h *HexUint64) UnmarshalText(text []byte) error {
	v, err := strconv.ParseUint(string(text), 16, 64)
	if err != nil || len(text) != 16 {
		return fmt.Errorf("hash %q: want 16 hexadecimal digits", text)
	}
	*h = HexUint64(v)
	return nil
}

// ErrEpisode says that a file is no episode file, or that an episode does not
// replay as it was recorded.
var ErrEpisode = errors.New("bad episode")

// StateHash returns the hash of a lane's state that episode files record: that
// of the environment's [Hasher], or FNV-1a 64 over the observation rows where
// it has none.
func StateHash(env Env, b *Batch, lane int) uint64 {
	if h, ok := As[Hasher](env); ok {
		if v := h.StateHash(lane); v != 0 {
			return v
		}
	}
	return hashRows(b.Obs, lane)
}

// Recorder records the episodes of lane 0 of an environment.
type Recorder struct {
	env     Env
	b       *Batch
	episode Episode
}

// NewRecorder returns a recorder of the environment that steps with b.
func NewRecorder(env Env, b *Batch) *Recorder { return &Recorder{env: env, b: b} }

// Reset begins an episode; call it after the environment's Reset.
func (r *Recorder) Reset(seed *uint64, mode string) {
	spec := r.env.Spec()
	r.episode = Episode{Version: 1, Env: spec.ID, Params: spec.ChangedParams(), Seed: seed, Mode: mode,
		Reset: EpisodeState{HexUint64(StateHash(r.env, r.b, 0))}}
	if k := spec.Observation.Index("mission"); k >= 0 && r.b.Obs[k].Type == TextType {
		r.episode.Mission = r.b.Obs[k].Text[0]
	}
}

// Step adds the step just made; call it after the environment's Step. With
// autoreset [SameStep] the state after the last step is lost: use another mode.
func (r *Recorder) Step() {
	r.episode.Act(r.b, 0)
	r.episode.Steps = append(r.episode.Steps, EpisodeStep{r.b.Reward[0], r.b.Terminated[0], r.b.Truncated[0],
		HexUint64(StateHash(r.env, r.b, 0))})
}

// Undo takes the last step back; call it after an environment that is
// [Reversible] has done so. Without a step it does nothing.
func (r *Recorder) Undo() {
	e := &r.episode
	e.Actions, e.Vectors, e.Steps = e.Actions[:max(0, len(e.Actions)-1)], e.Vectors[:max(0, len(e.Vectors)-1)], e.Steps[:max(0, len(e.Steps)-1)]
}

// Episode returns what has been recorded since Reset. It stays valid until the
// next call of Reset or Step.
func (r *Recorder) Episode() *Episode { return &r.episode }

// ChangedParams returns the parameters whose values differ from the registered
// ones, nil if none or if s is not registered.
func (s *Spec) ChangedParams() map[string]any {
	base, err := Lookup(s.ID)
	if err != nil {
		return nil
	}
	var out map[string]any
	for _, p := range s.Params {
		k := slices.IndexFunc(base.Params, func(q Param) bool { return q.Name == p.Name })
		if k >= 0 && !reflect.DeepEqual(base.Params[k].Value, p.Value) {
			if out == nil {
				out = map[string]any{}
			}
			out[p.Name] = p.Value
		}
	}
	return out
}

// Write appends the episode to w as one line of JSON.
func (e *Episode) Write(w io.Writer) error {
	data, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("write episode of %s: %w", e.Env, err)
	}
	_, err = w.Write(append(data, '\n'))
	return err
}

// maxEpisodeLine bounds a line of an episode file: 64 MiB, some 500,000 steps.
const maxEpisodeLine = 64 << 20

// Episodes reads episodes from r, one a line, until the end or the first error,
// which it yields with the number of the line and which wraps [ErrEpisode].
func Episodes(r io.Reader) iter.Seq2[*Episode, error] {
	return func(yield func(*Episode, error) bool) {
		sc := bufio.NewScanner(r)
		sc.Buffer(make([]byte, 64<<10), maxEpisodeLine)
		n, seen := 0, 0
		for sc.Scan() {
			n++
			if len(sc.Bytes()) == 0 {
				continue
			}
			seen++
			e, err := parseEpisode(sc.Bytes())
			if err != nil {
				yield(nil, fmt.Errorf("line %d: %w: %w", n, ErrEpisode, err))
				return
			}
			if !yield(e, nil) {
				return
			}
		}
		if err := sc.Err(); err != nil {
			yield(nil, fmt.Errorf("line %d: %w: %w", n+1, ErrEpisode, err))
		} else if seen == 0 {
			yield(nil, fmt.Errorf("%w: the file is empty", ErrEpisode))
		}
	}
}

func parseEpisode(line []byte) (*Episode, error) {
	var e Episode
	if err := json.Unmarshal(line, &e); err != nil {
		return nil, fmt.Errorf("it is no JSON object of an episode, perhaps cut short: %w", err)
	}
	switch {
	case e.Version != 1:
		return nil, fmt.Errorf("version %d: this program reads version 1", e.Version)
	case e.Env == "":
		return nil, errors.New("it names no environment")
	case len(e.Steps) != len(e.Actions)+len(e.Vectors) || len(e.Actions) > 0 && len(e.Vectors) > 0:
		return nil, fmt.Errorf("%d actions and %d vectors but %d steps", len(e.Actions), len(e.Vectors), len(e.Steps))
	}
	return &e, nil
}

// Make builds the environment that the episode was recorded on, with one lane
// and autoreset disabled.
func (e *Episode) Make() (Env, error) {
	options := []Option{WithAutoreset(Disabled)}
	for name, v := range e.Params {
		options = append(options, WithParam(name, v))
	}
	return Make(e.Env, options...)
}

// Replay re-runs the episode on env, one lane with autoreset disabled, and calls
// visit, if not nil, after the reset (step 0) and after each step. With check it
// compares rewards, flags and hashes and fails at the first difference with an
// error that wraps [ErrEpisode] and names the step.
func (e *Episode) Replay(env Env, b *Batch, check bool, visit func(step int) error) error {
	var seeds []uint64
	if e.Seed != nil {
		seeds = []uint64{*e.Seed}
	}
	if err := env.Reset(b, seeds...); err != nil {
		return err
	}
	differs := func(step int, what string, got, want any) error {
		return fmt.Errorf("%s: step %d: %s is %v, recorded was %v: %w", e.Env, step, what, got, want, ErrEpisode)
	}
	if got := HexUint64(StateHash(env, b, 0)); check && got != e.Reset.Hash {
		return differs(0, "state hash", fmt.Sprintf("%016x", uint64(got)), fmt.Sprintf("%016x", uint64(e.Reset.Hash)))
	}
	if visit != nil {
		if err := visit(0); err != nil {
			return err
		}
	}
	for k := range e.Steps {
		if err := e.act(b, k); err != nil {
			return err
		}
		if err := env.Step(b); err != nil {
			return fmt.Errorf("%s: step %d: %w", e.Env, k+1, err)
		}
		if want := e.Steps[k]; check {
			switch hash := HexUint64(StateHash(env, b, 0)); {
			case b.Reward[0] != want.Reward:
				return differs(k+1, "reward", b.Reward[0], want.Reward)
			case b.Terminated[0] != want.Terminated:
				return differs(k+1, "terminated", b.Terminated[0], want.Terminated)
			case b.Truncated[0] != want.Truncated:
				return differs(k+1, "truncated", b.Truncated[0], want.Truncated)
			case hash != want.Hash:
				return differs(k+1, "state hash", fmt.Sprintf("%016x", uint64(hash)), fmt.Sprintf("%016x", uint64(want.Hash)))
			}
		}
		if visit != nil {
			if err := visit(k + 1); err != nil {
				return err
			}
		}
	}
	return nil
}
