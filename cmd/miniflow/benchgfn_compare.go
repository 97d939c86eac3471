package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os/exec"
	"runtime"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/miniflow-rl/miniflow/agents/gfn"
)

// gfnGrids are the hypergrids of the comparison, which the peers know by their
// numbers of dimensions and cells.
var gfnGrids = []struct{ dims, side int }{{2, 8}, {4, 8}, {4, 20}}

// gfnPeers are the libraries beside which speed is measured. Their scripts are
// called as "COMMAND perf --batch B --threads N --seconds S" with the size of the
// grid, and print a line of JSON with trans_per_s. They compile before they
// measure.
var gfnPeers = []struct{ lib, dims, side string }{{"torchgfn", "--ndim", "--height"}, {"gfnx", "--dim", "--side"}}

// gfnRates are transitions a second of training with TB, the best of all rounds.
type gfnRates struct {
	Env      string             `json:"env"`
	Batch    int                `json:"batch"`
	Threads  int                `json:"threads"`
	Miniflow float64            `json:"miniflow_per_s"`
	Peers    map[string]float64 `json:"peers_per_s"`
	Times    map[string]float64 `json:"times"` // miniflow's rate over the peers'
	Speedup  float64            `json:"of_one_thread,omitempty"`
}

// compare measures miniflow and the peers in turn, on one thread and on two, and
// prints how many times faster miniflow is. On one thread all programs are bound
// to the first processor where the system has taskset.
func (c *benchGFNCmd) compare(a *app) error {
	if c.Rounds < 1 {
		return fmt.Errorf("%d rounds: want at least 1", c.Rounds)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	var all []gfnRates
	for round := range c.Rounds {
		k := 0
		for _, g := range gfnGrids {
			for _, batch := range c.Batch {
				for threads := 1; threads <= 2; threads++ {
					if round == 0 {
						all = append(all, gfnRates{Env: fmt.Sprintf("HyperGrid-%dx%d", g.dims, g.side), Batch: batch, Threads: threads, Peers: map[string]float64{}, Times: map[string]float64{}})
					}
					r := &all[k]
					k++
					fmt.Fprintf(a.status, "round %d of %d: %s, batch %d, threads %d\n", round+1, c.Rounds, r.Env, batch, threads)
					if err := c.rate(a, r); err != nil {
						return err
					}
					for j, command := range []string{c.Torchgfn, c.Gfnx} {
						p := gfnPeers[j]
						size := []string{p.dims, fmt.Sprint(g.dims), p.side, fmt.Sprint(g.side)}
						if err := c.peerRate(a, r, p.lib, command, size); err != nil {
							return err
						}
					}
				}
			}
		}
	}
	return c.printRates(a, all)
}

// rate measures miniflow.
func (c *benchGFNCmd) rate(a *app, r *gfnRates) error {
	config, err := c.config("tb")
	if err != nil {
		return err
	}
	config.Lanes = r.Batch
	runtime.GOMAXPROCS(r.Threads)
	s, err := gfn.BenchSpeed(a.ctx, r.Env, config, time.Duration(c.Seconds*float64(time.Second)))
	r.Miniflow = max(r.Miniflow, s.Transitions)
	return err
}

// peerRate measures a peer, if there is a command for it.
func (c *benchGFNCmd) peerRate(a *app, r *gfnRates, lib, command string, size []string) error {
	args := strings.Fields(command)
	if len(args) == 0 {
		return nil
	}
	args = append(args, "perf", "--batch", fmt.Sprint(r.Batch), "--threads", fmt.Sprint(r.Threads), "--seconds", fmt.Sprint(c.Seconds))
	args = append(args, size...)
	if taskset, err := exec.LookPath("taskset"); err == nil && r.Threads == 1 {
		args = append([]string{taskset, "-c", "0"}, args...)
	}
	cmd := exec.CommandContext(a.ctx, args[0], args[1:]...)
	var remarks bytes.Buffer
	cmd.Stderr = &remarks
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("%s: %w: %s", lib, err, lastLine(remarks.String()))
	}
	var line struct {
		Rate float64 `json:"trans_per_s"`
	}
	if err := json.Unmarshal([]byte(lastLine(string(out))), &line); err != nil || !(line.Rate > 0) {
		return fmt.Errorf("%s printed %q: want a line of JSON with trans_per_s", lib, lastLine(string(out)))
	}
	r.Peers[lib] = max(r.Peers[lib], line.Rate)
	return nil
}

func (c *benchGFNCmd) printRates(a *app, all []gfnRates) error {
	w := tabwriter.NewWriter(a.out, 0, 0, 1, ' ', tabwriter.Debug)
	if !c.JSON {
		fmt.Fprint(w, "\tenvironment\tbatch\tthreads\tminiflow /s\ttorchgfn /s\tgfnx /s\ttimes torchgfn\ttimes gfnx\ttimes one thread\t\n")
		fmt.Fprint(w, "\t"+strings.Repeat("---\t", 9)+"\n")
	}
	for k := range all {
		r := &all[k]
		for lib, v := range r.Peers {
			r.Times[lib] = r.Miniflow / v
		}
		if r.Threads > 1 {
			r.Speedup = r.Miniflow / all[k-1].Miniflow
		}
		if c.JSON {
			if err := json.NewEncoder(a.out).Encode(r); err != nil {
				return err
			}
			continue
		}
		fmt.Fprintf(w, "\t%s\t%d\t%d\t%.0f\t%.0f\t%.0f\t%.1f\t%.1f\t%.2f\t\n", r.Env, r.Batch, r.Threads, r.Miniflow,
			r.Peers["torchgfn"], r.Peers["gfnx"], r.Times["torchgfn"], r.Times["gfnx"], r.Speedup)
	}
	return w.Flush()
}
