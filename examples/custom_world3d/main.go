// Command custom_world3d makes a 3D world of its own (world.go), checks it, draws
// a level and lets chance walk through it.
package main

import (
	"flag"
	"fmt"
	"image/png"
	"io"
	"log"
	"os"
	"path/filepath"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/miniworld"
)

const id = "Example-Courtyard-v0"

func main() {
	out := flag.String("dir", "runs/custom_world3d", "folder for the pictures")
	flag.Parse()
	// From here on the world can be made, trained on and played by its id.
	if err := miniworld.Register(id, "Bring the key to the chest.", layout); err != nil {
		log.Fatal(err)
	}
	if err := run(os.Stdout, *out); err != nil {
		log.Fatal(err)
	}
}

func run(out io.Writer, folder string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	// Does it keep its promises? Seeds, spaces, snapshots, no allocation and more.
	if err := miniflow.CheckID(id); err != nil {
		return err
	}
	fmt.Fprintf(out, "%s keeps the promises of an environment.\n", id)

	const lanes = 16
	env, err := miniflow.Make(id, miniflow.WithLanes(lanes), miniflow.WithParam("obs", "rgb+text"),
		miniflow.WithParam("quality", "fast"))
	if err != nil {
		return err
	}
	b := miniflow.NewBatch(env)
	if err := env.Reset(b, 1); err != nil { // seed 1 for the first lane, 2 for the next, ...
		return err
	}
	fmt.Fprintf(out, "Seed 1: %q.\n", b.Obs[1].Text[0])
	viewer, _ := miniflow.As[miniflow.Viewer](env)
	for _, view := range viewer.Views() {
		name := filepath.Join(folder, view+".png")
		if err := draw(viewer, view, name); err != nil {
			return err
		}
		fmt.Fprintf(out, "Drew %s.\n", name)
	}

	rng := miniflow.NewRand(1)
	const steps = 2000
	found := 0
	for range steps {
		for i := range lanes {
			b.Action.I32[i] = int32(rng.Intn(env.Spec().NumActions()))
		}
		if err := env.Step(b); err != nil {
			return err
		}
		for i := range lanes {
			if b.Terminated[i] {
				found++
			}
		}
	}
	fmt.Fprintf(out, "Random actions brought the key to the chest %d times in %d steps.\n", found, steps*lanes)
	return nil
}

func draw(v miniflow.Viewer, view, name string) error {
	img, err := v.Frame(nil, 0, miniflow.View{Name: view})
	if err != nil {
		return err
	}
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	if err := png.Encode(f, img); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
