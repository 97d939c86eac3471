package gfn

import (
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow/agents/nn"
	"github.com/miniflow-rl/miniflow/gfnenvs"
	"github.com/miniflow-rl/miniflow/internal/golden"
)

// lossFile is a golden file of objectives; see FORMAT-gfn.md.
type lossFile struct {
	Params struct {
		NDim     int     `json:"ndim"`
		Height   int     `json:"height"`
		R0       float64 `json:"R0"`
		R1       float64 `json:"R1"`
		R2       float64 `json:"R2"`
		NActions int     `json:"n_actions"`
	} `json:"params"`
	PF      [][]float64 `json:"pf_logits"`
	PB      [][]float64 `json:"pb_logits"`
	LogF    []float64   `json:"log_f_table"`
	Prior   [][]float64 `json:"prior_logits"`
	FMInner [][]int32   `json:"fm_intermediate_states"`
	FMExits [][]int32   `json:"fm_terminating_states"`
	Paths   []struct {
		States  [][]int32 `json:"states"`
		Actions []int32   `json:"actions"`
		LogPF   []float64 `json:"log_pf"`
		LogPB   []float64 `json:"log_pb"`
		Exit    []float64 `json:"log_pf_exit"`
		Prior   []float64 `json:"log_prior"`
	} `json:"trajectories"`
	Losses []struct {
		Name           string               `json:"name"`
		Regression     string               `json:"regression"`
		LogZ           float64              `json:"log_z"`
		Alpha          float64              `json:"alpha"`
		Beta           float64              `json:"beta"`
		Weighting      string               `json:"weighting"`
		Lambda         float64              `json:"lamda"`
		ForwardLooking bool                 `json:"forward_looking"`
		Mean           float64              `json:"mean"`
		Sum            float64              `json:"sum"`
		Grad           map[string][]float64 `json:"grad_mean"`
	} `json:"losses"`
}

// tables are the parameters of the golden losses as leaves of a tape, and the
// terms of its trajectories.
type tables struct {
	Terms
	tape *nn.TapeOf[float64]
	leaf map[string]nn.Value
	flow FlowTerms
}

func flat(rows [][]float64) (out []float64) {
	for _, r := range rows {
		out = append(out, r...)
	}
	return out
}

func (f *lossFile) terms(t *testing.T, logZ float64) *tables {
	n, d, a := len(f.PF), f.Params.NDim, f.Params.NActions
	grid, err := gfnenvs.NewHyperGrid(d, f.Params.Height, gfnenvs.OriginalReward{R0: f.Params.R0, R1: f.Params.R1, R2: f.Params.R2})
	require.NoError(t, err)
	tape := nn.NewTapeOf[float64]()
	x := &tables{tape: tape, leaf: map[string]nn.Value{
		"pf_logits": tape.Leaf(flat(f.PF), n, a), "pb_logits": tape.Leaf(flat(f.PB), n, d),
		"log_f": tape.Leaf(f.LogF, n, 1), "log_z": tape.Leaf([]float64{logZ}, 1, 1)}}
	fmask, bmask := make([]bool, n*a), make([]bool, n*d)
	scratch := make([]bool, a)
	for i := range n {
		s := make([]int32, d)
		for j, k := d-1, i; j >= 0; j, k = j-1, k/f.Params.Height {
			s[j] = int32(k % f.Params.Height)
		}
		grid.Forward(fmask[i*a:(i+1)*a], s)
		clear(scratch)
		grid.Backward(scratch, s)
		copy(bmask[i*d:(i+1)*d], scratch)
	}
	x.Batch = &Batch{}
	x.Begin()
	var state, taken, exit, back []int32
	var potential, reward []float64
	for _, p := range f.Paths {
		x.Add(len(p.Actions))
		for k, action := range p.Actions {
			i := int32(grid.Index(p.States[k]))
			state, taken, exit = append(state, i), append(taken, i*int32(a)+action), append(exit, i*int32(a)+int32(a)-1)
			potential = append(potential, grid.LogReward(p.States[k]))
			b := int32(-1)
			if k+1 < len(p.Actions) {
				b = int32(grid.Index(p.States[k+1]))*int32(d) + action
			}
			back = append(back, b)
		}
		reward = append(reward, potential[len(potential)-1])
	}
	x.End()
	pf := tape.Reshape(tape.LogSoftmax(x.leaf["pf_logits"], fmask), n*a, 1)
	pb := tape.Reshape(tape.LogSoftmax(x.leaf["pb_logits"], bmask), n*d, 1)
	prior := tape.Reshape(tape.LogSoftmax(tape.Input(flat(f.Prior), n, a), fmask), n*a, 1)
	x.LogPF, x.LogPB, x.LogF = tape.Rows(pf, taken), tape.Rows(pb, back), tape.Rows(x.leaf["log_f"], state)
	x.LogPFExit, x.LogPrior = tape.Rows(pf, exit), tape.Rows(prior, taken)
	x.Potential, x.LogReward = tape.Input(potential, len(potential), 1), tape.Input(reward, len(reward), 1)

	edges := func(index []int32, cols int) nn.Value {
		missing := make([]float64, len(index))
		for k, e := range index {
			if e < 0 {
				missing[k] = nn.LogZero
			}
		}
		raw := tape.Rows(tape.Reshape(x.leaf["pf_logits"], n*a, 1), index)
		return tape.Reshape(tape.Add(raw, tape.Input(missing, len(index), 1)), len(index)/cols, cols)
	}
	var in, out, last []int32
	for _, s := range f.FMInner {
		i := grid.Index(s)
		for action := range a {
			if e := int32(-1); fmask[i*a+action] {
				e = int32(i*a + action)
				out = append(out, e)
			} else {
				out = append(out, e)
			}
			if action == d {
				continue
			}
			e := int32(-1)
			if s[action] > 0 {
				grid.Undo(s, action)
				e = int32(grid.Index(s)*a + action)
				grid.Apply(s, action)
			}
			in = append(in, e)
		}
	}
	var exits []float64
	for _, s := range f.FMExits {
		last, exits = append(last, int32(grid.Index(s)*a+d)), append(exits, grid.LogReward(s))
	}
	x.flow = FlowTerms{Incoming: edges(in, d), Outgoing: edges(out, a), Exit: edges(last, 1), LogReward: tape.Input(exits, len(exits), 1)}
	return x
}

