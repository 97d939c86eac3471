package raster

import (
	"bytes"
	"fmt"
	"image/png"
	"io"
	"os"
)

// maxFile is the largest file that is read as a texture or mesh, in bytes.
const maxFile = 64 << 20

// LoadTexture reads a texture from a PNG file, see ReadTexture.
func LoadTexture(path string) (*Texture, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrTexture, err)
	}
	defer f.Close()
	t, err := ReadTexture(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return t, nil
}

// ReadTexture reads a texture from a PNG picture, see NewTexture. It fails
// with ErrTexture when the picture is no PNG, is broken, or is larger than
// 16384 pixels on a side, 32 million pixels or 64 MB.
func ReadTexture(r io.Reader) (*Texture, error) {
	data, err := read(r)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrTexture, err)
	}
	c, err := png.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%w: not a PNG picture: %w", ErrTexture, err)
	}
	if c.Width > 1<<14 || c.Height > 1<<14 || c.Width*c.Height > 1<<25 {
		return nil, fmt.Errorf("%w: %d x %d pixels; make it at most 16384 a side and 32 million in all", ErrTexture, c.Width, c.Height)
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%w: a broken PNG picture: %w", ErrTexture, err)
	}
	return NewTexture(img)
}

// read reads everything, up to maxFile bytes.
func read(r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err == nil && len(data) > maxFile {
		err = fmt.Errorf("more than %d MB", maxFile>>20)
	}
	return data, err
}
