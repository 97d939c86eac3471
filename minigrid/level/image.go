package level

import (
	"image"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid"
)

// Image draws the whole map with cells of tile x tile pixels, 1 to 256.
func (l *Level) Image(tile int) (*image.RGBA, error) {
	env, err := New("level", List{l}, miniflow.WithParam("tile_size", tile))
	if err != nil {
		return nil, err
	}
	if err := env.Reset(miniflow.NewBatch(env)); err != nil {
		return nil, err
	}
	return env.Frame(nil, 0, miniflow.View{Name: minigrid.ViewMapPlain})
}
