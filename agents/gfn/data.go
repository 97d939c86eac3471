package gfn

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/miniflow-rl/miniflow/gfnenvs"
)

var errNoObjects = errors.New("there are no objects to learn from: set data to a file of them, or call SetData")

// ReadObjects reads objects from a file: a JSON array of whole numbers on each
// line, the elements of a terminating state. Empty lines are left out. It fails if
// there is no object.
func ReadObjects(path string) ([][]int32, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("gfn: objects: %w", err)
	}
	var out [][]int32
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, len(text)+1)
	for n := 1; lines.Scan(); n++ {
		line := bytes.TrimSpace(lines.Bytes())
		if len(line) == 0 {
			continue
		}
		var s []int32
		if err := json.Unmarshal(line, &s); err != nil {
			return nil, fmt.Errorf("gfn: objects: %s:%d: want a list such as [0,1,2]: %w", path, n, err)
		}
		out = append(out, s)
	}
	if err := lines.Err(); err != nil || len(out) > 0 {
		return out, err
	}
	return nil, fmt.Errorf("gfn: objects: %s has none: want a list such as [0,1,2] on each line", path)
}

// SetData makes the agent learn from objects, which it copies, beside what it
// draws itself: Config.DataShare of the trajectories of an update lead to an
// object that is drawn from them evenly, and are drawn by the backward policy. It
// fails, and changes nothing, if one of them is no terminating state.
func (a *Agent) SetData(objects [][]int32) error {
	for i, s := range objects {
		if err := a.terminates(s); err != nil {
			return fmt.Errorf("gfn: %s: object %d: %w", a.env.Spec().ID, i, err)
		}
	}
	a.data = a.data[:0]
	for _, s := range objects {
		a.data = append(a.data, slices.Clone(s))
	}
	return nil
}

// terminates says why s is not a terminating state that can be built.
func (a *Agent) terminates(s []int32) error {
	if err := a.layout.CheckState(s); err != nil {
		return err
	}
	mask := make([]bool, a.layout.Actions)
	if a.rules.Forward(mask, s); !mask[a.layout.Exit()] {
		return fmt.Errorf("state %v cannot exit: %w", s, gfnenvs.ErrState)
	}
	for at := slices.Clone(s); ; {
		clear(mask)
		a.rules.Backward(mask, at)
		action := slices.Index(mask, true)
		if action < 0 {
			if slices.Max(at) > 0 {
				return fmt.Errorf("state %v: undoing its actions ends in state %v, which is not the source: %w", s, at, gfnenvs.ErrState)
			}
			return nil
		}
		a.rules.Undo(at, action)
	}
}

// fromData draws n trajectories that lead to objects of the data.
func (a *Agent) fromData(n int) error {
	for range n {
		if a.table.cond != nil {
			a.table.cond.DrawCondition(a.condition, &a.sampler.rng)
		}
		row, err := a.table.add(a.data[a.sampler.rng.Intn(len(a.data))], a.condition)
		if err != nil {
			return err
		}
		if _, err := a.sampler.backward(row); err != nil {
			return err
		}
	}
	return nil
}
