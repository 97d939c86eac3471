package agents_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image/gif"
	"image/png"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents"
	"github.com/miniflow-rl/miniflow/agents/ppo"
)

// TestRunFiles: a run leaves everything it promises, and the best episode
// replays.
func TestRunFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	r := train(t, smallRun(dir, 512), agents.Options{Episodes: 5})
	for _, name := range r.Files {
		require.NotEmpty(t, read(t, dir, name), name)
	}
	_, err := png.Decode(bytes.NewReader(read(t, dir, "curve.png")))
	require.NoError(t, err)
	require.Contains(t, string(read(t, dir, "curve.svg")), "<svg")
	g, err := gif.DecodeAll(bytes.NewReader(read(t, dir, "best.gif")))
	require.NoError(t, err)
	best := r.Evaluation.Episodes[r.Evaluation.Best()]
	require.Len(t, g.Image, best.Steps+1)
	for e, err := range miniflow.Episodes(bytes.NewReader(read(t, dir, "best.jsonl"))) {
		require.NoError(t, err)
		require.Equal(t, best.Seed, *e.Seed)
		env, err := e.Make()
		require.NoError(t, err)
		require.NoError(t, e.Replay(env, miniflow.NewBatch(env), true, nil))
	}
	var ev agents.Evaluation
	require.NoError(t, json.Unmarshal(read(t, dir, "evaluation.json"), &ev))
	require.Equal(t, r.Evaluation.Episodes, ev.Episodes)
	require.Equal(t, 512, r.Steps)
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, len(r.Files), "no temporary files are left")
}

// TestRestore: a policy restored from a checkpoint plays as the trained one.
func TestRestore(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	run := smallRun(dir, 512)
	r := train(t, run, agents.Options{Episodes: 8})
	opened, err := agents.Open(dir)
	require.NoError(t, err)
	require.Equal(t, run, *opened)
	env, err := run.Env.Make(miniflow.WithLanes(8), miniflow.WithAutoreset(miniflow.Disabled))
	require.NoError(t, err)
	policy, err := agents.Restore(dir, env)
	require.NoError(t, err)
	ev, err := agents.Evaluate(t.Context(), env, policy, 8, agents.EvalSeed, false)
	require.NoError(t, err)
	require.Equal(t, r.Evaluation.Episodes, ev.Episodes)

	_, err = agents.Restore(dir, makeEnv(t, counterID))
	require.Error(t, err)
}

// TestResume: training 2N steps equals training N, and going on for N.
func TestResume(t *testing.T) {
	whole, parts := filepath.Join(t.TempDir(), "whole"), filepath.Join(t.TempDir(), "parts")
	train(t, smallRun(whole, 2048), agents.Options{Episodes: 3})
	train(t, smallRun(parts, 1024), agents.Options{Episodes: -1})
	r := train(t, smallRun(parts, 2048), agents.Options{Episodes: 3, Resume: true})
	require.Equal(t, 2048, r.Steps)
	for _, name := range []string{"config.json", "checkpoint.safetensors", "metrics.csv", "evaluation.json", "best.jsonl", "curve.svg"} {
		require.Equal(t, read(t, whole, name), read(t, parts, name), name)
	}
}

