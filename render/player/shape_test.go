package player

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow/gfnenvs"
	"github.com/miniflow-rl/miniflow/render/ui"
)

// A click steps as near as can be to the place, keys change the parameters, and
// every step can be undone.
func TestShapeByMouseAndKeys(t *testing.T) {
	a := newApp(t, Config{ID: "Torus-2", Seed: 1})
	draw(t, a, "torus", 1280, 800, 1)
	h := a.session.shaped
	place := ui.Rect{X: 300, Y: 200}
	at, ok := a.points.Plane(place.X, place.Y)
	require.True(t, ok)
	require.NoError(t, a.Update(&ui.Input{X: place.X, Y: place.Y, Clicked: true}))
	require.Equal(t, 1, a.session.step, a.toast)
	s := h.env.State(0)
	require.InDelta(t, at[0], s[0], 0.01)
	require.InDelta(t, at[1], s[1], 0.01)
	draw(t, a, "torus-stepped", 1280, 800, 1)

	press(t, a, letter('X'))
	require.Equal(t, "the object is not complete", a.toast)
	before := a.slide.u[a.slide.kind][0]
	press(t, a, ui.KeyDown)
	press(t, a, ui.KeyRight)
	require.NotEqual(t, before, a.slide.u[a.slide.kind][0])
	for a.slide.kind != h.exit() {
		press(t, a, ui.KeyEnter)
	}
	want := append([]float64(nil), h.env.State(0)...)
	press(t, a, letter('X'))
	require.True(t, a.session.Ended())
	require.Equal(t, number(h.rules.LogReward(want)), a.session.Status().LogReward)
	require.Len(t, h.cloud, 1)
	press(t, a, ui.KeyBackspace)
	require.False(t, a.session.Ended())
	require.Equal(t, want, h.env.State(0))
	require.Empty(t, h.cloud)
	for a.session.step > 0 {
		press(t, a, ui.KeyBackspace)
	}
	require.Equal(t, h.rules.Layout().Source, h.env.State(0))
	press(t, a, ui.KeyBackspace)
	require.Equal(t, errSource.Error(), a.toast)
}

// All environments of continuous actions are drawn, and an agent may play them.
func TestScreensOfShapes(t *testing.T) {
	for _, id := range []string{"BoxPolar-0.25", "BoxCartesian-0.1", "Line-2", "Torus-2", "Diffusion-gmm25", "Diffusion-many_well", "HybridLine-3"} {
		a := newApp(t, Config{ID: id, Seed: 1, Agent: randomAgent})
		for range 3 {
			for !a.session.Ended() {
				require.NoError(t, a.session.Follow(a.agent), id)
			}
			a.ended()
			require.NoError(t, a.session.Next())
		}
		require.NoError(t, a.session.Follow(a.agent), id)
		require.NoError(t, a.session.Follow(a.agent), id)
		a.watching = false
		draw(t, a, id, 1280, 800, 1)
		draw(t, a, id, 720, 540, 1)
		draw(t, a, id, 90, 60, 1)
		press(t, a, letter('S'))
		require.Contains(t, a.toast, "cannot be saved")
	}
}

// What is written into an action is the kind that was chosen, of any that are
// legal.
func TestKindsOfActions(t *testing.T) {
	h := &shaping{kinds: make([]gfnenvs.Kind, 5), legal: []bool{false, true, true, false, true}}
	for _, kind := range []int{1, 2, 4} {
		require.Equal(t, kind, h.chosen(h.element(kind)))
	}
}

// An agent fills the plane with points, the same ones every time.
func TestWatchFillsPoints(t *testing.T) {
	for _, id := range []string{"BoxCartesian-0.25", "Line-2"} {
		var first []float64
		for range 2 {
			a := newApp(t, Config{ID: id, Seed: 3, Agent: randomAgent})
			for range 20 {
				typed(t, a, "+")
			}
			for range 30 {
				require.NoError(t, a.Update(&ui.Input{}))
			}
			draw(t, a, "fill-"+id, 1280, 800, 1)
			press(t, a, letter('V'))
			draw(t, a, "fill-large-"+id, 1280, 800, 1)
			d := a.cells.Distance()
			require.Greater(t, a.cells.Len(), 1000)
			if first == nil {
				first = []float64{d.L1, d.JSD}
			}
			require.Equal(t, first, []float64{d.L1, d.JSD})
		}
	}
}
