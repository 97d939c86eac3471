package agents_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow/agents"
	_ "github.com/miniflow-rl/miniflow/agents/gfn"
	_ "github.com/miniflow-rl/miniflow/agents/ppo"
)

// TestConfigureErrors: a wrong setting is named, with what it may be, and nobody
// needs to know of JSON or Go.
func TestConfigureErrors(t *testing.T) {
	for _, c := range []struct{ agent, data, want string }{
		{"tb", `{"hiden":[8]}`, `unknown setting "hiden" of tb: did you mean hidden`},
		{"tb", `{"zzz":1}`, `unknown setting "zzz" of tb: config.json of a run shows them all`},
		{"tb", `{"explore":{"epsilonn":1}}`, `unknown setting "explore.epsilonn" of tb: did you mean explore.epsilon`},
		{"tb", `{"hidden":"x"}`, `setting hidden of tb: want a list of whole numbers such as [64,64], got "x"`},
		{"tb", `{"hidden":["x"]}`, `setting hidden of tb: want a list of whole numbers such as [64,64], got ["x"]`},
		{"tb", `{"lanes":1.5}`, `setting lanes of tb: want a whole number, got 1.5`},
		{"tb", `{"tabular":3}`, `setting tabular of tb: want true or false, got 3`},
		{"tb", `{"network":3}`, `setting network of tb: want a name, got 3`},
		{"tb", `{"explore":3}`, `setting explore of tb: want one of its parts, as epsilon behind a point, got 3`},
		{"tb", `{"explore":{"epsilon":"a"}}`, `setting explore.epsilon of tb: want a number, got "a"`},
		{"tb", `{"network":"cnn"}`, `setting network of tb: want one of mlp, deepsets, settransformer, gin, gcn, gru, transformer, got "cnn"`},
		{"tb", `{"backward":"cnn"}`, `setting backward of tb: want one of tied, free, likelihood, uniform, maxent, got "cnn"`},
		{"tb", `{"replay":"cnn"}`, `setting replay of tb: want one of none, fifo, prioritized, diverse, states, got "cnn"`},
		{"subtb", `{"weighting":"cnn"}`, `setting weighting of subtb: want one of geometric_within, geometric, equal_within, equal, TB, DB, ModifiedDB, got "cnn"`},
		{"tb", `{"regression":"cnn"}`, `setting regression of tb: want one of squared, half_squared, shifted_cosh, linex, huber, got "cnn"`},
		{"tb", `{"regression":"huber:-1"}`, `setting regression of tb: regression "huber:-1": only linex and huber have a scale, a number that is not 0, of huber above 0`},
		{"ppo", `{"gama":1}`, `unknown setting "gama" of ppo: did you mean gamma`},
		{"ppo", `{"gamma":"x"}`, `setting gamma of ppo: want a number, got "x"`},
		{"ppo", `{"schedule":"cnn"}`, `setting schedule of ppo: want one of constant, linear, got "cnn"`},
		{"ppo", `{"encoder":{"image":"cnn"}}`, `setting encoder.image of ppo: want one of auto, raw, linear, conv, nature, small, got "cnn"`},
		{"ppo", `{"encoder":{"activation":"cnn"}}`, `setting encoder.activation of ppo: want one of tanh, relu, got "cnn"`},
		{"ppo", `{"encoder":{"imag":1}}`, `unknown setting "encoder.imag" of ppo: did you mean encoder.image`},
	} {
		a, err := agents.NewAlgorithm(c.agent)
		require.NoError(t, err)
		require.ErrorContains(t, agents.Configure(a, []byte(c.data)), c.want, c.data)
	}
}
