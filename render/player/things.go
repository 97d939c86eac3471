package player

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/miniworld"
	"github.com/miniflow-rl/miniflow/render/ui"
)

// thing is an entity of a 3D world as the agent finds it.
type thing struct {
	name     string
	distance float64 // metres, from middle to middle
	bearing  float64 // degrees, positive to the left
}

// things lists the entities of a 3D world but the agent and what it carries, the
// nearest first. It is empty in other worlds.
func (s *Session) things() []thing {
	worlds, ok := miniflow.As[miniworld.Worlds](s.env)
	if !ok {
		return nil
	}
	w := worlds.World(0)
	f, r := w.Agent.Forward(), w.Agent.Right()
	var list []thing
	for _, e := range w.Entities() {
		if e == miniworld.Entity(w.Agent) || e == w.Agent.Carrying {
			continue
		}
		d := e.Base().Pos.Sub(w.Agent.Pos)
		list = append(list, thing{nameOf(e), math.Hypot(d[0], d[2]), math.Atan2(-d.Dot(r), d.Dot(f)) * 180 / math.Pi})
	}
	slices.SortStableFunc(list, func(a, b thing) int { return cmp.Compare(a.distance, b.distance) })
	return list
}

// nameOf returns an entity's name in words.
func nameOf(e miniworld.Entity) string {
	switch e := e.(type) {
	case *miniworld.Box:
		return e.Color.String() + " box"
	case *miniworld.Ball:
		return e.Color.String() + " ball"
	case *miniworld.Key:
		return e.Color.String() + " key"
	case *miniworld.MeshEnt:
		return strings.ReplaceAll(e.Mesh, "_", " ")
	case *miniworld.ImageFrame:
		return "picture"
	case *miniworld.TextFrame:
		return fmt.Sprintf("sign %q", e.Text)
	}
	name := fmt.Sprintf("%T", e)
	return strings.ToLower(name[strings.LastIndexByte(name, '.')+1:])
}

// where says where the thing is.
func (t *thing) where() string {
	switch angle := math.Round(t.bearing); {
	case angle > 0:
		return fmt.Sprintf("%.1f m, %.0f° left", t.distance, angle)
	case angle < 0:
		return fmt.Sprintf("%.1f m, %.0f° right", t.distance, -angle)
	}
	return fmt.Sprintf("%.1f m, ahead", t.distance)
}

const thingRow = 19

// thingsShown is how many things there is always room for in a window of usual
// size.
const thingsShown = 8

// leastFacts is the height that the facts need, with a list of things.
func (a *App) leastFacts() float64 {
	return factsMin + thingRow*float64(max(0, min(len(a.session.things()), thingsShown)-1))
}

// drawThings lists the nearest things, as many as there is room for.
func (a *App) drawThings(c *ui.Canvas, r ui.Rect) {
	list := a.session.things()
	rows := int((r.H - 8) / thingRow)
	if len(list) == 0 || rows < 1 {
		return
	}
	st := ui.Style{Size: 13.5, Color: ui.Plain}
	y := r.Y + 8
	for k := range list {
		if k == rows-1 && len(list) > rows {
			st.Color = ui.Muted
			c.Text(r.X, y, fmt.Sprintf("and %d more", len(list)-k), st)
			return
		}
		c.Text(r.X, y, c.Fit(list[k].name, st, r.W*0.5), st)
		c.TextRight(r.X+r.W, y, list[k].where(), st)
		y += thingRow
	}
}
