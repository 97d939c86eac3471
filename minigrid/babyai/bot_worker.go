package babyai

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid"
)

// worker carries out an instruction on a trial.
type worker struct {
	ctx   context.Context
	trial *minigrid.Trial
	instr Instr
	goal  Instr                   // the part of instr that it works on
	shut  map[minigrid.Point]bool // locked doors whose keys are being sought, or are out of reach
	field field
	plan  miniflow.Plan
	over  bool

	order     uint // bit k: at choice k take the part that is farther away
	decisions int  // choices so far
}

// errStuck says that the worker knows no way; the planner may.
var errStuck = errors.New("the bot is stuck")

// carryOut returns the actions that carry out an instruction, the fewest of all
// orders in which its parts can be taken on. newTrial copies the lane, whose task
// is a Mission.
func carryOut(ctx context.Context, newTrial func() (*minigrid.Trial, error)) (best miniflow.Plan, err error) {
	err = errStuck
	for order, orders := uint(0), uint(1); order < orders; order++ {
		trial, failed := newTrial()
		if failed != nil {
			return best, failed
		}
		k := &worker{ctx: ctx, trial: trial, instr: trial.Task().(Mission).Instr(), shut: map[minigrid.Point]bool{}, order: order}
		failed = k.run()
		orders = max(orders, 1<<k.decisions)
		switch {
		case failed != nil && !errors.Is(failed, errStuck):
			return best, failed
		case failed == nil && (err != nil || len(k.plan.Actions) < len(best.Actions)):
			best, err = k.plan, nil
		}
	}
	return best, err
}

func (k *worker) run() error {
	for !k.over {
		if err := k.doNext(); err != nil {
			return err
		}
	}
	return nil
}

// active appends the parts of an instruction that count now, each an action.
func active(i Instr, dst []Instr) []Instr {
	inOrder := func(done *pair, first, then Instr) []Instr {
		if done.a != int8(Success) {
			return active(first, dst)
		}
		return active(then, dst)
	}
	switch i := i.(type) {
	case *Before:
		return inOrder(&i.done, i.First, i.Then)
	case *After:
		return inOrder(&i.done, i.First, i.Then)
	case *And:
		if i.done.a != int8(Success) {
			dst = active(i.A, dst)
		}
		if i.done.b != int8(Success) {
			dst = active(i.B, dst)
		}
		return dst
	}
	return append(dst, i)
}

// isActive reports whether the part that the worker works on still counts.
func (k *worker) isActive() bool {
	for _, i := range active(k.instr, nil) {
		if i == k.goal {
			return true
		}
	}
	return false
}

// doNext carries out one part of the instruction: the one that takes fewest
// steps unless the order says otherwise.
func (k *worker) doNext() error {
	clear(k.shut)
	w := k.trial.World()
	type part struct {
		instr Instr
		goal  goal
		steps int
	}
	var parts []part
	for _, i := range active(k.instr, nil) {
		g := goalOf(i, w)
		k.field.compute(w, &g, k.shut)
		if d := k.field.atAgent(w); d < farAway {
			parts = append(parts, part{i, g, d})
		}
	}
	if len(parts) == 0 {
		return fmt.Errorf("nothing of %T is within reach: %w", k.instr, errStuck)
	}
	slices.SortStableFunc(parts, func(a, b part) int { return a.steps - b.steps })
	next := parts[0]
	if len(parts) > 1 {
		next = parts[k.order>>k.decisions&1]
		k.decisions++
	}
	k.goal = next.instr
	err := k.achieve(next.goal, 0)
	if p, ok := k.goal.(*PutNext); ok && errors.Is(err, errStuck) && !k.over {
		// Perhaps there is no room beside the other thing: bring that along.
		take := goal{do: minigrid.Pickup, cells: func(w *minigrid.World) []minigrid.Point { return things(w, p.Beside.has) }}
		if err = k.achieve(take, 0); err == nil {
			err = k.achieve(next.goal, 0)
		}
	}
	if err != nil {
		return err
	}
	if !k.over && k.isActive() {
		return fmt.Errorf("the verifier does not agree that %T is done: %w", k.goal, errStuck)
	}
	return k.verdict()
}

// maxErrands bounds how many locked doors are opened on the way to a goal.
const maxErrands = 16

// achieve reaches a goal, after opening the locked doors on the way.
func (k *worker) achieve(g goal, depth int) error {
	for range maxErrands {
		if k.over || depth == 0 && !k.isActive() {
			return nil
		}
		k.field.compute(k.trial.World(), &g, nil)
		if k.field.atAgent(k.trial.World()) < farAway {
			return k.perform(&g, depth)
		}
		k.field.compute(k.trial.World(), &g, k.shut)
		door, ok := k.field.lockedOnWay(k.trial.World(), &g)
		if !ok || depth == maxErrands {
			break
		}
		// Where the key is out of reach the door remains in shut, and the next
		// way leads past it.
		if err := k.unlock(door, depth+1); err != nil && !errors.Is(err, errStuck) {
			return err
		}
	}
	return fmt.Errorf("the way to %v is shut: %w", g.do, errStuck)
}

// unlock opens a locked door.
func (k *worker) unlock(door minigrid.Point, depth int) error {
	k.shut[door] = true
	w := k.trial.World()
	key := minigrid.Key(w.At(door).Color())
	holds := func(t minigrid.Thing) bool { return t.Type() == minigrid.TypeBox && t.Inside == key }
	isKey := func(t minigrid.Thing) bool { return t.Cell == key }
	if !isKey(w.Carrying()) && len(things(w, isKey)) == 0 {
		if holds(w.Carrying()) {
			if err := k.achieve(goal{do: minigrid.Drop, cells: freeCells}, depth); err != nil {
				return err
			}
		}
		open := goal{do: minigrid.Toggle, cells: func(w *minigrid.World) []minigrid.Point { return things(w, holds) }}
		if err := k.achieve(open, depth); err != nil {
			return err
		}
	}
	return k.achieve(goal{first: isKey, do: minigrid.Toggle, cells: cellsAt(door)}, depth)
}

// perform reaches a goal that no locked door lies before.
func (k *worker) perform(g *goal, depth int) error {
	s := search{goal: g, field: &k.field}
	actions, err := s.run(k.ctx, k.trial.World())
	if err != nil {
		return err
	}
	for n, a := range actions {
		if p, ok := k.goal.(*PutNext); ok && n == 0 && a == minigrid.Drop && p.before.get() != int(k.trial.World().Carrying().ID) {
			k.step(minigrid.Done) // the verifier has not yet seen what is in the hands
		}
		k.step(a)
		if k.over || depth == 0 && !k.isActive() {
			break
		}
	}
	return k.verdict()
}

func (k *worker) step(a minigrid.Action) {
	o := k.trial.Step(a)
	k.plan.Actions = append(k.plan.Actions, int32(a))
	k.plan.Return += o.Reward
	k.over = o.Terminated || o.Truncated
}

// verdict returns an error if the episode is over without success.
func (k *worker) verdict() error {
	if k.over && k.plan.Return <= 0 {
		return fmt.Errorf("the episode ended after %d steps: %w", len(k.plan.Actions), errStuck)
	}
	return nil
}
