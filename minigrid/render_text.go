package minigrid

import "fmt"

// textTypes are the letters of the types in [World.String].
var textTypes = [numTypes]byte{TypeWall: 'W', TypeFloor: 'F', TypeKey: 'K', TypeBall: 'A', TypeBox: 'B', TypeGoal: 'G', TypeLava: 'V'}

// String draws the whole map in letters, two a cell and one line a row: the
// type (W wall, F floor, D door, L locked door, K key, A ball, B box, G goal,
// V lava) and the first letter of the colour. An open door is "__" and the agent
// is ">>", "VV", "<<" or "^^". It is what the original prints.
func (w *World) String() string {
	agent := w.point(w.pos)
	var out []byte
	for y := range w.height {
		if y > 0 {
			out = append(out, '\n')
		}
		for x := range w.width {
			if (Point{x, y}) == agent {
				d := ">V<^"[w.dir&3]
				out = append(out, d, d)
				continue
			}
			out = appendCellText(out, w.cells[w.index(x, y)])
		}
	}
	return string(out)
}

// ViewString draws what the agent sees in the letters of [World.String], with the
// agent facing up and ".." for what is hidden.
func (w *World) ViewString() string {
	size := w.viewSize
	view := w.Sight(size)
	var out []byte
	for j := range size {
		if j > 0 {
			out = append(out, '\n')
		}
		for i := range size {
			c := view[i*size+j]
			switch {
			case i == size/2 && j == size-1:
				out = append(out, "^^"...)
			case c == Unseen:
				out = append(out, ".."...)
			default:
				out = appendCellText(out, c)
			}
		}
	}
	return string(out)
}

func appendCellText(dst []byte, c Cell) []byte {
	color := c.Color().String()[0] - 'a' + 'A'
	switch c.Type() {
	case TypeUnseen, TypeEmpty:
		return append(dst, "  "...)
	case TypeDoor:
		switch c.State() {
		case Open:
			return append(dst, "__"...)
		case Locked:
			return append(dst, 'L', color)
		}
		return append(dst, 'D', color)
	}
	return append(dst, textTypes[c.Type()], color)
}

// ANSI draws the whole map for a terminal: [World.String] with every cell on
// the background of its colour, through the escape sequences of 24-bit colour.
func (w *World) ANSI() string {
	agent := w.point(w.pos)
	var out []byte
	for y := range w.height {
		for x := range w.width {
			c := w.cells[w.index(x, y)]
			switch {
			case (Point{x, y}) == agent:
				out = append(out, "\x1b[38;2;255;64;64m"...)
				d := ">v<^"[w.dir&3]
				out = append(out, d, d)
			case c.Type() == TypeWall || c.Type() == TypeGoal || c.Type() == TypeFloor || c.Type() == TypeLava:
				out = appendEscape(out, 48, cellColor(c))
				out = append(out, "  "...)
			default:
				out = appendEscape(out, 38, cellColor(c))
				out = appendCellText(out, c)
			}
			out = append(out, "\x1b[0m"...)
		}
		if y < w.height-1 {
			out = append(out, '\n')
		}
	}
	return string(out)
}

// cellColor is the colour that stands for a cell in a terminal.
func cellColor(c Cell) rgb {
	switch c.Type() {
	case TypeLava:
		return orange
	case TypeFloor:
		return palette[c.Color()].times(0.5)
	}
	return palette[c.Color()]
}

// appendEscape appends the sequence that sets the colour of text (38) or
// background (48).
func appendEscape(dst []byte, what int, c rgb) []byte {
	return fmt.Appendf(dst, "\x1b[%d;2;%d;%d;%dm", what, uint8(c[0]), uint8(c[1]), uint8(c[2]))
}
