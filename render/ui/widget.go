package ui

import "image/color"

// Field draws a line of text that is being typed, with a hint while it is empty.
func Field(c *Canvas, r Rect, text, hint string) {
	c.Box(r, 8, Ground, Edge)
	st := Style{Regular, 16, Bright}
	x, y := r.X+14, r.Y+r.H/2+6
	if text == "" {
		c.Text(x+6, y, hint, Style{Regular, 16, Muted})
	} else {
		x = c.Text(x, y, c.Fit(text, st, r.W-40), st) + 1
	}
	c.Fill(Rect{x, r.Y + 10, 2, r.H - 20}, Accent)
}

// Keycap draws a key with its label and returns where it ends. y is the
// baseline of the text beside it.
func Keycap(c *Canvas, x, y float64, label string) float64 {
	st := Style{Regular, 13, Bright}
	w := max(24, c.Width(label, st)+14)
	r := Rect{x, y - 16, w, 22}
	c.Round(r, 5, Edge)
	c.Round(Rect{r.X, r.Y, r.W, r.H - 2}, 5, Raised)
	c.TextCenter(Rect{r.X, r.Y, r.W, r.H - 2}, label, st)
	return x + w
}

// Badge draws a short text in a coloured pill that ends at x, and returns where
// it begins.
func Badge(c *Canvas, x, y float64, text string, col color.NRGBA) float64 {
	st := Style{Bold, 12, col}
	w := c.Width(text, st) + 20
	soft := col
	soft.A = 0x2c
	r := Rect{x - w, y - 15, w, 22}
	c.Round(r, 11, soft)
	c.TextCenter(r, text, st)
	return x - w
}
