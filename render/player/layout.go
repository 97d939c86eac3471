package player

import "github.com/miniflow-rl/miniflow/render/ui"

// layout is where everything is on the screen.
type layout struct {
	header, footer ui.Rect
	main, side     ui.Rect // panels of the large and the small picture
	facts          ui.Rect // panel of mission and numbers
}

const (
	gap      = 14 // between panels and around them
	caption  = 34 // height of a panel's title
	pad      = 14 // within a panel
	factsMin = 250
)

// arrange divides the screen: the large picture on the left, the small one and
// the facts in a column on the right; on a tall screen the column lies below. The
// small picture's height is shape times its width, or less where the facts would
// not have room: least points of a column that is high enough for both.
func arrange(screen ui.Rect, shape, least float64) layout {
	var l layout
	l.header, screen = screen.CutTop(62)
	l.footer, screen = screen.CutBottom(46)
	body := screen.Inset(gap, 0)
	if body.W < 0.9*body.H {
		var low ui.Rect
		low, l.main = body.CutBottom(max(factsMin, body.H*0.36))
		_, low = low.CutTop(gap)
		l.side, l.facts = low.CutLeft(min((low.H-caption-pad)/shape+2*pad, low.W*0.45))
		_, l.facts = l.facts.CutLeft(gap)
		return l
	}
	var column ui.Rect
	column, l.main = body.CutRight(max(min(body.W*0.36, 460), 280))
	_, column = column.CutLeft(gap)
	least = max(factsMin, min(least, column.H*0.55))
	l.side, l.facts = column.CutTop(max(110, min((column.W-2*pad)*shape+caption+pad, column.H-least-gap)))
	_, l.facts = l.facts.CutTop(gap)
	return l
}

// pictureIn returns the place for the picture within a panel.
func pictureIn(panel ui.Rect) ui.Rect {
	_, r := panel.CutTop(caption)
	_, r = r.CutBottom(pad)
	return r.Inset(pad, 0)
}