// regression reads the golden files' names, such as linex_0_5.
func regression(t *testing.T, name string) Regression {
	var r Regression
	if scale, ok := strings.CutPrefix(name, "linex_"); ok {
		v, err := strconv.ParseFloat(strings.ReplaceAll(scale, "_", "."), 64)
		require.NoError(t, err)
		return Regression{Loss: Linex, Scale: v}
	}
	require.NoError(t, r.UnmarshalText([]byte(name)))
	return r
}

func near(got, want float64) bool { return math.Abs(got-want) <= 1e-6*max(1, math.Abs(want)) }

// The recorded data are those of torchgfn 2.4.1 in float64, checked against a
// derivation of their own. Do not loosen the tolerance.
func TestGolden(t *testing.T) {
	ids, values, wrong := 0, 0, 0
	check := func(what string, got, want float64) {
		values++
		if !near(got, want) {
			wrong++
			t.Errorf("%s = %v, want %v", what, got, want)
		}
	}
	for _, name := range golden.Glob(t, "gfn/loss_*.json") {
		var f lossFile
		require.True(t, golden.Decode(t, name, &f))
		ids++
		x := f.terms(t, 0)
		k := 0
		for _, p := range f.Paths {
			for i := range p.Actions {
				check(name+" log_pf", x.tape.Data(x.LogPF)[k], p.LogPF[i])
				check(name+" log_pf_exit", x.tape.Data(x.LogPFExit)[k], p.Exit[i])
				check(name+" log_prior", x.tape.Data(x.LogPrior)[k], p.Prior[i])
				if i < len(p.LogPB) {
					check(name+" log_pb", x.tape.Data(x.LogPB)[k], p.LogPB[i])
				}
				k++
			}
		}
		for _, l := range f.Losses {
			g := regression(t, l.Regression)
			what := fmt.Sprintf("%s %s %v %s lambda %v forward-looking %v", name, l.Name, g, l.Weighting, l.Lambda, l.ForwardLooking)
			evaluate := func(r Reduction) (*tables, nn.Value) {
				x := f.terms(t, l.LogZ)
				tp, z := x.tape, x.leaf["log_z"]
				switch l.Name {
				case "TB":
					return x, TB(tp, &x.Terms, z, g, r)
				case "LPV":
					return x, VarGrad(tp, &x.Terms, g, r)
				case "DB":
					return x, DB(tp, &x.Terms, l.ForwardLooking, g, r)
				case "ModifiedDB":
					return x, ModifiedDB(tp, &x.Terms, g, r)
				case "FM":
					return x, FM(tp, &x.flow, l.Alpha, g, r)
				case "RTB":
					return x, RTB(tp, &x.Terms, z, l.Beta, g, r)
				case "RelativeLPV":
					return x, RelativeVarGrad(tp, &x.Terms, l.Beta, g, r)
				case "SubTB":
					var w Weighting
					require.NoError(t, w.UnmarshalText([]byte(l.Weighting)))
					return x, SubTB(tp, &x.Terms, w, l.Lambda, l.ForwardLooking, g, r)
				}
				t.Fatalf("%s: unknown objective", what)
				return nil, 0
			}
			x, mean := evaluate(Mean)
			check(what+" mean", x.tape.Item(mean), l.Mean)
			y, sum := evaluate(Sum)
			check(what+" sum", y.tape.Item(sum), l.Sum)
			if l.Grad == nil {
				continue
			}
			x.tape.Backward(mean)
			for table, want := range l.Grad {
				got := x.tape.Grad(x.leaf[table])
				for i := range want {
					check(fmt.Sprintf("%s d/d%s[%d]", what, table, i), got[i], want[i])
				}
				for _, v := range got {
					if want == nil && v != 0 {
						t.Errorf("%s: a gradient of %s, which has none", what, table)
					}
				}
			}
		}
	}
	goldenBehaviour(t, &ids, check)
	goldenBuffers(t, &ids, check)
	golden.Report(os.Stdout, "gfn", ids, "%d values, %d mismatches", values, wrong)
	require.Zero(t, wrong)
}

