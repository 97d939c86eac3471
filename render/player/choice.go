package player

import (
	"cmp"
	"slices"
	"strings"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/gfnenvs"
	"github.com/miniflow-rl/miniflow/render/ui"
)

// drawable returns the registered ids whose environments can be drawn, in the
// order of a person: 5x5 comes before 16x16. Making all 178 Minigrid ids takes
// 6 ms.
func drawable() []string {
	ids := slices.DeleteFunc(miniflow.IDs(), func(id string) bool {
		env, err := miniflow.Make(id)
		if err != nil {
			return true
		}
		_, world := miniflow.As[miniflow.Viewer](env)
		_, built := miniflow.As[builder](env)
		_, shaped := miniflow.As[*gfnenvs.ContinuousEnv](env)
		return !world && !built && !shaped
	})
	slices.SortStableFunc(ids, natural)
	return ids
}

// natural compares text with the numbers in it taken as numbers.
func natural(a, b string) int {
	for a != "" && b != "" {
		an, bn := digits(a), digits(b)
		if an > 0 && bn > 0 {
			x, y := strings.TrimLeft(a[:an], "0"), strings.TrimLeft(b[:bn], "0")
			if c := cmp.Or(cmp.Compare(len(x), len(y)), strings.Compare(x, y)); c != 0 {
				return c
			}
			a, b = a[an:], b[bn:]
			continue
		}
		if a[0] != b[0] {
			return cmp.Compare(a[0], b[0])
		}
		a, b = a[1:], b[1:]
	}
	return cmp.Compare(len(a), len(b))
}

// digits returns the length of the number at the start of s.
func digits(s string) int {
	return len(s) - len(strings.TrimLeft(s, "0123456789"))
}

// openList shows the list of environments.
func (a *App) openList() error {
	if a.ids == nil {
		a.ids = drawable()
	}
	items := make([]ui.Item, len(a.ids))
	for i, id := range a.ids {
		items[i].Title = id
		if spec, err := miniflow.Lookup(id); err == nil {
			items[i].Note = spec.Doc
		}
	}
	a.list.SetItems(items, a.session.Env().Spec().ID)
	a.screen = picking
	return nil
}

// pick handles the keys of the list.
func (a *App) pick(in *ui.Input) {
	if in.Down(ui.KeyEscape) {
		a.screen = playing
		return
	}
	if !a.list.Update(in) {
		return
	}
	a.screen = playing
	a.report(a.record())
	session, err := a.open(a.ids[a.list.Selected()])
	if err != nil {
		a.report(err)
		return
	}
	a.forget()
	agent, err := a.hire(session.Env())
	if err != nil {
		a.say(ui.Warning, "you play: %v", err) // the agent may know other worlds only
	}
	a.session, a.agent, a.scene = session, agent, scene{}
	a.watching, a.paused, a.due = a.watching && agent != nil, false, 0
	a.equip()
}
