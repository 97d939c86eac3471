package player

import (
	"fmt"
	"image/color"

	"github.com/miniflow-rl/miniflow/gfnenvs"
	"github.com/miniflow-rl/miniflow/render/ui"
)

// actions is the list of what can be done to an object, or be undone.
type actions struct {
	undo bool    // the list shows what can be undone
	at   int     // the selected action
	top  int     // the first visible one
	rows int     // visible when last drawn
	box  ui.Rect // of the rows when last drawn
}

const actionRow = 24

// move selects another action and keeps it visible.
func (l *actions) move(by, n int) {
	l.at = max(0, min(l.at+by, n-1))
	l.top = max(l.at-l.rows+1, min(l.top, l.at))
}

// choice is what somebody asks for: to do an action, or to undo it.
type choice struct {
	action int
	undo   bool
}

// chosen returns what keys and mouse ask for, and false if nothing.
func (a *App) chosen(in *ui.Input) (choice, bool) {
	l, k := &a.acts, a.session.built
	n := len(k.forward)
	if c, ok := a.steered(in); ok {
		return c, true
	}
	for d := range min(9, n) {
		if in.Down(ui.Key0 + ui.Key(d+1)) {
			l.at = d
			l.move(0, n)
			return choice{d, l.undo}, true
		}
	}
	for _, m := range []struct {
		key ui.Key
		by  int
	}{{ui.KeyUp, -1}, {ui.KeyDown, 1}, {ui.KeyPageUp, -max(1, l.rows)}, {ui.KeyPageDown, max(1, l.rows)}, {ui.KeyHome, -n}, {ui.KeyEnd, n}} {
		if in.Repeat(m.key) {
			l.move(m.by, n)
		}
	}
	inside := l.box.Contains(in.X, in.Y)
	if inside && in.Wheel != 0 {
		l.top = max(0, min(l.top-int(3*in.Wheel), n-l.rows))
	}
	if in.Clicked && inside {
		if row := l.top + int((in.Y-l.box.Y)/actionRow); row < n {
			l.at = row
			return choice{row, l.undo}, true
		}
	}
	switch {
	case in.Down(ui.KeyEnter, ui.KeySpace):
		return choice{l.at, l.undo}, true
	case in.Down(letter('X')):
		return choice{k.exit(), false}, true
	}
	return choice{}, false
}

// steered returns what the arrows ask for where they have a meaning: on a grid
// right and up raise the first two coordinates, left and down undo that; in a tree
// left and right go down.
func (a *App) steered(in *ui.Input) (choice, bool) {
	switch gfnenvs.Innermost(a.session.built.rules).(type) {
	case *gfnenvs.HyperGrid:
		flat := len(a.session.built.state()) > 1
		switch {
		case in.Repeat(ui.KeyRight):
			return choice{0, false}, true
		case in.Repeat(ui.KeyLeft):
			return choice{0, true}, true
		case flat && in.Repeat(ui.KeyUp):
			return choice{1, false}, true
		case flat && in.Repeat(ui.KeyDown):
			return choice{1, true}, true
		}
	case *gfnenvs.PerfectTree:
		switch {
		case in.Down(ui.KeyLeft):
			return choice{0, false}, true
		case in.Down(ui.KeyRight):
			return choice{1, false}, true
		}
	}
	return choice{}, false
}

// build does what a person has chosen, or says why it cannot be done.
func (a *App) build(c choice) error {
	k := a.session.built
	switch {
	case c.undo && !k.backward[c.action]:
		a.say(ui.Warning, "%s cannot have been the last action", k.name(c.action))
		return nil
	case c.undo:
		return a.undo(c.action)
	case a.session.Ended():
		return a.restart()
	case !k.forward[c.action]:
		a.say(ui.Warning, "%s", k.whyNot(c.action))
		return nil
	}
	a.forget()
	a.report(a.session.Act(c.action))
	a.ended()
	return nil
}

// undo takes an action back.
func (a *App) undo(action int) error {
	a.forget()
	if a.session.Ended() && a.session.built.backward[action] {
		a.gather(true)
	}
	return a.session.Undo(action)
}

