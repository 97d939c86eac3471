package wfc

import (
	"fmt"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid"
)

const mission = "traverse the maze to get to the goal"

// maze is the task of the MiniGrid-WFC ids: a generated map, of which the largest
// connected part stays, with agent and goal on random cells of it.
type maze struct {
	model     *Model
	connected bool // keep the largest part only
}

// Generate implements [minigrid.Task]. Rows of the picture become columns of the
// map, as in the original.
func (m *maze) Generate(w *minigrid.World) error {
	rows, cols := w.Width()-2, w.Height()-2
	p, err := m.model.Generate(w.Rand(), rows, cols)
	if err != nil {
		return err
	}
	free := func(r, c int) bool {
		return uint(r) < uint(rows) && uint(c) < uint(cols) && p.At(r, c)[0] != 0
	}
	var cells []minigrid.Point
	for r := range rows {
		for c := range cols {
			if free(r, c) {
				cells = append(cells, minigrid.Point{X: r, Y: c})
			}
		}
	}
	if m.connected {
		cells = largestPart(cells, free)
	}
	if len(cells) < 2 {
		return fmt.Errorf("wfc: the map has %d connected free cells: %w", len(cells), minigrid.ErrPlacement)
	}
	order := make([]int, len(cells))
	w.Rand().Permutation(order)
	start, goal := cells[order[0]], cells[order[1]]
	for y := range w.Height() {
		w.HorzWall(0, y, w.Width(), minigrid.Wall)
	}
	one := minigrid.Point{X: 1, Y: 1}
	for _, c := range cells {
		w.Set(c.Add(one), minigrid.Empty)
	}
	w.Set(goal.Add(one), minigrid.Goal)
	w.SetAgent(start.Add(one), minigrid.Direction(w.RandInt(0, 4)))
	w.Mission = mission
	return nil
}

// largestPart returns the cells of the largest connected part, the first of
// those of equal size; none if no two cells are connected. They are in the order
// of cells if they are half of all or more, and in the order of sets of sets in
// CPython otherwise: the original takes them out of nested graph views that
// iterate over whichever is smaller.
func largestPart(cells []minigrid.Point, free func(r, c int) bool) []minigrid.Point {
	seen := map[minigrid.Point]bool{}
	var best []minigrid.Point
	for _, source := range cells {
		if seen[source] {
			continue
		}
		seen[source] = true
		part := []minigrid.Point{source}
		for k := 0; k < len(part); k++ {
			for _, d := range [4]minigrid.Point{{X: -1}, {Y: -1}, {X: 1}, {Y: 1}} { // up, left, down, right
				if q := part[k].Add(d); free(q.X, q.Y) && !seen[q] {
					seen[q] = true
					part = append(part, q)
				}
			}
		}
		if len(part) > max(1, len(best)) {
			best = part
		}
	}
	if 2*len(best) < len(cells) {
		return pySet(pySet(pySet(best)))
	}
	inside := map[minigrid.Point]bool{}
	for _, p := range best {
		inside[p] = true
	}
	out := best[:0]
	for _, p := range cells {
		if inside[p] {
			out = append(out, p)
		}
	}
	return out
}

// class returns the family of worlds that a preset belongs to.
func class() minigrid.Class {
	o := DefaultOptions()
	return minigrid.Class{
		Name:    "WFC",
		Doc:     "Find the goal in a maze grown from a small picture.",
		Mission: mission,
		Params: []miniflow.Param{
			{Name: "size", Doc: "side of the map in cells, walls included", Value: 25, Min: 4, Max: 256},
			{Name: "pattern", Doc: "the picture: one of " + Patterns() + ", or the path of a PNG file with black for walls", Value: "hedges"},
			{Name: "pattern_width", Doc: "side of the squares that are learned", Value: o.PatternWidth, Min: 1, Max: 4},
			{Name: "rotations", Doc: "how many turned and mirrored pictures to learn from", Value: o.Rotations, Min: 1, Max: 8},
			{Name: "output_periodic", Doc: "whether the map continues at the opposite edge while it grows", Value: o.Periodic},
			{Name: "loc_heuristic", Doc: "which cell is decided next", Value: string(o.Location), Choices: locations},
			{Name: "choice_heuristic", Doc: "how it is decided", Value: string(o.Choice), Choices: choices},
			{Name: "backtracking", Doc: "whether a decision that led nowhere is taken back", Value: false},
			{Name: "ensure_connected", Doc: "whether only the largest connected part stays", Value: true},
		},
		Layout: layout,
	}
}

func layout(c *miniflow.Config) (minigrid.Layout, error) {
	o := DefaultOptions()
	o.PatternWidth, o.Rotations = c.Int("pattern_width"), c.Int("rotations")
	o.Periodic, o.Backtrack = c.Bool("output_periodic"), c.Bool("backtracking")
	o.Location, o.Choice = Location(c.Text("loc_heuristic")), Choice(c.Text("choice_heuristic"))
	picture, err := Pattern(c.Text("pattern"))
	if err != nil {
		return minigrid.Layout{}, fmt.Errorf("parameter pattern: %w: %w", err, miniflow.ErrParam)
	}
	model, err := NewModel(picture, o)
	if err != nil {
		return minigrid.Layout{}, err
	}
	n, connected := c.Int("size"), c.Bool("ensure_connected")
	return minigrid.Layout{Width: n, Height: n, MaxSteps: 20 * n, NewTask: func() minigrid.Task {
		// Lanes share what was learned and have their own wave.
		return &maze{model: model.clone(), connected: connected}
	}}, nil
}
