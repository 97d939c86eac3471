package minigrid_test

import (
	"testing"

	"github.com/miniflow-rl/miniflow"
	"github.com/stretchr/testify/require"
)

// TestCheck runs the conformance check over every registered id in every
// autoreset mode.
func TestCheck(t *testing.T) {
	for _, id := range miniflow.IDs() {
		for _, mode := range []miniflow.Autoreset{miniflow.NextStep, miniflow.SameStep, miniflow.Disabled} {
			t.Run(id+"/"+mode.String(), func(t *testing.T) {
				require.NoError(t, miniflow.CheckID(id, miniflow.WithAutoreset(mode)))
			})
		}
	}
}