// TestKill kills a training process with SIGKILL, resumes it, and compares with
// a run that was left alone. The child is this test binary.
func TestKill(t *testing.T) {
	const steps, every = 16384, 2048
	if dir := os.Getenv("AGENTS_TEST_KILL"); dir != "" {
		train(t, smallRun(dir, steps), agents.Options{CheckpointEvery: every, Episodes: -1})
		return
	}
	whole, killed := filepath.Join(t.TempDir(), "whole"), filepath.Join(t.TempDir(), "killed")
	train(t, smallRun(whole, steps), agents.Options{Episodes: -1})

	child := exec.Command(os.Args[0], "-test.run=^TestKill$")
	child.Env = append(os.Environ(), "AGENTS_TEST_KILL="+killed)
	require.NoError(t, child.Start())
	deadline := time.Now().Add(30 * time.Second)
	for { // until there is a checkpoint, and rows that it does not know
		s, err := agents.ReadCheckpoint(killed)
		if err == nil && s.Meta.Steps >= every && int64(len(read(t, killed, "metrics.csv"))) > s.Meta.MetricsBytes {
			break
		}
		require.True(t, time.Now().Before(deadline), "no checkpoint in 30 s: %v", err)
	}
	require.NoError(t, child.Process.Kill())
	require.Error(t, child.Wait(), "killed")

	s, err := agents.ReadCheckpoint(killed)
	require.NoError(t, err)
	t.Logf("killed after the checkpoint of step %d, which knows %d of %d bytes of metrics", s.Meta.Steps, s.Meta.MetricsBytes, len(read(t, killed, "metrics.csv")))
	require.Less(t, s.Meta.Steps, steps)
	run, err := agents.Open(killed)
	require.NoError(t, err)
	train(t, *run, agents.Options{Resume: true, CheckpointEvery: every, Episodes: -1})
	for _, name := range []string{"checkpoint.safetensors", "metrics.csv"} {
		require.Equal(t, read(t, whole, name), read(t, killed, name), name)
	}
	require.Len(t, read(t, killed, "events.out.tfevents.0.miniflow"), len(read(t, whole, "events.out.tfevents.0.miniflow")))
}

// TestStop: a context that ends leaves a checkpoint and no error.
func TestStop(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	ctx, cancel := context.WithCancel(t.Context())
	run := smallRun(dir, 1<<14)
	r, err := agents.Train(ctx, run, agents.Options{Progress: writerFunc(func([]byte) { cancel() })})
	require.NoError(t, err)
	require.True(t, r.Stopped)
	require.Nil(t, r.Evaluation)
	s, err := agents.ReadCheckpoint(dir)
	require.NoError(t, err)
	require.Equal(t, r.Steps, s.Meta.Steps)
}

// TestStopWithinUpdate: an update that would take minutes ends with the context,
// and the checkpoint before it remains.
func TestStopWithinUpdate(t *testing.T) {
	config := ppo.DefaultConfig()
	config.Lanes, config.Horizon = 4, 1<<20
	run := agents.Run{Dir: filepath.Join(t.TempDir(), "run"), Env: agents.EnvConfig{ID: counterID}, Algorithm: &config, Steps: 1 << 23}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	began := time.Now()
	r, err := agents.Train(ctx, run, agents.Options{})
	require.NoError(t, err)
	require.True(t, r.Stopped)
	require.Zero(t, r.Steps)
	require.Less(t, time.Since(began), 20*time.Second)
	s, err := agents.ReadCheckpoint(run.Dir)
	require.NoError(t, err)
	require.Zero(t, s.Meta.Steps)
}

// TestStopMaking: a context that has ended makes no environment and no folder.
func TestStopMaking(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	run := smallRun(filepath.Join(t.TempDir(), "run"), 256)
	_, err := agents.Train(ctx, run, agents.Options{})
	require.ErrorIs(t, err, context.Canceled)
	require.NoDirExists(t, run.Dir)
}

// TestStopEvaluation: a context that ends during the evaluation leaves a trained
// run, which resumes with its evaluation.
func TestStopEvaluation(t *testing.T) {
	run := smallRun(filepath.Join(t.TempDir(), "run"), 256)
	ctx, cancel := context.WithCancel(t.Context())
	last := writerFunc(func(line []byte) {
		if bytes.HasPrefix(line, []byte("256/256 ")) {
			cancel()
		}
	})
	r, err := agents.Train(ctx, run, agents.Options{Progress: last})
	require.NoError(t, err)
	require.True(t, r.Stopped)
	require.Equal(t, 256, r.Steps)
	require.Nil(t, r.Evaluation)

	r = train(t, run, agents.Options{Resume: true, Episodes: 4})
	require.False(t, r.Stopped)
	require.Len(t, r.Evaluation.Episodes, 4)
}

type writerFunc func([]byte)

func (f writerFunc) Write(p []byte) (int, error) { f(p); return len(p), nil }

