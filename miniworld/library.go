package miniworld

import (
	"fmt"
	"sync"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/miniworld/raster"
)

// own holds what users add to the library of package raster.
var own struct {
	sync.RWMutex
	textures map[string][]*raster.Texture
	meshes   map[string]*raster.Mesh
}

// AddTexture makes a texture known under a name of its own, with one or more
// variants among which domain randomisation chooses. Load pictures with
// raster.LoadTexture. It fails if the name is taken or there is no variant.
func AddTexture(name string, variants ...*raster.Texture) error {
	own.Lock()
	defer own.Unlock()
	if name == "" || len(variants) == 0 {
		return fmt.Errorf("miniworld: add texture %q: want a name and at least one variant", name)
	}
	if raster.TextureVariants(name) > 0 || own.textures[name] != nil {
		return fmt.Errorf("miniworld: add texture %q: the name is taken", name)
	}
	if own.textures == nil {
		own.textures = map[string][]*raster.Texture{}
	}
	own.textures[name] = append([]*raster.Texture(nil), variants...)
	return nil
}

// AddMesh makes a mesh known under a name of its own. Load meshes with
// raster.LoadMesh. It fails if the name is taken.
func AddMesh(name string, m *raster.Mesh) error {
	own.Lock()
	defer own.Unlock()
	if name == "" || m == nil {
		return fmt.Errorf("miniworld: add mesh %q: want a name and a mesh", name)
	}
	if _, ok := extents[name]; ok || own.meshes[name] != nil {
		return fmt.Errorf("miniworld: add mesh %q: the name is taken", name)
	}
	if own.meshes == nil {
		own.meshes = map[string]*raster.Mesh{}
	}
	own.meshes[name] = m
	return nil
}

func meshByName(name string) (*raster.Mesh, error) {
	own.RLock()
	m := own.meshes[name]
	own.RUnlock()
	if m != nil {
		return m, nil
	}
	return raster.LibraryMesh(name)
}

func textureVariants(name string) int {
	own.RLock()
	n := len(own.textures[name])
	own.RUnlock()
	if n > 0 {
		return n
	}
	return raster.TextureVariants(name)
}

func textureByName(name string, variant int) (*raster.Texture, error) {
	own.RLock()
	t := own.textures[name]
	own.RUnlock()
	if variant >= 1 && variant <= len(t) {
		return t[variant-1], nil
	}
	return raster.LibraryTexture(name, variant)
}

// textureKey names a texture that a world uses.
type textureKey struct {
	name    string
	variant int
}

// textures remembers what a world has looked up: the library is behind a lock.
type textures map[textureKey]*raster.Texture

func (c textures) get(name string, variant int) (*raster.Texture, error) {
	key := textureKey{name, variant}
	if t := c[key]; t != nil {
		return t, nil
	}
	t, err := textureByName(name, variant)
	if err != nil {
		return nil, err
	}
	c[key] = t
	return t, nil
}

// pickVariant chooses a variant of a texture: the first, unless domain
// randomisation is on.
func pickVariant(rng *miniflow.Rand, random bool, name string) (int, error) {
	n := textureVariants(name)
	if n == 0 {
		_, err := textureByName(name, 1)
		return 0, err
	}
	if !random {
		return 1, nil
	}
	return 1 + int(rng.Integers(0, int64(n))), nil
}
