package wrappers_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"testing"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/internal/golden"
	"github.com/miniflow-rl/miniflow/minigrid"
	_ "github.com/miniflow-rl/miniflow/minigrid/babyai"
	_ "github.com/miniflow-rl/miniflow/minigrid/wfc"
	"github.com/miniflow-rl/miniflow/wrappers"
	"github.com/stretchr/testify/require"
)

// goldenRun is a recording of a wrapped environment.
type goldenRun struct {
	Env   string `json:"env"`
	Chain []struct {
		Wrapper string                     `json:"wrapper"`
		Kwargs  map[string]json.RawMessage `json:"kwargs"`
	} `json:"chain"`
	Space  goldenSpace `json:"observation_space"`
	Events []struct {
		Type       string          `json:"type"`
		Seed       *uint64         `json:"seed"`
		Action     int32           `json:"action"`
		Obs        json.RawMessage `json:"obs"`
		Reward     float64         `json:"reward"`
		Terminated bool            `json:"terminated"`
		Truncated  bool            `json:"truncated"`
		Pos        [2]int          `json:"pos"`
		Dir        int             `json:"dir"`
	} `json:"events"`
}

type goldenSpace struct {
	Type   string                 `json:"type"`
	Spaces map[string]goldenSpace `json:"spaces"`
	Shape  []int                  `json:"shape"`
	DType  string                 `json:"dtype"`
	Low    any                    `json:"low_min"`
	High   any                    `json:"high_max"`
	N      int                    `json:"n"`
	NVec   []int                  `json:"nvec"`
}

// goldenArray is an array observation.
type goldenArray struct {
	Shape  []int  `json:"shape"`
	Hex    string `json:"hex"`
	SHA256 string `json:"sha256"`
	Data   []any  `json:"data"`
}

// TestGolden replays what Minigrid's own wrappers did. The files must not be
// changed to hide a difference.
func TestGolden(t *testing.T) {
	ids, events, mismatches := map[string]bool{}, 0, 0
	for _, name := range golden.Glob(t, "minigrid/wrappers/*.json") {
		var run goldenRun
		require.True(t, golden.Decode(t, name, &run))
		if _, err := miniflow.Lookup(run.Env); err != nil {
			continue // not built yet, not counted
		}
		ids[run.Env] = true
		if !t.Run(name, func(t *testing.T) { events += replay(t, run) }) {
			mismatches++
		}
	}
	golden.Report(os.Stdout, "minigrid/wrappers", len(ids), "%d events, %d mismatches", events, mismatches)
}

func replay(t *testing.T, run goldenRun) (events int) {
	env, err := miniflow.Make(run.Env, miniflow.WithAutoreset(miniflow.Disabled))
	require.NoError(t, err)
	for _, c := range run.Chain {
		arg := func(key string, dst any) {
			if raw, ok := c.Kwargs[key]; ok {
				require.NoError(t, json.Unmarshal(raw, dst))
			}
		}
		env = wrapAs(t, env, c.Wrapper, arg)
	}
	compareSpaces(t, env.Spec().Observation, run.Space)
	worlds, _ := miniflow.As[minigrid.Worlds](env)
	b := miniflow.NewBatch(env)
	for k, e := range run.Events {
		events++
		if e.Type == "reset" {
			if e.Seed != nil {
				require.NoError(t, env.Reset(b, *e.Seed))
			} else {
				require.NoError(t, env.Reset(b))
			}
			compareObs(t, env.Spec().Observation, b, e.Obs, k)
			continue
		}
		b.Action.I32[0] = e.Action
		require.NoError(t, env.Step(b))
		compareObs(t, env.Spec().Observation, b, e.Obs, k)
		require.Equal(t, e.Reward, b.Reward[0], "event %d: reward", k)
		require.Equal(t, [2]bool{e.Terminated, e.Truncated}, [2]bool{b.Terminated[0], b.Truncated[0]}, "event %d: flags", k)
		p, d := worlds.World(0).Agent()
		require.Equal(t, [3]int{e.Pos[0], e.Pos[1], e.Dir}, [3]int{p.X, p.Y, int(d)}, "event %d: agent", k)
	}
	return events
}

