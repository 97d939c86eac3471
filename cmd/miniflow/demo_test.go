package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow/agents"
)

const emptyID = "MiniGrid-Empty-5x5-v0"

// ok runs the command line, which must succeed, and returns what it printed.
func ok(t *testing.T, dir string, args ...string) string {
	t.Helper()
	status, out, complaints := start(t, dir, nil, args...)
	require.Zero(t, status, "%v: %s", args, complaints)
	return out
}

// TestDemo: the demo teaches, compares and shows what to do next; and again
// beside the first.
func TestDemo(t *testing.T) {
	dir := t.TempDir()
	out := ok(t, dir, "demo")
	for _, agent := range []string{"random", "trained", "optimal"} {
		require.Regexp(t, `(?m)^`+agent+` +MiniGrid-DoorKey-5x5-v0 +100 `, out)
	}
	for _, name := range []string{"config.json", "checkpoint.safetensors", "metrics.csv", "curve.svg", "curve.png", "best.gif", "best.jsonl", "evaluation.json"} {
		require.FileExists(t, filepath.Join(dir, "runs", "demo", name))
	}
	var ev agents.Evaluation
	data, err := os.ReadFile(filepath.Join(dir, "runs", "demo", "evaluation.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, &ev))
	require.GreaterOrEqual(t, ev.Mean.Value, 0.95)
	ok(t, dir, "demo", "--seed", "3")
	require.FileExists(t, filepath.Join(dir, "runs", "demo-2", "config.json"))

	// What it says to try next works (but for the window and TensorBoard).
	tried := 0
	for _, m := range regexp.MustCompile(`(?m)^  .*?\b((?:replay|eval|train) .*)$`).FindAllStringSubmatch(out, -1) {
		args := strings.Fields(m[1])
		if args[0] == "train" {
			args = append(args, "--steps", "2048")
		}
		ok(t, dir, args...)
		tried++
	}
	require.Equal(t, 3, tried)
}

// TestTrainResumeEval goes through the life of a run.
func TestTrainResumeEval(t *testing.T) {
	dir := t.TempDir()
	args := []string{"train", emptyID, "--preset", "sb3", "--set", "epochs=2", "--set", "encoder.image=linear", "--lanes", "8", "-p", "size=6",
		"--seed", "4", "--episodes", "10", "--steps"}
	ok(t, dir, append(args, "4096", "--name", "whole")...)
	ok(t, dir, append(args, "2048", "--name", "parts")...)
	out := ok(t, dir, "train", "--resume", "--name", "parts", "--steps", "4096", "--episodes", "10")
	require.Contains(t, out, "4096 steps")
	for _, name := range []string{"config.json", "checkpoint.safetensors", "metrics.csv", "evaluation.json"} {
		a, err := os.ReadFile(filepath.Join(dir, "runs", "whole", name))
		require.NoError(t, err)
		b, err := os.ReadFile(filepath.Join(dir, "runs", "parts", name))
		require.NoError(t, err)
		require.Equal(t, a, b, name)
	}
	run, err := agents.Open(filepath.Join(dir, "runs", "parts"))
	require.NoError(t, err)
	require.Equal(t, "6", run.Env.Params["size"])

	var trained, same agents.Evaluation
	require.NoError(t, json.Unmarshal([]byte(ok(t, dir, "eval", "parts", "--episodes", "10", "--json")), &trained))
	require.NoError(t, json.Unmarshal([]byte(ok(t, dir, "eval", emptyID, "-p", "size=6", "--agent", "runs/parts", "--episodes", "10", "--json")), &same))
	require.Equal(t, trained.Episodes, same.Episodes)
	require.Len(t, trained.Episodes, 10)
	require.Contains(t, ok(t, dir, "eval", emptyID, "--episodes", "3"), "random")
	require.Contains(t, ok(t, dir, "eval", "parts", "--agent", "optimal", "--episodes", "3"), "optimal")

	out = ok(t, dir, "train", emptyID, "--load", "parts", "--preset", "sb3", "--set", "encoder.image=linear", "--blocks", "image,policy",
		"--freeze", "image", "--steps", "1024", "--episodes", "5", "--name", "to", "--json")
	var result agents.Result
	require.NoError(t, json.Unmarshal([]byte(out), &result))
	require.Equal(t, 2048, result.Steps, "the last update is finished")
}

// TestInterrupt: Ctrl-C leaves a run that goes on.
func TestInterrupt(t *testing.T) {
	dir := t.TempDir()
	self, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(self, "train", emptyID, "--steps", "1000000000", "--name", "x", "--checkpoint", "4096")
	cmd.Dir, cmd.Env = dir, append(os.Environ(), asProgram+"=1")
	var out strings.Builder
	cmd.Stdout = &out
	require.NoError(t, cmd.Start())
	for { // until training is under way; the test's own time limit ends a hang
		if s, err := agents.ReadCheckpoint(filepath.Join(dir, "runs", "x")); err == nil && s.Meta.Steps > 0 {
			break
		}
	}
	require.NoError(t, cmd.Process.Signal(syscall.SIGINT))
	require.NoError(t, cmd.Wait())
	require.Regexp(t, `^Stopped at step \d+\. Go on with: .* train --resume --name x --runs runs\n$`, out.String())
	s, err := agents.ReadCheckpoint(filepath.Join(dir, "runs", "x"))
	require.NoError(t, err)
	require.Contains(t, out.String(), fmt.Sprintf("Stopped at step %d.", s.Meta.Steps))
}

// TestTrainErrors: every mistake is one clear sentence and status 1, and leaves
// nothing behind.
func TestTrainErrors(t *testing.T) {
	dir := t.TempDir()
	ok(t, dir, "train", emptyID, "--steps", "1", "--episodes", "1", "--name", "there")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "file"), []byte("x"), 0o644))
	broken := filepath.Join(dir, "runs", "broken")
	require.NoError(t, os.CopyFS(broken, os.DirFS(filepath.Join(dir, "runs", "there"))))
	require.NoError(t, os.Truncate(filepath.Join(broken, "checkpoint.safetensors"), 1000))
	before, err := os.ReadDir(filepath.Join(dir, "runs"))
	require.NoError(t, err)
	for _, c := range []struct {
		args string
		want string
	}{
		{"train", "Give an environment id"},
		{"train MiniGrid-Empy-5x5-v0", "did you mean MiniGrid-Empty-5x5-v0"},
		{"train " + emptyID + " -p size=2", "parameter size is 2"},
		{"train " + emptyID + " -p sise=5", "parameter sise is unknown: there are size"},
		{"train " + emptyID + " --wrap nonsense", "nonsense"},
		{"train " + emptyID + " --agent pppo", `unknown algorithm "pppo": there are`},
		{"train " + emptyID + " --preset sb4", `preset "sb4" is unknown: there are default, sb3, `},
		{"train " + emptyID + " --set gama=0.9", `unknown setting "gama" of ppo`},
		{"train " + emptyID + " --set gamma=high", `setting gamma of ppo: want a number, got "high"`},
		{"train " + emptyID + " --set gamma=1.5", "gamma is 1.5"},
		{"train " + emptyID + " --set encoder.image=resnet", `setting encoder.image of ppo: want one of auto, raw, linear, conv, nature, small, got "resnet"`},
		{"train " + emptyID + " --lanes=-3", "lanes is -3: want a number in"},
		{"train " + emptyID + " --steps=-1", "-1 steps"},
		{"train " + emptyID + " --episodes 0", "0 episodes"},
		{"train " + emptyID + " --name there", "the run runs/there exists"},
		{"train " + emptyID + " --name a/b", "without slashes"},
		{"train " + emptyID + " --runs file/x", "not a directory"},
		{"train " + emptyID + " --blocks image", "--load"},
		{"train " + emptyID + " --load nobody", "there is no run nobody"},
		{"train " + emptyID + " --load there --blocks depth", `no block "depth"`},
		{"train " + emptyID + " --load there --set trunk=[32]", "has shape"},
		{"train " + emptyID + " --load broken", "bad checkpoint"},
		{"train --resume", "--name"},
		{"train --resume --name nobody", "there is no run nobody"},
		{"train --resume --name there --lanes 3", "keeps its environment and settings"},
		{"train --resume --name broken --steps 9999", "bad checkpoint"},
		{"eval nobody", "no run nobody"},
		{"eval " + emptyID + " --agent nobody", "there is no run nobody"},
		{"eval broken", "bad checkpoint"},
		{"eval there --episodes 0", "0 episodes"},
		{"eval MiniGrid-DoorKey-5x5-v0 --agent there -p agent_view_size=5", "not those of"},
		{"bench ppo --preset x", `preset "x" is unknown`},
	} {
		status, out, complaints := start(t, dir, nil, strings.Fields(c.args)...)
		require.Equal(t, 1, status, c.args)
		require.Contains(t, complaints, c.want, c.args)
		require.Equal(t, 1, strings.Count(complaints, "\n"), "%s: one line: %s", c.args, complaints)
		require.True(t, strings.HasPrefix(complaints, "miniflow: "), c.args)
		require.Empty(t, out, c.args)
	}
	after, err := os.ReadDir(filepath.Join(dir, "runs"))
	require.NoError(t, err)
	require.Equal(t, len(before), len(after), "nothing half-written")
}
