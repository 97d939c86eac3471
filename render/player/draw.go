package player

import (
	"fmt"
	"image"
	"strings"

	"github.com/miniflow-rl/miniflow/gfnenvs"
	"github.com/miniflow-rl/miniflow/render/ui"
)

// Draw draws the screen. The same state gives the same picture.
func (a *App) Draw(c *ui.Canvas) {
	a.changed = false
	c.Fill(c.Bounds(), ui.Ground)
	if err := a.scene.update(a.session.Viewer(), a.session.Views()); err != nil {
		a.say(ui.Bad, "%v", err)
	}
	st, l := a.session.Status(), arrange(c.Bounds(), a.scene.side().shape(), a.leastFacts())
	a.drawHeader(c, l.header, st)
	a.drawFooter(c, l.footer)
	if a.session.Builds() {
		a.drawConstruction(c, l, st)
	} else {
		a.drawWorld(c, l, st)
	}
	if a.session.Ended() && !(a.session.Builds() && a.watching) {
		a.drawEnd(c, l.main, st)
	}
	switch a.screen {
	case playing:
		a.drawToast(c, l.main)
	case helping:
		a.drawHelp(c)
	case picking:
		a.drawList(c)
	}
}

// drawWorld draws the pictures of a world and the facts.
func (a *App) drawWorld(c *ui.Canvas, l layout, st Status) {
	a.look.place = l.main
	a.drawPicture(c, l.main, a.scene.main())
	if side := a.scene.side(); side != nil {
		a.drawPicture(c, l.side, side)
	} else {
		l.facts = ui.Rect{X: l.side.X, Y: l.side.Y, W: max(l.side.W, l.facts.W), H: l.facts.Y + l.facts.H - l.side.Y}
	}
	a.drawFacts(c, l.facts, st)
}

// world names the level: its seed, and how many worlds came after it.
func (st *Status) world() string {
	if st.World == 0 {
		return fmt.Sprintf("seed %d", st.Seed)
	}
	return fmt.Sprintf("seed %d, world +%d", st.Seed, st.World)
}

func (a *App) drawHeader(c *ui.Canvas, r ui.Rect, st Status) {
	y := r.Y + 38
	x := r.X + r.W - gap
	switch {
	case a.watching:
		x = ui.Badge(c, x, y, fmt.Sprintf("%s · %d steps/s", a.agent.Name, a.rate()), ui.Accent) - 8
	default:
		x = ui.Badge(c, x, y, "YOU PLAY", ui.Good) - 8
	}
	if a.thinking != nil {
		x = ui.Badge(c, x, y, "THINKING …", ui.Accent) - 8
	}
	if a.paused {
		x = ui.Badge(c, x, y, "PAUSED", ui.Warning) - 8
	}
	if a.cfg.Record {
		x = ui.Badge(c, x, y, "● REC", ui.Bad) - 8
	}
	x = ui.Badge(c, x, y, st.world(), ui.Plain) - gap
	title := ui.Style{Font: ui.Bold, Size: 19, Color: ui.Bright}
	end := c.Text(r.X+gap, y, c.Fit(st.ID, title, x-r.X-gap), title)
	note := ui.Style{Size: 13.5, Color: ui.Muted}
	if room := x - end - 18; room > 120 && !a.session.Builds() {
		c.Text(end+16, y, c.Fit(a.session.Env().Spec().Doc, note, room), note)
	}
}

// drawFooter shows the keys that matter now, as many as there is room for.
func (a *App) drawFooter(c *ui.Canvas, r ui.Rect) {
	y, end := r.Y+29, r.X+r.W-gap
	st := ui.Style{Size: 13.5, Color: ui.Muted}
	x := end
	for _, k := range [][2]string{{"F1", "help"}, {"E", "environments"}} {
		x -= c.Width(k[1], st)
		c.Text(x, y, k[1], st)
		x -= c.Width(k[0], ui.Style{Size: 13}) + 14 + 7
		if len(k[0]) == 1 {
			x -= 1
		}
		ui.Keycap(c, x, y, k[0])
		x -= 18
	}
	right := x
	x = r.X + gap
	for _, h := range a.hints() {
		w := 7 + c.Width(h.text, st) + 18
		for _, label := range h.labels {
			w += max(24, c.Width(label, ui.Style{Size: 13})+14) + 4
		}
		if x+w > right {
			return
		}
		for _, label := range h.labels {
			x = ui.Keycap(c, x, y, label) + 4
		}
		x = c.Text(x+3, y, h.text, st) + 18
	}
}

type hint struct {
	labels []string
	text   string
}

