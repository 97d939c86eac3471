package raster

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// ErrMesh is wrapped by every error about a mesh file.
var ErrMesh = errors.New("raster: bad mesh")

// maxFaces is the largest number of faces read from a mesh file.
const maxFaces = 1 << 20

// Material is what the faces of a mesh file refer to by name.
type Material struct {
	Color   [3]float64 // 0..1, multiplies the texture
	Texture *Texture   // nil for a plain colour
}

// LoadMesh reads a mesh from a Wavefront OBJ file, with the materials (MTL)
// and textures (PNG) it refers to, which must lie beside it or in folders
// below. See ReadMesh.
func LoadMesh(path string) (*Mesh, error) {
	data, err := readFile(path)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMesh, err)
	}
	materials := map[string]Material{}
	for n, fields := range statements(data) {
		if fields[0] != "mtllib" {
			continue
		}
		for _, name := range fields[1:] {
			if err := loadMaterials(filepath.Dir(path), name, materials); err != nil {
				return nil, fmt.Errorf("%s:%d: %w", path, n, err)
			}
		}
	}
	m, err := ReadMesh(bytes.NewReader(data), materials)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return m, nil
}

func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return read(f)
}

// statements yields the lines of an OBJ or MTL file, split into words, with
// their numbers. Comments and empty lines are left out.
func statements(data []byte) func(yield func(int, []string) bool) {
	return func(yield func(int, []string) bool) {
		s := bufio.NewScanner(bytes.NewReader(data))
		s.Buffer(nil, maxFile+1)
		for n := 1; s.Scan(); n++ {
			line, _, _ := strings.Cut(s.Text(), "#")
			if fields := strings.Fields(line); len(fields) > 0 && !yield(n, fields) {
				return
			}
		}
	}
}

