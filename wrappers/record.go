package wrappers

import (
	"encoding/json"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid"
)

// EpisodeRecorder is an environment whose episodes are recorded.
type EpisodeRecorder struct {
	*Wrapper
	actor   string
	done    func(lane int, e *miniflow.Episode)
	running []*miniflow.Episode // nil before the first reset
	seeds   []*uint64           // of the reset under way
	hashes  [2][]uint64         // after the lane's last step and reset, as look noted them
}

// RecordEpisode hands each episode to done when it has ended, or when its lane is
// reset before that. actor says who acts, the Mode of a [miniflow.Episode]. An
// episode that began without a seed, as those that autoreset begins, replays
// after all others of its lane; so the first reset of a lane needs a seed.
//
// The environment must be one that miniflow.Make can make again, without other
// wrappers inside: actions, rewards and hashes are its own. done is called by
// the goroutine that steps the lane and may keep the episode. Recording
// allocates.
func RecordEpisode(env miniflow.Env, actor string, done func(lane int, e *miniflow.Episode)) (*EpisodeRecorder, error) {
	w := newWrapper(env, "record")
	if inside := Chain(env); len(inside) > 0 {
		return nil, w.fail("%v is inside: record first, then wrap", inside)
	}
	if !miniflow.Recordable(env.Spec().Action) {
		return nil, w.fail("its actions are neither discrete nor a box of float64")
	}
	n := env.Len()
	r := &EpisodeRecorder{Wrapper: w, actor: actor, done: done, running: make([]*miniflow.Episode, n), seeds: make([]*uint64, n),
		hashes: [2][]uint64{make([]uint64, n), make([]uint64, n)}}
	if w.worlds() == nil {
		w.look = func(_ *minigrid.World, i int, _ []miniflow.Array, reset bool) {
			r.hashes[number(reset)][i] = miniflow.StateHash(env, &w.in, i)
		}
	} else if w.mode == miniflow.SameStep {
		return nil, w.fail("autoreset within the step: the last state of an episode is lost")
	}
	w.begin = r.start
	w.step = r.record
	w.save = func(i int, dst []byte) []byte {
		data, err := json.Marshal(r.running[i])
		if err != nil {
			return dst // a reward that is no number; the lane cannot be restored
		}
		return append(dst, data...)
	}
	w.load = func(i int, src []byte) error {
		var e *miniflow.Episode
		if err := json.Unmarshal(src, &e); err != nil {
			return err
		}
		r.running[i] = e
		return nil
	}
	w.build()
	return r, nil
}

// Reset implements [miniflow.Env].
func (r *EpisodeRecorder) Reset(b *miniflow.Batch, seeds ...uint64) error {
	clear(r.seeds)
	for i := range r.seeds {
		switch {
		case len(seeds) == 1:
			s := seeds[0] + uint64(i)
			r.seeds[i] = &s
		case len(seeds) == len(r.seeds):
			s := seeds[i]
			r.seeds[i] = &s
		}
	}
	err := r.Wrapper.Reset(b, seeds...)
	clear(r.seeds)
	return err
}

// hash is the hash of the state that the lane's last step or reset led to.
func (r *EpisodeRecorder) hash(i int, reset bool) miniflow.HexUint64 {
	if r.look != nil {
		return miniflow.HexUint64(r.hashes[number(reset)][i])
	}
	return miniflow.HexUint64(miniflow.StateHash(r.Env, &r.in, i))
}

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (r *EpisodeRecorder) start(i int) error {
	if old := r.running[i]; old != nil && !over(old) {
		r.done(i, old)
	} else if old == nil && r.seeds[i] == nil {
		return r.fail("lane %d: the first reset needs a seed, or the episode cannot be replayed", i)
	}
	spec := r.Env.Spec()
	e := &miniflow.Episode{Version: 1, Env: spec.ID, Params: spec.ChangedParams(), Seed: r.seeds[i], Mode: r.actor,
		Reset: miniflow.EpisodeState{Hash: r.hash(i, true)}}
	if k := spec.Observation.Index("mission"); k >= 0 && r.in.Obs[k].Type == miniflow.TextType {
		e.Mission = r.in.Obs[k].Text[i]
	}
	r.running[i] = e
	return nil
}

func (r *EpisodeRecorder) record(i int, b *miniflow.Batch) {
	e := r.running[i]
	e.Act(b, i)
	e.Steps = append(e.Steps, miniflow.EpisodeStep{Reward: b.Reward[i], Terminated: b.Terminated[i], Truncated: b.Truncated[i], Hash: r.hash(i, false)})
	if b.Ended(i) {
		r.done(i, e)
	}
}

// over reports whether an episode has come to its end.
func over(e *miniflow.Episode) bool {
	n := len(e.Steps)
	return n > 0 && (e.Steps[n-1].Terminated || e.Steps[n-1].Truncated)
}
