package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/miniflow-rl/miniflow"
)

type benchMiniworldCmd struct {
	Worlds  []string `arg:"" optional:"" help:"Worlds, such as Hallway. The default is those that the original was measured on."`
	Peer    string   `help:"Command of the original's measurement; it is called with --ids, --seconds and --no-render and prints lines of JSON. Without it only miniflow is measured."`
	Seconds float64  `default:"1" help:"How long to measure each case."`
	Rounds  int      `default:"3" help:"How often, in turn with the peer; the best of them counts."`
	Random  bool     `name:"domain-rand" help:"Measure with domain randomisation."`
	JSON    bool     `name:"json" help:"Print lines of JSON."`
}

// miniworldCase is something to measure, and the peer's figure beside it.
type miniworldCase struct {
	name    string
	params  map[string]any
	lanes   int // 0 for one
	threads int // 0 for one
	reset   bool
	peer    string // key in the figures of the peer, "" for none
	of      string // the case of miniflow that it is a share of
	wall    bool   // by the clock, not by processor time
}

// miniworldCases are measured for every world: 80x60 pixels, one environment, as
// the peer does.
var miniworldCases = []miniworldCase{
	{name: "full", peer: "render"},
	{name: "fast", params: map[string]any{"quality": "fast"}, peer: "render"},
	{name: "full, depth, segmentation", params: map[string]any{"obs": "rgb+depth+segmentation"}, of: "full"},
	{name: "fast, depth, segmentation", params: map[string]any{"obs": "rgb+depth+segmentation", "quality": "fast"}, of: "fast"},
	{name: "no picture", params: map[string]any{"obs": "pose"}, peer: "plain"},
	{name: "resets, full", reset: true, peer: "reset render"},
	{name: "resets, no picture", params: map[string]any{"obs": "pose"}, reset: true, peer: "reset plain"},
	{name: "full, 64 lanes", lanes: 64, wall: true},
	{name: "full, 64 lanes, 2 threads", lanes: 64, threads: 2, wall: true, of: "full, 64 lanes"},
}

// miniworldResult is one line of a comparison.
type miniworldResult struct {
	World    string  `json:"world"`
	Case     string  `json:"case"`
	Miniflow float64 `json:"miniflow_per_s"`
	Peer     float64 `json:"peer_per_s,omitempty"`
	Times    float64 `json:"times,omitempty"`    // miniflow's rate over the peer's
	Of       string  `json:"of,omitempty"`       // the case that
	Share    float64 `json:"share,omitempty"`    // has this share of the rate
	ByClock  bool    `json:"by_clock,omitempty"` // and not by processor time
}

// Run measures miniflow and the original in turn and prints both, and how many
// times faster miniflow is. Rates are per second of processor time where the
// system tells, so that other programs disturb them little; those of several
// threads are per second of the clock.
func (c *benchMiniworldCmd) Run(a *app) error {
	if err := checkSeconds(c.Seconds); err != nil {
		return err
	}
	if c.Rounds < 1 {
		return fmt.Errorf("%d rounds: want at least 1", c.Rounds)
	}
	if len(c.Worlds) == 0 {
		c.Worlds = []string{"Hallway", "MazeS3", "FourRooms", "PickupObjects"}
	}
	ours, theirs := map[string]float64{}, map[string]float64{}
	for round := range c.Rounds {
		fmt.Fprintf(a.status, "round %d of %d\n", round+1, c.Rounds)
		if err := c.measurePeer(a, theirs, false); err != nil {
			return err
		}
		for _, world := range c.Worlds {
			for k := range miniworldCases {
				rate, err := c.measure(a, world, &miniworldCases[k])
				if err != nil {
					return err
				}
				key := world + " " + miniworldCases[k].name
				ours[key] = max(ours[key], rate)
			}
		}
		if err := c.measurePeer(a, theirs, true); err != nil {
			return err
		}
	}
	return c.print(a, ours, theirs)
}

// measure returns the steps or resets a second of one case.
func (c *benchMiniworldCmd) measure(a *app, world string, k *miniworldCase) (float64, error) {
	lanes := max(k.lanes, 1)
	options := []miniflow.Option{
		miniflow.WithLanes(lanes), miniflow.WithThreads(max(k.threads, 1)), miniflow.WithParam("domain_rand", c.Random),
	}
	for name, v := range k.params {
		options = append(options, miniflow.WithParam(name, v))
	}
	env, err := miniflow.Make("MiniWorld-"+world+"-v0", options...)
	if err != nil {
		return 0, err
	}
	b := miniflow.NewBatch(env)
	if err := env.Reset(b, 0); err != nil {
		return 0, err
	}
	rng := miniflow.NewRand(0)
	actions := make([]int32, 1<<12)
	for i := range actions {
		actions[i] = int32(rng.Intn(env.Spec().NumActions()))
	}
	n := 0
	act := func() error {
		n += lanes
		if k.reset {
			return env.Reset(b)
		}
		for i := range lanes {
			b.Action.I32[i] = actions[(n+i)&(len(actions)-1)]
		}
		return env.Step(b)
	}
	for range 64 { // warm up
		if err := act(); err != nil {
			return 0, err
		}
	}
	n = 0
	start := time.Now()
	cpu, known := cpuTime()
	for { // at least once, and until the clock of processor time has moved
		if a.ctx.Err() != nil {
			return 0, fmt.Errorf("stopped before the measurement was complete")
		}
		for range 64 {
			if err := act(); err != nil {
				return 0, err
			}
		}
		elapsed := time.Since(start)
		spent := elapsed
		if now, _ := cpuTime(); known && !k.wall {
			spent = now - cpu
		}
		if elapsed.Seconds() >= c.Seconds && spent > 0 {
			return float64(n) / spent.Seconds(), nil
		}
	}
}

