package miniworld_test

import (
	"image"
	"image/color"
	"math"
	"testing"

	"github.com/go-gl/mathgl/mgl64"
	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/miniworld"
	"github.com/miniflow-rl/miniflow/miniworld/raster"
)

// plan is a Task made of a function.
type plan func(w *miniworld.World)

func (p plan) Generate(w *miniworld.World) error {
	p(w)
	return nil
}

// build makes an environment of a plan and resets it.
func build(t *testing.T, p plan, options ...miniflow.Option) (*miniworld.Env, *miniflow.Batch, error) {
	env, err := miniworld.New("Test-v0", miniworld.Layout{NewTask: func() miniworld.Task { return p }}, append(small, options...)...)
	require.NoError(t, err)
	b := miniflow.NewBatch(env)
	return env, b, env.Reset(b, 1)
}

func square(w *miniworld.World) *miniworld.Room {
	return w.AddRectRoom(0, 4, 0, 4, miniworld.Look{})
}

// TestMistakes makes every mistake that a plan can have.
func TestMistakes(t *testing.T) {
	for want, p := range map[string]plan{
		"has no rooms":        func(*miniworld.World) {},
		"has no agent":        func(w *miniworld.World) { square(w) },
		"add a room first":    func(w *miniworld.World) { w.PlaceAgent(miniworld.Spot{}) },
		"is not convex":       func(w *miniworld.World) { w.AddRoom([][2]float64{{0, 0}, {4, 0}, {4, 4}}, miniworld.Look{}) },
		"at least 3":          func(w *miniworld.World) { w.AddRoom([][2]float64{{0, 0}, {4, 0}}, miniworld.Look{}) },
		"walls are -1 m high": func(w *miniworld.World) { w.AddRectRoom(0, 4, 0, 4, miniworld.Look{Height: -1}) },
		"leaves the wall":     func(w *miniworld.World) { w.AddPortal(square(w), 0, 1, 5, 0, 0) },
		"is empty":            func(w *miniworld.World) { w.AddPortal(square(w), 0, 2, 1, 0, 0) },
		"edge 4":              func(w *miniworld.World) { w.AddPortal(square(w), 4, 1, 2, 0, 0) },
		"face each other":     func(w *miniworld.World) { a := square(w); w.Connect(a, a, miniworld.Gap{X: miniworld.Over(1, 2)}) },
		"either X or Z": func(w *miniworld.World) {
			w.Connect(square(w), w.AddRectRoom(5, 9, 0, 4, miniworld.Look{}), miniworld.Gap{})
		},
		"does not run along": func(w *miniworld.World) {
			w.Connect(square(w), w.AddRectRoom(5, 9, 0, 4, miniworld.Look{}), miniworld.Gap{X: miniworld.Over(1, 2)})
		},
		"no texture \"chalk\"": func(w *miniworld.World) {
			w.AddRectRoom(0, 4, 0, 4, miniworld.Look{Walls: "chalk"})
			w.PlaceAgent(miniworld.Spot{})
		},
		"no mesh \"unicorn\"": func(w *miniworld.World) {
			square(w)
			w.PlaceAgent(miniworld.Spot{})
			w.Add(miniworld.NewMeshEnt("unicorn", 1, true))
		},
		"no free spot": func(w *miniworld.World) { square(w); w.Agent.Radius = 3; w.PlaceAgent(miniworld.Spot{}) },
		"openings must be added": func(w *miniworld.World) {
			a := square(w)
			w.PlaceAgent(miniworld.Spot{})
			w.Connect(a, a, miniworld.Gap{})
		},
		"before the first":     func(w *miniworld.World) { square(w); w.PlaceAgent(miniworld.Spot{}); square(w) },
		"starts where it ends": func(w *miniworld.World) { square(w); w.AddSegment(miniworld.Segment{}); w.PlaceAgent(miniworld.Spot{}) },
		"text frame \"é\"": func(w *miniworld.World) {
			square(w)
			w.PlaceAgent(miniworld.Spot{})
			w.Add(miniworld.NewTextFrame(mgl64.Vec3{}, 0, "é", 1))
		},
		"corners lie on a line": func(w *miniworld.World) {
			square(w)
			w.PlaceAgent(miniworld.Spot{})
			w.AddPolygon(raster.Polygon{Verts: make([][3]float64, 3)})
		},
	} {
		_, _, err := build(t, p)
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, err, "Test-v0")
	}
}

