package rasterkernel

import (
	"math"
	"unsafe"
)

// drawGo covers the polygon of j.
func drawGo(j *Job) {
	spansGo(j)
	if j.Last == 1 {
		fastGo(j)
	} else {
		fullGo(j)
	}
}

// spansGo fills XL and XR for samples First..Last-1 and rows Y0..Y1-1.
func spansGo(j *Job) {
	for s := j.First; s < j.Last; s++ {
		xl, xr := rows(j.XL[s], j.Y1), rows(j.XR[s], j.Y1)
		for y := j.Y0; y < j.Y1; y++ {
			lo, hi, fy := j.X0, j.X1, float32(y)
			for i := range j.Edge[:j.Left] {
				e := &j.Edge[i]
				lo = max(lo, float32(e.S*fy)+e.T[s])
			}
			for i := range j.Edge[j.Right:] {
				e := &j.Edge[int(j.Right)+i]
				hi = min(hi, float32(e.S*fy)+e.T[s])
			}
			xl[y] = int32(math.Ceil(float64(min(lo, j.X1))))
			xr[y] = int32(math.Ceil(float64(max(hi, j.X0))))
		}
	}
}

// fastGo draws the spans of the centre sample, nearest texel of the nearest level.
func fastGo(j *Job) {
	xl, xr := rows(j.XL[0], j.Y1), rows(j.XR[0], j.Y1)
	for y := j.Y0; y < j.Y1; y++ {
		x0, x1 := xl[y], xr[y]
		if x0 >= x1 {
			continue
		}
		row := y * j.Stride
		z, c := rows(j.Z[0], row+j.Stride)[row:], rows(j.Color[0], row+j.Stride)[row:]
		w0, u0, v0 := start(&j.W, y), start(&j.U, y), start(&j.V, y)
		var ident []uint32
		if j.Ident != nil {
			ident = rows(j.Ident, row+j.Stride)[row:]
		}
		for x := x0; x < x1; x++ {
			fx := float32(x)
			w := w0 + float32(fx*j.WX)
			if !(w > z[x]) {
				continue
			}
			z[x] = w
			if ident != nil {
				ident[x] = j.ID
			}
			if j.Tex == nil {
				c[x] = j.Plain
				continue
			}
			inv := 1 / max(w, j.WMin)
			u, v := (u0+float32(fx*j.UX))*inv, (v0+float32(fx*j.VX))*inv
			rho := j.footprint(u, v, inv)
			l := min(max((int32(math.Float32bits(rho)>>23)-126)>>1, 0), j.Log)
			l &= 15 // spares the test for shifts that are too far
			k := j.Log - l
			mask := int32(1)<<(k&15) - 1
			t := j.texel(k, int32(u)>>l&mask, int32(v)>>l&mask)
			c[x] = uint32(lit(t<<8&0xff00, j.Light[0])) | uint32(lit(t&0xff00, j.Light[1]))<<8 | uint32(lit(t>>8&0xff00, j.Light[2]))<<16
		}
	}
}

// fullGo draws the spans of every sample: one trilinear colour a pixel, at its
// centre, stored in the samples that are covered and not hidden.
func fullGo(j *Job) {
	for y := j.Y0; y < j.Y1; y++ {
		var x0s, x1s [Samples]int32
		x0, x1 := int32(math.MaxInt32), int32(0)
		for s := j.First; s < j.Last; s++ {
			x0s[s], x1s[s] = rows(j.XL[s], j.Y1)[y], rows(j.XR[s], j.Y1)[y]
			x0, x1 = min(x0, x0s[s]), max(x1, x1s[s])
		}
		row := y * j.Stride
		w0, u0, v0 := start(&j.W, y), start(&j.U, y), start(&j.V, y)
		for x := x0; x < x1; x++ {
			fx := float32(x)
			w := w0 + float32(fx*j.WX)
			at := row + int64(x)
			covered := uint32(0)
			for s := j.First; s < j.Last; s++ {
				if x < x0s[s] || x >= x1s[s] {
					continue
				}
				if z, ws := &rows(j.Z[s], at+1)[at], w+j.DW[s]; ws > *z {
					*z = ws
					covered |= 1 << s
				}
			}
			if covered&1 != 0 && j.Ident != nil {
				rows(j.Ident, at+1)[at] = j.ID
			}
			if covered>>1 == 0 {
				continue
			}
			color := j.Plain
			if j.Tex != nil {
				inv := 1 / max(w, j.WMin)
				color = j.trilinear((u0+float32(fx*j.UX))*inv, (v0+float32(fx*j.VX))*inv, inv)
			}
			for s := int64(1); s < Samples; s++ {
				if covered>>s&1 != 0 {
					rows(j.Color[s], at+1)[at] = color
				}
			}
		}
	}
}

