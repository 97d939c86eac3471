package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/miniflow-rl/miniflow/agents/gfn"
)

type benchGFNCmd struct {
	IDs     []string `arg:"" optional:"" help:"Environments. The default is the hypergrids that the peers were measured on."`
	Loss    []string `help:"Objectives, such as tb,db. The default is tb."`
	Batch   []int    `default:"16,256" help:"Trajectories in an update."`
	Seconds float64  `default:"3" help:"How long to measure each case."`
	Quality bool     `help:"Measure exact distances after 10, 20, 50 and 100 thousand trajectories instead, of tb, db, subtb, fm and vargrad with 64 in an update, beside the peers'."`
	Seeds   int      `default:"5" help:"Seeds of a quality."`
	Preset  string   `help:"Named settings: default or exact. The default is exact for qualities, default for speeds."`
	Compare bool     `help:"Measure the speed on one thread and on two, in turn with the peers, on the default environments."`
	Rounds  int      `default:"3" help:"How often to measure each case of a comparison; the best counts."`

	Torchgfn string `help:"Command that measures torchgfn, such as 'python bench_torchgfn.py', for --compare."`
	Gfnx     string `help:"Command that measures gfnx, such as 'python bench_gfnx.py --chunk 10', for --compare."`

	Set  map[string]string `help:"Setting of the algorithm, name=value." mapsep:";"`
	JSON bool              `name:"json" help:"Print lines of JSON."`
}

// Run prints a line for every case.
func (c *benchGFNCmd) Run(a *app) error {
	return a.stopped(c.run(a), "the measurement was complete")
}

func (c *benchGFNCmd) run(a *app) error {
	if err := checkSeconds(c.Seconds); err != nil {
		return err
	}
	if c.Seeds < 1 {
		return fmt.Errorf("%d seeds: want at least 1", c.Seeds)
	}
	if c.Compare {
		return c.compare(a)
	}
	if len(c.IDs) == 0 {
		c.IDs = []string{"HyperGrid-2x8", "HyperGrid-4x8"}
		if !c.Quality {
			c.IDs = append(c.IDs, "HyperGrid-4x20")
		}
	}
	if c.Quality {
		return c.quality(a)
	}
	if len(c.Loss) == 0 {
		c.Loss = []string{"tb"}
	}
	return c.speed(a)
}

func (c *benchGFNCmd) config(loss string) (gfn.Config, error) {
	config, err := gfn.Preset(cmp.Or(c.Preset, "default"), gfn.Objective(loss))
	if err != nil {
		return config, err
	}
	return config, (&trainCmd{Set: c.Set}).configure(&config)
}

func (c *benchGFNCmd) speed(a *app) error {
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	if !c.JSON {
		fmt.Fprintln(w, "ENVIRONMENT\tLOSS\tBATCH\tUPDATES/S\tTRANSITIONS/S\tMEAN LENGTH\tDISTINCT STATES")
	}
	for _, id := range c.IDs {
		for _, loss := range c.Loss {
			for _, batch := range c.Batch {
				config, err := c.config(loss)
				if err != nil {
					return err
				}
				config.Lanes = batch
				r, err := gfn.BenchSpeed(a.ctx, id, config, time.Duration(c.Seconds*float64(time.Second)))
				if err != nil {
					return err
				}
				if c.JSON {
					if err := json.NewEncoder(a.out).Encode(r); err != nil {
						return err
					}
					continue
				}
				fmt.Fprintf(w, "%s\t%s\t%d\t%.0f\t%.0f\t%.2f\t%.0f\n", id, loss, batch, r.PerSecond, r.Transitions, r.MeanLength, r.States)
			}
		}
	}
	return w.Flush()
}
