package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/miniflow-rl/miniflow/agents/gfn"
)

type benchGFNCmd struct {
	IDs     []string          `arg:"" optional:"" help:"Environments. The default is the hypergrids that the peers were measured on."`
	Loss    []string          `default:"tb" help:"Objectives, such as tb,db,subtb,fm,vargrad."`
	Batch   []int             `default:"16,256" help:"Trajectories in an update."`
	Seconds float64           `default:"3" help:"How long to measure each case."`
	Quality bool              `help:"Measure exact distances after 10, 20, 50 and 100 thousand trajectories instead, with 64 in an update."`
	Seeds   int               `default:"5" help:"Seeds of a quality."`
	Set     map[string]string `help:"Setting of the algorithm, name=value." mapsep:";"`
	JSON    bool              `name:"json" help:"Print lines of JSON."`
}

// Run prints a line for every case.
func (c *benchGFNCmd) Run(a *app) error {
	if err := checkSeconds(c.Seconds); err != nil {
		return err
	}
	if c.Seeds < 1 {
		return fmt.Errorf("%d seeds: want at least 1", c.Seeds)
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
	return c.speed(a)
}

func (c *benchGFNCmd) config(loss string) (gfn.Config, error) {
	config, err := gfn.DefaultConfig(gfn.Objective(loss))
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

// peerL1 are the exact L1 distances of torchgfn 2.4.1 and gfnx 0.0.1 after 10,
// 20, 50 and 100 thousand trajectories with the same settings, one seed each,
// measured 2026-11-24 by bench_torchgfn.py and bench_gfnx.py.
var peerL1 = map[string]string{
	"HyperGrid-2x8 tb":    "torchgfn 5.2e-02 6.5e-03 4.7e-06 1.1e-06, gfnx 6.4e-02 6.9e-03 7.0e-06 9.3e-07",
	"HyperGrid-2x8 db":    "torchgfn 3.6e-02 2.2e-03 2.0e-07 2.2e-04, gfnx 3.8e-02 2.8e-03 1.4e-07 1.0e-02",
	"HyperGrid-2x8 subtb": "torchgfn 6.6e-02 1.0e-02 9.1e-06 7.6e-07, gfnx 5.9e-02 5.7e-03 3.2e-06 5.7e-03",
	"HyperGrid-2x8 fm":    "torchgfn 1.0e-01 3.3e-02 8.9e-04 3.2e-07",
	"HyperGrid-4x8 tb":    "torchgfn 4.8e-01 4.1e-01 1.6e-01 6.1e-02, gfnx 4.8e-01 4.1e-01 1.5e-01 7.2e-02",
	"HyperGrid-4x8 db":    "torchgfn 3.9e-01 2.2e-01 7.8e-02 3.2e-02, gfnx 3.4e-01 2.1e-01 8.2e-02 3.5e-02",
	"HyperGrid-4x8 subtb": "torchgfn 4.6e-01 3.9e-01 1.5e-01 6.2e-02, gfnx 4.5e-01 3.7e-01 1.5e-01 6.1e-02",
	"HyperGrid-4x8 fm":    "torchgfn 1.1e+00 4.0e-01 1.9e-01 8.3e-02",
}

func (c *benchGFNCmd) quality(a *app) error {
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	if !c.JSON {
		fmt.Fprintf(w, "ENVIRONMENT\tLOSS\tL1 10k\t20k\t50k\t100k\tWORST 100k\tS/SEED\tPEERS (recorded)\n")
	}
	for _, id := range c.IDs {
		for _, loss := range c.Loss {
			config, err := c.config(loss)
			if err != nil {
				return err
			}
			config.Lanes = 64
			q, err := gfn.BenchQuality(a.ctx, id, config, []int{10_000, 20_000, 50_000, 100_000}, c.Seeds)
			if err != nil {
				return err
			}
			if c.JSON {
				if err := json.NewEncoder(a.out).Encode(q); err != nil {
					return err
				}
				continue
			}
			var cells []string
			for _, v := range q.Median {
				cells = append(cells, fmt.Sprintf("%.1e", v))
			}
			fmt.Fprintf(w, "%s\t%s\t%s\t%.1e\t%.1f\t%s\n", id, loss, strings.Join(cells, "\t"), q.Worst[len(q.Worst)-1], q.Seconds, peerL1[id+" "+loss])
			if err := w.Flush(); err != nil {
				return err
			}
		}
	}
	return w.Flush()
}
