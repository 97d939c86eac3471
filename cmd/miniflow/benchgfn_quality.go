package main

import (
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"text/tabwriter"

	"github.com/miniflow-rl/miniflow/agents/gfn"
)

// peerQuality are exact L1 distances of another library after 10, 20, 50 and 100
// thousand trajectories, at the same learning rates, batches and network.
type peerQuality struct {
	lib   string
	seeds int
	l1    [4]float64 // medians
}

// peers are torchgfn 2.4.1 and gfnx 0.0.1, measured by their scripts
// bench_torchgfn.py and bench_gfnx.py: with seed 0 on 2026-11-24, and with others on
// 2026-11-27 and 28; gfnx on the 8x8 grid with seeds 1 to 5 (DB up to 20 thousand and
// TB at 100 thousand with 4 of them). Neither measures VarGrad, and gfnx has no FM.
var peers = map[string][]peerQuality{
	"HyperGrid-2x8 tb":    {{"torchgfn", 1, [4]float64{5.2e-2, 6.5e-3, 4.7e-6, 1.1e-6}}, {"gfnx", 5, [4]float64{7.2e-2, 5.5e-3, 1.7e-5, 2.4e-7}}},
	"HyperGrid-2x8 db":    {{"torchgfn", 2, [4]float64{3.5e-2, 2.3e-3, 2.0e-7, 1.0e-3}}, {"gfnx", 5, [4]float64{4.0e-2, 2.6e-3, 2.9e-7, 5.9e-5}}},
	"HyperGrid-2x8 subtb": {{"torchgfn", 1, [4]float64{6.6e-2, 1.0e-2, 9.1e-6, 7.6e-7}}, {"gfnx", 5, [4]float64{6.7e-2, 9.4e-3, 2.6e-5, 6.0e-6}}},
	"HyperGrid-2x8 fm":    {{"torchgfn", 3, [4]float64{1.1e-1, 4.3e-2, 1.6e-3, 4.5e-7}}},
	"HyperGrid-4x8 tb":    {{"torchgfn", 1, [4]float64{4.8e-1, 4.1e-1, 1.6e-1, 6.1e-2}}, {"gfnx", 1, [4]float64{4.8e-1, 4.1e-1, 1.5e-1, 7.2e-2}}},
	"HyperGrid-4x8 db":    {{"torchgfn", 2, [4]float64{3.8e-1, 2.2e-1, 8.2e-2, 3.5e-2}}, {"gfnx", 2, [4]float64{3.3e-1, 2.1e-1, 8.0e-2, 3.4e-2}}},
	"HyperGrid-4x8 subtb": {{"torchgfn", 3, [4]float64{4.6e-1, 3.6e-1, 1.5e-1, 6.2e-2}}, {"gfnx", 3, [4]float64{4.5e-1, 3.5e-1, 1.5e-1, 6.1e-2}}},
	"HyperGrid-4x8 fm":    {{"torchgfn", 1, [4]float64{1.1e+0, 4.0e-1, 1.9e-1, 8.3e-2}}},
}

var qualityMarks = []int{10_000, 20_000, 50_000, 100_000}

// quality prints a row of medians for every environment and objective, and below
// it those of the peers.
func (c *benchGFNCmd) quality(a *app) error {
	if c.Preset == "" {
		c.Preset = "exact"
	}
	if len(c.Loss) == 0 {
		c.Loss = []string{"tb", "db", "subtb", "fm", "vargrad"}
	}
	w := tabwriter.NewWriter(a.out, 0, 0, 1, ' ', tabwriter.Debug)
	if !c.JSON {
		fmt.Fprintf(a.out, "Exact L1 after as many trajectories, preset %s, batches of 64, medians of %d seeds, %s %s/%s, %d processors\n\n",
			c.Preset, c.Seeds, runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.GOMAXPROCS(0))
		fmt.Fprint(w, "\tenvironment\tloss\tlibrary\tseeds\t10k\t20k\t50k\t100k\tworst at 100k\tworst / median\ts a seed\t\n")
		fmt.Fprint(w, "\t"+strings.Repeat("---\t", 11)+"\n")
	}
	for _, id := range c.IDs {
		for _, loss := range c.Loss {
			config, err := c.config(loss)
			if err != nil {
				return err
			}
			config.Lanes = 64
			q, err := gfn.BenchQuality(a.ctx, id, config, qualityMarks, c.Seeds)
			if err != nil {
				return err
			}
			if c.JSON {
				if err := json.NewEncoder(a.out).Encode(q); err != nil {
					return err
				}
				continue
			}
			end := len(q.Median) - 1
			fmt.Fprintf(w, "\t%s\t%s\tminiflow\t%d\t%s\t%.1e\t%.1f\t%.1f\t\n", id, loss, c.Seeds, distances(q.Median), q.Worst[end], q.Worst[end]/q.Median[end], q.Seconds)
			for _, p := range peers[id+" "+loss] {
				fmt.Fprintf(w, "\t\t\t%s\t%d\t%s\t\t\t\t\n", p.lib, p.seeds, distances(p.l1[:]))
			}
		}
	}
	return w.Flush()
}

func distances(v []float64) string {
	cells := make([]string, len(v))
	for k, x := range v {
		cells[k] = fmt.Sprintf("%.1e", x)
	}
	return strings.Join(cells, "\t")
}
