package agents

import (
	"context"
	"math"
	"path/filepath"

	"github.com/miniflow-rl/miniflow"
)

// finish evaluates the trained policy and draws the pictures.
func (t *training) finish(ctx context.Context) (*Result, error) {
	r := &Result{Steps: t.meter.Steps(), Episodes: t.meter.Episodes(), TargetStep: t.meter.TargetStep(),
		Stopped: !t.ended(), Seconds: t.seconds, Rate: t.rate}
	if mean := t.meter.MeanReturn(); !math.IsNaN(mean) {
		r.MeanReturn = mean
	}
	if dir := t.run.Dir; dir != "" {
		r.Files = append(r.Files, configFile, checkpointFile, metricsFile, eventsFile)
		files, err := plotCurve(dir, t.run.Algorithm.Name()+" on "+t.run.Env.ID)
		if err != nil {
			return nil, err
		}
		r.Files = append(r.Files, files...)
		if f, ok := t.agent.(Finisher); ok && !t.cut {
			show := newFinishing(t.options.Progress)
			files, err = f.Finish(ctx, dir, show.update)
			show.end()
			if err != nil && ctx.Err() == nil {
				return nil, err
			}
			r.Files = append(r.Files, files...)
			r.Stopped = r.Stopped || err != nil // the training is complete: resumed, it goes on from here
		}
	}
	if r.Stopped || t.options.Episodes < 0 {
		return r, nil
	}
	files, err := t.evaluate(ctx, r)
	if ctx.Err() != nil && r.Evaluation == nil {
		r.Stopped = true // the training is complete: resumed, it goes on with the evaluation
		return r, nil
	}
	r.Files = append(r.Files, files...)
	return r, err
}

// evaluate runs the final evaluation and saves it with its best episode.
func (t *training) evaluate(ctx context.Context, r *Result) (files []string, err error) {
	episodes := t.options.Episodes
	if episodes == 0 {
		episodes = evalEpisodes
	}
	env, err := t.run.Env.Make(miniflow.WithLanes(min(episodes, evalLanes)), miniflow.WithAutoreset(miniflow.Disabled))
	if err != nil {
		return nil, err
	}
	policy, err := t.agent.Policy(env)
	if err != nil {
		return nil, err
	}
	ev, err := Evaluate(ctx, env, policy, episodes, EvalSeed, false)
	if err != nil {
		return nil, err
	}
	ev.Agent = t.run.Algorithm.Name()
	if m, ok := t.agent.(Measurer); ok {
		if ev.Measures, err = m.Measure(ctx, MeasureSamples, EvalSeed); err != nil {
			return nil, err
		}
	}
	r.Evaluation = ev
	if t.run.Dir == "" {
		return nil, nil
	}
	if err := writeJSON(filepath.Join(t.run.Dir, evaluationFile), ev); err != nil {
		return nil, err
	}
	more, err := saveBest(t.run, ev)
	return append([]string{evaluationFile}, more...), err
}
