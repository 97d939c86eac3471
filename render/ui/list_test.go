package ui

import (
	"image"
	"testing"

	"github.com/stretchr/testify/require"
)

func names(l *List) []string {
	out := []string{}
	for _, i := range l.found {
		out = append(out, l.items[i].Title)
	}
	return out
}

func newList(selected string) *List {
	var l List
	l.SetItems([]Item{{"DoorKey-5x5", "a door"}, {"DoorKey-8x8", "a door"}, {"Empty-8x8", "nothing"}, {"Fetch", "door is no word of the title"}}, selected)
	return &l
}

func TestListFilters(t *testing.T) {
	for _, c := range []struct {
		query string
		want  []string
	}{
		{"", []string{"DoorKey-5x5", "DoorKey-8x8", "Empty-8x8", "Fetch"}},
		{"8X8", []string{"DoorKey-8x8", "Empty-8x8"}},
		{"8 door", []string{"DoorKey-8x8"}},
		{"door", []string{"DoorKey-5x5", "DoorKey-8x8", "Fetch"}},
		{"zzz", []string{}},
	} {
		l := newList("")
		l.Update(&Input{Typed: []rune(c.query)})
		require.Equal(t, c.want, names(l), "query %q", c.query)
		require.Equal(t, len(c.want), l.Found())
		if len(c.want) == 0 {
			require.Equal(t, -1, l.Selected())
			require.False(t, l.Update(&Input{Pressed: []Key{KeyEnter}}), "there is nothing to choose")
		}
	}
}

func TestListErasesLetters(t *testing.T) {
	l := newList("")
	l.Update(&Input{Typed: []rune("éz")})
	require.Equal(t, 0, l.Found())
	for range 3 {
		l.Update(&Input{Repeated: []Key{KeyBackspace}})
	}
	require.Empty(t, l.Query())
	require.Equal(t, 4, l.Found())
}

func TestListMoves(t *testing.T) {
	l := newList("DoorKey-8x8")
	c := NewCanvas(image.NewRGBA(image.Rect(0, 0, 300, 200)), 1)
	l.Draw(c, Rect{0, 0, 300, 2*rowHeight + 5})
	require.Equal(t, 1, l.Selected())
	for _, step := range []struct {
		key  Key
		want int
	}{{KeyDown, 2}, {KeyUp, 1}, {KeyUp, 0}, {KeyUp, 0}, {KeyPageDown, 2}, {KeyPageDown, 3}, {KeyHome, 0}, {KeyEnd, 3}} {
		require.False(t, l.Update(&Input{Repeated: []Key{step.key}}))
		require.Equal(t, step.want, l.Selected())
		require.LessOrEqual(t, l.top, l.at, "the selected row is visible")
		require.Less(t, l.at, l.top+l.rows, "the selected row is visible")
	}
	require.True(t, l.Update(&Input{Pressed: []Key{KeyEnter}}))
}

func TestListMouse(t *testing.T) {
	l := newList("")
	c := NewCanvas(image.NewRGBA(image.Rect(0, 0, 300, 200)), 1)
	l.Draw(c, Rect{10, 20, 280, 2 * rowHeight})
	l.Update(&Input{Wheel: -1})
	l.Draw(c, Rect{10, 20, 280, 2 * rowHeight})
	require.False(t, l.Update(&Input{Clicked: true, X: 5, Y: 25}), "beside the list")
	require.True(t, l.Update(&Input{Clicked: true, X: 50, Y: 20 + rowHeight + 3}))
	require.Equal(t, 3, l.Selected())
}
