package minigrid

import (
	"fmt"

	"github.com/miniflow-rl/miniflow"
)

func init() {
	small := func(size, n int) defaults { return defaults{"size": size, "n_obstacles": n} }
	random := func(size, n int) defaults {
		return defaults{"size": size, "n_obstacles": n, "agent_start_pos": []int{}}
	}
	Class{
		Name:       "DynamicObstacles",
		Doc:        "Walk to the goal without bumping into walls or the balls that move about, which costs 1.",
		Mission:    getToGoal,
		SeeThrough: true,
		Params: append([]miniflow.Param{
			sizeParam(8, 4),
			{Name: "n_obstacles", Doc: "balls; size/2 if there are more than size/2+1", Value: 4, Max: maxSize},
		}, startParams()...),
		Layout: dynamicLayout,
	}.registerAll([]row{
		{"MiniGrid-Dynamic-Obstacles-5x5-v0", small(5, 2)},
		{"MiniGrid-Dynamic-Obstacles-Random-5x5-v0", random(5, 2)},
		{"MiniGrid-Dynamic-Obstacles-6x6-v0", small(6, 3)},
		{"MiniGrid-Dynamic-Obstacles-Random-6x6-v0", random(6, 3)},
		{"MiniGrid-Dynamic-Obstacles-8x8-v0", nil},
		{"MiniGrid-Dynamic-Obstacles-16x16-v0", small(16, 8)},
	})
}

func dynamicLayout(c *miniflow.Config) (Layout, error) {
	size, n := c.Int("size"), c.Int("n_obstacles")
	if 2*n > size+2 {
		n = size / 2
	}
	if free := (size-2)*(size-2) - 2; n > free {
		return Layout{}, fmt.Errorf("parameter n_obstacles is %d: no more than %d fit beside agent and goal in size %d: %w", n, free, size, miniflow.ErrParam)
	}
	s, err := startOf(c, size, size)
	return Layout{
		Width: size, Height: size, MaxSteps: 4 * size * size, Actions: int(Forward) + 1, MinReward: -1,
		NewTask: func() Task { return &dynamicObstacles{size: size, start: s, balls: make([]Point, n)} },
	}, err
}

type dynamicObstacles struct {
	size    int
	start   start
	balls   []Point
	blocked bool // whether something but the goal was in front before this step
}

// Generate implements [Task].
func (t *dynamicObstacles) Generate(w *World) error {
	w.Mission = getToGoal
	w.Border()
	w.Set(Point{w.Width() - 2, w.Height() - 2}, Goal)
	if err := t.start.place(w); err != nil {
		return err
	}
	for k := range t.balls {
		p, err := w.PlaceObj(Thing{Cell: Ball(Blue)}, Area{}, nil, 100)
		if err != nil {
			return err
		}
		t.balls[k] = p
	}
	return nil
}

// Move implements [Mover]: each ball moves to a random free cell around it, if
// there is one, before the agent acts.
func (t *dynamicObstacles) Move(w *World, a Action) Action {
	front := w.cells[w.pos+w.frontOffset()]
	t.blocked = front != Empty && front != Goal
	for k, p := range t.balls {
		t.balls[k] = w.wander(p)
	}
	return a
}

// wander is [World.PlaceObj] in the nine cells around p, which is not on the
// border, of the ball at p. It is the hot loop of this task.
func (w *World) wander(p Point) Point {
	rng, i := w.rng, w.index(p.X, p.Y)
	for range 100 + 1 {
		dx := rng.Intn(3) - 1
		dy := rng.Intn(3) - 1
		if j := i + dy*w.stride + dx; w.cells[j] == Empty && j != w.pos {
			w.cells[j], w.cells[i] = w.cells[i], Empty
			return Point{p.X + dx, p.Y + dy}
		}
	}
	return p
}

// Judge implements [Judge]. What counts is what was in front before the balls
// moved: the agent may be punished for a cell that is free by now, and not for a
// ball that has just rolled in its way.
func (t *dynamicObstacles) Judge(_ *World, a Action, o *Outcome) {
	if a == Forward && t.blocked {
		o.Reward, o.Terminated = -1, true
	}
}

// AppendBinary implements encoding.BinaryAppender.
func (t *dynamicObstacles) AppendBinary(dst []byte) ([]byte, error) {
	return appendPoints(dst, t.balls...), nil
}

// UnmarshalBinary implements encoding.BinaryUnmarshaler.
func (t *dynamicObstacles) UnmarshalBinary(src []byte) error {
	balls := make([]Point, len(t.balls))
	into := make([]*Point, len(balls))
	for k := range balls {
		into[k] = &balls[k]
	}
	if err := readPoints(src, into...); err != nil {
		return err
	}
	for _, p := range balls {
		if p.X < 1 || p.Y < 1 || p.X > t.size-2 || p.Y > t.size-2 {
			return fmt.Errorf("minigrid: a ball is on the border of the map")
		}
	}
	copy(t.balls, balls)
	return nil
}
