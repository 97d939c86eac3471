package player

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/render/ui"
)

// press holds keys down together for some ticks.
func press(t *testing.T, a *App, keys ...ui.Key) {
	t.Helper()
	require.NoError(t, a.Update(&ui.Input{Pressed: keys, Repeated: keys}))
	require.NoError(t, a.Update(&ui.Input{}))
	require.NoError(t, a.Update(&ui.Input{Released: keys}))
}

func typed(t *testing.T, a *App, s string) {
	t.Helper()
	require.NoError(t, a.Update(&ui.Input{Typed: []rune(s)}))
}

// Minigrid's manual control, and the same actions by number.
func TestMinigridKeys(t *testing.T) {
	cases := []struct {
		key  ui.Key
		want string
	}{
		{ui.KeyLeft, "left"}, {ui.KeyRight, "right"}, {ui.KeyUp, "forward"}, {ui.KeySpace, "toggle"},
		{ui.KeyPageUp, "pickup"}, {ui.KeyTab, "pickup"}, {ui.KeyPageDown, "drop"}, {ui.KeyLeftShift, "drop"},
		{ui.KeyEnter, "done"}, {ui.Key0 + 1, "left"}, {ui.Key0 + 4, "pickup"}, {ui.Key0 + 7, "done"},
	}
	for _, c := range cases {
		a := newApp(t, Config{ID: "MiniGrid-DoorKey-8x8-v0", Seed: 3})
		press(t, a, c.key)
		st := a.session.Status()
		require.Equal(t, c.want, st.Action, "key %d", c.key)
		require.Equal(t, 1, st.Step, "key %d", c.key)
	}
}

func TestKeyWithoutAction(t *testing.T) {
	a := newApp(t, Config{})
	press(t, a, ui.KeySpace)
	require.Equal(t, 0, a.session.Status().Step)
	require.Equal(t, "there is no toggle here: the actions are left, right, forward", a.toast)
}

func TestShiftWithAnotherKeyDropsNothing(t *testing.T) {
	a := newApp(t, Config{ID: "MiniGrid-DoorKey-8x8-v0", Seed: 3})
	require.NoError(t, a.Update(&ui.Input{Pressed: []ui.Key{ui.KeyLeftShift}}))
	require.NoError(t, a.Update(&ui.Input{Pressed: []ui.Key{letter('V')}}))
	require.NoError(t, a.Update(&ui.Input{Released: []ui.Key{letter('V')}}))
	require.NoError(t, a.Update(&ui.Input{Released: []ui.Key{ui.KeyLeftShift}}))
	require.Equal(t, 0, a.session.Status().Step)
	require.NoError(t, a.Update(&ui.Input{Pressed: []ui.Key{ui.KeyLeftShift}}))
	typed(t, a, "+") // by a key that has no name here
	require.NoError(t, a.Update(&ui.Input{Released: []ui.Key{ui.KeyLeftShift}}))
	require.Equal(t, 0, a.session.Status().Step)
	press(t, a, ui.KeyLeftShift)
	require.Equal(t, "drop", a.session.Status().Action)
}

// walkToEnd presses a key until the episode ends.
func walkToEnd(t *testing.T, a *App) {
	t.Helper()
	for range 20 {
		if a.session.Ended() {
			return
		}
		press(t, a, ui.KeyRight)
	}
	require.True(t, a.session.Ended())
}

func TestEndOfEpisode(t *testing.T) {
	for _, given := range []bool{false, true} {
		a := newApp(t, Config{Seed: 3, Given: given})
		start := a.session.env.(*corridorEnv).vector.Sim(0).(*corridor).at
		walkToEnd(t, a)
		steps := a.session.Status().Step
		press(t, a, ui.KeyRight) // begins the next episode and is not an action
		st := a.session.Status()
		require.Equal(t, 0, st.Step, "the end was at step %d", steps)
		if given {
			require.Equal(t, 0, st.World)
			require.Equal(t, start, a.session.env.(*corridorEnv).vector.Sim(0).(*corridor).at)
		} else {
			require.Equal(t, 1, st.World)
		}
	}
}

func TestWorldKeys(t *testing.T) {
	a := newApp(t, Config{Seed: 3, Given: true})
	press(t, a, ui.KeyBackspace)
	require.Equal(t, "seed 3, world +1", ptr(a.session.Status()).world())
	press(t, a, ui.KeyRight)
	press(t, a, letter('R'))
	require.Equal(t, 0, a.session.Status().Step)
	require.Equal(t, "seed 3, world +1", ptr(a.session.Status()).world())
	press(t, a, letter('N'))
	require.Equal(t, "seed 4", ptr(a.session.Status()).world())
}

func ptr[T any](v T) *T { return &v }