// TestProgress: off a terminal there is a line for every tenth.
func TestProgress(t *testing.T) {
	var buf bytes.Buffer
	run := smallRun("", 1280)
	train(t, run, agents.Options{Progress: &buf, Episodes: -1})
	lines := strings.Split(strings.TrimSpace(buf.String()), "\n")
	require.Len(t, lines, 10)
	require.Regexp(t, `^128/1280 steps, return \S+, \d+ steps/s, ETA \S+$`, lines[0])
}

// TestTarget: training ends when the mean return is reached.
func TestTarget(t *testing.T) {
	config := ppo.DefaultConfig()
	r := train(t, agents.Run{Env: agents.EnvConfig{ID: counterID}, Algorithm: &config, Steps: 1 << 20, Seed: 1, Target: 0.99}, agents.Options{Episodes: 20})
	require.NotZero(t, r.TargetStep)
	require.LessOrEqual(t, r.TargetStep, r.Steps)
	require.False(t, r.Stopped)
	require.GreaterOrEqual(t, r.Evaluation.Mean.Value, 0.95)
}

// TestResumeEnded: a run that has ended says so, and how to train further; its
// configuration stays.
func TestResumeEnded(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	train(t, smallRun(dir, 512), agents.Options{Episodes: -1})
	config, checkpoint := read(t, dir, "config.json"), read(t, dir, "checkpoint.safetensors")
	var out bytes.Buffer
	r := train(t, smallRun(dir, 256), agents.Options{Episodes: 2, Resume: true, Progress: &out})
	require.Equal(t, dir+" has already finished at step 512: it is only evaluated again; to train it further, ask for more steps than that (--steps)\n", out.String())
	require.Equal(t, 512, r.Steps)
	require.Len(t, r.Evaluation.Episodes, 2)
	require.Equal(t, config, read(t, dir, "config.json"))
	require.Equal(t, checkpoint, read(t, dir, "checkpoint.safetensors"))
}

// TestResumeTarget: a run that has reached its target goes on to a higher one.
func TestResumeTarget(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	config := ppo.DefaultConfig()
	run := agents.Run{Dir: dir, Env: agents.EnvConfig{ID: counterID}, Algorithm: &config, Steps: 1 << 20, Seed: 1, Target: 0.2}
	low := train(t, run, agents.Options{Episodes: -1})
	var out bytes.Buffer
	again := train(t, run, agents.Options{Episodes: -1, Resume: true, Progress: &out})
	require.Equal(t, low.TargetStep, again.TargetStep)
	require.Contains(t, out.String(), fmt.Sprintf("has already reached its target at step %d", low.TargetStep))
	require.Contains(t, out.String(), "(--target)")
	run.Target = 0.99
	high := train(t, run, agents.Options{Episodes: -1, Resume: true})
	require.Greater(t, high.TargetStep, low.TargetStep)
	require.GreaterOrEqual(t, high.MeanReturn, 0.9)
}

