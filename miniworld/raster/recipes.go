package raster

import "math"

// The recipes paint shapes and relative colours; fit then sets the mean and
// spread, so absolute brightness does not matter here.

func flat(c *canvas, _ int) {
	c.each(func(x, y float64) [3]float64 { return grey(c.clouds(x, y, 4, 4, 5, 0)) })
	c.calm(0.85)
}

func concrete(c *canvas, variant int) {
	c.each(func(x, y float64) [3]float64 {
		switch variant {
		case 1: // faint horizontal streaks
			return grey(0.7*c.clouds(x, y, 4, 12, 4, 0) + 0.5*c.clouds(x, y, 32, 48, 3, 9))
		case 2: // fine grain
			return grey(c.clouds(x, y, 32, 32, 3, 0) + 0.5*c.clouds(x, y, 4, 4, 3, 9))
		case 3: // soft dark blotches
			return grey(-0.5*step(0.5, 0.8, c.clouds(x, y, 12, 12, 4, 0)) + 0.3*c.clouds(x, y, 48, 48, 2, 9))
		}
		return grey(c.clouds(x, y, 6, 6, 5, 0))
	})
	c.calm(0.5)
}

func checkers(c *canvas, _ int) {
	c.each(func(x, y float64) [3]float64 {
		light := (int(x*4)+int(y*4))%2 == 1
		vein := math.Abs(c.clouds(x, y, 4, 4, 4, 0) - 0.5)
		if light {
			v := 0.98 - 0.12*step(0.1, 0, vein)
			return [3]float64{v, v - 0.01, v - 0.04}
		}
		return grey(0.06 + 0.08*step(0.05, 0, vein))
	})
}

func slabs(c *canvas, _ int) {
	c.each(func(x, y float64) [3]float64 {
		u, v := math.Mod(x*3, 1), math.Mod(y*3, 1)
		joint := min(u, 1-u, v, 1-v)
		tone := c.hash(int(x*3), int(y*3), 50)
		return grey(1.4*c.clouds(x, y, 8, 12, 4, 0) + 0.1*tone - 0.5*step(0.015, 0.005, joint))
	})
	c.calm(0.5)
}

func whiteTiles(c *canvas, _ int) {
	c.each(func(x, y float64) [3]float64 {
		u, v := math.Mod(x*4, 1), math.Mod(y*4, 1)
		return grey(1 - step(0.04, 0.02, min(u, 1-u, v, 1-v)) + 0.1*c.clouds(x, y, 8, 8, 3, 0))
	})
}

func panels(c *canvas, _ int) {
	c.each(func(x, y float64) [3]float64 {
		u, v := math.Mod(x*4, 1), math.Mod(y*4, 1)
		return grey(1 - step(0.06, 0.03, min(u, 1-u, v, 1-v)) - 0.3*step(0.72, 0.8, c.clouds(x, y, 48, 48, 2, 0)))
	})
}

func pitted(c *canvas, _ int) {
	c.each(func(x, y float64) [3]float64 {
		return grey(-step(0.6, 0.75, c.clouds(x, y, 32, 32, 2, 0)) - 0.2*c.clouds(x, y, 8, 8, 3, 7))
	})
}

func bricks(c *canvas, _ int) {
	c.each(func(x, y float64) [3]float64 {
		id, border := brick(x, y, 8, 24, 3)
		tone := c.hash(id, 1, 60)
		rough := c.clouds(x, y, 64, 64, 3, 0)
		body := [3]float64{0.50 + 0.05*tone, 0.34 + 0.05*tone, 0.29 + 0.05*tone}
		if c.hash(id, 2, 60) < 0.1 {
			body = [3]float64{0.46, 0.33, 0.29}
		}
		for k := range body {
			body[k] += 0.10 * (rough - 0.5)
		}
		return blendColor([3]float64{0.56, 0.53, 0.50}, body, step(0.04, 0.14, border))
	})
	c.calm(0.85)
}

func blocks(c *canvas, _ int) {
	c.each(func(x, y float64) [3]float64 {
		id, border := brick(x, y, 4, 8, 2)
		body := grey(0.42 + 0.12*c.hash(id, 1, 60) + 0.14*(c.clouds(x, y, 32, 32, 4, 0)-0.5))
		return blendColor([3]float64{0.26, 0.24, 0.20}, body, step(0.01, 0.035, border))
	})
	c.calm(0.85)
}

func speckle(c *canvas, _ int) {
	c.each(func(x, y float64) [3]float64 {
		v := c.hash(int(x*float64(c.side)), int(y*float64(c.side)), 0) + 0.6*c.clouds(x, y, 32, 32, 3, 3)
		return [3]float64{v, v, v + 0.02*c.noise(x, y, 8, 8, 9)}
	})
	c.calm(0.85)
}

func slime(c *canvas, _ int) {
	c.each(func(x, y float64) [3]float64 {
		d, _, id := c.cells(x, y, 7, 0)
		r := 0.12 + 0.22*c.hash(id, 0, 7)
		hole := step(r+0.06, r-0.04, d)
		tone := 0.2 * c.clouds(x, y, 6, 6, 4, 20)
		return blendColor([3]float64{0.52 + tone, 0.7 + tone, 0.05 + 0.2*tone}, [3]float64{0.36, 0.52, 0.0}, hole)
	})
}