func goldenBehaviour(t *testing.T, ids *int, check func(string, float64, float64)) {
	var f struct {
		Logits [][]float32 `json:"logits"`
		Mask   []string    `json:"mask"`
		Cases  []struct {
			ExitBias    float64     `json:"sf_bias"`
			Temperature float64     `json:"temperature"`
			Epsilon     float64     `json:"epsilon"`
			Probs       [][]float64 `json:"probs"`
		} `json:"cases"`
	}
	if !golden.Decode(t, "gfn/behaviour_policy.json", &f) {
		return
	}
	*ids++
	for _, c := range f.Cases {
		b := Behaviour{c.ExitBias, c.Temperature, c.Epsilon}
		for i, want := range c.Probs {
			mask, got := make([]bool, len(want)), make([]float64, len(want))
			for a := range mask {
				mask[a] = f.Mask[i][a] == '1'
			}
			require.True(t, b.Probabilities(got, f.Logits[i], mask))
			for a := range want {
				check(fmt.Sprintf("behaviour %+v state %d action %d", b, i, a), got[a], want[a])
			}
		}
	}
}

func goldenBuffers(t *testing.T, ids *int, check func(string, float64, float64)) {
	var f struct {
		Cases []struct {
			Kind     Replay  `json:"kind"`
			Capacity int     `json:"capacity"`
			Cutoff   float64 `json:"cutoff"`
			P        float64 `json:"p"`
			Steps    []struct {
				Add       [][]int32 `json:"add"`
				LogReward []float64 `json:"log_reward"`
				Content   [][]int32 `json:"content"`
				Rewards   []float64 `json:"content_log_reward"`
			} `json:"steps"`
		} `json:"cases"`
	}
	if !golden.Decode(t, "gfn/replay_buffers.json", &f) {
		return
	}
	*ids++
	for _, c := range f.Cases {
		b := Buffer{Kind: c.Kind, Capacity: c.Capacity, Cutoff: c.Cutoff, Norm: c.P}
		for k, s := range c.Steps {
			var batch []Item
			for i, state := range s.Add {
				batch = append(batch, Item{State: state, LogReward: s.LogReward[i]})
			}
			b.Add(batch)
			what := fmt.Sprintf("buffer %v cutoff %v step %d", c.Kind, c.Cutoff, k)
			check(what+" length", float64(b.Len()), float64(len(s.Content)))
			for i := range min(b.Len(), len(s.Content)) {
				check(what+" log reward", b.Item(i).LogReward, s.Rewards[i])
				for j, v := range s.Content[i] {
					check(what+" state", float64(b.Item(i).State[j]), float64(v))
				}
			}
		}
	}
}