// TestTrainErrors: every mistake is one sentence, and leaves nothing behind.
func TestTrainErrors(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	require.NoError(t, os.WriteFile(file, nil, 0o644))
	exists := filepath.Join(dir, "exists")
	train(t, smallRun(exists, 128), agents.Options{Episodes: -1})
	fresh := func(change func(*agents.Run, *ppo.Config)) agents.Run {
		run := smallRun(filepath.Join(dir, "new"), 128)
		change(&run, run.Algorithm.(*ppo.Config))
		return run
	}
	for _, c := range []struct {
		name    string
		run     agents.Run
		options agents.Options
		want    string
	}{
		{"no steps", fresh(func(r *agents.Run, _ *ppo.Config) { r.Steps = 0 }), agents.Options{}, "0 steps"},
		{"unknown id", fresh(func(r *agents.Run, _ *ppo.Config) { r.Env.ID = "MiniGrid-DorKey-5x5-v0" }), agents.Options{}, "did you mean MiniGrid-DoorKey-5x5-v0"},
		{"bad parameter", fresh(func(r *agents.Run, _ *ppo.Config) { r.Env.Params = map[string]any{"size": 3} }), agents.Options{}, "size is 3"},
		{"bad lanes", fresh(func(_ *agents.Run, c *ppo.Config) { c.Lanes = 0 }), agents.Options{}, "lanes is 0"},
		{"too many samples", fresh(func(_ *agents.Run, c *ppo.Config) { c.Lanes = 1 << 20 }), agents.Options{}, "1048576 lanes of horizon 32 are 33554432 samples in an update: want at most 4194304"},
		{"bad setting", fresh(func(_ *agents.Run, c *ppo.Config) { c.Gamma = 2 }), agents.Options{}, "gamma is 2"},
		{"bad observation", fresh(func(_ *agents.Run, c *ppo.Config) { c.Encoder.Observations = []string{"depth"} }), agents.Options{}, `no observation "depth": there are image, direction, mission`},
		{"exists", smallRun(exists, 128), agents.Options{}, "exists"},
		{"nothing to resume", fresh(func(*agents.Run, *ppo.Config) {}), agents.Options{Resume: true}, "not a run"},
		{"folder is a file", smallRun(filepath.Join(file, "x"), 128), agents.Options{}, "no files can be written to the folder " + filepath.Join(file, "x") + ": not a directory: choose a place that you may write to (--runs)"},
		{"cannot be saved", fresh(func(r *agents.Run, _ *ppo.Config) { r.Env = agents.EnvConfig{ID: forgetfulID} }), agents.Options{}, "does not implement encoding.BinaryAppender"},
		{"negative checkpoint", fresh(func(*agents.Run, *ppo.Config) {}), agents.Options{CheckpointEvery: -1}, "-1 steps"},
		{"transfer from nowhere", fresh(func(r *agents.Run, _ *ppo.Config) { r.Transfer = &agents.Transfer{From: dir} }), agents.Options{}, "has no checkpoint"},
		{"freeze nothing", fresh(func(r *agents.Run, _ *ppo.Config) { r.Transfer = &agents.Transfer{Freeze: []string{"depth"}} }), agents.Options{}, `no block "depth"`},
	} {
		_, err := agents.Train(t.Context(), c.run, c.options)
		require.ErrorContains(t, err, c.want, c.name)
		require.NotContains(t, err.Error(), "\n", c.name)
		_, statErr := os.Stat(filepath.Join(dir, "new"))
		require.True(t, os.IsNotExist(statErr), "%s left a folder", c.name)
	}
}

// TestMakeDir: a folder in which nobody may make files is refused like one that
// cannot be made, and one that is fine is left empty.
func TestMakeDir(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	require.NoError(t, agents.MakeDir(dir))
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, entries)
	if _, err := os.Stat("/proc/self"); err == nil {
		require.ErrorContains(t, agents.MakeDir("/proc/self"), "no files can be written to the folder /proc/self: ")
	}
}