// footprint returns the square of the side of a pixel on the texture, in texels.
func (j *Job) footprint(u, v, inv float32) float32 {
	ax, bx := j.UX-float32(u*j.WX), j.VX-float32(v*j.WX)
	ay, by := j.UY-float32(u*j.WY), j.VY-float32(v*j.WY)
	return max(float32(ax*ax)+float32(bx*bx), float32(ay*ay)+float32(by*by)) * inv * inv
}

// trilinear returns the lit colour at (u,v), in texels of the largest level.
// The bits of a float are close enough to its logarithm to blend levels with.
func (j *Job) trilinear(u, v, inv float32) uint32 {
	q := int32(math.Float32bits(j.footprint(u, v, inv))) - 127<<23
	q = min(max(q, 0), j.Log<<24)
	l := q >> 24
	f := uint32(q >> 9 & 0x7fff)
	fu, fv := int32(u*256), int32(v*256)
	a, ag := j.bilinear(l, fu, fv)
	b, bg := j.bilinear(min(l+1, j.Log), fu, fv)
	rb, g := lerp2(a, b, f), lerp(ag, bg, f)
	return uint32(shine(uint32(rb), j.Light[0])) | uint32(shine(g, j.Light[1]))<<8 | uint32(shine(uint32(rb>>32), j.Light[2]))<<16
}

// bilinear returns the colour of level l at (u,v) in 1/256 texels of the
// largest level: red and blue in the halves of rb, and green, each 0..255*127.
func (j *Job) bilinear(l, u, v int32) (rb uint64, g uint32) {
	l &= 15 // spares the test for shifts that are too far
	k := j.Log - l
	mask := int32(1)<<(k&15) - 1
	u, v = u>>l-128, v>>l-128
	fu, fv := uint32(u>>1&127), uint32(v&255<<7)
	x, y, y1 := u>>8&mask, v>>8&mask, (v>>8+1)&mask
	a, ag := mix(j.texel(k, x, y), j.texel(k, x+1, y), fu)
	b, bg := mix(j.texel(k, x, y1), j.texel(k, x+1, y1), fu)
	return lerp2(a, b, fv), lerp(ag, bg, fv)
}

// mix goes from texel a to b by f/127, without dividing by 127: one signed byte
// for each weight is what the assembly's product takes.
func mix(a, b, f uint32) (rb uint64, g uint32) {
	wa, wb := uint64(127-f), uint64(f)
	rb = (uint64(a&255)|uint64(a>>16&255)<<32)*wa + (uint64(b&255)|uint64(b>>16&255)<<32)*wb
	return rb, a>>8&255*uint32(wa) + b>>8&255*f
}

// texel returns texel (x,y) of the level of side 1<<k; x may be 1<<k.
func (j *Job) texel(k, x, y int32) uint32 {
	i := bases[k&15] + y<<(k&15) + y + x
	return *(*uint32)(unsafe.Add(unsafe.Pointer(j.Tex), 4*int(i)))
}

// bases are the first values of Base.
var bases = func() (b [16]int32) {
	for k := range b {
		b[k] = int32(Base(k))
	}
	return b
}()

// lerp goes from a to b, both below 1<<15, by f/32768, rounded: a + (b-a)*f/32768
// without a sign.
func lerp(a, b, f uint32) uint32 { return (a*(1<<15-f) + b*f + 1<<14) >> 15 }

// lerp2 is lerp of both halves.
func lerp2(a, b uint64, f uint32) uint64 {
	return (a*uint64(1<<15-f) + b*uint64(f) + 1<<14 + 1<<46) >> 15 & 0x7fff00007fff
}

// lit returns channel c (0..255, 8 bits up) times light (65535 = 1), rounded.
func lit(c uint32, light uint16) uint8 { return uint8((c*uint32(light)>>16 + 128) >> 8) }

// shine returns c (0..255*127) times light (FullLight = 1), rounded to 0..255.
func shine(c uint32, light uint16) uint8 { return uint8((2*c*uint32(light)>>16 + 64) >> 7) }

// start returns a plane at the left end of row y.
func start(p *[3]float64, y int64) float32 { return float32(p[0] + float64(p[2]*float64(y))) }

