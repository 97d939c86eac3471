package player

import (
	"fmt"
	"math"

	"github.com/miniflow-rl/miniflow/gfnenvs"
	"github.com/miniflow-rl/miniflow/render/objects"
	"github.com/miniflow-rl/miniflow/render/ui"
)

// sliders is the choice of a continuous action: a kind and its parameters.
type sliders struct {
	at   int         // the selected row: kinds, and then the parameters of the kind
	kind int         // the kind that is chosen
	u    [][]float64 // parameters of each kind
	rows ui.Rect     // when last drawn
	bars ui.Rect     // of the parameters
}

const (
	notches   = 40 // steps of a key from one end of a slider to the other
	sliderRow = 28
)

// settle chooses a kind that is legal now.
func (a *App) settle() {
	l, h := &a.slide, a.session.shaped
	if len(l.u) != len(h.kinds) {
		*l = sliders{u: make([][]float64, len(h.kinds))}
		for k, kind := range h.kinds {
			low, high := a.points.Range(kind)
			l.u[k] = make([]float64, kind.Params)
			for j := range l.u[k] {
				l.u[k][j] = (low + high) / 2
			}
		}
	}
	if !h.legal[l.kind] || l.kind == h.exit() {
		l.kind = h.exit()
		for k, ok := range h.legal {
			if ok {
				l.kind = k
				break
			}
		}
		l.at = l.kind
	}
	l.at = min(l.at, len(h.kinds)+h.kinds[l.kind].Params-1)
}

// playShape handles the keys and the mouse that build an object by continuous
// actions.
func (a *App) playShape(in *ui.Input) error {
	a.settle()
	act, ok := a.adjust(in)
	switch {
	case !ok:
		return nil
	case a.watching:
		a.say(ui.Muted, "the agent plays: A takes over")
	case a.paused:
		a.say(ui.Muted, "paused: P goes on")
	case a.session.Ended():
		return a.report(a.restart())
	case !a.session.shaped.legal[act]:
		a.say(ui.Warning, "%s", a.notNow(act))
	default:
		a.forget()
		a.report(a.session.Shape(act, a.slide.u[act]))
		a.ended()
		a.settle()
	}
	return nil
}

// notNow says why a kind of action is not legal.
func (a *App) notNow(kind int) string {
	h := a.session.shaped
	switch {
	case a.session.Ended():
		return "the object is finished"
	case kind == h.exit():
		return "the object is not complete"
	}
	return fmt.Sprintf("%s is not legal in this state", h.kinds[kind].Name)
}

// adjust moves the choice and reports which kind of action to take, if one is
// asked for.
func (a *App) adjust(in *ui.Input) (kind int, ok bool) {
	l, h := &a.slide, a.session.shaped
	params := h.kinds[l.kind].Params
	for _, m := range []struct {
		key ui.Key
		by  int
	}{{ui.KeyUp, -1}, {ui.KeyDown, 1}} {
		if in.Repeat(m.key) {
			l.at = max(0, min(l.at+m.by, len(h.kinds)+params-1))
			if l.at < len(h.kinds) {
				l.kind = l.at
			}
		}
	}
	for _, m := range []struct {
		key ui.Key
		by  float64
	}{{ui.KeyLeft, -1}, {ui.KeyRight, 1}} {
		if in.Repeat(m.key) && params > 0 {
			low, high := a.points.Range(h.kinds[l.kind])
			p := &l.u[l.kind][max(0, l.at-len(h.kinds))]
			*p = max(low, min(*p+m.by*(high-low)/notches, high))
		}
	}
	if act, done := a.pointed(in); done {
		return act, true
	}
	for d := range min(9, len(h.kinds)) {
		if in.Down(ui.Key0 + ui.Key(d+1)) {
			return d, true
		}
	}
	switch {
	case in.Down(letter('X')):
		return h.exit(), true
	case in.Down(ui.KeyEnter, ui.KeySpace):
		return l.kind, true
	}
	return 0, false
}

// pointed handles the mouse: over the picture it aims, and a click acts; sliders
// are dragged.
func (a *App) pointed(in *ui.Input) (kind int, ok bool) {
	l, h := &a.slide, a.session.shaped
	if at, over := a.points.Plane(in.X, in.Y); over && (in.X != a.mouse[0] || in.Y != a.mouse[1] || in.Clicked) {
		if h.legal[l.kind] && h.kinds[l.kind].Params > 0 {
			a.aim(at)
			a.changed = true
		}
		a.mouse = [2]float64{in.X, in.Y}
		return l.kind, in.Clicked
	}
	if in.Held && l.bars.Contains(in.X, in.Y) {
		row := int((in.Y - l.bars.Y) / sliderRow)
		if row < h.kinds[l.kind].Params {
			low, high := a.points.Range(h.kinds[l.kind])
			x0, w := sliderBar(l.bars)
			l.u[l.kind][row] = max(low, min(low+(in.X-x0)/w*(high-low), high))
			l.at = len(h.kinds) + row
			a.changed = true
		}
	}
	if in.Clicked && l.rows.Contains(in.X, in.Y) {
		if row := int((in.Y - l.rows.Y) / actionRow); row < len(h.kinds) {
			l.at, l.kind = row, row
			return row, true
		}
	}
	return 0, false
}

