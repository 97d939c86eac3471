package wrappers

import (
	"errors"
	"sync"

	"github.com/miniflow-rl/miniflow/miniworld/raster"
)

// shapes are what things look like in first person. They are made when the
// first FirstPerson is, as textures take a few milliseconds to paint.
var shapes struct {
	cube, key, ball, lava *raster.Mesh
	floor, wall, plain    *raster.Texture
}

// makeShapes makes shapes once.
var makeShapes = sync.OnceValue(func() error {
	var errs []error
	mesh := func(m *raster.Mesh, err error) *raster.Mesh {
		errs = append(errs, err)
		return m
	}
	texture := func(name string) *raster.Texture {
		t, err := raster.LibraryTexture(name, 1)
		errs = append(errs, err)
		return t
	}
	shapes.cube = mesh(raster.NewBox(1, 1, 1))
	shapes.key = mesh(raster.LibraryMesh("key"))
	shapes.ball = mesh(raster.LibraryMesh("ball"))
	shapes.floor, shapes.wall, shapes.plain = texture("concrete_tiles"), texture("cinder_blocks"), texture("stucco")
	shapes.lava = mesh(raster.NewMesh([]raster.Polygon{{
		Verts: [][3]float64{{-0.5, 0.01, -0.5}, {-0.5, 0.01, 0.5}, {0.5, 0.01, 0.5}, {0.5, 0.01, -0.5}},
		UV:    [][2]float64{{0, 0}, {0, 1}, {1, 1}, {1, 0}},
		Color: raster.White, Texture: texture("lava"),
	}}, nil))
	return errors.Join(errs...)
})