func TestPauseHoldsTheUser(t *testing.T) {
	a := newApp(t, Config{})
	press(t, a, letter('P'))
	press(t, a, ui.KeyRight)
	require.Equal(t, 0, a.session.Status().Step)
	press(t, a, letter('P'))
	press(t, a, ui.KeyRight)
	require.Equal(t, 1, a.session.Status().Step)
}

func TestHelpAndQuit(t *testing.T) {
	a := newApp(t, Config{})
	for _, open := range []func(){func() { press(t, a, ui.KeyF1) }, func() { typed(t, a, "?") }} {
		open()
		require.Equal(t, helping, a.screen)
		press(t, a, ui.KeyEscape)
		require.Equal(t, playing, a.screen)
	}
	require.ErrorIs(t, a.Update(&ui.Input{Pressed: []ui.Key{ui.KeyEscape}}), ui.ErrQuit)
	a = newApp(t, Config{NoQuit: true, ID: "Corridor", Make: makeCorridor})
	press(t, a, ui.KeyEscape)
}

func TestSwitchEnvironment(t *testing.T) {
	a := newApp(t, Config{ID: "MiniGrid-DoorKey-8x8-v0", Seed: 3})
	typed(t, a, "/")
	require.Equal(t, picking, a.screen)
	typed(t, a, "empty 8x8")
	require.Equal(t, 1, a.list.Found())
	press(t, a, ui.KeyEnter)
	require.Equal(t, playing, a.screen)
	require.Equal(t, "MiniGrid-Empty-8x8-v0", a.session.Status().ID)
	require.Equal(t, 0, a.session.Status().Step, "the key that chose does not act")
	press(t, a, letter('E'))
	typed(t, a, "nothing is called this")
	press(t, a, ui.KeyEnter)
	require.Equal(t, picking, a.screen)
	press(t, a, ui.KeyEscape)
	require.Equal(t, "MiniGrid-Empty-8x8-v0", a.session.Status().ID)
}

// saved collects what a Config saves.
type saved struct {
	names []string
	data  [][]byte
	err   error
}

func (s *saved) save(name string, data []byte) (string, error) {
	s.names, s.data = append(s.names, name), append(s.data, data)
	return name, s.err
}

func TestSaveKey(t *testing.T) {
	var files saved
	a := newApp(t, Config{Seed: 3, Save: files.save})
	press(t, a, letter('S'))
	require.Empty(t, files.names)
	require.Contains(t, a.toast, "nothing to save")
	press(t, a, ui.KeyRight)
	press(t, a, letter('S'))
	require.Equal(t, []string{"Corridor-seed3"}, files.names)
	for e, err := range miniflow.Episodes(bytes.NewReader(files.data[0])) {
		require.NoError(t, err)
		require.Equal(t, []int32{1}, e.Actions)
		require.Equal(t, uint64(3), *e.Seed)
	}
	files.err = errors.New("the disk is full")
	press(t, a, letter('S'))
	require.Equal(t, "the disk is full", a.toast)
}

func TestRecordSavesEveryEpisodeOnce(t *testing.T) {
	var files saved
	a := newApp(t, Config{Seed: 3, Save: files.save, Record: true})
	press(t, a, letter('N')) // no step: nothing to keep
	require.Empty(t, files.names)
	walkToEnd(t, a)
	require.Len(t, files.names, 1)
	press(t, a, ui.KeyRight)
	require.Len(t, files.names, 1)
	press(t, a, ui.KeyRight)
	press(t, a, ui.KeyBackspace) // left in the middle
	require.Len(t, files.names, 2)
	press(t, a, ui.KeyRight)
	require.NoError(t, a.Close())
	require.Equal(t, []string{"Corridor-seed4", "Corridor-seed4+1", "Corridor-seed4+2"}, files.names)
}

// walker always takes the same action.
type walker struct {
	action int32
	begun  int
	fail   error
}

func (w *walker) Begin(context.Context, int) error {
	w.begun++
	return w.fail
}

func (w *walker) Act(b *miniflow.Batch, rng []miniflow.Rand, greedy bool) error {
	b.Action.I32[0] = w.action
	return nil
}

func watchWalker(w *walker) Config {
	return Config{ID: "Corridor", Make: makeCorridor, Seed: 3, Agent: func(env miniflow.Env) (*Agent, error) {
		return &Agent{Name: "walker", Policy: w}, nil
	}}
}

func tick(t *testing.T, a *App, n int) {
	t.Helper()
	for range n {
		require.NoError(t, a.Update(&ui.Input{}))
	}
}

