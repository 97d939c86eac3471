//go:build !headless

package render

import (
	"testing"

	"github.com/hajimehoshi/ebiten/v2"
	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow/render/ui"
)

func TestNamed(t *testing.T) {
	for _, c := range []struct {
		key  ebiten.Key
		want ui.Key
	}{
		{ebiten.KeyA, ui.KeyA}, {ebiten.KeyN, ui.KeyA + 13}, {ebiten.KeyZ, ui.KeyZ},
		{ebiten.KeyDigit0, ui.Key0}, {ebiten.KeyDigit9, ui.Key9},
		{ebiten.KeyArrowUp, ui.KeyUp}, {ebiten.KeyShiftLeft, ui.KeyLeftShift},
	} {
		got, ok := named(c.key)
		require.True(t, ok, "%v", c.key)
		require.Equal(t, c.want, got, "%v", c.key)
	}
	_, ok := named(ebiten.KeyControlRight)
	require.False(t, ok)
	require.Equal(t, ebiten.KeyA+25, ebiten.KeyZ, "letters are consecutive")
}
