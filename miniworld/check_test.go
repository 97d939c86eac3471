package miniworld_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
)

// TestCheck runs the conformance check over every registered id in every
// autoreset mode.
func TestCheck(t *testing.T) {
	for _, id := range miniflow.IDs() {
		for mode, obs := range map[miniflow.Autoreset]string{
			miniflow.NextStep: "rgb+depth+text",
			miniflow.SameStep: "grey+segmentation+topdown",
			miniflow.Disabled: "pose",
		} {
			t.Run(id+"/"+mode.String(), func(t *testing.T) {
				require.NoError(t, miniflow.CheckID(id, miniflow.WithAutoreset(mode), miniflow.WithParam("obs", obs),
					miniflow.WithParam("quality", "fast"), miniflow.WithParam("obs_width", 32), miniflow.WithParam("obs_height", 24)))
			})
		}
	}
}