// undoLast is the command that takes the last action back.
func (a *App) undoLast() error {
	recorded := a.session.rec.Episode().Actions
	switch {
	case a.watching:
		a.say(ui.Muted, "the agent plays: A takes over")
		return nil
	case a.session.shaped != nil:
		a.forget()
		if a.session.Ended() {
			a.gather(true)
		}
		return a.session.UndoLast()
	case len(recorded) == 0:
		return errSource
	}
	return a.undo(int(recorded[len(recorded)-1]))
}

// turnList shows what can be undone instead of what can be done, and back.
func (a *App) turnList() error {
	if a.session.built == nil {
		return a.undoLast()
	}
	a.acts.undo = !a.acts.undo
	return nil
}

// drawActions lists the actions: the legal ones bright, the others dark; below
// them why the selected one is not legal.
func (a *App) drawActions(c *ui.Canvas, r ui.Rect) {
	c.Box(r, 10, ui.Panel, ui.Edge)
	l, k := &a.acts, a.session.built
	legal, title := k.forward, "ACTIONS"
	if l.undo {
		legal, title = k.backward, "WHAT CAN BE UNDONE"
	}
	n, able := len(legal), 0
	for _, ok := range legal {
		if ok {
			able++
		}
	}
	if k.env.Exited(0) && !l.undo {
		able = 0
	}
	small := ui.Style{Font: ui.Bold, Size: 11, Color: ui.Muted}
	in := r.Inset(pad, 0)
	c.Text(in.X, in.Y+23, title, small)
	c.TextRight(in.X+in.W, in.Y+23, fmt.Sprintf("%d OF %d LEGAL", able, n), small)
	_, in = in.CutTop(caption)
	_, in = in.CutBottom(8)
	why := ""
	switch at := min(l.at, n-1); {
	case a.watching:
	case l.undo && !legal[at]:
		why = "it cannot have been the last action"
	case !l.undo && (!legal[at] || k.env.Exited(0)):
		why = k.whyNot(at)
	}
	if in.H >= 3*actionRow {
		var foot ui.Rect
		foot, in = in.CutBottom(actionRow)
		if why != "" {
			st := ui.Style{Size: 13, Color: ui.Warning}
			c.Text(foot.X, foot.Y+17, c.Fit(k.name(min(l.at, n-1))+": "+why, st, foot.W), st)
		}
	}
	l.rows = max(1, int(in.H/actionRow))
	l.at = min(l.at, n-1)
	l.top = max(0, min(l.top, n-l.rows))
	l.box = in
	bar, body := in.CutRight(10)
	for row := range min(l.rows, n-l.top) {
		action := l.top + row
		place := ui.Rect{X: body.X, Y: body.Y + actionRow*float64(row), W: body.W, H: actionRow}
		drawRow(c, place, action, k.name(action), legal[action] && (l.undo || !k.env.Exited(0)), action == l.at)
	}
	if n > l.rows {
		h := max(20, bar.H*float64(l.rows)/float64(n))
		c.Round(ui.Rect{X: bar.X + 5, Y: bar.Y + (bar.H-h)*float64(l.top)/float64(n-l.rows), W: 4, H: h}, 2, ui.Edge)
	}
}

// illegal is the colour of what cannot be done.
var illegal = color.NRGBA{0x57, 0x5d, 0x6a, 0xff}

// drawRow draws an action by its number, from 0, and its name.
func drawRow(c *ui.Canvas, row ui.Rect, action int, name string, legal, selected bool) {
	st, note := ui.Style{Size: 14, Color: ui.Bright}, ui.Style{Font: ui.Mono, Size: 12, Color: ui.Muted}
	if !legal {
		st.Color, note.Color = illegal, illegal
	}
	if selected {
		c.Round(row.Inset(0, 1), 5, ui.Raised)
		c.Round(ui.Rect{X: row.X, Y: row.Y + 5, W: 3, H: row.H - 10}, 1.5, ui.Accent)
		if !legal {
			st.Color, note.Color = ui.Muted, ui.Muted
		}
	}
	y := row.Y + 17
	c.TextRight(row.X+40, y, fmt.Sprint(action+1), note)
	c.Text(row.X+52, y, c.Fit(name, st, row.W-60), st)
}
