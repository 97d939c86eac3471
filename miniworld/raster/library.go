package raster

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"
	"sync"
)

// glyphs is the prefix of the names of characters, followed by their code in
// decimal: "chars/ch_0x65" is the letter A, as the original spells it.
const glyphs = "chars/ch_0x"

// shelf keeps what the library has painted: textures are made when they are
// first asked for, the same in every process.
var shelf struct {
	sync.Mutex
	textures map[string]*Texture
	meshes   map[string]*Mesh
}

// TextureNames returns the names of the library's textures in alphabetical
// order, without those of characters ("chars/ch_0x48" and so on, see Glyph).
func TextureNames() []string {
	var names []string
	for i := range looks {
		if n := looks[i].name; len(names) == 0 || names[len(names)-1] != n {
			names = append(names, n)
		}
	}
	return names
}

// TextureVariants returns the number of variants of a texture, 0 when there
// is none of that name.
func TextureVariants(name string) int {
	if code, ok := glyphCode(name); ok && drawable(code) {
		return len(fonts)
	}
	n := 0
	for i := range looks {
		if looks[i].name == name {
			n++
		}
	}
	return n
}

// LibraryTexture returns a texture by the original's name and variant,
// counted from 1. It is painted when it is first asked for, in about 10 ms,
// and then shared. It fails with ErrTexture when there is none. It is safe
// for concurrent use.
func LibraryTexture(name string, variant int) (*Texture, error) {
	n := TextureVariants(name)
	if n == 0 {
		return nil, fmt.Errorf("%w: no texture %q; there are %s, and %sNN for characters", ErrTexture, name, strings.Join(TextureNames(), ", "), glyphs)
	}
	if variant < 1 || variant > n {
		return nil, fmt.Errorf("%w: %q has variants 1 to %d, not %d", ErrTexture, name, n, variant)
	}
	key := fmt.Sprintf("%s_%d", name, variant)
	shelf.Lock()
	defer shelf.Unlock()
	if t := shelf.textures[key]; t != nil {
		return t, nil
	}
	var t *Texture
	if code, ok := glyphCode(name); ok {
		var err error
		if t, err = paintGlyph(code, variant); err != nil {
			return nil, err
		}
	} else {
		i := slices.IndexFunc(looks, func(l look) bool { return l.name == name && l.variant == variant })
		t = looks[i].texture()
	}
	if shelf.textures == nil {
		shelf.textures = map[string]*Texture{}
	}
	shelf.textures[key] = t
	return t, nil
}

// texture paints a look: half as many texels a metre as the original, which
// at the sizes of observations is more than can be seen.
func (l *look) texture() *Texture {
	log := bits.Len(uint(max(l.width, l.height)/2)) - 1
	c := newCanvas(log, seed(l.name, l.variant))
	l.paint(c, l.variant)
	c.fit(l.mean, l.std)
	return build(c.px, log, float64(l.width)/512, float64(l.height)/512)
}

// seed is FNV-1a of a name and variant.
func seed(name string, variant int) uint32 {
	h := uint32(2166136261)
	for i := range len(name) {
		h = (h ^ uint32(name[i])) * 16777619
	}
	return (h ^ uint32(variant)) * 16777619
}
