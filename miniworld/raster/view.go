package raster

// Entity is a mesh somewhere in the world.
type Entity struct {
	Mesh *Mesh
	Pos  [3]float64
	Yaw  float64 // radians, anticlockwise seen from above
	// Scale stretches the mesh along its own axes; balls take Scale[1] in
	// all directions. The default (zero) value is 1 for all three.
	Scale [3]float64
	// Color multiplies the colours of the mesh. The default (zero) value leaves them.
	Color [3]float64
	// Gain multiplies the cosine of the angle to the light. OpenGL does not
	// renormalise normals after scaling, so a mesh scaled by s is lit, in the
	// original, as if Gain were 1/s. The default (zero) value is 1.
	Gain float64
	ID   uint32 // what Image.ID gets
}

// View is what a picture shows beside the scene: camera, light, sky and the
// things that move. The renderer only reads it.
type View struct {
	Camera   Camera
	Light    Light
	Sky      [3]float64 // 0..1
	Entities []Entity
}

// Image is where a picture goes. Rows go from top to bottom; a nil slice is
// not wanted.
type Image struct {
	RGB   []uint8   // [height][width][red, green, blue]
	Depth []float32 // [height][width] metres along the view axis at pixel centres; the sky is Camera.Far
	ID    []uint32  // [height][width] ID of the polygon or entity at pixel centres; the sky is 0
	// Labels is [height][width][3]: bits 24 to 31, 8 to 15 and 0 to 7 of the ID.
	Labels []uint8
}

// NewImage returns an image with room for colour, depth and ID.
func NewImage(width, height int) *Image {
	n := width * height
	return &Image{RGB: make([]uint8, 3*n), Depth: make([]float32, n), ID: make([]uint32, n)}
}