// TestResumeErrors: a damaged run is refused, with its name.
func TestResumeErrors(t *testing.T) {
	for _, c := range []struct {
		name, file string
		damage     func([]byte) []byte
		want       error
	}{
		{"cut checkpoint", "checkpoint.safetensors", func(b []byte) []byte { return b[:len(b)/2] }, agents.ErrCheckpoint},
		{"foreign checkpoint", "checkpoint.safetensors", func([]byte) []byte { return []byte("PK\x03\x04 a zip file") }, agents.ErrCheckpoint},
		{"cut config", "config.json", func(b []byte) []byte { return b[:len(b)/2] }, agents.ErrRun},
		{"newer config", "config.json", func(b []byte) []byte { return bytes.Replace(b, []byte(`"version": 1`), []byte(`"version": 9`), 1) }, agents.ErrRun},
		{"unknown setting", "config.json", func(b []byte) []byte { return bytes.Replace(b, []byte(`"gamma"`), []byte(`"gama"`), 1) }, agents.ErrRun},
		{"unknown agent", "config.json", func(b []byte) []byte { return bytes.Replace(b, []byte(`"ppo"`), []byte(`"dpo"`), 1) }, agents.ErrUnknownAlgorithm},
		{"other network", "config.json", func(b []byte) []byte {
			return bytes.Replace(b, []byte(`"image_features": 64`), []byte(`"image_features": 32`), 1)
		}, agents.ErrCheckpoint},
		{"other lanes", "config.json", func(b []byte) []byte { return bytes.Replace(b, []byte(`"lanes": 4`), []byte(`"lanes": 8`), 1) }, agents.ErrCheckpoint},
		{"other id", "config.json", func(b []byte) []byte { return bytes.Replace(b, []byte("DoorKey-5x5"), []byte("DoorKey-6x6"), 1) }, agents.ErrCheckpoint},
	} {
		dir := filepath.Join(t.TempDir(), "run")
		train(t, smallRun(dir, 128), agents.Options{Episodes: -1})
		path := filepath.Join(dir, c.file)
		require.NoError(t, os.WriteFile(path, c.damage(read(t, dir, c.file)), 0o644))
		err := func() error {
			run, err := agents.Open(dir)
			if err != nil {
				return err
			}
			_, err = agents.Train(t.Context(), *run, agents.Options{Resume: true})
			return err
		}()
		require.ErrorIs(t, err, c.want, c.name)
		require.NotContains(t, err.Error(), "\n", c.name)
	}
	dir := filepath.Join(t.TempDir(), "run")
	train(t, smallRun(dir, 256), agents.Options{Episodes: -1})
	require.NoError(t, os.Truncate(filepath.Join(dir, "metrics.csv"), 10))
	_, err := agents.Train(t.Context(), smallRun(dir, 512), agents.Options{Resume: true})
	require.ErrorContains(t, err, fmt.Sprintf("%s has 10 bytes", filepath.Join(dir, "metrics.csv")))
}

// TestTransfer: named blocks are taken from another run, and frozen ones do not
// change.
func TestTransfer(t *testing.T) {
	from, to := filepath.Join(t.TempDir(), "from"), filepath.Join(t.TempDir(), "to")
	train(t, smallRun(from, 256), agents.Options{Episodes: -1})
	run := smallRun(to, 256)
	run.Seed = 6
	run.Transfer = &agents.Transfer{From: from, Blocks: []string{"image", "mission"}, Freeze: []string{"image"}}
	train(t, run, agents.Options{Episodes: -1})
	a, err := agents.ReadCheckpoint(from)
	require.NoError(t, err)
	b, err := agents.ReadCheckpoint(to)
	require.NoError(t, err)
	for _, x := range a.File.Tensors {
		y, err := b.File.Get(x.Name)
		require.NoError(t, err)
		switch {
		case strings.HasPrefix(x.Name, "model.image."):
			require.Equal(t, x.Data, y.Data, x.Name)
		case strings.HasPrefix(x.Name, "model.mission.linear.weight"), strings.HasPrefix(x.Name, "model.policy."):
			require.NotEqual(t, x.Data, y.Data, x.Name)
		}
	}
	require.Equal(t, string(a.Bytes("words.mission")), string(b.Bytes("words.mission")))
	require.Contains(t, string(a.Bytes("words.mission")), "key")
}

// TestInRange: whole numbers are written as people write them.
func TestInRange(t *testing.T) {
	check := func(v float64) error { return agents.InRange("n", v, 1, 1<<30) }
	require.NoError(t, check(1))
	require.EqualError(t, check(2e9), "setting n is 2000000000: want a number in [1,1073741824]")
	require.EqualError(t, check(0.5), "setting n is 0.5: want a number in [1,1073741824]")
	require.EqualError(t, check(math.NaN()), "setting n is NaN: want a number in [1,1073741824]")
}

func TestRegistry(t *testing.T) {
	require.Contains(t, agents.Algorithms(), "ppo")
	_, err := agents.NewAlgorithm("pop")
	require.ErrorIs(t, err, agents.ErrUnknownAlgorithm)
	require.Panics(t, func() { agents.Register("ppo", nil) })
}
