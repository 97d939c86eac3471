package spelling

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNearest(t *testing.T) {
	settings := []string{"hidden", "heads", "learning_rate", "log_z_rate"}
	ids := []string{"BabyAI-GoTo-v0", "HyperGrid-2x16", "HyperGrid-2x8", "Line-2", "MiniGrid-DoorKey-5x5-v0", "MiniGrid-DoorKey-8x8-v0", "MiniGrid-FourRooms-v0",
		"MiniGrid-Maze-PerfectMaze-v0", "MiniWorld-FourRooms-v0"}
	commands := []string{"env", "nn", "gfn", "ppo", "train", "miniworld"}
	for _, c := range []struct {
		word  string
		words []string
		want  []string
	}{
		{"hiden", settings, []string{"hidden"}},
		{"haeds", settings, []string{"heads"}},
		{"rate", settings, []string{"log_z_rate", "learning_rate"}},
		{"xyz", settings, []string{}},
		{"", settings, []string{}},
		{"MiniGrid-DorKey-8x8", ids, []string{"MiniGrid-DoorKey-8x8-v0", "MiniGrid-DoorKey-5x5-v0"}},
		{"doorkye-8x8", ids, []string{"MiniGrid-DoorKey-8x8-v0"}},
		{"doorkey8", ids, []string{"MiniGrid-DoorKey-8x8-v0", "MiniGrid-DoorKey-5x5-v0"}},
		{"hypergrid16", ids, []string{"HyperGrid-2x16", "HyperGrid-2x8"}},
		{"fourrooms", ids, []string{"MiniGrid-FourRooms-v0", "MiniWorld-FourRooms-v0"}},
		{"line-2", ids, []string{"Line-2"}},
		{"xyz", ids, []string{}},
		{"foo", ids, []string{}},
		{"zz", ids, []string{}},
		{"a", ids, []string{}},
		{"nonsense", ids, []string{}},
		{"foo", commands, []string{}},
		{"trian", commands, []string{"train"}},
		{"gnf", commands, []string{"gfn"}},
	} {
		require.Equal(t, c.want, Nearest(c.word, c.words, 2), c.word)
	}
}

func TestIndex(t *testing.T) {
	k, err := Index("network", []string{"mlp", "gru"}, "gru")
	require.NoError(t, err)
	require.Equal(t, 1, k)
	_, err = Index("network", []string{"mlp", "gru"}, "cnn")
	require.EqualError(t, err, `network "cnn" is unknown: there are mlp, gru`)
}
