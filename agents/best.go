package agents

import (
	"bytes"
	"fmt"
	"image"
	"path/filepath"

	"github.com/miniflow-rl/miniflow"
)

// maxFrames and maxPixels bound a GIF, whose frames are kept until it is written;
// longer episodes lose their end.
const maxFrames, maxPixels = 1000, 32 << 20

// gifView is small where the view is free to choose: a GIF of 180 frames of
// 800x600 pixels takes seconds.
var gifView = miniflow.View{Width: 320, Height: 240}

// saveBest plays the best episode of an evaluation again and saves it as an
// episode file, where it can be replayed from one, and as a GIF, where the
// environment can be drawn. It returns the names of the files.
func saveBest(run Run, ev *Evaluation) (files []string, err error) {
	env, err := run.Env.Make(miniflow.WithAutoreset(miniflow.Disabled))
	if err != nil {
		return nil, err
	}
	b := miniflow.NewBatch(env)
	o := ev.Episodes[ev.Best()]
	if err := env.Reset(b, o.Seed); err != nil {
		return nil, err
	}
	var recorder *miniflow.Recorder
	if miniflow.Recordable(env.Spec().Action) {
		recorder = miniflow.NewRecorder(env, b)
		recorder.Reset(&o.Seed, ev.Agent)
	}
	viewer, _ := miniflow.As[miniflow.Viewer](env)
	var frames []*image.RGBA
	draw := func() error {
		if viewer == nil || len(frames) == maxFrames || len(frames) > 0 && len(frames)*len(frames[0].Pix)/4 >= maxPixels {
			return nil
		}
		f, err := viewer.Frame(nil, 0, gifView)
		frames = append(frames, f)
		return err
	}
	if err := draw(); err != nil {
		return nil, err
	}
	for actions, total := ev.best, 0.0; len(actions) > 0; {
		if actions, err = b.Action.SetRow(0, actions); err != nil {
			return nil, err
		}
		if err := env.Step(b); err != nil {
			return nil, err
		}
		if recorder != nil {
			recorder.Step()
		}
		if err := draw(); err != nil {
			return nil, err
		}
		if total += b.Reward[0]; len(actions) == 0 && total != o.Return {
			return nil, fmt.Errorf("agents: best episode of %s: played again it returned %v, not %v: the environment is not deterministic", run.Env.ID, total, o.Return)
		}
	}
	var buf bytes.Buffer
	save := func(name string, write func() error) error {
		buf.Reset()
		if err := write(); err != nil {
			return err
		}
		files = append(files, name)
		return WriteFile(filepath.Join(run.Dir, name), buf.Bytes())
	}
	if recorder != nil && replays(recorder.Episode()) {
		if err := save(bestEpisode, func() error { return recorder.Episode().Write(&buf) }); err != nil {
			return nil, err
		}
	}
	if len(frames) > 0 {
		if err := save(bestGIF, func() error { return WriteGIF(&buf, frames) }); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// replays reports whether an episode can be replayed from a file, which knows
// nothing of wrappers: some change what actions do and earn.
func replays(e *miniflow.Episode) bool {
	env, err := e.Make()
	return err == nil && e.Replay(env, miniflow.NewBatch(env), true, nil) == nil
}
