package agents

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"time"

	"github.com/miniflow-rl/miniflow"
)

// Options are what does not change the result of a run.
type Options struct {
	// Resume goes on from the run's checkpoint. Without it the folder must not
	// hold a run.
	Resume bool
	// Progress is where to show a progress bar, or plain lines if it is no
	// terminal. The default (nil) shows nothing.
	Progress io.Writer
	// CheckpointEvery is the number of steps between checkpoints. The default
	// (zero) is a checkpoint every 15 seconds.
	CheckpointEvery int
	// Episodes is the number of episodes of the evaluation at the end. The
	// default (zero) is 100; a negative number means no evaluation.
	Episodes int
}

const (
	checkpointSeconds = 15
	patience          = time.Second // how long an update may go on after the context has ended
	evalEpisodes      = 100
	evalLanes         = 16
)

// EvalSeed is the seed of the first evaluation episode of a run: far from the
// seeds that training worlds usually start from.
const EvalSeed = 1_000_000

// Result tells how a training run went.
type Result struct {
	Steps      int         `json:"steps"`                 // environment steps, resumed ones included
	Episodes   int         `json:"episodes"`              // episodes finished
	MeanReturn float64     `json:"mean_return"`           // of the last [Window] training episodes; 0 before the first
	TargetStep int         `json:"target_step,omitempty"` // when MeanReturn first reached Run.Target; 0 if never
	Stopped    bool        `json:"stopped"`               // the context ended before training and evaluation did
	Seconds    float64     `json:"seconds"`               // wall time of the training, of this call
	Rate       float64     `json:"steps_per_s"`           // steps a second, of this call
	Evaluation *Evaluation `json:"evaluation,omitempty"`  // of the trained policy; nil if stopped or not asked for
	Files      []string    `json:"files,omitempty"`       // what was written, in the run's folder
}

// Train trains as run says until its steps are done, its target is reached, or
// ctx ends; then too there is a checkpoint, and no error, unless it ended before
// there was one. The same run gives the
// same parameters bit for bit, also if it is killed at any moment and resumed,
// on any number of processors of one kind.
func Train(ctx context.Context, run Run, options Options) (*Result, error) {
	t, err := newTraining(ctx, run, options)
	if err != nil {
		if ctx.Err() != nil {
			return nil, fmt.Errorf("agents: train: stopped while the environment was being made: nothing was trained: %w", ctx.Err())
		}
		return nil, err
	}
	defer t.close()
	if err := t.loop(ctx); err != nil {
		return nil, err
	}
	return t.finish(ctx)
}

// training is a run under way.
type training struct {
	run     Run
	options Options

	resuming bool // there is a checkpoint to go on from
	env      miniflow.Env
	agent    Agent
	meter    *Meter
	curves   *curves // nil if nothing is written
	show     *progress
	saved    int       // steps at the last checkpoint
	savedAt  time.Time // when that was
	seconds  float64   // how long the training took
	rate     float64   // steps a second
	cut      bool      // the last update was not finished: the agent is of no more use
}

func newTraining(ctx context.Context, run Run, options Options) (t *training, err error) {
	if run.Steps < 1 {
		return nil, fmt.Errorf("agents: train: %d steps: want at least 1", run.Steps)
	}
	if options.CheckpointEvery < 0 {
		return nil, fmt.Errorf("agents: train: a checkpoint every %d steps: want at least 0", options.CheckpointEvery)
	}
	if err := run.Algorithm.Check(); err != nil {
		return nil, err
	}
	if run.Env, err = run.Env.located(); err != nil {
		return nil, err
	}
	t = &training{run: run, options: options}
	if run.Dir != "" {
		if err := t.checkDir(); err != nil {
			return nil, err
		}
	}
	if t.env, err = run.Env.Make(append(run.Algorithm.Options(), miniflow.WithSeed(run.Seed), miniflow.WithContext(ctx))...); err != nil {
		return nil, err
	}
	var loans []loan
	var missing error
	if run.Dir != "" && !t.resuming {
		loans, missing = borrow(run.Algorithm, run.Dir)
	}
	if t.agent, err = run.Algorithm.New(t.env, run.Seed, run.Steps); err != nil {
		return nil, err // it knows better what is missing
	}
	if missing != nil {
		return nil, missing
	}
	target := run.Target
	if target == 0 {
		target = math.NaN()
	}
	t.meter = NewMeter(t.env.Len(), target)
	if err := t.transfer(); err != nil {
		return nil, err
	}
	now := time.Now()
	if run.Dir != "" {
		if t.resuming {
			err = t.resume(now)
		} else {
			err = t.create(now, loans)
		}
		if err != nil {
			return nil, err
		}
	}
	t.saved, t.savedAt = t.meter.Steps(), now
	t.show = newProgress(options.Progress, t.meter.Steps(), run.Steps, now)
	return t, nil
}

