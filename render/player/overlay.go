package player

import (
	"fmt"
	"slices"

	"github.com/miniflow-rl/miniflow/render/ui"
)

// overlay darkens the screen and draws an empty panel with a title.
func overlay(c *ui.Canvas, w, h float64, title string) ui.Rect {
	c.Fill(c.Bounds(), ui.Shade)
	r := c.Bounds().Inset(gap, gap).Center(w, h)
	c.Box(r, 12, ui.Panel, ui.Edge)
	c.Text(r.X+26, r.Y+40, title, ui.Style{Font: ui.Bold, Size: 19, Color: ui.Bright})
	_, in := r.CutTop(58)
	_, in = in.CutBottom(20)
	return in.Inset(26, 0)
}

const helpRow = 32

// objectKeys are the keys that build an object.
var objectKeys = []hint{
	{[]string{"↑", "↓"}, "choose an action"},
	{[]string{"PgUp", "PgDn"}, "by pages"},
	{[]string{"Enter"}, "do it; a click does too"},
	{[]string{"X"}, "exit: the object is ready"},
	{[]string{"→", "↑"}, "on a grid: raise x0, x1"},
	{[]string{"←", "↓"}, "on a grid: undo that"},
}

// shapeKeys are the keys that build an object by continuous actions.
var shapeKeys = []hint{
	{[]string{"click"}, "a step towards that place"},
	{[]string{"↑", "↓"}, "choose an action, a parameter"},
	{[]string{"←", "→"}, "change the parameter"},
	{[]string{"Enter"}, "do it"},
	{[]string{"X"}, "exit: the object is ready"},
}

func (a *App) drawHelp(c *ui.Canvas) {
	spec := a.session.Env().Spec()
	var acts, rest []hint
	if a.session.Builds() {
		acts = objectKeys
		if a.session.shaped != nil {
			acts = shapeKeys
		}
	}
	for i := range controls {
		if a.session.Builds() {
			break
		}
		k := &controls[i]
		if k.find(spec) < 0 {
			continue
		}
		if k.text == "" && len(acts) > 0 {
			last := &acts[len(acts)-1]
			last.labels = append(append([]string(nil), last.labels...), k.labels...)
			continue
		}
		acts = append(acts, hint{k.labels, k.text})
	}
	if named(spec, "move_forward") >= 0 {
		acts = append(acts, hint{[]string{"drag"}, "the mouse turns"}, hint{[]string{"wheel"}, "walks"})
	}
	if n := spec.NumActions(); n > 0 {
		acts = slices.Clip(acts)
		acts = append(acts, hint{[]string{"1", "…", fmt.Sprint(min(9, n))}, "actions by number"})
	}
	for _, k := range commands {
		if k.where.here(a) {
			rest = append(rest, hint{k.labels, k.text})
		}
	}
	in := overlay(c, 800, 120+helpRow*float64(max(len(acts), len(rest))), "Keys")
	left, right := in.CutLeft(in.W * 0.45)
	who := "THE AGENT"
	if a.session.Builds() {
		who = "THE OBJECT"
	}
	drawKeys(c, left, who, acts)
	drawKeys(c, right, "THE PLAYER", rest)
}

func drawKeys(c *ui.Canvas, r ui.Rect, title string, keys []hint) {
	c.Text(r.X, r.Y+10, title, ui.Style{Font: ui.Bold, Size: 11, Color: ui.Muted})
	text := ui.Style{Size: 14, Color: ui.Plain}
	y := r.Y + 42
	for _, k := range keys {
		x := r.X
		for _, label := range k.labels {
			x = ui.Keycap(c, x, y, label) + 4
		}
		x = max(x+6, r.X+140)
		c.Text(x, y, c.Fit(k.text, text, r.X+r.W-x-6), text)
		y += helpRow
	}
}

func (a *App) drawList(c *ui.Canvas) {
	in := overlay(c, 820, 680, "Environments")
	count := fmt.Sprintf("%d of %d", a.list.Found(), len(a.ids))
	c.TextRight(in.X+in.W, in.Y-18, count, ui.Style{Size: 14, Color: ui.Muted})
	field, in := in.CutTop(40)
	ui.Field(c, field, a.list.Query(), "type to search, for example door 8x8")
	_, in = in.CutTop(12)
	foot, in := in.CutBottom(34)
	a.list.Draw(c, in)
	if a.list.Found() == 0 {
		c.TextCenter(in, "no environment matches", ui.Style{Size: 15, Color: ui.Muted})
	}
	x, y := foot.X, foot.Y+24
	st := ui.Style{Size: 13.5, Color: ui.Muted}
	for _, h := range []hint{{[]string{"↑", "↓"}, "choose"}, {[]string{"Enter"}, "play"}, {[]string{"Esc"}, "back"}} {
		for _, label := range h.labels {
			x = ui.Keycap(c, x, y, label) + 4
		}
		x = c.Text(x+3, y, h.text, st) + 18
	}
}
