package gfnenvs_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/gfnenvs"
)

func file(t *testing.T, text string) string {
	path := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	return path
}

// Structures of one's own data have the rewards of the score of these data.
func TestDAGOfFile(t *testing.T) {
	path := file(t, "rain, sun ,mood\n0.5,1,-1\n1.5,0.2,-0.1\n-1,2,1e-1\n")
	samples, err := gfnenvs.ReadSamples(path)
	require.NoError(t, err)
	require.Equal(t, [][]float64{{0.5, 1, -1}, {1.5, 0.2, -0.1}, {-1, 2, 0.1}}, samples)

	score, err := gfnenvs.NewBGe(samples, 1, 5)
	require.NoError(t, err)
	edge := []int32{0, 0, 1, 0, 0, 0, 0, 0, 0} // rain causes mood
	for _, c := range []struct {
		prior string
		value float64
		want  func(parents int) float64
	}{
		{"uniform", 0, func(int) float64 { return 0 }},
		{"erdos_renyi", 0.3, gfnenvs.ErdosRenyiPrior(0.3)},
		{"edge", -2, gfnenvs.EdgePrior(-2)},
		{"fair", 0, gfnenvs.FairPrior(3)},
	} {
		rules, err := gfnenvs.RulesOf("DAG-5", miniflow.WithParam("data", path), miniflow.WithParam("prior", c.prior), miniflow.WithParam("edge_prior", c.value))
		require.NoError(t, err)
		require.Len(t, rules.Layout().Values, 9)
		want := score.Local(2, 1) - score.Local(2, 0) + c.want(1) - c.want(0)
		require.InDelta(t, want, rules.LogReward(edge), 1e-12, c.prior)
		require.NoError(t, gfnenvs.CheckRules(rules, 20, 1))
	}
	_, err = miniflow.Make("DAG-5", miniflow.WithParam("prior", "erdos_renyi"), miniflow.WithParam("edge_prior", 1.0))
	require.ErrorContains(t, err, "edge_prior 1")
}

func TestPhyloOfFile(t *testing.T) {
	path := file(t, ">ape\nACG\nTAC\n\n>bat \nACGTTC\n>cow\nac-n?c\n")
	names, sequences, err := gfnenvs.ReadFASTA(path)
	require.NoError(t, err)
	require.Equal(t, []string{"ape", "bat", "cow"}, names)
	require.Equal(t, [][]uint8{{8, 4, 2, 1, 8, 4}, {8, 4, 2, 1, 1, 4}, {8, 4, 15, 15, 15, 4}}, sequences)

	rules, err := gfnenvs.RulesOf("PhyloTree-6x32", miniflow.WithParam("alignment", path), miniflow.WithParam("offset", 5.0), miniflow.WithParam("scale", 2.0))
	require.NoError(t, err)
	s := make([]int32, 3)
	rules.Apply(s, 0) // one site differs
	rules.Apply(s, 1)
	require.InDelta(t, (5.0-1)/2, rules.LogReward(s), 1e-12)
}

func TestBadFiles(t *testing.T) {
	for text, want := range map[string]string{
		"":             "has none",
		"a,b\n":        "has none",
		"1,2\n3\n":     "wrong number of fields",
		"1,2\n3,x\n":   `:2: field 2 is "x"`,
		"1,2\n3,NaN\n": `field 2 is "NaN"`,
	} {
		_, err := gfnenvs.ReadSamples(file(t, text))
		require.ErrorContains(t, err, want, text)
		require.ErrorIs(t, err, miniflow.ErrParam)
	}
	for text, want := range map[string]string{
		"":              "no sequence",
		"ACGT\n":        ":1: want a line such as >name",
		">a\nAC\nAXE\n": `:3: gfnenvs: base 'X' at site 1`,
		">a\nA\n>b\nAC": "",
	} {
		_, _, err := gfnenvs.ReadFASTA(file(t, text))
		if want == "" {
			require.NoError(t, err)
			_, err = miniflow.Make("PhyloTree-6x32", miniflow.WithParam("alignment", file(t, text)))
			require.ErrorContains(t, err, "sequence 1 has 2 sites, want 1")
			continue
		}
		require.ErrorContains(t, err, want, text)
		require.ErrorIs(t, err, miniflow.ErrParam)
	}
	_, err := miniflow.Make("DAG-5", miniflow.WithParam("data", filepath.Join(t.TempDir(), "none.csv")))
	require.ErrorContains(t, err, "none.csv")
	_, err = miniflow.Make("DAG-5", miniflow.WithParam("data", file(t, strings.Repeat("1,", 70)+"1\n")))
	require.ErrorContains(t, err, "at most 64")
}
