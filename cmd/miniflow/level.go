package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/miniflow-rl/miniflow/minigrid/level"
)

type levelCmd struct {
	Level  string `arg:"" name:"file-or-code" help:"A level file (.json or .txt), or a code, ml1-..."`
	Out    string `type:"path" placeholder:"FILE" help:"Write the level to a file that ends in .json (with what the planner found), .txt or .png."`
	Budget int    `default:"1000000" help:"States that the planner may look at."`
	JSON   bool   `name:"json" help:"Print the level as JSON, with what the planner found."`
}

// Run checks a level, says whether it can be solved, and converts it.
func (c *levelCmd) Run(a *app) error {
	if c.Budget < 1 {
		return fmt.Errorf("a budget of %d states: want at least 1", c.Budget)
	}
	l, err := readLevel(c.Level)
	if err != nil {
		return err
	}
	found, err := l.Certify(a.ctx, c.Budget)
	if a.ctx.Err() != nil {
		return errors.New("stopped before the planner was done")
	}
	if err != nil {
		return err
	}
	if c.Out != "" {
		if err := saveLevel(l, c.Out); err != nil {
			return err
		}
	}
	if c.JSON {
		enc := json.NewEncoder(a.out)
		enc.SetEscapeHTML(false)
		return enc.Encode(l)
	}
	code, err := l.Code()
	if err != nil {
		return err
	}
	fmt.Fprintf(a.out, "%s\ncode: %s\n%v", l.Text(), code, found.Verdict)
	switch {
	case found.Verdict == level.Unknown:
		fmt.Fprintf(a.out, ": the planner looked at %d states", c.Budget)
	case found.Verdict == level.Solvable && found.Optimal:
		fmt.Fprintf(a.out, " in %d steps and no fewer, return %.4f", found.Steps, found.Return)
	case found.Verdict == level.Solvable:
		fmt.Fprintf(a.out, " in %d steps, perhaps fewer, return %.4f", found.Steps, found.Return)
	}
	fmt.Fprintln(a.out)
	return nil
}

// readLevel reads a level from a file or a code.
func readLevel(text string) (*level.Level, error) {
	if strings.HasPrefix(text, "ml1-") {
		if _, err := os.Stat(text); err != nil {
			return level.ParseCode(text)
		}
	}
	return level.Load(text)
}

func saveLevel(l *level.Level, path string) error {
	if !strings.HasSuffix(path, ".png") {
		return l.Save(path)
	}
	img, err := l.Image(32)
	if err != nil {
		return err
	}
	return writePNG(path, img)
}
