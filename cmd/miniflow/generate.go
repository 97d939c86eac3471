package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents"
	"github.com/miniflow-rl/miniflow/minigrid/level"
)

type generateCmd struct {
	ID     string            `arg:"" help:"Environment whose levels to save: any Minigrid, BabyAI, WFC or maze id."`
	N      int               `default:"100" help:"Number of levels."`
	Seed   uint64            `help:"Seed of the first level; the others follow."`
	Param  map[string]string `short:"p" help:"Parameter of the environment, name=value." mapsep:";"`
	Wrap   string            `help:"Draw the pictures as levels are seen in these wrappers, such as first_person. The default is their maps."`
	Out    string            `type:"path" required:"" placeholder:"DIR" help:"Folder for the levels and the contact sheet."`
	Format string            `enum:"json,txt" default:"json" help:"json, or txt for maps in letters."`

	Solvable   bool `xor:"want" help:"Keep only levels that a planner solved, with the length of the plan."`
	Unsolvable bool `xor:"want" help:"Keep only levels that a planner proved unsolvable."`
	Mixed      bool `xor:"want" help:"Keep as many solvable levels as unsolvable ones."`
	Certify    bool `xor:"want" help:"Keep all levels, with what the planner found out."`
	Budget     int  `default:"200000" help:"States that the planner may look at for a level."`
	Tries      int  `default:"100" help:"Give up when so many levels were refused for each one wanted."`

	Sheet bool `default:"true" negatable:"" help:"Draw all levels into sheet.png."`
	Codes bool `help:"Print every level's code."`
	JSON  bool `name:"json" help:"Print a summary as JSON."`
}

// generated is the summary that generate --json prints.
type generated struct {
	Env        string   `json:"env"`
	Levels     int      `json:"levels"`
	Solvable   int      `json:"solvable"`
	Unsolvable int      `json:"unsolvable"`
	Unknown    int      `json:"unknown"`
	Refused    int      `json:"refused"`
	Folder     string   `json:"folder"`
	Sheet      string   `json:"sheet,omitempty"`
	Codes      []string `json:"codes,omitempty"`
}

// Run saves levels.
func (c *generateCmd) Run(a *app) error {
	if c.N < 1 || c.Budget < 1 || c.Tries < 1 {
		return fmt.Errorf("%d levels, a budget of %d states, %d tries: want at least 1 of each", c.N, c.Budget, c.Tries)
	}
	var options []miniflow.Option
	for _, name := range sortedKeys(c.Param) {
		options = append(options, miniflow.WithParam(name, c.Param[name]))
	}
	g, err := level.NewGenerator(c.ID, options...)
	if errors.Is(err, level.ErrRules) {
		return fmt.Errorf("%w: replay its worlds by seed instead, with miniflow play %s --seed 0", err, c.ID)
	}
	if err != nil {
		return err
	}
	first, err := g.At(c.Seed)
	if err != nil {
		return err
	}
	if _, err := wrapped(first, c.Wrap); err != nil {
		return err
	}
	if err := agents.MakeDir(c.Out); err != nil {
		return fmt.Errorf("%w: choose another with --out", err)
	}
	levels, sum, err := c.generate(a, g)
	if err != nil {
		return err
	}
	if c.Sheet {
		sheet, err := contactSheet(levels, c.Wrap, caption)
		if err != nil {
			return err
		}
		sum.Sheet = filepath.Join(c.Out, "sheet.png")
		if err := level.WriteFile(sum.Sheet, sheet); err != nil {
			return err
		}
	}
	if c.JSON {
		return json.NewEncoder(a.out).Encode(sum)
	}
	for _, code := range sum.Codes {
		fmt.Fprintln(a.out, code)
	}
	fmt.Fprintf(a.out, "%d levels in %s", sum.Levels, c.Out)
	if c.certifies() {
		fmt.Fprintf(a.out, ": %d solvable, %d unsolvable, %d unknown; %d others refused", sum.Solvable, sum.Unsolvable, sum.Unknown, sum.Refused)
	}
	fmt.Fprintln(a.out)
	if sum.Sheet != "" {
		fmt.Fprintf(a.out, "pictures in %s\n", sum.Sheet)
	}
	fmt.Fprintf(a.out, "play them with: %s play %s -p file=%s\n", self(), level.ID, c.Out)
	return nil
}

func (c *generateCmd) certifies() bool { return c.Solvable || c.Unsolvable || c.Mixed || c.Certify }

