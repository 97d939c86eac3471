package main

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/miniflow-rl/miniflow/wrappers"
	"github.com/stretchr/testify/require"
)

// asProgram makes this test program the command line itself.
const asProgram = "MINIFLOW_TEST_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) == "1" {
		main()
		return
	}
	os.Exit(m.Run())
}

// start runs the command line as a program of its own, in a folder, with some
// environment variables, and returns its exit status and what it printed.
func start(t *testing.T, dir string, env []string, args ...string) (status int, out, complaints string) {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	cmd := exec.CommandContext(ctx, self, args...)
	cmd.Dir = dir
	cmd.Env = append(append(os.Environ(), asProgram+"=1"), env...)
	var o, e strings.Builder
	cmd.Stdout, cmd.Stderr = &o, &e
	err = cmd.Run()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		return exit.ExitCode(), o.String(), e.String()
	}
	require.NoError(t, err)
	return 0, o.String(), e.String()
}

// TestRemedies: mistakes end in one sentence that says what to do.
func TestRemedies(t *testing.T) {
	for _, x := range []struct{ says, line string }{
		{"with --wrap rgb_partial,img or --wrap first_person", "train MiniGrid-DoorKey-5x5-v0 --preset pixels"},
		{"first_person of MiniWorld-Hallway-v0: it is 3D and seen in first person already: leave the wrapper out", "train MiniWorld-Hallway-v0 --wrap first_person"},
		{`"fist_person" is unknown: bad parameter: did you mean first_person?`, "train MiniGrid-DoorKey-5x5-v0 --wrap fist_person"},
		{"an agent is a run or one of random, optimal and bot", "eval MiniGrid-DoorKey-5x5-v0 --agent foo"},
		{"(see miniflow eval --help)", "eval MiniGrid-DoorKey-5x5-v0 --foo"},
		{"(see miniflow bench miniworld --help)", "bench miniworld --rouns 3"},
		{`miniflow has no command "trian": did you mean train? (see miniflow --help)`, "trian"},
		{`miniflow has no command "xyz": there are demo, envs, train,`, "xyz"},
		{`miniflow bench has no command "foo": there are env, nn, gfn, ppo, miniworld (see miniflow bench --help)`, "bench foo"},
		{"unknown flag --rouns: did you mean --rounds? (see miniflow bench miniworld --help)", "bench miniworld --rouns 3"},
		{"unknown flag --q (see miniflow train --help)", "train --q"},
		{"unexpected argument b (see miniflow train --help)", "train a b"},
		{"nothing registered resembles it, miniflow envs lists all", "train zz"},
		{"nothing registered resembles it, miniflow envs lists all", "play foo"},
	} {
		status, _, complaints := start(t, t.TempDir(), nil, strings.Fields(x.line)...)
		require.Equal(t, 1, status, x.line)
		require.Contains(t, complaints, x.says, x.line)
		require.Equal(t, 1, strings.Count(complaints, "\n"), complaints)
		require.LessOrEqual(t, strings.Count(complaints, "MiniWorld-Hallway-v0"), 1, complaints)
	}
}

// TestWrappers checks that the list has what --wrap takes.
func TestWrappers(t *testing.T) {
	status, out, complaints := start(t, t.TempDir(), nil, "wrappers", "--json")
	require.Zero(t, status, complaints)
	var list []struct {
		Name string `json:"name"`
		Doc  string `json:"doc"`
	}
	require.NoError(t, json.Unmarshal([]byte(out), &list))
	for _, w := range list {
		require.NotEmpty(t, w.Doc, w.Name)
	}
	require.Len(t, list, len(wrappers.Names()))
}