// checkDir decides between a new run and one to resume. A run that was killed
// before its first checkpoint starts anew.
func (t *training) checkDir() error {
	dir := t.run.Dir
	exists := Exists(dir)
	switch {
	case exists && !t.options.Resume:
		return fmt.Errorf("agents: train: the run %s exists: resume it, or choose another name", dir)
	case !exists && t.options.Resume:
		return fmt.Errorf("agents: resume %s: %w: it has no %s", dir, ErrRun, configFile)
	}
	_, err := os.Stat(filepath.Join(dir, checkpointFile))
	if err == nil && !exists {
		return fmt.Errorf("agents: train: %s holds a checkpoint without its %s: choose another name", dir, configFile)
	}
	t.resuming = err == nil
	return nil
}

// transfer loads and freezes blocks. The checkpoint of a resumed run has what
// was loaded.
func (t *training) transfer() error {
	tr := t.run.Transfer
	if tr == nil {
		return nil
	}
	agent, ok := t.agent.(Transferrer)
	if !ok {
		return fmt.Errorf("agents: transfer: %s has no blocks to load or freeze", t.run.Algorithm.Name())
	}
	if tr.From != "" && !t.resuming {
		s, err := ReadCheckpoint(tr.From)
		if err != nil {
			return err
		}
		if err := agent.LoadBlocks(s, tr.Blocks...); err != nil {
			if errors.Is(err, ErrCheckpoint) && s.Meta.Env != t.run.Env.ID {
				return fmt.Errorf("agents: transfer from %s: it was trained on %s, whose networks do not fit %s: %w", tr.From, s.Meta.Env, t.run.Env.ID, err)
			}
			return fmt.Errorf("agents: transfer from %s: %w", tr.From, err)
		}
	}
	if len(tr.Freeze) > 0 {
		return agent.Freeze(tr.Freeze...)
	}
	return nil
}

// create makes the folder and writes the first checkpoint, so that whatever
// prevents saving or writing shows before the training.
func (t *training) create(now time.Time, loans []loan) error {
	state, err := t.state(0, 0)
	if err != nil {
		return err
	}
	if err := t.run.settled(loans); err != nil {
		return err
	}
	dir := t.run.Dir
	if err := MakeDir(dir); err != nil {
		return fmt.Errorf("agents: train: %w: choose a place that you may write to (--runs)", err)
	}
	if err := t.run.keep(loans); err != nil {
		return err
	}
	if err := t.run.write(); err != nil {
		return err
	}
	if t.curves, err = openCurves(dir, 0, 0, now); err != nil {
		return err
	}
	if _, state.Meta.EventsBytes, err = t.curves.sync(); err != nil {
		return err
	}
	return state.write(dir)
}

// resume restores the last checkpoint and cuts the measurements to it.
func (t *training) resume(now time.Time) error {
	s, err := ReadCheckpoint(t.run.Dir)
	if err != nil {
		return err
	}
	if s.Meta.Agent != t.run.Algorithm.Name() || s.Meta.Env != t.run.Env.ID {
		return fmt.Errorf("agents: resume %s: its checkpoint is of %s on %s, not of %s on %s: %w",
			t.run.Dir, s.Meta.Agent, s.Meta.Env, t.run.Algorithm.Name(), t.run.Env.ID, ErrCheckpoint)
	}
	if err := t.meter.load(s); err != nil {
		return fmt.Errorf("agents: resume %s: %w", t.run.Dir, err)
	}
	if err := t.agent.Load(s); err != nil {
		return fmt.Errorf("agents: resume %s: %w", t.run.Dir, err)
	}
	before, err := Open(t.run.Dir)
	if err != nil {
		return err
	}
	if before.Target != t.run.Target { // the new one is not reached yet
		t.meter.targetStep = 0
	}
	if err := MakeDir(t.run.Dir); err != nil {
		return fmt.Errorf("agents: resume: %w: make it writable, or copy it to a place that you may write to (--runs)", err)
	}
	if t.curves, err = openCurves(t.run.Dir, s.Meta.MetricsBytes, s.Meta.EventsBytes, now); err != nil {
		return err
	}
	if t.ended() {
		t.sayEnded()
		return nil
	}
	if before.Target != t.run.Target {
		if err := t.checkpoint(now); err != nil {
			return err
		}
	}
	return t.run.write() // the number of steps may be new
}