// generate draws, certifies and saves levels until there are enough.
func (c *generateCmd) generate(a *app, g *level.Generator) ([]*level.Level, *generated, error) {
	sum := &generated{Env: c.ID, Folder: c.Out}
	var levels []*level.Level
	show := newCounter(a.status, c.N)
	defer show.end()
	for seed := c.Seed; len(levels) < c.N; seed++ {
		if sum.Refused >= c.Tries*c.N {
			return nil, nil, fmt.Errorf("%d of %d levels found, %d refused: ask for another kind, a larger --budget or more --tries; those found are in %s",
				len(levels), c.N, sum.Refused, c.Out)
		}
		l, err := g.At(seed)
		if err != nil {
			return nil, nil, err
		}
		keep := true
		if c.certifies() {
			found, err := l.Certify(a.ctx, c.Budget)
			if a.ctx.Err() == nil && err != nil {
				return nil, nil, err
			}
			keep = c.wants(found.Verdict, sum)
		}
		if a.ctx.Err() != nil {
			return nil, nil, fmt.Errorf("stopped after %d of %d levels; those in %s are complete", len(levels), c.N, c.Out)
		}
		if !keep {
			sum.Refused++
			continue
		}
		if err := c.save(l, sum); err != nil {
			return nil, nil, err
		}
		levels = append(levels, l)
		show.update(len(levels))
	}
	return levels, sum, nil
}

// wants counts a verdict and reports whether a level with it is kept.
func (c *generateCmd) wants(v level.Verdict, sum *generated) bool {
	limit := map[level.Verdict]int{level.Solvable: c.N, level.Unsolvable: c.N, level.Unknown: c.N}
	switch {
	case c.Solvable:
		limit = map[level.Verdict]int{level.Solvable: c.N}
	case c.Unsolvable:
		limit = map[level.Verdict]int{level.Unsolvable: c.N}
	case c.Mixed:
		limit = map[level.Verdict]int{level.Solvable: (c.N + 1) / 2, level.Unsolvable: c.N / 2}
	}
	count := &sum.Unknown
	switch v {
	case level.Solvable:
		count = &sum.Solvable
	case level.Unsolvable:
		count = &sum.Unsolvable
	}
	if *count >= limit[v] {
		return false
	}
	*count++
	return true
}

func (c *generateCmd) save(l *level.Level, sum *generated) error {
	name := fmt.Sprintf("%s-%06d", c.ID, *l.Origin.Seed)
	if l.Name == "" {
		l.Name = name
	}
	if err := l.Save(filepath.Join(c.Out, name+"."+c.Format)); err != nil {
		return err
	}
	sum.Levels++
	if !c.Codes {
		return nil
	}
	code, err := l.Code()
	sum.Codes = append(sum.Codes, code)
	return err
}

// caption says what is under a level's picture.
func caption(l *level.Level) string {
	s := fmt.Sprintf("seed %d", *l.Origin.Seed)
	switch k := l.Certificate; {
	case k == nil:
	case k.Verdict != level.Solvable:
		s += " " + k.Verdict.String()
	case k.Optimal:
		s += fmt.Sprintf(" %d steps", k.Steps)
	default:
		s += fmt.Sprintf(" <=%d steps", k.Steps)
	}
	return s
}

// counter shows how many of a number of things are done: a bar on a terminal,
// elsewhere a line for every tenth of them but at most one a second.
type counter struct {
	w           io.Writer
	bar         *progressbar.ProgressBar
	total       int
	start, last time.Time
}

func newCounter(w io.Writer, total int) *counter {
	c := &counter{w: w, total: total, start: time.Now(), last: time.Now()}
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		c.bar = progressbar.NewOptions(total, progressbar.OptionSetWriter(w), progressbar.OptionThrottle(100*time.Millisecond),
			progressbar.OptionSetWidth(24), progressbar.OptionShowCount(), progressbar.OptionSetPredictTime(true),
			progressbar.OptionClearOnFinish())
	}
	return c
}

func (c *counter) update(n int) {
	if c.bar != nil {
		_ = c.bar.Set(n) // a display that fails is not worth an error
		return
	}
	if now := time.Now(); 10*n/c.total > 10*(n-1)/c.total && now.Sub(c.last) >= time.Second {
		c.last = now
		fmt.Fprintf(c.w, "%d of %d, %.0f s\n", n, c.total, now.Sub(c.start).Seconds())
	}
}

func (c *counter) end() {
	if c.bar != nil {
		_ = c.bar.Exit()
	}
}