func grass(c *canvas, _ int) {
	c.each(func(x, y float64) [3]float64 {
		v := 0.6*c.clouds(x+0.02*c.noise(x, y, 16, 16, 40), y, 96, 24, 2, 0) + 0.4*c.clouds(x, y, 6, 6, 4, 9)
		return [3]float64{v * 0.8, v, v * 0.45}
	})
}

func lava(c *canvas, _ int) {
	c.each(func(x, y float64) [3]float64 {
		a, b, id := c.cells(x, y, 5, 0)
		glow := step(0.25, 0.02, b-a)
		plate := 0.3*c.clouds(x, y, 16, 16, 3, 5) + 0.2*c.hash(id, 0, 9)
		return blendColor([3]float64{0.75 + plate, 0.15 + 0.5*plate, 0.06}, [3]float64{1, 0.8, 0.25}, glow)
	})
}

func water(c *canvas, variant int) {
	c.each(func(x, y float64) [3]float64 {
		w := c.clouds(x, y, 3+variant, 3+variant, 4, 0)
		crest := step(0.08, 0, math.Abs(w-0.5))
		return blendColor([3]float64{0.1, 0.55 + 0.2*w, 0.7 + 0.15*w}, [3]float64{0.7, 0.95, 1}, crest)
	})
}

func wood(c *canvas, variant int) {
	wave := 0.12
	if variant == 2 {
		wave = 0.02
	}
	c.each(func(x, y float64) [3]float64 {
		g := x + wave*(c.clouds(x, y, 2, 3, 3, 0)-0.5)
		v := c.clouds(g, y, 24, 2, 3, 9)
		return [3]float64{v, v * 0.98, v * 0.95}
	})
}

func planks(c *canvas, _ int) {
	c.each(func(x, y float64) [3]float64 {
		u := math.Mod(x*8, 1)
		tone := c.hash(int(x*8), 0, 3)
		v := 0.4*c.clouds(x, y, 64, 4, 3, 9) + 0.5*tone - 0.9*step(0.06, 0.02, min(u, 1-u))
		return grey(v)
	})
}

func corrugated(c *canvas, _ int) {
	c.each(func(x, y float64) [3]float64 {
		return grey(0.4*math.Sin(2*math.Pi*32*x) + c.clouds(x, y, 6, 6, 4, 0))
	})
}

func stucco(c *canvas, _ int) {
	c.each(func(x, y float64) [3]float64 {
		e := 1 / float64(c.side)
		return grey(c.clouds(x, y, 24, 24, 3, 0) - c.clouds(x+e, y+e, 24, 24, 3, 0) + 0.02*c.noise(x, y, 6, 6, 8))
	})
}

func rock(c *canvas, _ int) {
	c.each(func(x, y float64) [3]float64 {
		a, b, id := c.cells(x+0.03*c.clouds(x, y, 8, 8, 3, 30), y, 7, 0)
		return grey(0.5*c.clouds(x, y, 12, 12, 4, 9) + 0.2*c.hash(id, 0, 3) - 0.5*step(0.12, 0.02, b-a))
	})
}

func marble(c *canvas, variant int) {
	c.each(func(x, y float64) [3]float64 {
		vein := math.Abs(c.clouds(x, y, 3, 3, 5, 0) - 0.5)
		v := 0.4*c.clouds(x, y, 4, 4, 4, 9) - step(0.06, 0, vein)
		if variant == 2 {
			return grey(v)
		}
		return [3]float64{v + 0.2*c.noise(x, y, 3, 3, 20), v + 0.2*c.noise(x, y, 3, 3, 21), v + 0.2*c.noise(x, y, 3, 3, 22)}
	})
}

func grill(c *canvas, variant int) {
	n := 8.0
	if variant == 2 {
		n = 24
	}
	c.each(func(x, y float64) [3]float64 {
		u, v := math.Mod(x*n, 1)-0.5, math.Mod(y*n, 1)-0.5
		return grey(0.2*c.clouds(x, y, 8, 8, 3, 0) - step(0.36, 0.28, math.Hypot(u, v)))
	})
}

func louvres(c *canvas, _ int) {
	c.each(func(x, y float64) [3]float64 {
		if min(x, 1-x, y, 1-y) < 0.06 {
			return grey(0.9)
		}
		return grey(0.25 + 0.7*math.Mod(y*16, 1))
	})
}

func fence(c *canvas, _ int) {
	c.each(func(x, y float64) [3]float64 {
		u := math.Mod(x*4, 1)
		return grey(1 + 0.2*c.clouds(x, y, 32, 3, 3, 0) - step(0.12, 0.06, min(u, 1-u)))
	})
}

// door draws n raised panels, one over the other.
func door(c *canvas, columns, rows float64) {
	c.each(func(x, y float64) [3]float64 {
		u, v := math.Mod(x*columns, 1), math.Mod(y*rows, 1)
		edge := min(u, 1-u, v, 1-v)
		return grey(0.5 + 0.15*c.clouds(x, y, 12, 12, 4, 0) - 0.35*step(0.03, 0, math.Abs(edge-0.1)) - 0.4*step(0.02, 0, edge))
	})
}

func metalDoor(c *canvas, variant int)  { door(c, 2, float64(1+variant)) }
func garageDoor(c *canvas, variant int) { door(c, 4, 4) }
func steelDoor(c *canvas, variant int)  { door(c, 2, 3) }
