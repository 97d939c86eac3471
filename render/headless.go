//go:build headless

package render

import (
	"context"
	"fmt"
)

// Run returns an error that wraps [ErrNoWindow]: the build tag headless leaves
// Ebiten out, so that a program for Linux needs no shared library at all.
func Run(context.Context, Screen, Options) error {
	return fmt.Errorf("%w: this program was built without windows", ErrNoWindow)
}
