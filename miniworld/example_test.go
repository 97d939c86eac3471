package miniworld_test

import (
	"fmt"
	"log"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/miniworld"
)

// An episode of Hallway, played by the bot, with three observations at once.
func Example() {
	env, err := miniflow.Make("MiniWorld-Hallway-v0", miniflow.WithParam("obs", "rgb+depth+text"))
	if err != nil {
		log.Fatal(err)
	}
	bot, err := miniworld.NewBot(env)
	if err != nil {
		log.Fatal(err)
	}
	b := miniflow.NewBatch(env)
	if err := env.Reset(b, 42); err != nil {
		log.Fatal(err)
	}
	for _, o := range env.Spec().Observation {
		fmt.Println(o.Name, o.Space.DType(), o.Space.Shape())
	}
	steps := 0
	for !b.Ended(0) {
		b.Action.I32[0] = int32(bot.Act(0))
		if err := env.Step(b); err != nil {
			log.Fatal(err)
		}
		steps++
	}
	fmt.Printf("%s: %d steps, reward %.2f, %.1f m to what is in the middle of the picture\n",
		b.Obs[2].Text[0], steps, b.Reward[0], b.Obs[1].F32[30*80+40])
	// Output:
	// image uint8 [60 80 3]
	// depth float32 [60 80 1]
	// mission text []
	// go to the red box: 18 steps, reward 0.99, 2.5 m to what is in the middle of the picture
}

// yard is a world of its own: two rooms, one under the sky, and a box to go to.
type yard struct{ box *miniworld.Box }

// Generate builds a level.
func (y *yard) Generate(w *miniworld.World) error {
	hall := w.AddRectRoom(0, 8, 0, 4, miniworld.Look{})
	lawn := w.AddRectRoom(8, 14, 0, 4, miniworld.Look{Floor: "grass", Open: true})
	w.Connect(hall, lawn, miniworld.Gap{Z: miniworld.Over(1, 3)})
	y.box = miniworld.NewBox(miniworld.Red, 0.8)
	w.Place(y.box, miniworld.Spot{Room: lawn})
	w.PlaceAgent(miniworld.Spot{Room: hall})
	return nil
}

// Judge says what a step earns.
func (y *yard) Judge(w *miniworld.World, _ miniworld.Action, o *miniworld.Outcome) {
	if w.Near(w.Agent, y.box) {
		o.Reward, o.Terminated = w.GoalReward(), true
	}
}

// A world of one's own.
func ExampleNew() {
	env, err := miniworld.New("Yard-v0", miniworld.Layout{MaxSteps: 200, NewTask: func() miniworld.Task { return &yard{} }})
	if err != nil {
		log.Fatal(err)
	}
	if err := env.Reset(miniflow.NewBatch(env), 7); err != nil {
		log.Fatal(err)
	}
	w := env.World(0)
	for _, r := range w.Rooms() {
		fmt.Printf("room %v to %v: %s, open %v\n", r.Outline[2], r.Outline[0], r.Floor, r.Open)
	}
	for _, e := range w.Entities() {
		fmt.Printf("%T in room 0: %v\n", e, w.Rooms()[0].Contains(e.Base().Pos))
	}
	// Output:
	// room [0 0] to [8 4]: floor_tiles_bw, open false
	// room [8 0] to [14 4]: grass, open true
	// *miniworld.Box in room 0: false
	// *miniworld.Agent in room 0: true
}
