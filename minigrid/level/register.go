package level

import (
	_ "embed"
	"errors"
	"fmt"
	"os"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid"
)

// ID is the id under which levels are played: with the parameter file, code or
// env, or without them the built-in example.
const ID = "MiniGrid-Level-v0"

//go:embed example.txt
var example []byte

func init() {
	cl := minigrid.Class{
		Name:    "Level",
		Doc:     "Play levels from files, codes or another environment's generator.",
		Mission: "{the level's own}",
		Params: []miniflow.Param{
			{Name: "file", Doc: "a level file (.json or .txt), or a folder of them", Value: ""},
			{Name: "code", Doc: "a level's code, ml1-...", Value: ""},
			{Name: "env", Doc: "id of the environment whose generator draws the levels", Value: ""},
			{Name: "levels", Doc: "which levels are drawn, by the planner's certificate", Value: "any", Choices: wantNames[:]},
			{Name: "budget", Doc: "states that the planner may look at for a level", Value: 100_000, Min: 1, Max: 1 << 30},
			{Name: "actions", Doc: "how many of the seven actions there are", Value: 7, Min: 3, Max: 7},
		},
		Layout: func(c *miniflow.Config) (minigrid.Layout, error) {
			source, err := open(c.Text("file"), c.Text("code"), c.Text("env"))
			if err != nil {
				return minigrid.Layout{}, err
			}
			for k, name := range wantNames {
				if name == c.Text("levels") && Want(k) != Any {
					source = &Filter{Source: source, Want: Want(k), Budget: c.Int("budget")}
				}
			}
			return layout(source, c.Int("actions")), nil
		},
	}
	if err := cl.Register(ID, nil); err != nil {
		panic(err)
	}
}

// open returns the source that the parameters name.
func open(file, code, env string) (Source, error) {
	given := 0
	for _, s := range []string{file, code, env} {
		if s != "" {
			given++
		}
	}
	switch {
	case given > 1:
		return nil, fmt.Errorf("file, code and env name different levels: give one of them: %w", miniflow.ErrParam)
	case code != "":
		l, err := ParseCode(code)
		return List{l}, err
	case env == ID:
		return nil, fmt.Errorf("env is %s itself: %w", ID, miniflow.ErrParam)
	case env != "":
		return NewGenerator(env)
	case file != "":
		info, err := os.Stat(file)
		if errors.Is(err, os.ErrNotExist) {
			return nil, fmt.Errorf("there is no level file or folder %s: %w", file, miniflow.ErrParam)
		}
		if err == nil && info.IsDir() {
			return Folder(file)
		}
		l, err := Load(file)
		return List{l}, err
	}
	l, err := ParseText(example)
	return List{l}, err
}