func (a *App) hints() []hint {
	if a.session.Builds() {
		return a.objectHints()
	}
	if a.watching {
		return []hint{{[]string{"P"}, "pause"}, {[]string{"."}, "step"}, {[]string{"−", "+"}, "speed"},
			{[]string{"A"}, "take over"}, {[]string{"Backspace"}, "next world"}, {[]string{"S"}, "save"}}
	}
	if a.session.Ended() {
		return []hint{{[]string{"Enter"}, "play on"}, {[]string{"R"}, "same world"}, {[]string{"N"}, "new seed"}, {[]string{"S"}, "save the episode"}}
	}
	spec := a.session.Env().Spec()
	var hs []hint
	for i := range controls {
		k := &controls[i]
		if k.find(spec) < 0 || k.text == "" {
			continue
		}
		hs = append(hs, hint{k.labels[:1], k.text})
	}
	if len(hs) > 2 && hs[0].text == "turn left" {
		hs = append([]hint{{[]string{"←", "→"}, "turn"}}, hs[2:]...)
	}
	if len(a.scene.pictures) > 2 {
		hs = append(hs, hint{[]string{"V"}, "view"})
	}
	return append(hs, hint{[]string{"Backspace"}, "next world"})
}

func (a *App) objectHints() []hint {
	var hs []hint
	switch {
	case a.watching:
		hs = []hint{{[]string{"P"}, "pause"}, {[]string{"."}, "step"}, {[]string{"−", "+"}, "speed"}, {[]string{"A"}, "take over"}}
	case a.session.Ended():
		hs = []hint{{[]string{"Enter"}, "next object"}, {[]string{"Backspace"}, "undo the exit"}, {[]string{"S"}, "save"}}
	default:
		hs = []hint{{[]string{"↑", "↓"}, "choose"}, {[]string{"Enter"}, "do it"}}
		if a.session.shaped != nil {
			hs = []hint{{[]string{"↑", "↓"}, "choose"}, {[]string{"←", "→"}, "change"}, {[]string{"Enter"}, "do it"},
				{[]string{"Backspace"}, "undo"}, {[]string{"X"}, "exit"}, {[]string{"click"}, "step there"}}
			break
		}
		switch gfnenvs.Innermost(a.session.built.rules).(type) {
		case *gfnenvs.HyperGrid:
			hs = []hint{{[]string{"→", "↑"}, "raise"}, {[]string{"←", "↓"}, "undo"}}
		case *gfnenvs.PerfectTree:
			hs = []hint{{[]string{"←", "→"}, "go down"}}
		}
		hs = append(hs, hint{[]string{"Backspace"}, "undo"}, hint{[]string{"X"}, "exit"})
	}
	if a.gathers() {
		hs = append(hs, hint{[]string{"V"}, "view"})
	}
	return hs
}

// viewTitles name the views that are known; others go by their own name.
var viewTitles = map[string]string{"map": "The world", "map_plain": "The world, unlit", "agent": "What the agent sees", "top": "From above",
	"first_person": "In first person", "depth": "Depth, lighter is nearer", "segmentation": "Segmentation, a colour for each thing"}

func (a *App) drawPicture(c *ui.Canvas, panel ui.Rect, p *picture) {
	c.Box(panel, 10, ui.Panel, ui.Edge)
	if p == nil {
		return
	}
	title := viewTitles[p.view]
	if title == "" {
		title = p.view
	}
	small := ui.Style{Font: ui.Bold, Size: 11, Color: ui.Muted}
	c.Text(panel.X+pad, panel.Y+23, strings.ToUpper(title), small)
	if n := len(a.scene.pictures); n > 2 && p == a.scene.main() {
		c.TextRight(panel.X+panel.W-pad, panel.Y+23, fmt.Sprintf("VIEW %d OF %d", a.scene.large+1, n), small)
	}
	at := c.Pixels(pictureIn(panel))
	if at.Dx() < 8 || at.Dy() < 8 {
		return
	}
	img, err := p.draw(a.session.Viewer(), at.Dx(), at.Dy())
	if err != nil {
		a.say(ui.Bad, "%v", err)
		return
	}
	c.Place(placeIn(at, img.Rect.Size()), img)
}

// placeIn returns where a picture of some size begins in the middle of a space.
func placeIn(space image.Rectangle, size image.Point) image.Point {
	return space.Min.Add(image.Pt((space.Dx()-size.X)/2, (space.Dy()-size.Y)/2))
}

