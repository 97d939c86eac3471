package minigrid

import (
	"sync/atomic"
)

// samples is the number of samples along each side of a pixel.
const samples = 3

// rgb is a colour; fractions are cut off when a sample is painted.
type rgb [3]float64

// palette holds the colours of [Color] values.
var palette = [numColors]rgb{
	Red:    {255, 0, 0},
	Green:  {0, 255, 0},
	Blue:   {0, 0, 255},
	Purple: {112, 39, 195},
	Yellow: {255, 255, 0},
	Grey:   {100, 100, 100},
}

var (
	black  = rgb{}
	orange = rgb{255, 128, 0}
)

func (c rgb) times(f float64) rgb { return rgb{c[0] * f, c[1] * f, c[2] * f} }

// layer is a shape painted in one colour.
type layer struct {
	in    shape
	color rgb
}

// whole is the whole tile.
var whole = rect(0, 1, 0, 1)

// cellLayers returns what a cell looks like, from the bottom up.
func cellLayers(cell Cell) []layer {
	// Grid lines along the top and left edges lie under everything.
	layers := []layer{{rect(0, 0.031, 0, 1), palette[Grey]}, {rect(0, 1, 0, 0.031), palette[Grey]}}
	add := func(s shape, c rgb) { layers = append(layers, layer{s, c}) }
	c := palette[cell.Color()]
	switch cell.Type() {
	case TypeWall, TypeGoal:
		add(whole, c)
	case TypeFloor:
		add(rect(0.031, 1, 0.031, 1), c.times(0.5))
	case TypeLava:
		add(whole, orange)
		for i := range 3 {
			top := 0.3 + float64(0.2*float64(i))
			bottom := 0.4 + float64(0.2*float64(i))
			add(stroke(0.1, top, 0.3, bottom, 0.03), black)
			add(stroke(0.3, bottom, 0.5, top, 0.03), black)
			add(stroke(0.5, top, 0.7, bottom, 0.03), black)
			add(stroke(0.7, bottom, 0.9, top, 0.03), black)
		}
	case TypeDoor:
		layers = append(layers, doorLayers(cell.State(), c)...)
	case TypeKey:
		add(rect(0.50, 0.63, 0.31, 0.88), c) // shaft
		add(rect(0.38, 0.50, 0.59, 0.66), c) // teeth
		add(rect(0.38, 0.50, 0.81, 0.88), c)
		add(circle(0.56, 0.28, 0.190), c) // ring
		add(circle(0.56, 0.28, 0.064), black)
	case TypeBall:
		add(circle(0.5, 0.5, 0.31), c)
	case TypeBox:
		add(rect(0.12, 0.88, 0.12, 0.88), c)
		add(rect(0.18, 0.82, 0.18, 0.82), black)
		add(rect(0.16, 0.84, 0.47, 0.53), c)
	}
	return layers
}

func doorLayers(s State, c rgb) []layer {
	switch s {
	case Open:
		return []layer{{rect(0.88, 1, 0, 1), c}, {rect(0.92, 0.96, 0.04, 0.96), black}}
	case Locked:
		return []layer{{whole, c}, {rect(0.06, 0.94, 0.06, 0.94), c.times(0.45)}, {rect(0.52, 0.75, 0.50, 0.56), c}}
	}
	return []layer{
		{whole, c}, {rect(0.04, 0.96, 0.04, 0.96), black},
		{rect(0.08, 0.92, 0.08, 0.92), c}, {rect(0.12, 0.88, 0.12, 0.88), black},
		{circle(0.75, 0.50, 0.08), c}, // handle
	}
}

// look says how a tile is drawn: a cell, the agent on top of it facing one way
// (agentNone for no agent), and whether it is highlighted.
type look uint16

const (
	lookAgent          = 256 // + direction<<8: agentNone, or 1 + the direction
	lookLight     look = 1 << 11
	numLooks           = 1 << 12
	noAgent       look = 0
	agentUp            = (look(Up) + 1) * lookAgent
	lookCellBits  look = 0xff
	lookAgentBits look = 7
)

func makeLook(c Cell, agent look, light bool) look {
	l := look(c) | agent
	if light {
		l |= lookLight
	}
	return l
}

// agentLook is the part of a look that shows the agent facing d.
func agentLook(d Direction) look { return (look(d&3) + 1) * lookAgent }

// tileSet caches the tiles of one size. Any goroutine may use it: a tile that two
// of them paint at once is painted the same.
type tileSet struct {
	size  int
	tiles [numLooks]atomic.Pointer[tile]
}

// tile is a picture of size x size pixels, three bytes each, row by row.
type tile struct {
	pix  []uint8
	rows *[8][24]uint8
}

// maxTile is the largest tile size in pixels.
const maxTile = 256

var tileSets [maxTile + 1]atomic.Pointer[tileSet]

// tilesOf returns the tiles of size pixels, in [1,maxTile].
func tilesOf(size int) *tileSet {
	p := &tileSets[size]
	if s := p.Load(); s != nil {
		return s
	}
	p.CompareAndSwap(nil, &tileSet{size: size})
	return p.Load()
}

// get returns a tile, painting it if it is asked for the first time.
func (s *tileSet) get(l look) *tile {
	if t := s.tiles[l%numLooks].Load(); t != nil {
		return t
	}
	return s.paint(l)
}

func (s *tileSet) paint(l look) *tile {
	t := paintTile(l, s.size)
	s.tiles[l%numLooks].Store(t)
	return t
}

// paintTile paints a tile three times as large and averages it down.
func paintTile(l look, size int) *tile {
	layers := cellLayers(Cell(l & lookCellBits))
	if a := l / lookAgent & lookAgentBits; a > 0 {
		layers = append(layers, layer{turned(triangle(0.12, 0.19, 0.87, 0.50, 0.12, 0.81), Direction(a-1)), palette[Red]})
	}
	n := size * samples
	big := make([][3]uint8, n*n)
	for y := range n {
		for x := range n {
			p := &big[y*n+x]
			fx, fy := (float64(x)+0.5)/float64(n), (float64(y)+0.5)/float64(n)
			for _, layer := range layers {
				if layer.in(fx, fy) {
					*p = [3]uint8{uint8(layer.color[0]), uint8(layer.color[1]), uint8(layer.color[2])}
				}
			}
			if l&lookLight != 0 {
				for c, v := range p {
					p[c] = uint8(float64(v) + float64(0.3*float64(255-v)))
				}
			}
		}
	}
	t := &tile{pix: make([]uint8, 3*size*size)}
	for y := range size {
		for x := range size {
			for c := range 3 {
				var sum float64
				for row := range samples {
					p := big[(y*samples+row)*n+x*samples:]
					sum += (float64(p[0][c]) + float64(p[1][c]) + float64(p[2][c])) / samples
				}
				t.pix[3*(y*size+x)+c] = uint8(sum / samples)
			}
		}
	}
	if size == 8 {
		t.rows = new([8][24]uint8)
		for y := range t.rows {
			copy(t.rows[y][:], t.pix[24*y:])
		}
	}
	return t
}
