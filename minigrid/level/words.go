package level

import (
	"fmt"
	"strings"

	"github.com/miniflow-rl/miniflow/minigrid"
)

// words describes a thing, such as "locked red door" or "blue box with a green
// key".
func words(t minigrid.Thing) string {
	s := t.Cell.String()
	if t.Inside != minigrid.Unseen {
		s += " with a " + t.Inside.String()
	}
	return s
}

// parseThing is the inverse of words.
func parseThing(text string) (minigrid.Thing, error) {
	outer, inner, boxed := strings.Cut(text, " with a ")
	c, err := parseCell(outer)
	if err != nil || !boxed {
		return minigrid.Thing{Cell: c}, err
	}
	in, err := parseCell(inner)
	if err == nil && (c.Type() != minigrid.TypeBox || !holdable(in)) {
		err = fmt.Errorf("%q: only a box holds something, and that is no box or wall", text)
	}
	return minigrid.Thing{Cell: c, Inside: in}, err
}

// cellByWords holds every cell by its description.
var cellByWords = func() map[string]minigrid.Cell {
	m := map[string]minigrid.Cell{}
	for t := minigrid.TypeEmpty; t < minigrid.TypeAgent; t++ {
		for _, c := range minigrid.Colors {
			for s := minigrid.Open; s <= minigrid.Locked; s++ {
				if cell, err := minigrid.MakeCell(t, c, s); err == nil {
					m[cell.String()] = cell
				}
			}
		}
	}
	return m
}()

func parseCell(text string) (minigrid.Cell, error) {
	c, ok := cellByWords[strings.Join(strings.Fields(text), " ")]
	if !ok {
		return 0, fmt.Errorf("%q is no thing: want a colour (blue, green, grey, purple, red, yellow) and a type (wall, floor, key, ball, box, goal, lava), "+
			"a door as in \"locked red door\", a box as in \"red box with a blue key\", or empty", text)
	}
	return c, nil
}

// pose is the agent on something that is not empty, as legends describe it.
func pose(d minigrid.Direction, on minigrid.Thing) string {
	return fmt.Sprintf("agent facing %v on %s", d, words(on))
}

// parsePose is the inverse of pose; ok is false for texts about other things.
func parsePose(text string) (d minigrid.Direction, on minigrid.Thing, ok bool, err error) {
	rest, ok := strings.CutPrefix(text, "agent facing ")
	if !ok {
		return 0, on, false, nil
	}
	dir, under, _ := strings.Cut(rest, " on ")
	for d = range minigrid.Direction(4) {
		if d.String() == dir {
			on, err = parseThing(under)
			return d, on, true, err
		}
	}
	return 0, on, true, fmt.Errorf("%q: want \"agent facing right on red floor\", or down, left, up", text)
}
