package player

import (
	"fmt"
	"math"

	"github.com/miniflow-rl/miniflow/render/objects"
	"github.com/miniflow-rl/miniflow/render/ui"
)

// equip prepares the drawing of what the session builds, and the comparison with
// the target where all objects can be enumerated and have one reward.
func (a *App) equip() {
	a.painter, a.samples, a.filler, a.acts = nil, nil, nil, actions{}
	a.points, a.cells, a.slide = nil, nil, sliders{}
	if h := a.session.shaped; h != nil {
		a.points = objects.NewPoints(h.rules)
		a.cells = objects.NewCells(a.points)
		a.settle()
	}
	k := a.session.built
	if k == nil {
		a.speed = min(a.speed, a.fastest())
		return
	}
	peak := math.Inf(-1)
	if len(k.env.Condition(0)) == 0 {
		if s, err := objects.NewSamples(k.rules, samplesLimit); err == nil {
			a.samples, peak = s, s.Peak()
		}
	}
	a.painter = objects.NewPainter(k.rules, peak)
	a.speed = min(a.speed, a.fastest())
}

// drawConstruction draws the screen of a session that builds objects: the object,
// the samples beside it, facts and actions.
func (a *App) drawConstruction(c *ui.Canvas, l layout, st Status) {
	column := ui.Rect{X: l.side.X, Y: l.side.Y, W: max(l.side.W, l.facts.X+l.facts.W-l.side.X), H: max(l.side.Y+l.side.H, l.facts.Y+l.facts.H) - l.side.Y}
	large, small, choice := a.drawObject, a.drawSamples, a.drawActions
	if a.session.shaped != nil {
		large, choice = a.drawShape, a.drawSliders
	}
	if a.swapped() {
		large, small = small, large
	}
	large(c, l.main)
	if a.gathers() {
		h := column.W*0.5 + 66
		if a.session.shaped != nil && !a.watching { // the sliders need the room
			h = column.W*0.36 + 56
		}
		if column.H-h > 380 {
			var side ui.Rect
			side, column = column.CutTop(h)
			_, column = column.CutTop(gap)
			small(c, side)
		}
	}
	if column.W > 1.3*column.H && column.H < 420 { // below a tall picture
		facts, rest := column.CutLeft(column.W * 0.46)
		a.drawObjectFacts(c, facts, st)
		_, rest = rest.CutLeft(gap)
		choice(c, rest)
		return
	}
	facts, column := column.CutTop(min(a.factsHeight(c, column.W, st), column.H*0.6))
	a.drawObjectFacts(c, facts, st)
	_, column = column.CutTop(gap)
	choice(c, column)
}

// swapped reports whether the samples are the large picture.
func (a *App) swapped() bool { return a.gathers() && a.scene.large%2 == 1 }

func (a *App) drawObject(c *ui.Canvas, panel ui.Rect) {
	c.Box(panel, 10, ui.Panel, ui.Edge)
	k := a.session.built
	c.Text(panel.X+pad, panel.Y+23, "THE OBJECT", ui.Style{Font: ui.Bold, Size: 11, Color: ui.Muted})
	a.painter.Draw(c, pictureIn(panel).Inset(2, 4), objects.Scene{State: k.state(), Path: k.path, Condition: k.env.Condition(0), Exited: k.env.Exited(0)})
}

func (a *App) drawSamples(c *ui.Canvas, panel ui.Rect) {
	c.Box(panel, 10, ui.Panel, ui.Edge)
	c.Text(panel.X+pad, panel.Y+23, "TARGET AND SAMPLES", ui.Style{Font: ui.Bold, Size: 11, Color: ui.Muted})
	name := "yours"
	if a.agent != nil {
		name = a.agent.Name
	}
	in := pictureIn(panel)
	in.H += pad - 4
	if a.cells != nil {
		a.cells.Draw(c, in, name)
		return
	}
	var at []int32
	if !a.watching || a.speed < len(speeds) {
		at = a.session.built.state()
	}
	a.samples.Draw(c, in, at, name)
}

// objectFacts are the numbers of an object, in rows of two.
func (a *App) objectFacts(st Status) [][2][2]string {
	steps := fmt.Sprint(st.Step)
	if st.MaxSteps > 0 {
		steps = fmt.Sprintf("%d / %d", st.Step, st.MaxSteps)
	}
	best := "–"
	if v := a.session.best(); !math.IsInf(v, -1) {
		best = number(v)
	}
	rows := [][2][2]string{
		{{"LOG REWARD", orDash(st.LogReward)}, {"STEP", steps}},
		{{"OBJECTS BUILT", fmt.Sprint(st.Episodes)}, {"BEST LOG REWARD", best}},
	}
	last := [2][2]string{{"LAST ACTION", orDash(st.Action)}, {}}
	switch {
	case st.Condition != "":
		last[1] = [2]string{"CONDITION", st.Condition}
	case a.samples != nil && st.LogReward != "":
		last[1] = [2]string{"TARGET P", number(a.samples.Target(a.session.built.state()))}
	}
	return append(rows, last)
}

const factRow = 46

var taskStyle = ui.Style{Size: 15, Color: ui.Bright}

func (a *App) factsHeight(c *ui.Canvas, w float64, st Status) float64 {
	return float64(len(c.Wrap(st.Mission, taskStyle, w-2*pad, 3)))*20 + 32 + 3*factRow + 6
}

// drawObjectFacts draws what is to be built and the numbers.
func (a *App) drawObjectFacts(c *ui.Canvas, r ui.Rect, st Status) {
	c.Box(r, 10, ui.Panel, ui.Edge)
	in := r.Inset(pad, 0)
	y := in.Y + 6
	for _, line := range c.Wrap(st.Mission, taskStyle, in.W, 3) {
		y += 20
		c.Text(in.X, y, line, taskStyle)
	}
	y += 26
	label := ui.Style{Font: ui.Bold, Size: 11, Color: ui.Muted}
	for _, row := range a.objectFacts(st) {
		if y+24 > r.Y+r.H {
			return
		}
		for k, cell := range row {
			x := in.X + float64(k)*in.W/2
			value := ui.Style{Size: 17, Color: ui.Bright}
			if cell[1] == "–" {
				value.Color = ui.Muted
			}
			c.Text(x, y, c.Fit(cell[0], label, in.W/2-6), label)
			c.Text(x, y+21, c.Fit(cell[1], value, in.W/2-8), value)
		}
		y += factRow
	}
}
