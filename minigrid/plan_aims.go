package minigrid

// What the families of worlds aim at.

// Aims implements [Aimer].
func (*dynamicObstacles) Aims(w *World) []Aim { return goalAims(w) }

// Aims implements [Aimer].
func (t *memory) Aims(*World) []Aim { return []Aim{{Do: Forward, Cells: []Point{t.success}}} }

// Aims implements [Aimer].
func (t *stopBeside) Aims(*World) []Aim {
	var beside []Point
	for d := range Direction(4) {
		beside = append(beside, t.target.Step(d))
	}
	return []Aim{{Do: Done, Cells: beside}}
}

// Aims implements [Aimer].
func (t *fetch) Aims(w *World) []Aim {
	return []Aim{{Do: Pickup, Cells: w.Find(func(c Cell) bool { return c == t.target })}}
}

// Aims implements [Aimer].
func (t *putNear) Aims(w *World) []Aim {
	var near []Point
	for y := -1; y <= 1; y++ {
		for x := -1; x <= 1; x++ {
			near = append(near, t.target.Add(Point{x, y}))
		}
	}
	drop := Aim{Do: Drop, Cells: near}
	if w.carrying == t.moved {
		return []Aim{drop}
	}
	return []Aim{{Do: Pickup, Cells: w.Find(func(c Cell) bool { return c == t.moved })}, drop}
}

// Aims implements [Aimer].
func (t *redBlueDoors) Aims(w *World) []Aim {
	blue := Aim{Do: Toggle, Cells: []Point{t.blue}}
	if w.At(t.red) == Door(Red, Open) {
		return []Aim{blue}
	}
	return []Aim{{Do: Toggle, Cells: []Point{t.red}}, blue}
}

// Aims implements [Aimer]. Once the door is open, toggling anything counts.
func (t *unlock) Aims(w *World) []Aim {
	if w.At(t.door).State() == Open {
		return nil
	}
	return []Aim{{Do: Toggle, Cells: []Point{t.door}}}
}

// Aims implements [Aimer].
func (pickUpTarget) Aims(w *World) []Aim {
	var at []Point
	for y := range w.height {
		for x := range w.width {
			if w.tags[w.index(x, y)]>>8 == targetID {
				at = append(at, Point{x, y})
			}
		}
	}
	return []Aim{{Do: Pickup, Cells: at}}
}
