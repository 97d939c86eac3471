package player

import (
	"errors"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/render/ui"
)

func TestNatural(t *testing.T) {
	want := []string{"", "A-5x5", "A-05x6", "A-5x10", "A-16x16", "A-16x16-v0", "B2", "B10", "C"}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, natural)
	require.Equal(t, want, got)
	require.Zero(t, natural("A-16x16", "A-16x16"))
}

func TestDrawable(t *testing.T) {
	ids := drawable()
	require.Contains(t, ids, "MiniGrid-DoorKey-8x8-v0")
	require.Less(t, slices.Index(ids, "MiniGrid-DoorKey-8x8-v0"), slices.Index(ids, "MiniGrid-DoorKey-16x16-v0"))
}

// An agent that cannot play the chosen world leaves it to the user.
func TestSwitchToWorldThatTheAgentDoesNotKnow(t *testing.T) {
	a := newApp(t, Config{ID: "MiniGrid-DoorKey-8x8-v0", Agent: func(env miniflow.Env) (*Agent, error) {
		if env.Spec().ID != "MiniGrid-DoorKey-8x8-v0" {
			return nil, errors.New("trained elsewhere")
		}
		return &Agent{Name: "walker", Policy: &walker{}}, nil
	}})
	require.True(t, a.watching)
	press(t, a, letter('E'))
	typed(t, a, "empty 8x8")
	press(t, a, ui.KeyEnter)
	require.Equal(t, "MiniGrid-Empty-8x8-v0", a.session.Status().ID)
	require.False(t, a.watching)
	require.Equal(t, "you play: trained elsewhere", a.toast)
}