// sphereGo draws a sphere, one colour a pixel, at its centre.
func sphereGo(p *Sphere) {
	for y := p.Y0; y < p.Y1; y++ {
		dy := p.DY[0] + float32(float32(y)*p.DY[1])
		for x := p.X0; x < p.X1; x++ {
			dx := p.DX[0] + float32(float32(x)*p.DX[1])
			at := y*p.Stride + x
			covered := uint32(0)
			for s := p.First; s < p.Last; s++ {
				_, b, disc := p.solve(dx+p.SX[s], dy+p.SY[s])
				if !(disc >= 0) || !(b > 0) {
					continue
				}
				w := (b + sqrt(disc)) * p.InvC
				if z := &rows(p.Z[s], at+1)[at]; w > *z {
					*z = w
					covered |= 1 << s
				}
			}
			if covered&1 != 0 && p.Ident != nil {
				rows(p.Ident, at+1)[at] = p.ID
			}
			if p.Last > 1 && covered>>1 == 0 || covered == 0 {
				continue
			}
			a, b, disc := p.solve(dx, dy)
			t := (b - sqrt(max(disc, 0))) / a
			n := float32((float32(dx*p.Toward[0])+float32(dy*p.Toward[1])+p.Toward[2])*t) + p.Shade
			n = max(n, 0)
			color := uint32(0)
			for i := range 3 {
				l := min(float32(n*p.Diffuse[i])+p.Ambient[i], 1)
				color |= uint32(int32(float32(l*p.Paint[i])+0.5)) << (8 * i)
			}
			if p.Last == 1 {
				rows(p.Color[0], at+1)[at] = color
				continue
			}
			for s := int64(1); s < Samples; s++ {
				if covered>>s&1 != 0 {
					rows(p.Color[s], at+1)[at] = color
				}
			}
		}
	}
}

// solve returns the coefficients of the hit equation for the ray (dx,dy,1).
func (p *Sphere) solve(dx, dy float32) (a, b, disc float32) {
	a = float32(dx*dx) + float32(dy*dy) + 1
	b = float32(dx*p.Center[0]) + float32(dy*p.Center[1]) + p.Center[2]
	cx := float32(dy*p.Center[2]) - p.Center[1]
	cy := p.Center[0] - float32(dx*p.Center[2])
	cz := float32(dx*p.Center[1]) - float32(dy*p.Center[0])
	return a, b, float32(a*p.R2) - (float32(cx*cx) + float32(cy*cy) + float32(cz*cz))
}

func sqrt(x float32) float32 { return float32(math.Sqrt(float64(x))) }

// packGo writes n pixels as three bytes each.
func packGo(dst *uint8, src *uint32, n int64) {
	d, s := unsafe.Slice(dst, 3*n), unsafe.Slice(src, n)
	for i, c := range s {
		d[3*i], d[3*i+1], d[3*i+2] = uint8(c), uint8(c>>8), uint8(c>>16)
	}
}

// labelsGo writes bits 24 to 31, 8 to 15 and 0 to 7 of n identities.
func labelsGo(dst *uint8, src *uint32, n int64) {
	d, s := unsafe.Slice(dst, 3*n), unsafe.Slice(src, n)
	for i, c := range s {
		d[3*i], d[3*i+1], d[3*i+2] = uint8(c>>24), uint8(c>>8), uint8(c)
	}
}

// resolveGo writes the mean of the four samples of n pixels as three bytes each.
func resolveGo(dst *uint8, c *[Samples]*uint32, offset, n int64) {
	d := unsafe.Slice(dst, 3*n)
	s1, s2 := rows(c[1], offset+n)[offset:], rows(c[2], offset+n)[offset:]
	s3, s4 := rows(c[3], offset+n)[offset:], rows(c[4], offset+n)[offset:]
	for i := range n {
		a, b, e, f := s1[i], s2[i], s3[i], s4[i]
		// Two channels at a time; sums of four bytes and 2 fit in 10 bits.
		rb := a&0xff00ff + b&0xff00ff + e&0xff00ff + f&0xff00ff + 0x20002
		g := a>>8&255 + b>>8&255 + e>>8&255 + f>>8&255 + 2
		d[3*i], d[3*i+1], d[3*i+2] = uint8(rb>>2), uint8(g>>2), uint8(rb>>18)
	}
}

// depthGo writes 1/z for n pixels.
func depthGo(dst, z *float32, n int64) {
	d, s := unsafe.Slice(dst, n), unsafe.Slice(z, n)
	for i, w := range s {
		d[i] = 1 / w
	}
}

// fillGo sets n values.
func fillGo(dst *uint32, v uint32, n int64) {
	d := rows(dst, n)
	for i := range d {
		d[i] = v
	}
}

// rows returns n values from p on.
func rows[T any](p *T, n int64) []T { return unsafe.Slice(p, n) }
