package miniworld

import (
	"github.com/go-gl/mathgl/mgl64"

	"github.com/miniflow-rl/miniflow/miniworld/raster"
)

// Agent is the entity that acts and sees.
type Agent struct {
	Body
	CamHeight  float64 // metres above the floor
	CamFwdDisp float64 // metres from its axis forward
	CamPitch   float64 // degrees, positive looks up
	CamFovY    float64 // degrees, vertical field of view
	// Carrying is what it holds; nil if nothing.
	Carrying Entity
}

func newAgent() *Agent {
	return &Agent{Body: Body{Radius: 0.4, Height: 1.6}, CamHeight: 1.5, CamFovY: 60}
}

// Randomize implements [Randomizer].
func (a *Agent) Randomize(w *World) error {
	a.CamHeight = w.Vary(CamHeight)[0]
	a.CamFwdDisp = w.Vary(CamFwdDisp)[0]
	a.CamPitch = w.Vary(CamPitch)[0]
	a.CamFovY = w.Vary(CamFovY)[0]
	return nil
}

// Shape implements [Entity]: a red triangle at the agent's height, which only
// maps show.
func (a *Agent) Shape(e *raster.Entity) error {
	e.Mesh, e.Scale = arrow, [3]float64{a.Radius, a.Height, a.Radius}
	return nil
}

// arrow is a triangle of height and radius 1 that points along +x.
var arrow = mustMesh(raster.NewMesh([]raster.Polygon{{
	Verts: [][3]float64{{1, 1, 0}, {-0.75, 1, -0.75}, {-0.75, 1, 0.75}},
	Color: [3]float64{1, 0, 0},
}}, nil))

func mustMesh(m *raster.Mesh, err error) *raster.Mesh {
	if err != nil {
		panic(err)
	}
	return m
}

// CamPos returns where the camera is.
func (a *Agent) CamPos() mgl64.Vec3 {
	f := a.Forward()
	return mgl64.Vec3{
		a.Pos[0] + float64(f[0]*a.CamFwdDisp),
		a.Pos[1] + a.CamHeight,
		a.Pos[2] + float64(f[2]*a.CamFwdDisp),
	}
}

// Camera returns what the agent sees with.
func (a *Agent) Camera() raster.Camera {
	const degree = 3.14159265358979323846 / 180
	return raster.Camera{Pos: a.CamPos(), Yaw: a.Dir, Pitch: a.CamPitch * degree, FovY: a.CamFovY * degree}
}