// TestParams makes mistakes in parameters.
func TestParams(t *testing.T) {
	for id, o := range map[string]miniflow.Option{
		"MiniWorld-OneRoom-v0":   param("obs", "rgb+x-ray"),
		"MiniWorld-Hallway-v0":   param("obs", "rgb+rgb"),
		"MiniWorld-OneRoomS6-v0": param("size", 1),
		"MiniWorld-TMaze-v0":     param("goal_pos", "1,2"),
		"MiniWorld-YMaze-v0":     param("goal_pos", "1,2,NaN"),
		"MiniWorld-Sign-v0":      param("size", 5),
		"MiniWorld-Maze-v0":      param("obs_width", 0),
		"MiniWorld-PutNext-v0":   param("quality", "best"),
	} {
		_, err := miniflow.Make(id, o)
		require.ErrorIs(t, err, miniflow.ErrParam, id)
	}
}

// ghost is a user's entity: it circles around where it began, through walls.
type ghost struct {
	miniworld.Body
	turns int
}

func (g *ghost) Move(*miniworld.World) {
	g.turns++
	g.Pos[0] += math.Cos(float64(g.turns))
}

func (g *ghost) Shape(e *raster.Entity) error {
	m, err := raster.LibraryMesh("ball")
	e.Mesh, e.Scale = m, [3]float64{0.2, 0.2, 0.2}
	return err
}

func (g *ghost) Randomize(w *miniworld.World) error {
	g.Height = w.Vary(miniworld.CamHeight)[0]
	return nil
}

// TestOwn builds a world of a user's own things: entity, texture, mesh, polygon
// and invisible wall.
func TestOwn(t *testing.T) {
	img := image.NewRGBA(image.Rect(0, 0, 8, 8))
	for i := range 64 {
		img.Set(i%8, i/8, color.RGBA{200, 10, 10, 255})
	}
	tex, err := raster.NewTexture(img)
	require.NoError(t, err)
	require.NoError(t, miniworld.AddTexture("test_red", tex))
	require.Error(t, miniworld.AddTexture("test_red", tex))
	require.Error(t, miniworld.AddTexture("concrete", tex))
	mesh, err := raster.NewBox(1, 2, 1)
	require.NoError(t, err)
	require.NoError(t, miniworld.AddMesh("test_box", mesh))
	require.Error(t, miniworld.AddMesh("key", mesh))

	g := &ghost{}
	env, b, err := build(t, func(w *miniworld.World) {
		w.AddRectRoom(0, 4, 0, 4, miniworld.Look{Walls: "test_red", Floor: "test_red", Ceiling: "test_red"})
		w.AddSegment(miniworld.Segment{A: [2]float64{2, 0}, B: [2]float64{2, 4}})
		w.AddPolygon(raster.Polygon{Verts: [][3]float64{{3.9, 0, 0}, {3.9, 0, 4}, {3.9, 1, 4}, {3.9, 1, 0}}, Color: raster.White, ID: 5 << 24})
		g.Pos = mgl64.Vec3{3, 0, 1}
		w.Add(g)
		e := miniworld.NewMeshEnt("test_box", 1, false)
		require.InDelta(t, math.Sqrt(0.5)/2, e.Radius, 1e-6)
		w.Place(e, miniworld.Spot{Pos: &mgl64.Vec3{3, 0, 3}})
		w.PlaceAgent(miniworld.Spot{Pos: &mgl64.Vec3{1, 0, 2}, Dir: new(0.0)})
	}, param("obs", "rgb+segmentation"))
	require.NoError(t, err)
	require.Equal(t, 1.5, g.Height)
	x := g.Pos[0]
	for range 50 {
		b.Action.I32[0] = int32(miniworld.MoveForward)
		require.NoError(t, env.Step(b))
	}
	require.NotEqual(t, x, g.Pos[0])
	// The wall that nobody sees stops the agent 0.4 m before it.
	a := env.World(0).Agent
	require.InDelta(t, 1.6, a.Pos[0], 0.15)
	require.LessOrEqual(t, a.Pos[0], 1.6)
	require.Greater(t, b.Obs[0].U8[0], b.Obs[0].U8[1], "the ceiling is red")
	classes := map[uint8]bool{}
	for i := 0; i < len(b.Obs[1].U8); i += 3 {
		classes[b.Obs[1].U8[i]] = true
	}
	require.True(t, classes[4] && classes[5], "entities and the polygon are seen")
}