// loadMaterials adds the materials of a file in dir.
func loadMaterials(dir, name string, into map[string]Material) error {
	if !filepath.IsLocal(name) {
		return fmt.Errorf("%w: material file %q is not below the mesh", ErrMesh, name)
	}
	data, err := readFile(filepath.Join(dir, name))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrMesh, err)
	}
	current := ""
	for n, f := range statements(data) {
		m := into[current]
		switch f[0] {
		case "newmtl":
			current = strings.Join(f[1:], " ")
			m = Material{Color: White}
		case "Kd":
			c, err := floats(f[1:], 3)
			if err != nil {
				return fmt.Errorf("%s:%d: %w", name, n, err)
			}
			m.Color = [3]float64(c)
		case "map_Kd":
			file := filepath.FromSlash(strings.ReplaceAll(f[len(f)-1], `\`, "/"))
			if !filepath.IsLocal(file) {
				return fmt.Errorf("%s:%d: %w: texture %q is not below the mesh", name, n, ErrMesh, file)
			}
			if m.Texture, err = LoadTexture(filepath.Join(dir, file)); err != nil {
				return fmt.Errorf("%s:%d: %w", name, n, err)
			}
		}
		into[current] = m
	}
	return nil
}

// ReadMesh reads a mesh in Wavefront's OBJ format: v, vt, vn, f and usemtl;
// everything else is skipped. Materials may be nil. The mesh is moved so that
// its base is at y = 0 and it is centred on the other axes. Faces are flat
// shaded with the mean of their normals; those that are not flat and convex
// are split into triangles, and those without area are left out. It fails
// with ErrMesh, naming the line, when a number or an index is wrong, when a
// material is unknown, or when there is nothing to draw.
func ReadMesh(r io.Reader, materials map[string]Material) (*Mesh, error) {
	data, err := read(r)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMesh, err)
	}
	o := objReader{material: Material{Color: White}}
	for n, f := range statements(data) {
		var err error
		switch f[0] {
		case "v":
			o.points, err = o.number(o.points, f[1:])
		case "vn":
			o.normals, err = o.number(o.normals, f[1:])
		case "vt":
			var c []float64
			if c, err = floats(f[1:], 2); err == nil {
				o.coords = append(o.coords, [2]float64(c))
			}
		case "usemtl":
			name := strings.Join(f[1:], " ")
			m, ok := materials[name]
			if !ok && materials != nil {
				err = fmt.Errorf("%w: no material %q", ErrMesh, name)
			} else if ok {
				o.material = m
			}
		case "f":
			err = o.face(f[1:])
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
	}
	if len(o.polygons) == 0 {
		return nil, fmt.Errorf("%w: no face with an area in it", ErrMesh)
	}
	o.center()
	return NewMesh(o.polygons, nil)
}

type objReader struct {
	points, normals [][3]float64
	coords          [][2]float64
	material        Material
	polygons        []Polygon
}

// number appends a point of three coordinates.
func (o *objReader) number(to [][3]float64, fields []string) ([][3]float64, error) {
	c, err := floats(fields, 3)
	if err != nil {
		return to, err
	}
	return append(to, [3]float64(c)), nil
}

// floats parses the first n fields.
func floats(fields []string, n int) ([]float64, error) {
	if len(fields) < n {
		return nil, fmt.Errorf("%w: %d numbers, want %d", ErrMesh, len(fields), n)
	}
	out := make([]float64, n)
	for i := range out {
		v, err := strconv.ParseFloat(fields[i], 64)
		if err != nil || math.IsNaN(v) || math.Abs(v) > 1e9 {
			return nil, fmt.Errorf("%w: %q is not a number below 1e9", ErrMesh, fields[i])
		}
		out[i] = v
	}
	return out, nil
}

// face reads one face: corners of v, v/vt, v//vn or v/vt/vn.
func (o *objReader) face(fields []string) error {
	if len(fields) < 3 {
		return fmt.Errorf("%w: a face of %d corners", ErrMesh, len(fields))
	}
	if len(o.polygons) >= maxFaces {
		return fmt.Errorf("%w: more than %d faces", ErrMesh, maxFaces)
	}
	p := Polygon{Color: o.material.Color, Texture: o.material.Texture}
	var normal [3]float64
	for _, f := range fields {
		parts := strings.Split(f, "/")
		v, err := index(parts[0], len(o.points))
		if err != nil {
			return err
		}
		p.Verts = append(p.Verts, o.points[v])
		if len(parts) > 1 && parts[1] != "" {
			t, err := index(parts[1], len(o.coords))
			if err != nil {
				return err
			}
			p.UV = append(p.UV, o.coords[t])
		}
		if len(parts) > 2 && parts[2] != "" {
			n, err := index(parts[2], len(o.normals))
			if err != nil {
				return err
			}
			for k := range normal {
				normal[k] += o.normals[n][k]
			}
		}
	}
	p.Normal = normal
	if p.Texture != nil && len(p.UV) != len(p.Verts) {
		return fmt.Errorf("%w: a face with a texture has %d corners and %d texture coordinates", ErrMesh, len(p.Verts), len(p.UV))
	}
	if len(p.Verts) > 3 && !p.flat() {
		for i := 1; i+1 < len(p.Verts); i++ {
			q := p
			q.Verts = [][3]float64{p.Verts[0], p.Verts[i], p.Verts[i+1]}
			if p.UV != nil && p.Texture != nil {
				q.UV = [][2]float64{p.UV[0], p.UV[i], p.UV[i+1]}
			}
			o.keep(q)
		}
		return nil
	}
	o.keep(p)
	return nil
}

// keep adds a polygon that has an area.
func (o *objReader) keep(p Polygon) {
	if _, err := p.face(); err == nil {
		o.polygons = append(o.polygons, p)
	}
}

// index reads a reference: from 1 up, or from -1 down to count from the end.
func index(s string, n int) (int, error) {
	i, err := strconv.Atoi(s)
	switch {
	case err != nil:
		return 0, fmt.Errorf("%w: index %q is not a whole number", ErrMesh, s)
	case i > 0 && i <= n:
		return i - 1, nil
	case i < 0 && -i <= n:
		return n + i, nil
	}
	return 0, fmt.Errorf("%w: index %d of %d", ErrMesh, i, n)
}

// flat reports whether the polygon is flat and convex and its texture is not
// bent.
func (p *Polygon) flat() bool {
	f, err := p.face()
	if err != nil {
		return false
	}
	normal := (*[3]float64)(f.plane[:3])
	size := 0.0
	for _, v := range p.Verts {
		d := sub(v, p.Verts[0])
		size = max(size, math.Sqrt(dot(&d, &d)))
	}
	for i := range p.Verts {
		a, b, c := p.Verts[i], p.Verts[(i+1)%len(p.Verts)], p.Verts[(i+2)%len(p.Verts)]
		turn := cross(sub(b, a), sub(c, b))
		if math.Abs(dot(normal, &a)-f.plane[3]) > 1e-6*size || dot(&turn, normal) < -1e-9*size*size {
			return false
		}
		if p.Texture == nil {
			continue
		}
		for k, m := range []*[4]float64{&f.u, &f.v} {
			side := float64(p.Texture.Side())
			got := dot((*[3]float64)(m[:3]), &a) + m[3] - dot((*[3]float64)(m[:3]), &p.Verts[0]) - m[3]
			if math.Abs(got/side-(p.UV[i][k]-p.UV[0][k])) > 1e-3 {
				return false
			}
		}
	}
	return true
}

// center moves the mesh to the middle of its base.
func (o *objReader) center() {
	low, high := o.polygons[0].Verts[0], o.polygons[0].Verts[0]
	for _, p := range o.polygons {
		for _, v := range p.Verts {
			for k := range 3 {
				low[k], high[k] = min(low[k], v[k]), max(high[k], v[k])
			}
		}
	}
	move := [3]float64{(low[0] + high[0]) / 2, low[1], (low[2] + high[2]) / 2}
	for _, p := range o.polygons {
		for i, v := range p.Verts {
			p.Verts[i] = sub(v, move)
		}
	}
}
