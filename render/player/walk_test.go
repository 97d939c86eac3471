package player

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
	_ "github.com/miniflow-rl/miniflow/miniworld"
	"github.com/miniflow-rl/miniflow/render/ui"
)

// Miniworld's manual control. P picks up where there is something to pick up for
// the user, and pauses everywhere else.
func TestMiniworldKeys(t *testing.T) {
	for _, c := range []struct {
		key  ui.Key
		want string
	}{
		{ui.KeyLeft, "turn_left"}, {ui.KeyRight, "turn_right"}, {ui.KeyUp, "move_forward"}, {ui.KeyDown, "move_back"},
		{letter('P'), "pickup"}, {ui.KeyPageUp, "pickup"}, {letter('D'), "drop"}, {ui.KeyPageDown, "drop"}, {ui.KeyEnter, "done"},
	} {
		a := newApp(t, Config{ID: "MiniWorld-PutNext-v0", Seed: 3})
		press(t, a, c.key)
		require.Equal(t, c.want, a.session.Status().Action, "key %d", c.key)
		require.False(t, a.paused)
	}
	a := newApp(t, Config{ID: "MiniWorld-OneRoom-v0", Seed: 3})
	press(t, a, letter('P'))
	require.True(t, a.paused)
	press(t, a, letter('P'))
	require.False(t, a.paused)
	a = newApp(t, Config{ID: "MiniWorld-PutNext-v0", Seed: 3})
	a.paused = true // as an agent that was watched leaves it
	press(t, a, letter('P'))
	require.False(t, a.paused)
	require.Zero(t, a.session.Status().Step)
}

// Every view can be the large one, and the small one is never the same.
func TestViews(t *testing.T) {
	for id, want := range map[string][]string{
		"MiniWorld-PutNext-v0":    {"first_person", "map", "depth", "segmentation"},
		"MiniGrid-DoorKey-8x8-v0": {"map", "agent", "first_person", "depth", "segmentation", "map_plain"},
	} {
		a := newApp(t, Config{ID: id, Seed: 3})
		for k := range 2 * len(want) {
			draw(t, a, id+"-"+want[k%len(want)], 1180, 760, 1)
			require.Equal(t, want[k%len(want)], a.scene.main().view)
			side := want[0]
			if k%len(want) == 0 {
				side = want[1]
			}
			require.Equal(t, side, a.scene.side().view)
			press(t, a, letter('V'))
		}
		require.Empty(t, a.toast)
		require.Zero(t, a.session.Status().Step)
	}
}

// Looking at a level in first person changes nothing in it.
func TestWalkInIsOnlyAView(t *testing.T) {
	a := newApp(t, Config{ID: "MiniGrid-DoorKey-8x8-v0", Seed: 3})
	draw(t, a, "before", 720, 540, 1)
	hash := func() uint64 {
		h, ok := miniflow.As[miniflow.Hasher](a.session.Env())
		require.True(t, ok)
		return h.StateHash(0)
	}
	before := hash()
	for range 6 {
		press(t, a, letter('V'))
		draw(t, a, "after", 720, 540, 1)
	}
	require.Equal(t, before, hash())
}

// The things of a world are listed with where they are, the nearest first, and
// what is carried is not among them.
func TestThings(t *testing.T) {
	a := newApp(t, Config{ID: "MiniWorld-PutNext-v0", Seed: 3})
	list := a.session.things()
	require.Len(t, list, 6)
	for k, x := range list {
		require.Contains(t, x.name, " box")
		require.True(t, k == 0 || list[k-1].distance <= x.distance)
	}
	first := list[0]
	press(t, a, ui.KeyLeft) // 15 degrees
	require.InDelta(t, first.bearing-15, a.session.things()[0].bearing, 1e-9)
	require.Equal(t, "2.0 m, 10° left", (&thing{"", 2, 10}).where())
	require.Equal(t, "2.0 m, 10° right", (&thing{"", 2, -10}).where())
	require.Equal(t, "2.0 m, ahead", (&thing{"", 2, 0.2}).where())
	require.Empty(t, newApp(t, Config{}).session.things())
	require.Equal(t, "put the red box next to the yellow box", a.session.Status().Mission)
}

// Dragging the large picture turns, the wheel walks, and neither passes the end
// of an episode or acts outside the picture.
func TestMouse(t *testing.T) {
	a := newApp(t, Config{ID: "MiniWorld-PutNext-v0", Seed: 3})
	draw(t, a, "mouse", 1180, 760, 1)
	move := func(in ui.Input) string {
		t.Helper()
		before := a.session.Status().Step
		require.NoError(t, a.Update(&in))
		if st := a.session.Status(); st.Step > before {
			return st.Action
		}
		return ""
	}
	require.Empty(t, move(ui.Input{X: 300, Y: 300, Clicked: true, Held: true}))
	require.Empty(t, move(ui.Input{X: 320, Y: 300, Held: true}))
	require.Equal(t, "turn_right", move(ui.Input{X: 340, Y: 300, Held: true}))
	require.Equal(t, "turn_left", move(ui.Input{X: 299, Y: 300, Held: true}))
	require.Empty(t, move(ui.Input{X: 400, Y: 300}), "the button is up")
	require.Empty(t, move(ui.Input{X: 500, Y: 300, Held: true}), "it went down elsewhere")
	require.Equal(t, "move_forward", move(ui.Input{X: 300, Y: 300, Wheel: 1}))
	require.Equal(t, "move_back", move(ui.Input{X: 300, Y: 300, Wheel: -1}))
	require.Empty(t, move(ui.Input{X: 1100, Y: 300, Wheel: 1}), "not on the large picture")

	a = newApp(t, Config{Seed: 3})
	draw(t, a, "mouse", 1180, 760, 1)
	walkToEnd(t, a)
	require.NoError(t, a.Update(&ui.Input{X: 300, Y: 300, Wheel: 1}))
	require.True(t, a.session.Ended())
}