// peerLine is what the peer prints for a world.
type peerLine struct {
	Env     string  `json:"env"`
	Random  bool    `json:"domain_rand"`
	Rate    float64 `json:"steps_per_s"`
	CPU     float64 `json:"cpu_s_per_wall_s"`
	ResetMS float64 `json:"reset_ms"`
}

// measurePeer runs the peer's command and keeps the best of its figures.
func (c *benchMiniworldCmd) measurePeer(a *app, best map[string]float64, plain bool) error {
	args := strings.Fields(c.Peer)
	if len(args) == 0 {
		return nil
	}
	kind := "render"
	args = append(args, "--ids", strings.Join(c.Worlds, ","), "--seconds", fmt.Sprint(c.Seconds))
	if plain {
		kind = "plain"
		args = append(args, "--no-render")
	}
	cmd := exec.CommandContext(a.ctx, args[0], args[1:]...)
	cmd.Env = os.Environ()
	if os.Getenv("LP_NUM_THREADS") == "" {
		cmd.Env = append(cmd.Env, "LP_NUM_THREADS=0") // Mesa draws in the calling thread, where it is fastest
	}
	var remarks bytes.Buffer
	cmd.Stderr = &remarks
	out, err := cmd.Output()
	if err != nil {
		why := lastLine(remarks.String())
		if why == "" {
			why = "it said nothing on standard error: run it by hand"
		}
		return fmt.Errorf("the peer's command %q: %w: %s", c.Peer, err, why)
	}
	lines := 0
	for s := bufio.NewScanner(bytes.NewReader(out)); s.Scan(); {
		var l peerLine
		if json.Unmarshal(s.Bytes(), &l) != nil || l.Env == "" || l.Random != c.Random {
			continue
		}
		lines++
		if _, known := cpuTime(); !known || !(l.CPU > 0) {
			l.CPU = 1
		}
		key := l.Env + " " + kind
		best[key] = max(best[key], l.Rate/l.CPU)
		key = l.Env + " reset " + kind
		best[key] = max(best[key], 1000/(l.ResetMS*l.CPU))
	}
	if lines != len(c.Worlds) {
		return fmt.Errorf("the peer's command %q printed %d lines of JSON with env, steps_per_s and domain_rand %v, want one for each of %d worlds",
			c.Peer, lines, c.Random, len(c.Worlds))
	}
	return nil
}

// lastLine returns the last line of a text that is not empty.
func lastLine(s string) string {
	s = strings.TrimSpace(s)
	return s[strings.LastIndexByte(s, '\n')+1:]
}

func (c *benchMiniworldCmd) print(a *app, ours, theirs map[string]float64) error {
	enc := json.NewEncoder(a.out)
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	if !c.JSON {
		fmt.Fprintln(w, "WORLD\tCASE\tMINIFLOW /S\tPEER /S\t")
	}
	for _, world := range c.Worlds {
		for _, k := range miniworldCases {
			r := miniworldResult{World: world, Case: k.name, Miniflow: ours[world+" "+k.name], Of: k.of, ByClock: k.wall}
			remark, peer := "", "-"
			if r.Peer = theirs[world+" "+k.peer]; r.Peer > 0 {
				r.Times = r.Miniflow / r.Peer
				remark, peer = fmt.Sprintf("%.1f times", r.Times), fmt.Sprintf("%.0f", r.Peer)
			}
			if k.of != "" {
				r.Share = r.Miniflow / ours[world+" "+k.of]
				remark = fmt.Sprintf("%.2f times the cost of %s", 1/r.Share, k.of)
				if k.wall {
					remark = fmt.Sprintf("%.2f times the rate of %s", r.Share, k.of)
				}
			}
			if c.JSON {
				if err := enc.Encode(r); err != nil {
					return err
				}
				continue
			}
			fmt.Fprintf(w, "%s\t%s\t%.0f\t%s\t%s\n", world, k.name, r.Miniflow, peer, remark)
		}
	}
	return w.Flush()
}