func TestWatch(t *testing.T) {
	w := &walker{action: 1}
	cfg := watchWalker(w)
	cfg.Seed = 23 // begins nine steps from the end
	a := newApp(t, cfg)
	tick(t, a, TicksPerSecond/2)
	require.Equal(t, 4, a.session.Status().Step, "8 steps a second")
	press(t, a, letter('P'))
	step := a.session.Status().Step
	tick(t, a, TicksPerSecond)
	require.Equal(t, step, a.session.Status().Step, "paused")
	typed(t, a, ".")
	require.Equal(t, step+1, a.session.Status().Step, "one step")
	press(t, a, letter('P'))
	for range 200 {
		if a.session.Ended() {
			break
		}
		tick(t, a, 1)
	}
	require.True(t, a.session.Ended())
	require.Equal(t, "walker", a.session.Episode().Mode)
	tick(t, a, pauseAtEnd+1)
	require.False(t, a.session.Ended(), "the next world begins by itself")
	require.Equal(t, 1, a.session.Status().World)
	tick(t, a, 30)
	require.Equal(t, 2, w.begun)
}

func TestWatchSpeed(t *testing.T) {
	a := newApp(t, watchWalker(&walker{action: 1}))
	for range 9 {
		typed(t, a, "-")
	}
	require.Equal(t, 1, speeds[a.speed])
	for range 9 {
		typed(t, a, "+")
	}
	require.Equal(t, 60, speeds[a.speed])
}

func TestTakeOver(t *testing.T) {
	a := newApp(t, watchWalker(&walker{action: 1}))
	press(t, a, ui.KeyLeft)
	require.Equal(t, "the agent plays: A takes over", a.toast)
	tick(t, a, 15)
	press(t, a, letter('A'))
	step := a.session.Status().Step
	press(t, a, ui.KeyLeft)
	require.Equal(t, step+1, a.session.Status().Step)
	require.Equal(t, "left", a.session.Status().Action)
	require.Equal(t, "human and agent", a.session.Episode().Mode)
}

func TestAgentThatFailsPauses(t *testing.T) {
	a := newApp(t, watchWalker(&walker{fail: errors.New("no plan found within the budget")}))
	tick(t, a, 30)
	require.True(t, a.paused)
	require.Equal(t, "no plan found within the budget", a.toast)
}

// thinker is a walker that begins when it is told to.
type thinker struct {
	walker
	go_, stopped chan bool
}

func (p *thinker) Begin(ctx context.Context, lane int) error {
	select {
	case <-p.go_:
		return nil
	case <-ctx.Done():
		p.stopped <- true
		return ctx.Err()
	}
}

func TestSlowAgentThinksBesideTheGame(t *testing.T) {
	p := &thinker{walker: walker{action: 1}, go_: make(chan bool), stopped: make(chan bool, 9)}
	a := newApp(t, Config{ID: "Corridor", Make: makeCorridor, Seed: 23, Agent: func(miniflow.Env) (*Agent, error) {
		return &Agent{Name: "thinker", Policy: p, Slow: true}, nil
	}})
	tick(t, a, 2*TicksPerSecond)
	require.NotNil(t, a.thinking)
	require.Equal(t, 0, a.session.Status().Step, "it has not made up its mind")
	press(t, a, letter('N'))
	require.True(t, <-p.stopped, "another world stops its thoughts")
	tick(t, a, 10)
	p.go_ <- true
	for a.session.Status().Step == 0 {
		tick(t, a, 1)
	}
	require.Nil(t, a.thinking)
	tick(t, a, 7)
	require.LessOrEqual(t, a.session.Status().Step, 3, "it does not make up for lost time")
	press(t, a, letter('A'))
	press(t, a, ui.KeyRight)
	require.False(t, a.agent.begun, "what the user does makes it think again")
	typed(t, a, ".")
	require.NotNil(t, a.thinking)
	require.NoError(t, a.Close())
	require.True(t, <-p.stopped)
}

func TestNewRefuses(t *testing.T) {
	_, err := New(Config{ID: "MiniGrid-DorKey-8x8-v0"})
	require.ErrorIs(t, err, miniflow.ErrUnknownID)
	_, err = New(Config{ID: "Blind", Make: makeCorridor})
	require.ErrorContains(t, err, "cannot be drawn")
	_, err = New(Config{ID: "Corridor", Make: makeCorridor, Agent: func(miniflow.Env) (*Agent, error) {
		return nil, errors.New("the agent was trained elsewhere")
	}})
	require.EqualError(t, err, "the agent was trained elsewhere")
}

func TestStatusIsReported(t *testing.T) {
	var got []Status
	a := newApp(t, Config{ID: "Corridor", Make: makeCorridor, Seed: 3, Changed: func(st Status) { got = append(got, st) }})
	tick(t, a, 5)
	require.Len(t, got, 1)
	press(t, a, ui.KeyRight)
	require.Len(t, got, 2)
	require.Equal(t, 1, got[1].Step)
}
