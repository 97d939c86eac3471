package player

import (
	"fmt"
	"slices"
	"strings"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/render/ui"
)

// control gives keys to an action of an environment, whatever its number is.
// Arrows, space, page up and down, tab, shift and enter are Minigrid's own; P and D
// are Miniworld's.
type control struct {
	names   []string // of the action, in the worlds that have it
	keys    []ui.Key
	labels  []string
	text    string
	repeats bool // while the key is held
	release bool // acts when the key goes up: shift also belongs to other keys
	walking bool // Miniworld's own key, where the agent walks by the metre
}

var controls = []control{
	{names: []string{"left", "turn_left"}, keys: []ui.Key{ui.KeyLeft}, labels: []string{"←"}, text: "turn left", repeats: true},
	{names: []string{"right", "turn_right"}, keys: []ui.Key{ui.KeyRight}, labels: []string{"→"}, text: "turn right", repeats: true},
	{names: []string{"forward", "move_forward"}, keys: []ui.Key{ui.KeyUp}, labels: []string{"↑"}, text: "forward", repeats: true},
	{names: []string{"back", "move_back"}, keys: []ui.Key{ui.KeyDown}, labels: []string{"↓"}, text: "backward", repeats: true},
	{names: []string{"toggle"}, keys: []ui.Key{ui.KeySpace}, labels: []string{"Space"}, text: "open, close, use"},
	{names: []string{"pickup"}, keys: []ui.Key{ui.KeyTab, ui.KeyPageUp}, labels: []string{"Tab", "PgUp"}, text: "pick up"},
	{names: []string{"drop"}, keys: []ui.Key{ui.KeyPageDown}, labels: []string{"PgDn"}, text: "drop"},
	{names: []string{"drop"}, keys: []ui.Key{ui.KeyLeftShift}, labels: []string{"Left Shift"}, release: true},
	{names: []string{"pickup"}, keys: []ui.Key{letter('P')}, labels: []string{"P"}, walking: true},
	{names: []string{"drop"}, keys: []ui.Key{letter('D')}, labels: []string{"D"}, walking: true},
	{names: []string{"done", "complete"}, keys: []ui.Key{ui.KeyEnter}, labels: []string{"Enter"}, text: "say that it is done"},
}

// actionName returns the name of a discrete action.
func actionName(spec *miniflow.Spec, a int) string {
	if a < len(spec.ActionNames) {
		return spec.ActionNames[a]
	}
	return fmt.Sprintf("action %d", a)
}

// named returns the number of the action that has one of the names, -1 if there
// is none.
func named(spec *miniflow.Spec, names ...string) int {
	for a := range spec.NumActions() {
		if slices.Contains(names, actionName(spec, a)) {
			return a
		}
	}
	return -1
}

// find returns the number of the control's action in an environment, -1 if it
// has none.
func (c *control) find(spec *miniflow.Spec) int {
	if c.walking && named(spec, "move_forward") < 0 {
		return -1
	}
	return named(spec, c.names...)
}

// fired reports whether the control's keys were used.
func (c *control) fired(in *ui.Input, shifted bool) bool {
	switch {
	case c.release:
		return in.Up(c.keys...) && !shifted
	case c.repeats:
		return in.Repeat(c.keys...)
	}
	return in.Down(c.keys...)
}

// pressedAction returns the action that the keys ask for. It is -1 if they ask
// for none, and an error names the action that this environment lacks. shifted
// says that shift was used together with another key. The digits choose an
// action by its number, from 1.
func pressedAction(spec *miniflow.Spec, in *ui.Input, shifted bool) (int, error) {
	for i := range controls {
		c := &controls[i]
		if !c.fired(in, shifted) {
			continue
		}
		a := c.find(spec)
		if a >= 0 {
			return a, nil
		}
		if c.walking {
			continue
		}
		return -1, fmt.Errorf("there is no %s here: the actions are %s", c.names[0], strings.Join(actionNames(spec), ", "))
	}
	for a := range min(9, spec.NumActions()) {
		if in.Down(ui.Key0 + ui.Key(a+1)) {
			return a, nil
		}
	}
	return -1, nil
}

func actionNames(spec *miniflow.Spec) []string {
	names := make([]string, spec.NumActions())
	for a := range names {
		names[a] = actionName(spec, a)
	}
	return names
}
