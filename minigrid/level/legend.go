package level

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/miniflow-rl/miniflow/minigrid"
)

// Letters that every map understands; a legend names the others.
const (
	letterWall  = '#'
	letterEmpty = '.'
	letterGoal  = 'G'
	letterLava  = '~'
	agents      = ">v<^" // by direction
)

// legend is what the letters of one map stand for.
type legend map[rune]string

// standard returns what a letter stands for without a legend.
func standard(r rune) (t minigrid.Thing, ok bool) {
	switch r {
	case letterWall:
		return minigrid.Thing{Cell: minigrid.Wall}, true
	case letterEmpty, ' ':
		return minigrid.Thing{Cell: minigrid.Empty}, true
	case letterGoal:
		return minigrid.Thing{Cell: minigrid.Goal}, true
	case letterLava:
		return minigrid.Thing{Cell: minigrid.Lava}, true
	}
	return t, false
}

// letters writes maps: it hands out a letter for each thing that has none.
type letters struct {
	of   map[string]rune
	used legend
	keys []rune // in the order of first use
}

// favourites are the letters that a type gets if they are free.
var favourites = [...]string{
	minigrid.TypeWall: "Ww", minigrid.TypeFloor: "fF", minigrid.TypeDoor: "Dd", minigrid.TypeKey: "kK",
	minigrid.TypeBall: "oO", minigrid.TypeBox: "bB", minigrid.TypeGoal: "g", minigrid.TypeLava: "l",
	minigrid.TypeAgent: "@",
}

func (l *letters) letter(text string, t minigrid.Type) rune {
	if r, ok := l.of[text]; ok {
		return r
	}
	free := func(r rune) bool { _, used := l.used[r]; return !used && !reserved(r) }
	pick := rune(-1)
	for _, r := range favourites[t] + "abcdefghijklmnopqrstuwxyzABCDEFHIJKLMNOPQRSTUVWXYZ0123456789" {
		if free(r) {
			pick = r
			break
		}
	}
	for r := 'Α'; pick < 0; r++ { // the Greek alphabet and on, for maps with very many different things
		if unicode.IsLetter(r) && free(r) {
			pick = r
		}
	}
	l.of[text], l.used[pick] = pick, text
	l.keys = append(l.keys, pick)
	return pick
}

func reserved(r rune) bool {
	_, ok := standard(r)
	return ok || strings.ContainsRune(agents, r)
}

// rows writes the map.
func (l *Level) rows() (rows []string, ls *letters) {
	ls = &letters{of: map[string]rune{}, used: legend{}}
	for y := range l.Grid.Height() {
		var row []rune
		for x := range l.Grid.Width() {
			p := minigrid.Point{X: x, Y: y}
			t := l.Grid.Get(p)
			switch {
			case p == l.Agent && t.Cell == minigrid.Empty:
				row = append(row, rune(agents[l.Dir&3]))
			case p == l.Agent:
				row = append(row, ls.letter(pose(l.Dir, t), minigrid.TypeAgent))
			case t.Cell == minigrid.Empty:
				row = append(row, letterEmpty)
			case t.Cell == minigrid.Wall:
				row = append(row, letterWall)
			case t.Cell == minigrid.Goal:
				row = append(row, letterGoal)
			case t.Cell == minigrid.Lava:
				row = append(row, letterLava)
			default:
				row = append(row, ls.letter(words(t), t.Type()))
			}
		}
		rows = append(rows, string(row))
	}
	return rows, ls
}

// read sets map and agent from rows. where describes a cell for errors.
func (l *Level) read(rows []string, leg legend, where func(row, column int) string) error {
	if len(rows) == 0 {
		return fmt.Errorf("there is no map: %w", ErrLevel)
	}
	width := utf8.RuneCountInString(rows[0])
	if width < 3 || len(rows) < 3 || width > MaxSide || len(rows) > MaxSide {
		return fmt.Errorf("the map has %dx%d cells: want 3 to %d each way: %w", width, len(rows), MaxSide, ErrLevel)
	}
	g, err := minigrid.NewGrid(width, len(rows))
	if err != nil {
		return err
	}
	things := map[rune]minigrid.Thing{}
	found := false
	for y, row := range rows {
		if n := utf8.RuneCountInString(row); n != width {
			return fmt.Errorf("%s: the row has %d cells, the first one %d: make them equal: %w", where(y, -1), n, width, ErrLevel)
		}
		x := -1
		for _, r := range row {
			x++
			p := minigrid.Point{X: x, Y: y}
			dir := strings.IndexRune(agents, r)
			on := minigrid.Thing{Cell: minigrid.Empty}
			isAgent := dir >= 0
			if text, ok := leg[r]; ok {
				d, t, is, err := parsePose(text)
				if !is && err == nil {
					if t, ok = things[r]; !ok {
						t, err = parseThing(text)
						things[r] = t
					}
				}
				if err != nil {
					return fmt.Errorf("%s: letter %q: %v: %w", where(y, x), r, err, ErrLevel)
				}
				on, isAgent, dir = t, is, int(d)
			} else if t, ok := standard(r); ok {
				on = t
			} else if !isAgent {
				return fmt.Errorf("%s: letter %q stands for nothing: add it to the legend, or use one of \"# . G ~ > v < ^\": %w", where(y, x), r, ErrLevel)
			}
			if isAgent {
				if found {
					return fmt.Errorf("%s: a second agent, the first is in row %d, column %d: remove one: %w", where(y, x), l.Agent.Y+1, l.Agent.X+1, ErrLevel)
				}
				found, l.Agent, l.Dir = true, p, minigrid.Direction(dir)
			}
			g.Set(p, on)
		}
	}
	if !found {
		return fmt.Errorf("there is no agent on the map: put one of > v < ^ there: %w", ErrLevel)
	}
	l.Grid = g
	return nil
}