// aim chooses the first two parameters so that the action leads as near as can be
// to a place of the plane: the best of a net of points, and of ever finer nets
// around it.
func (a *App) aim(at [2]float64) {
	l, h := &a.slide, a.session.shaped
	kind := h.kinds[l.kind]
	u := l.u[l.kind]
	n := min(2, kind.Params)
	low, high := a.points.Range(kind)
	var middle, half [2]float64
	for d := range n {
		middle[d], half[d] = (low+high)/2, (high-low)/2
		if kind.Domain == gfnenvs.Real { // a step may cross the whole plane
			half[d] = high - low
		}
	}
	const net = 16
	var state []float64
	for range 6 {
		best, where := math.Inf(1), middle
		for k := range (net + 1) * (net + 1) {
			if n == 1 && k > net {
				break
			}
			for d, step := range [2]int{k % (net + 1), k / (net + 1)} {
				if d >= n {
					break
				}
				u[d] = middle[d] + half[d]*(2*float64(step)/net-1)
				if kind.Domain != gfnenvs.Real {
					u[d] = max(low, min(u[d], high))
				}
			}
			state = h.after(state, l.kind, u)
			if far := a.points.Distance(state, at); far < best {
				best = far
				copy(where[:], u[:n])
			}
		}
		middle = where
		for d := range half {
			half[d] *= 0.25
		}
	}
	copy(u[:n], middle[:n])
}

// drawShape draws the object of continuous actions.
func (a *App) drawShape(c *ui.Canvas, panel ui.Rect) {
	a.settle()
	c.Box(panel, 10, ui.Panel, ui.Edge)
	c.Text(panel.X+pad, panel.Y+23, "THE OBJECT", ui.Style{Font: ui.Bold, Size: 11, Color: ui.Muted})
	h := a.session.shaped
	s := objects.PointScene{State: h.env.State(0), Path: h.path, Cloud: h.cloud, Exited: a.session.Ended()}
	if k := a.slide.kind; !s.Exited && !a.watching && h.legal[k] && k != h.exit() {
		s.Next = h.after(nil, k, a.slide.u[k])
	}
	a.points.Draw(c, pictureIn(panel).Inset(2, 4), s)
}

// drawSliders lists the kinds of actions and the parameters of the chosen one.
func (a *App) drawSliders(c *ui.Canvas, r ui.Rect) {
	c.Box(r, 10, ui.Panel, ui.Edge)
	l, h := &a.slide, a.session.shaped
	small := ui.Style{Font: ui.Bold, Size: 11, Color: ui.Muted}
	in := r.Inset(pad, 0)
	c.Text(in.X, in.Y+23, "ACTIONS", small)
	_, in = in.CutTop(caption)
	_, in = in.CutBottom(8)
	l.rows, in = in.CutTop(min(actionRow*float64(len(h.kinds)), in.H))
	for k, kind := range h.kinds {
		row := ui.Rect{X: in.X, Y: l.rows.Y + actionRow*float64(k), W: in.W, H: actionRow}
		if row.Y+row.H > r.Y+r.H {
			return
		}
		drawRow(c, row, k, kind.Name, h.legal[k], k == l.at)
	}
	kind := h.kinds[l.kind]
	if kind.Params == 0 {
		return
	}
	_, in = in.CutTop(10)
	var head ui.Rect
	head, l.bars = in.CutTop(22)
	c.Text(head.X, head.Y+14, "PARAMETERS OF "+kind.Name, small)
	low, high := a.points.Range(kind)
	text := ui.Style{Font: ui.Mono, Size: 12.5, Color: ui.Plain}
	x0, w := sliderBar(l.bars)
	for j, v := range l.u[l.kind] {
		y := l.bars.Y + sliderRow*float64(j)
		if y+sliderRow > r.Y+r.H {
			return
		}
		if l.at == len(h.kinds)+j {
			c.Round(ui.Rect{X: in.X, Y: y, W: in.W, H: sliderRow - 2}, 5, ui.Raised)
		}
		c.Text(in.X+8, y+17, fmt.Sprintf("u%d", j), text)
		c.TextRight(in.X+in.W-8, y+17, fmt.Sprintf("%+.3f", v), text)
		c.Round(ui.Rect{X: x0, Y: y + 11, W: w, H: 4}, 2, ui.Edge)
		share := max(0, min(1, (v-low)/(high-low)))
		c.Disc(x0+share*w, y+13, 6.5, ui.Accent)
	}
}

// sliderBar returns where the bars of the sliders begin and how long they are.
func sliderBar(r ui.Rect) (x, w float64) { return r.X + 44, max(20, r.W-44-84) }
