package miniworld

import "math"

// Goaler is a [Task] that can tell what the agent is to go to next: nil if
// there is nothing.
type Goaler interface {
	Goal(w *World) Entity
}

// nearest returns the entity that is nearest to the agent, nil if there is none.
func nearest(w *World, among []Entity) Entity {
	var best Entity
	least := math.Inf(1)
	for _, e := range among {
		if e == Entity(w.Agent) {
			continue
		}
		if d := Distance(e, w.Agent); d < least {
			best, least = e, d
		}
	}
	return best
}
