package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"golang.org/x/term"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents"
	"github.com/miniflow-rl/miniflow/minigrid"
	"github.com/miniflow-rl/miniflow/minigrid/level"
)

// How long the parts of a card may take.
const (
	cardEach    = 800 * time.Millisecond
	cardMeasure = 200 * time.Millisecond
	cardBudget  = 50_000
)

// show prints an environment with its card.
func (c *envsCmd) show(a *app) error {
	options := paramOptions(c.Param)
	env, err := miniflow.Make(c.ID, options...)
	if err != nil {
		return err
	}
	if err := env.Reset(miniflow.NewBatch(env), 0); err != nil {
		return err
	}
	if c.PNG != "" {
		if err := c.picture(env); err != nil {
			return err
		}
	}
	var k *card
	if c.Card {
		if k, err = newCard(a.ctx, c.ID, options, survey{seeds: c.Seeds, budget: cardBudget, each: cardEach}); err != nil {
			return err
		}
		if err := k.measure(c.ID, options, cardMeasure); err != nil {
			return err
		}
	}
	if c.JSON {
		return printCardJSON(a, env.Spec(), k)
	}
	if worlds, ok := miniflow.As[minigrid.Worlds](env); ok {
		if w := worlds.World(0); w.Width() <= 60 {
			fmt.Fprintf(a.out, "%s\n\n", inText(a, w))
		}
	}
	if err := showSpec(a, env.Spec()); err != nil || k == nil {
		return err
	}
	return k.print(a)
}

// inText draws a map in colours on a terminal and in letters elsewhere.
func inText(a *app, w *minigrid.World) string {
	if f, ok := a.out.(*os.File); ok && term.IsTerminal(int(f.Fd())) && os.Getenv("NO_COLOR") == "" {
		return w.ANSI()
	}
	return w.String()
}

func (c *envsCmd) picture(env miniflow.Env) error {
	viewer, ok := miniflow.As[miniflow.Viewer](env)
	if !ok {
		return fmt.Errorf("%s has no picture", c.ID)
	}
	img, err := viewer.Frame(nil, 0, miniflow.View{})
	if err != nil {
		return err
	}
	return writePNG(c.PNG, img)
}

func writePNG(path string, img image.Image) error {
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		return err
	}
	return level.WriteFile(path, out.Bytes())
}

// printCardJSON prints an array of one spec, which has the card in it.
func printCardJSON(a *app, spec *miniflow.Spec, k *card) error {
	data, err := json.Marshal(spec)
	if err != nil {
		return err
	}
	if k != nil {
		more, err := json.Marshal(map[string]*card{"card": k})
		if err != nil {
			return err
		}
		data = append(append(data[:len(data)-1], ','), more[1:]...)
	}
	var out bytes.Buffer
	if err := json.Indent(&out, append(append([]byte{'['}, data...), ']'), "", "  "); err != nil {
		return err
	}
	_, err = fmt.Fprintln(a.out, out.String())
	return err
}

func (k *card) print(a *app) error {
	w := tabwriter.NewWriter(a.out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w)
	if k.Width > 0 {
		fmt.Fprintf(w, "map\t%d x %d cells\n", k.Width, k.Height)
	}
	for _, m := range k.Missions {
		fmt.Fprintf(w, "for example\t%s\n", m)
	}
	if r := k.Random; r != nil {
		fmt.Fprintf(w, "random actions\treturn %s, success %.1f %%, %.0f steps (%d episodes)\n", agents.Number(r.Return), 100*r.Success, r.Steps, r.Episodes)
	}
	if p := k.Planner; p != nil {
		fmt.Fprintf(w, "planner\treturn %.3f (%d levels)\n", p.Return, p.Levels)
		fmt.Fprintf(w, "solvable\t%s\n", p.verdicts())
	}
	fmt.Fprintf(w, "time\t%.0f ns a step, one core, observation and resets included\n", k.NsPerStep)
	if err := w.Flush(); err != nil || k.Planner == nil {
		return err
	}
	if p := k.Planner; len(p.Lengths) > 0 {
		fmt.Fprintf(a.out, "steps of a shortest plan (%d levels):\n%s", len(p.Lengths), histogram(p.Lengths))
	}
	if p := k.Planner; len(p.Bounds) > 0 {
		fmt.Fprintf(a.out, "steps of a plan that may not be the shortest (%d levels):\n%s", len(p.Bounds), histogram(p.Bounds))
	}
	return nil
}

// verdicts counts levels by what is proved about them.
func (p *planned) verdicts() string {
	parts := []string{fmt.Sprintf("%d of %d", p.Solvable, p.Levels)}
	if p.Unsolvable > 0 {
		parts = append(parts, fmt.Sprintf("%d proved unsolvable", p.Unsolvable))
	}
	if p.Unknown > 0 {
		parts = append(parts, fmt.Sprintf("%d unknown", p.Unknown))
	}
	return strings.Join(parts, ", ")
}
