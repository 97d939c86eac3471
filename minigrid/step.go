package minigrid

// Outcome is what a step earns. A [Judge] may change it.
type Outcome struct {
	Reward     float64
	Terminated bool
	Truncated  bool
}

// frontOffset is the index distance to the cell in front, by direction.
func (w *World) frontOffset() int { return w.ahead[w.dir&3] }

// act applies an action by the rules that all worlds share.
func (w *World) act(a Action) (o Outcome) {
	w.steps++
	switch a {
	case TurnLeft:
		w.dir = (w.dir + 3) & 3
	case TurnRight:
		w.dir = (w.dir + 1) & 3
	case Forward:
		f := w.pos + w.frontOffset()
		if c := w.cells[f]; cellTable[c].walkable {
			w.pos = f
			if t := cellTable[c].typ; t == TypeGoal {
				o.Terminated, o.Reward = true, w.SuccessReward()
			} else if t == TypeLava {
				o.Terminated = true
			}
		}
	case Pickup:
		f := w.pos + w.frontOffset()
		if c := w.cells[f]; w.carrying == Unseen && cellTable[c].carried {
			w.carrying, w.carryTag = c, w.tags[f]
			w.cells[f], w.tags[f] = Empty, 0
		}
	case Drop:
		f := w.pos + w.frontOffset()
		// An empty cell outside the map does not exist: the frame is all walls.
		if w.carrying != Unseen && w.cells[f] == Empty {
			w.cells[f], w.tags[f] = w.carrying, w.carryTag
			w.carrying, w.carryTag = Unseen, 0
		}
	case Toggle:
		w.toggle(w.pos + w.frontOffset())
	}
	o.Truncated = w.steps >= w.MaxSteps
	return o
}

// toggle opens or closes a door, unlocks it with the key of its colour, or
// replaces a box by what it holds.
func (w *World) toggle(f int) {
	c := w.cells[f]
	switch i := &cellTable[c]; i.typ {
	case TypeDoor:
		switch i.state {
		case Open:
			w.cells[f] = Door(i.color, Closed)
		case Closed:
			w.cells[f] = Door(i.color, Open)
		case Locked:
			if w.carrying == Key(i.color) {
				w.cells[f] = Door(i.color, Open)
			}
		}
	case TypeBox:
		inside := Cell(w.tags[f])
		if inside == Unseen {
			inside = Empty
		}
		w.cells[f], w.tags[f] = inside, 0
	}
}