// drawFacts draws the mission and the numbers.
func (a *App) drawFacts(c *ui.Canvas, r ui.Rect, st Status) {
	c.Box(r, 10, ui.Panel, ui.Edge)
	label := ui.Style{Font: ui.Bold, Size: 11, Color: ui.Muted}
	in := r.Inset(pad, 0)
	y := in.Y + 23
	if st.Mission != "" {
		c.Text(in.X, y, "MISSION", label)
		mission := ui.Style{Size: 17, Color: ui.Bright}
		y += 5
		for _, line := range c.Wrap(st.Mission, mission, in.W, 3) {
			y += 22
			c.Text(in.X, y, line, mission)
		}
		y += 20
		c.Fill(ui.Rect{X: in.X, Y: y, W: in.W, H: 1}, ui.Edge)
		y += 24
	}
	steps := fmt.Sprint(st.Step)
	if st.MaxSteps > 0 {
		steps = fmt.Sprintf("%d / %d", st.Step, st.MaxSteps)
	}
	rows := [][2][2]string{
		{{"STEP", steps}, {"LAST ACTION", orDash(st.Action)}},
		{{"REWARD", number(st.Reward)}, {"RETURN", number(st.Return)}},
		{{"CARRYING", orDash(st.Carrying)}, {"EPISODES", fmt.Sprint(st.Episodes)}},
	}
	space := max(44, min(58, (r.Y+r.H-y-8)/3))
	if len(a.session.things()) > 0 {
		space = 44 // the list needs the room
	}
	for _, row := range rows {
		for k, cell := range row {
			x := in.X + float64(k)*in.W/2
			value := ui.Style{Size: 18, Color: ui.Bright}
			if cell[1] == "–" || cell[1] == "0" {
				value.Color = ui.Muted
			}
			c.Text(x, y, cell[0], label)
			if icon := a.carriedIcon(c); icon != nil && cell[0] == "CARRYING" {
				at := c.Pixels(ui.Rect{X: x, Y: y + 5})
				c.Place(at.Min, icon)
				x += iconSize + 8
			}
			c.Text(x, y+23, c.Fit(cell[1], value, in.X+float64(k+1)*in.W/2-x-6), value)
		}
		y += space
	}
	a.drawThings(c, ui.Rect{X: in.X, Y: y, W: in.W, H: r.Y + r.H - pad - y})
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}

// number shows a reward with the digits that matter.
func number(v float64) string {
	return strings.ReplaceAll(fmt.Sprintf("%.4g", v), "-", "−")
}

// drawEnd says how the episode ended, over the lower part of the picture.
func (a *App) drawEnd(c *ui.Canvas, panel ui.Rect, st Status) {
	text, col := "The episode has ended", ui.Warning
	switch {
	case a.session.Builds():
		text, col = "Finished", ui.Good
	case st.Terminated && st.Reward > 0:
		text, col = "Solved", ui.Good
	case st.Terminated:
		text, col = "Failed", ui.Bad
	case st.Truncated:
		text, col = "Out of steps", ui.Warning
	}
	next := "press a key for the next world"
	switch {
	case a.session.Builds() && a.watching:
		next = "the next object follows"
	case a.session.Builds():
		next = "Enter for the next object, Backspace undoes the exit"
	case a.watching:
		next = "the next world follows"
	case a.cfg.Given:
		next = "press a key for the same world again"
	}
	box := pictureIn(panel)
	low, _ := box.CutBottom(86)
	r := low.Center(min(430, box.W-16), 62)
	c.Box(r, 10, ui.Raised, ui.Edge)
	stripe, _ := r.CutLeft(5)
	c.Round(stripe.Inset(0, 8), 2.5, col)
	x := c.Text(r.X+20, r.Y+27, text, ui.Style{Font: ui.Bold, Size: 18, Color: col})
	detail := ui.Style{Size: 14, Color: ui.Plain}
	what := fmt.Sprintf("%s, return %s", plural(st.Step, "step"), number(st.Return))
	if a.session.Builds() {
		what = fmt.Sprintf("log reward %s, reward %s", st.LogReward, number(st.Reward))
	}
	c.Text(x+10, r.Y+27, c.Fit(what, detail, r.X+r.W-x-20), detail)
	c.Text(r.X+20, r.Y+48, c.Fit(next, detail, r.W-36), ui.Style{Size: 14, Color: ui.Muted})
}

func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}

// drawToast draws what there is to say at the lower edge of a panel, above the
// end of an episode.
func (a *App) drawToast(c *ui.Canvas, panel ui.Rect) {
	if a.toastTicks == 0 {
		return
	}
	st := ui.Style{Size: 14, Color: ui.Bright}
	text := c.Fit(a.toast, st, panel.W-90)
	w := c.Width(text, st) + 48
	r := ui.Rect{X: panel.X + (panel.W-w)/2, Y: panel.Y + panel.H - 54, W: w, H: 36}
	if a.session.Ended() {
		r.Y -= 86
	}
	c.Box(r, 18, ui.Raised, ui.Edge)
	c.Disc(r.X+19, r.Y+18, 5, a.toastColor)
	c.Text(r.X+32, r.Y+23, text, st)
}
