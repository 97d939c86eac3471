package miniworld

import "github.com/miniflow-rl/miniflow"

// redBoxMission is what most worlds ask for.
const redBoxMission = "go to the red box"

// goalTask is the common part of worlds in which the red box is the goal.
type goalTask struct{ box *Box }

// Judge implements [Judge].
func (t *goalTask) Judge(w *World, _ Action, o *Outcome) { o.reach(w, t.box) }

// Goal implements [Goaler].
func (t *goalTask) Goal(_ *World, things []Entity) (Deed, []Entity) {
	return GoTo, append(things, t.box)
}

// walking is the number of actions of worlds where one can only turn and move
// forward.
const walking = int(MoveForward) + 1

// fastDomain has large steps and varies nothing.
func fastDomain() *Domain {
	d := DefaultDomain()
	d.Ranges[ForwardStep], d.Ranges[TurnStep] = Fixed(0.7), Fixed(45)
	if err := d.Keep(); err != nil {
		panic(err) // no name, no error
	}
	return &d
}

// oneRoom is a single room with the goal in it.
type oneRoom struct {
	goalTask
	size float64
}

// Generate implements [Task].
func (t *oneRoom) Generate(w *World) error {
	w.Mission = redBoxMission
	w.AddRectRoom(0, t.size, 0, t.size, Look{})
	t.box = NewBox(Red, 0.8)
	w.Place(t.box, Spot{})
	w.PlaceAgent(Spot{})
	return nil
}

func sizeParam(def float64) miniflow.Param {
	return miniflow.Param{Name: "size", Doc: "sides of the room in metres", Value: def, Min: 2, Max: 1000}
}

func init() {
	oneRoomClass(func() *Domain { return nil }).registerAll([]row{
		{"MiniWorld-OneRoom-v0", nil},
		{"MiniWorld-OneRoomS6-v0", defaults{"size": 6.0, "max_episode_steps": 100}},
	})
	oneRoomClass(fastDomain).registerAll([]row{
		{"MiniWorld-OneRoomS6Fast-v0", defaults{"size": 6.0, "max_episode_steps": 50}},
	})
}

func oneRoomClass(domain func() *Domain) Class {
	return Class{
		Name:    "OneRoom",
		Doc:     "Go to the red box in an empty room.",
		Mission: redBoxMission,
		Params:  []miniflow.Param{sizeParam(10)},
		Layout: func(c *miniflow.Config) (Layout, error) {
			size := c.Float("size")
			return Layout{MaxSteps: 180, Actions: walking, Domain: domain(),
				NewTask: func() Task { return &oneRoom{size: size} }}, nil
		},
	}
}
