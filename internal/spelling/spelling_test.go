package spelling

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNearest(t *testing.T) {
	words := []string{"hidden", "heads", "learning_rate", "log_z_rate"}
	require.Equal(t, []string{"hidden"}, Nearest("hiden", words, 1))
	require.Equal(t, []string{"log_z_rate", "learning_rate"}, Nearest("rate", words, 3))
	require.Empty(t, Nearest("xyz", words, 3))
	require.Empty(t, Nearest("", words, 3))
}
