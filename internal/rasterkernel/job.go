// Package rasterkernel holds the inner loops of miniworld/raster: it turns one
// convex polygon, given as half planes and linear attributes on the screen,
// into covered pixels with depth, colour and identity.
//
// There are three implementations of every loop: portable Go, and AVX-512 and
// AVX2 assembly written by the generator in gen. All use the same operations in
// the same order (no fused multiply-add, no approximate reciprocal), so they
// write the same bytes; a test draws random jobs with each and compares.
package rasterkernel

//go:generate go run -tags purego ./gen -out kernel_amd64.s

const (
	// Centre is the sample at the centre of a pixel. Fast pictures use it
	// alone; depth and identity always come from it.
	Centre = 0
	// Samples counts the centre and the four samples of an antialiased pixel.
	Samples = 5
	// MaxEdges is the largest number of edges of a polygon.
	MaxEdges = 16
	// FastLight and FullLight are light of strength 1, when Last is 1 and when not.
	// The latter undoes the weights with which texels are mixed, which add up to 127.
	FastLight, FullLight = 65535, 33026
	// Align is the most pixels handled at once: rows of a plane start at
	// multiples of it, and rows are counted up to a multiple of it.
	Align = 16
)

// Offsets are the positions of the samples in a pixel, in pixels right of and
// below its centre: the usual rotated grid of four.
var Offsets = [Samples][2]float64{{0, 0}, {-0.125, 0.375}, {0.375, 0.125}, {-0.375, -0.125}, {0.125, -0.375}}

// Edge bounds a polygon on every row: x >= S*y + T[s] for a left edge and
// x < S*y + T[s] for a right one, at sample s of pixel (x,y).
type Edge struct {
	S float32
	T [Samples]float32
}

// Job is one polygon and the planes it is drawn into. A Job is filled and
// used by one goroutine; planes have Stride pixels a row.
type Job struct {
	Y0, Y1  int64 // rows [Y0,Y1)
	X0, X1  float32
	First   int64 // first sample looked at: Centre, or 1 when no depth or identity is wanted
	Last    int64 // one past the last sample: 1 (fast) or Samples
	Left    int64 // edges [0,Left) are left edges
	Right   int64 // edges [Right,MaxEdges) are right edges
	Stride  int64
	Edge    [MaxEdges]Edge
	XL, XR  [Samples]*int32   // first and last+1 covered pixel of each row; room for Y1 rounded up to Align
	Z       [Samples]*float32 // 1/depth of the nearest surface yet
	Color   [Samples]*uint32  // 0xAABBGGRR
	Ident   *uint32           // identity at the centre, or nil
	W, U, V [3]float64        // 1/depth, u/depth and v/depth: [0] + [1]*x + [2]*y at centres; u, v in texels
	WX, WY  float32           // the same slopes, rounded
	UX, UY  float32
	VX, VY  float32
	WMin    float32          // smallest 1/depth a colour is looked up at
	DW      [Samples]float32 // 1/depth of a sample less that of the centre
	Tex     *uint32          // mip pyramid, see Base; nil for a plain colour
	Log     int32            // log2 of the side of the largest level
	Light   [4]uint16        // what texels are multiplied by, FastLight or FullLight = 1 and not more
	Plain   uint32           // the colour when Tex is nil
	ID      uint32
}

// Sphere is one sphere and the planes it is drawn into. The ray of pixel
// (x,y) is d = (DX[0]+DX[1]*x, DY[0]+DY[1]*y, 1) in camera space (right, up,
// forward), and hits the sphere where a*t*t - 2*b*t + c = 0 with a = d.d,
// b = d.Center and c = Center.Center - R2. The quarter discriminant b*b - a*c
// is worked out as a*R2 - |d x Center|^2, which keeps its digits far away.
type Sphere struct {
	Y0, Y1, X0, X1 int64 // pixels [X0,X1) of rows [Y0,Y1)
	First, Last    int64
	Stride         int64
	Z              [Samples]*float32
	Color          [Samples]*uint32
	Ident          *uint32
	DX, DY         [2]float32
	SX, SY         [Samples]float32 // what a sample adds to the ray of the centre
	Center         [3]float32
	R2             float32    // the square of the radius
	InvC           float32    // 1/c
	Toward         [3]float32 // direction to the light, times gain / radius
	Shade          float32    // -Toward.Center
	Diffuse        [3]float32 // colour of the sphere times that of the light
	Ambient        [3]float32 // and times the ambient light
	Paint          [3]float32 // what multiplies the light, clipped at 1: 0..255
	ID             uint32
}

// Base returns the index, in a pyramid, of the level whose side is 1<<log.
// Levels go from the smallest up; each row has one more texel than the side,
// a copy of its first, so that a texel and its right neighbour are adjacent.
func Base(log int) int { return (1<<(2*log)-1)/3 + 1<<log - 1 }