// wrapAs makes the wrapper that the original calls name; arg reads a keyword
// argument if it was given.
func wrapAs(t *testing.T, env miniflow.Env, name string, arg func(key string, dst any)) miniflow.Env {
	var w miniflow.Env
	var err error
	switch name {
	case "FullyObsWrapper":
		w, err = wrappers.FullyObs(env)
	case "ImgObsWrapper":
		w, err = wrappers.ImgObs(env)
	case "SymbolicObsWrapper":
		w, err = wrappers.SymbolicObs(env)
	case "OneHotPartialObsWrapper":
		w, err = wrappers.OneHotPartialObs(env)
	case "ActionBonus":
		w, err = wrappers.ActionBonus(env)
	case "FlatObsWrapper":
		w, err = wrappers.FlatObs(env, 96)
	case "DictObservationSpaceWrapper":
		w, err = wrappers.DictObservationSpace(env, 50, nil)
	case "RGBImgObsWrapper", "RGBImgPartialObsWrapper":
		tile := 8
		arg("tile_size", &tile)
		if name == "RGBImgObsWrapper" {
			w, err = wrappers.RGBImgObs(env, tile)
		} else {
			w, err = wrappers.RGBImgPartialObs(env, tile)
		}
	case "ViewSizeWrapper":
		size := 7
		arg("agent_view_size", &size)
		w, err = wrappers.ViewSize(env, size)
	case "PositionBonus":
		scale := 1.0
		arg("scale", &scale)
		w, err = wrappers.PositionBonus(env, scale)
	case "DirectionObsWrapper":
		kind := "slope"
		arg("type", &kind)
		measure := map[string]wrappers.GoalMeasure{"slope": wrappers.Slope, "angle": wrappers.Angle, "angle_atan2": wrappers.AngleAtan2}[kind]
		w, err = wrappers.DirectionObs(env, measure)
	case "ReseedWrapper":
		seeds, first := []uint64{0}, 0
		arg("seeds", &seeds)
		arg("seed_idx", &first)
		w, err = wrappers.Reseed(env, seeds, first)
	case "StochasticActionWrapper":
		prob, instead := 0.9, wrappers.RandomAction
		arg("prob", &prob)
		arg("random_action", &instead)
		w, err = wrappers.StochasticAction(env, prob, instead)
	case "NoDeath":
		names, cost := []string{}, -1.0
		arg("no_death_types", &names)
		arg("death_cost", &cost)
		var types []minigrid.Type
		for _, n := range names {
			types = append(types, map[string]minigrid.Type{"lava": minigrid.TypeLava, "ball": minigrid.TypeBall, "wall": minigrid.TypeWall}[n])
		}
		w, err = wrappers.NoDeath(env, types, cost)
	default:
		t.Fatalf("wrapper %s is unknown", name)
	}
	require.NoError(t, err)
	return w
}

func compareSpaces(t *testing.T, got miniflow.Dict, want goldenSpace) {
	if want.Type != "Dict" {
		require.Len(t, got, 1)
		compareSpace(t, got[0], want)
		return
	}
	require.Len(t, got, len(want.Spaces))
	for _, o := range got {
		compareSpace(t, o, want.Spaces[o.Name])
	}
}

func compareSpace(t *testing.T, got miniflow.Named, want goldenSpace) {
	switch s := got.Space.(type) {
	case miniflow.Box:
		require.Equal(t, "Box", want.Type, got.Name)
		require.Equal(t, want.DType, s.Type.String(), got.Name)
		require.Equal(t, fmt.Sprint(want.Shape), fmt.Sprint(s.Dims), got.Name)
		low, high := math.Inf(1), math.Inf(-1)
		for _, v := range s.Low {
			low = min(low, v)
		}
		for _, v := range s.High {
			high = max(high, v)
		}
		require.Equal(t, []float64{number(want.Low), number(want.High)}, []float64{low, high}, got.Name)
	case miniflow.Discrete:
		require.Equal(t, want.N, s.N, got.Name)
	case miniflow.MultiDiscrete:
		require.Equal(t, want.NVec, s.NVec, got.Name)
	case miniflow.Text:
		require.Contains(t, want.Type, "MissionSpace", got.Name)
	default:
		t.Fatalf("%s: space %T", got.Name, s)
	}
}

func compareObs(t *testing.T, spec miniflow.Dict, b *miniflow.Batch, raw json.RawMessage, event int) {
	if len(spec) == 1 {
		compareArray(t, &b.Obs[0], raw, "event %d: %s", event, spec[0].Name)
		return
	}
	var want map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(raw, &want))
	require.Len(t, want, len(spec))
	for k, o := range spec {
		compareArray(t, &b.Obs[k], want[o.Name], "event %d: %s", event, o.Name)
	}
}

// compareArray compares row 0 with a recorded array, list, number or text.
func compareArray(t *testing.T, got *miniflow.Array, raw json.RawMessage, msg ...any) {
	if got.Type == miniflow.TextType {
		var want string
		require.NoError(t, json.Unmarshal(raw, &want))
		require.Equal(t, want, got.Text[0], msg...)
		return
	}
	var want goldenArray
	var v any
	require.NoError(t, json.Unmarshal(raw, &v))
	switch v := v.(type) {
	case map[string]any:
		require.NoError(t, json.Unmarshal(raw, &want))
		require.Equal(t, fmt.Sprint(want.Shape), fmt.Sprint(got.Shape), msg...)
	case []any:
		want.Data = v
	default:
		want.Data = []any{v}
	}
	switch {
	case want.SHA256 != "":
		sum := sha256.Sum256(got.RowU8(0))
		require.Equal(t, want.SHA256, hex.EncodeToString(sum[:]), msg...)
	case want.Data == nil:
		require.Equal(t, want.Hex, hex.EncodeToString(got.RowU8(0)), msg...)
	default:
		require.Len(t, want.Data, got.Size(), msg...)
		for j, x := range want.Data {
			require.Equal(t, number(x), got.At(0, j), msg...)
		}
	}
}

// number decodes a recorded number, which is a string where JSON has none.
func number(v any) float64 {
	switch v {
	case "Infinity":
		return math.Inf(1)
	case "-Infinity":
		return math.Inf(-1)
	}
	return v.(float64)
}