// TestCarry picks a box up, carries it about, and drops it.
func TestCarry(t *testing.T) {
	box := miniworld.NewBox(miniworld.Blue, 0.4)
	env, b, err := build(t, func(w *miniworld.World) {
		w.AddRectRoom(0, 9, 0, 9, miniworld.Look{})
		w.Place(box, miniworld.Spot{Pos: &mgl64.Vec3{4, 0, 4}, Dir: new(1.0)})
		w.PlaceAgent(miniworld.Spot{Pos: &mgl64.Vec3{3, 0, 4}, Dir: new(0.0)})
	})
	require.NoError(t, err)
	w := env.World(0)
	do := func(actions ...miniworld.Action) {
		for _, a := range actions {
			b.Action.I32[0] = int32(a)
			require.NoError(t, env.Step(b))
		}
	}
	do(miniworld.Pickup)
	require.Same(t, box, w.Agent.Carrying)
	require.Positive(t, box.Pos[1])
	do(miniworld.TurnLeft, miniworld.MoveForward, miniworld.MoveBack)
	require.Equal(t, w.Agent.Dir, box.Dir)
	require.InDelta(t, 1.05*(0.4+box.Radius+0.17), math.Hypot(box.Pos[0]-w.Agent.Pos[0], box.Pos[2]-w.Agent.Pos[2]), 1e-9)
	do(miniworld.Drop, miniworld.Toggle, miniworld.Done)
	require.Nil(t, w.Agent.Carrying)
	require.Zero(t, box.Pos[1])
	require.True(t, w.Free(miniworld.NewBall(miniworld.Red, 0.5), mgl64.Vec3{8, 0, 8}))
	require.False(t, w.Free(miniworld.NewBall(miniworld.Red, 0.5), box.Pos))
}

// TestViews draws every view of a world, of two sizes.
func TestViews(t *testing.T) {
	env, err := miniflow.Make("MiniWorld-Sign-v0", param("view", "top"))
	require.NoError(t, err)
	v, _ := miniflow.As[miniflow.Viewer](env)
	require.Equal(t, miniworld.ViewMap, v.Views()[0])
	_, err = v.Frame(nil, 0, miniflow.View{})
	require.ErrorIs(t, err, miniflow.ErrNeedsReset)
	require.NoError(t, env.Reset(miniflow.NewBatch(env), 1))
	for _, name := range v.Views() {
		img, err := v.Frame(nil, 0, miniflow.View{Name: name, Width: 60, Height: 40})
		require.NoError(t, err, name)
		require.Equal(t, image.Rect(0, 0, 60, 40), img.Rect)
		colors := map[color.Color]bool{}
		for i := range 60 * 40 {
			colors[img.At(i%60, i/60)] = true
		}
		require.Greater(t, len(colors), 4, name)
		again, err := v.Frame(img, 0, miniflow.View{Name: name, Width: 60, Height: 40})
		require.NoError(t, err)
		require.Same(t, img, again)
	}
	img, err := v.Frame(nil, 0, miniflow.View{})
	require.NoError(t, err)
	require.Equal(t, 800, img.Rect.Dx())
	_, err = v.Frame(nil, 0, miniflow.View{Name: "x-ray"})
	require.ErrorContains(t, err, "first_person")
	_, err = v.Frame(nil, 1, miniflow.View{})
	require.Error(t, err)
}