// sayEnded says that a run that is resumed has nothing left to train.
func (t *training) sayEnded() {
	if t.options.Progress == nil {
		return
	}
	at, further := fmt.Sprintf("finished at step %d", t.meter.Steps()), "ask for more steps than that (--steps)"
	if t.meter.TargetStep() > 0 {
		at, further = fmt.Sprintf("reached its target at step %d", t.meter.TargetStep()), "ask for a higher target (--target)"
	}
	fmt.Fprintf(t.options.Progress, "%s has already %s: it is only evaluated again; to train it further, %s\n", t.run.Dir, at, further)
}

func (t *training) ended() bool {
	return t.meter.Steps() >= t.run.Steps || t.meter.TargetStep() > 0
}

func (t *training) loop(ctx context.Context) error {
	start, first := time.Now(), t.meter.Steps()
	gently, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(patience, cancel) })()
	defer func() { t.show.end(t.meter, t.ended()) }()
	for !t.ended() && ctx.Err() == nil {
		before, then := t.meter.Steps(), time.Now()
		if err := t.agent.Update(gently, t.meter); err != nil {
			if gently.Err() == nil {
				return fmt.Errorf("agents: train: %w", err)
			}
			t.cut = true
			break
		}
		now := time.Now()
		if t.curves != nil {
			if err := t.curves.write(t.meter, now, float64(t.meter.Steps()-before)/now.Sub(then).Seconds()); err != nil {
				return err
			}
			if t.due(now) {
				if err := t.checkpoint(now); err != nil {
					return err
				}
			}
		}
		t.show.update(t.meter, now)
	}
	t.seconds = time.Since(start).Seconds()
	t.rate = float64(t.meter.Steps()-first) / t.seconds
	if t.cut {
		return t.rewind()
	}
	if t.curves == nil || t.saved == t.meter.Steps() {
		return nil
	}
	return t.checkpoint(time.Now())
}

// rewind sets the meter back to the last checkpoint, which is all that is left of
// a run that was stopped within an update.
func (t *training) rewind() error {
	if t.run.Dir == "" {
		return nil
	}
	s, err := ReadCheckpoint(t.run.Dir)
	if err != nil {
		return err
	}
	return t.meter.load(s)
}

// due reports whether it is time for a checkpoint.
func (t *training) due(now time.Time) bool {
	if every := t.options.CheckpointEvery; every > 0 {
		return t.meter.Steps()/every > t.saved/every
	}
	return now.Sub(t.savedAt).Seconds() >= checkpointSeconds
}

// checkpoint first brings the measurements to disk: a checkpoint never knows of
// rows that are not there.
func (t *training) checkpoint(now time.Time) error {
	csvBytes, eventsBytes, err := t.curves.sync()
	if err != nil {
		return err
	}
	s, err := t.state(csvBytes, eventsBytes)
	if err != nil {
		return err
	}
	if err := s.write(t.run.Dir); err != nil {
		return err
	}
	t.saved, t.savedAt = t.meter.Steps(), now
	return nil
}

// state is everything that a resumed run needs. It holds no wall time: equal
// runs have equal checkpoints.
func (t *training) state(csvBytes, eventsBytes int64) (*State, error) {
	s := &State{Meta: Meta{Agent: t.run.Algorithm.Name(), Env: t.run.Env.ID, Steps: t.meter.Steps(),
		MetricsBytes: csvBytes, EventsBytes: eventsBytes}}
	t.meter.save(s)
	if err := t.agent.Save(s); err != nil {
		return nil, fmt.Errorf("agents: checkpoint: %w", err)
	}
	return s, nil
}

func (t *training) close() {
	if t.curves != nil {
		t.curves.close()
	}
}
