package main

import (
	"encoding/json"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
)

// TestDocument holds docs/envs.md against what its command writes. The figures of
// every ninth environment are computed afresh, and of all with MINIFLOW_LONG.
func TestDocument(t *testing.T) {
	every := 9
	if os.Getenv("MINIFLOW_LONG") != "" {
		every = 1
	}
	const remedy = "docs/envs.md is out of date: run go generate ./cmd/miniflow"
	data, err := os.ReadFile(filepath.Join("..", "..", "docs", "envs.md"))
	require.NoError(t, err)
	lines := map[string]string{}
	for line := range strings.SplitSeq(string(data), "\n") {
		if id, _, ok := strings.Cut(strings.TrimPrefix(line, "| "), " | "); ok {
			lines[id] = line
		}
	}
	n := 0
	var out strings.Builder
	err = writeMarkdown(&out, miniflow.IDs(), func(id string) (string, error) {
		require.Contains(t, lines, id, remedy)
		if n++; n%every != 0 {
			return lines[id], nil
		}
		line, err := docLine(t.Context(), id)
		require.Equal(t, line, lines[id], remedy)
		return line, err
	})
	require.NoError(t, err)
	require.True(t, out.String() == string(data), remedy)
}

// A reward without a highest value is said so, in words.
func TestRewards(t *testing.T) {
	endless := math.MaxFloat64
	for want, r := range map[string][2]float64{
		"0 to 1": {0, 1}, "at least 0": {0, endless}, "at most 1": {math.Inf(-1), 1}, "any number": {-endless, endless},
	} {
		require.Equal(t, want, rewards(&miniflow.Spec{Reward: r}))
	}
	status, out, complaints := start(t, t.TempDir(), nil, "envs", "HyperGrid-2x8", "--no-card")
	require.Zero(t, status, complaints)
	require.Contains(t, out, "at least 0 a step")
}

func TestCard(t *testing.T) {
	dir := t.TempDir()
	status, out, complaints := start(t, dir, nil, "envs", "MiniGrid-DoorKey-5x5-v0", "--seeds", "20", "--png", "door.png")
	require.Zero(t, status, complaints)
	for _, want := range []string{"WGWGWGWGWG", "random actions", "solvable        20 of 20", "ns a step", "steps of a shortest plan (20 levels)"} {
		require.Contains(t, out, want)
	}
	f, err := os.Open(filepath.Join(dir, "door.png"))
	require.NoError(t, err)
	defer f.Close()
	img, err := png.Decode(f)
	require.NoError(t, err)
	require.Equal(t, 5*32, img.Bounds().Dx())

	status, out, complaints = start(t, dir, nil, "envs", "MiniGrid-DoorKey-5x5-v0", "-p", "size=7", "--seeds", "3", "--json")
	require.Zero(t, status, complaints)
	var raw []map[string]json.RawMessage
	require.NoError(t, json.Unmarshal([]byte(out), &raw))
	require.Len(t, raw, 1)
	var k card
	require.NoError(t, json.Unmarshal(raw[0]["card"], &k))
	require.Equal(t, 7, k.Width)
	require.Equal(t, 3, k.Planner.Solvable)
	require.Len(t, k.Planner.Lengths, 3)
	require.Positive(t, k.NsPerStep)
	var spec miniflow.Spec
	delete(raw[0], "card")
	data, err := json.Marshal(raw[0])
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, &spec))
	require.Equal(t, "MiniGrid-DoorKey-5x5-v0", spec.ID)
}

func TestEnvsErrors(t *testing.T) {
	for want, args := range map[string][]string{
		"did you mean":             {"envs", "MiniGrid-Dorkey-5x5-v0"},
		"no environment of family": {"envs", "--family", "Nothing"},
		"give its whole id":        {"envs", "DoorKey", "--png", "x.png"},
		"want at least 1":          {"envs", "--seeds", "0"},
		"has no picture":           {"envs", "HyperGrid-2x8", "--png", "x.png"},
	} {
		status, _, complaints := start(t, t.TempDir(), nil, args...)
		require.Equal(t, 1, status)
		require.Contains(t, complaints, want)
	}
}

func TestHistogram(t *testing.T) {
	require.Equal(t, "          3   2 ########################################\n          4   1 ####################\n", histogram([]int{3, 3, 4}))
	require.Equal(t, "", histogram(nil))
	require.Equal(t, 8, strings.Count(histogram([]int{0, 15}), "\n"))
}
