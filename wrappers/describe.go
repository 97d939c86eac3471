package wrappers

import (
	"strconv"
	"sync"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid"
)

// Describe adds what the agent sees in words: description is a text such as
//
//	You see a wall 3 steps forward. You see a yellow key 1 step left and 2 steps
//	forward. You carry nothing.
//
// with every thing in view, nearest row first, and of the walls the nearest
// straight ahead, to the left and to the right. A step allocates only where the
// text is one that no lane has had before.
func Describe(env miniflow.Env) (*Wrapper, error) {
	w := newWrapper(env, "describe")
	if err := w.worlds(); err != nil {
		return nil, err
	}
	size := w.grid.World(0).ViewSize()
	k := w.set("description", miniflow.Text{MaxLen: 64 * (size*size + 4)})
	buf := make([][]byte, env.Len())
	texts := &textPool{texts: map[string]string{}}
	w.look = func(world *minigrid.World, i int, dst []miniflow.Array, _ bool) {
		buf[i] = appendDescription(buf[i][:0], world, size)
		dst[k].Text[i] = texts.get(buf[i])
	}
	return w.build(), nil
}

// textPool keeps up to textPoolSize different texts.
type textPool struct {
	sync.RWMutex
	texts map[string]string
}

const textPoolSize = 1 << 16

// get returns the text as a string.
func (p *textPool) get(text []byte) string {
	p.RLock()
	s, ok := p.texts[string(text)]
	p.RUnlock()
	if ok {
		return s
	}
	s = string(text)
	p.Lock()
	if len(p.texts) < textPoolSize {
		p.texts[s] = s
	}
	p.Unlock()
	return s
}

func appendDescription(dst []byte, world *minigrid.World, size int) []byte {
	view := world.Sight(size)
	middle, last := size/2, size-1
	at := func(right, ahead int) minigrid.Cell { return view[(middle+right)*size+last-ahead] }
	for _, d := range [3][2]int{{0, 1}, {-1, 0}, {1, 0}} {
		for n := 1; n <= last && (d[1] == 1 || n <= middle); n++ {
			if at(d[0]*n, d[1]*n).Type() == minigrid.TypeWall {
				dst = appendThing(dst, "wall", d[0]*n, d[1]*n)
				break
			}
		}
	}
	for ahead := range size {
		for right := -middle; right <= middle; right++ {
			c := at(right, ahead)
			if t := c.Type(); t == minigrid.TypeUnseen || t == minigrid.TypeEmpty || t == minigrid.TypeWall || right == 0 && ahead == 0 {
				continue
			}
			dst = appendThing(dst, cellNames[c], right, ahead)
		}
	}
	if c := world.Carrying().Cell; c != minigrid.Unseen {
		return append(appendNoun(append(dst, "You carry "...), cellNames[c]), '.')
	}
	return append(dst, "You carry nothing."...)
}

// cellNames holds the names of all cells, made once: naming a cell allocates.
var cellNames = func() (names [256]string) {
	for c := range names {
		names[c] = minigrid.Cell(c).String()
	}
	return names
}()

func appendThing(dst []byte, name string, right, ahead int) []byte {
	dst = append(appendNoun(append(dst, "You see "...), name), ' ')
	side := " right"
	if right < 0 {
		right, side = -right, " left"
	}
	if right > 0 {
		dst = appendSteps(dst, right, side)
		if ahead > 0 {
			dst = append(dst, " and "...)
		}
	}
	if ahead > 0 {
		dst = appendSteps(dst, ahead, " forward")
	}
	return append(dst, ". "...)
}

func appendSteps(dst []byte, n int, where string) []byte {
	dst = strconv.AppendInt(dst, int64(n), 10)
	if n == 1 {
		dst = append(dst, " step"...)
	} else {
		dst = append(dst, " steps"...)
	}
	return append(dst, where...)
}

// appendNoun appends a name with its article.
func appendNoun(dst []byte, name string) []byte {
	if name[0] == 'o' { // an open door
		return append(append(dst, "an "...), name...)
	}
	return append(append(dst, "a "...), name...)
}
