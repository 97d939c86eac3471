package main

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"text/tabwriter"

	"github.com/miniflow-rl/miniflow"
)

type envsCmd struct {
	ID       string            `arg:"" optional:"" help:"Show this environment; or list the ids that contain this text."`
	Family   string            `help:"List this family only."`
	Param    map[string]string `short:"p" help:"Parameter of the environment shown, name=value." mapsep:";"`
	Seeds    int               `default:"100" help:"Levels to play and plan for when one environment is shown, as far as two seconds allow."`
	Card     bool              `default:"true" negatable:"" help:"Play and plan for the environment shown."`
	PNG      string            `name:"png" type:"path" placeholder:"FILE" help:"Write a picture of the first level of the environment shown."`
	Markdown bool              `help:"Print docs/envs.md: all environments with what their levels are like."`
	JSON     bool              `name:"json" help:"Print specs as JSON, one array."`
}

// Run lists what is registered.
func (c *envsCmd) Run(a *app) error {
	if c.Seeds < 1 {
		return fmt.Errorf("%d seeds: want at least 1", c.Seeds)
	}
	if c.Markdown {
		return printMarkdown(a)
	}
	var specs []*miniflow.Spec
	for _, id := range miniflow.IDs() {
		spec, err := miniflow.Lookup(id)
		if err != nil {
			return err
		}
		if c.Family != "" && !strings.EqualFold(c.Family, spec.Family) {
			continue
		}
		if id == c.ID {
			return c.show(a)
		}
		if c.ID == "" || strings.Contains(strings.ToLower(id), strings.ToLower(c.ID)) {
			specs = append(specs, spec)
		}
	}
	switch {
	case len(specs) == 0 && c.Family != "":
		return fmt.Errorf("no environment of family %q: miniflow envs lists them all", c.Family)
	case len(specs) == 0:
		_, err := miniflow.Lookup(c.ID)
		return err
	case c.PNG != "" || len(c.Param) > 0:
		return fmt.Errorf("--png and --param are for one environment: give its whole id")
	}
	if c.JSON {
		enc := json.NewEncoder(a.out)
		enc.SetIndent("", "  ")
		return enc.Encode(specs)
	}
	w := tabwriter.NewWriter(a.out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tFAMILY\tACTIONS\tSTEPS\tTASK")
	for _, s := range specs {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", s.ID, s.Family, actions(s), limit(s), s.Doc)
	}
	return w.Flush()
}

func actions(s *miniflow.Spec) string {
	if n := s.NumActions(); n > 0 {
		return fmt.Sprint(n)
	}
	return fmt.Sprint(s.Action.DType(), s.Action.Shape())
}

func limit(s *miniflow.Spec) string {
	if s.MaxSteps == 0 {
		return "-"
	}
	return fmt.Sprint(s.MaxSteps)
}

// rewards describes the range of rewards, which need not end.
func rewards(s *miniflow.Spec) string {
	low, high := s.Reward[0], s.Reward[1]
	switch {
	case low <= -math.MaxFloat64 && high >= math.MaxFloat64:
		return "any number"
	case high >= math.MaxFloat64:
		return fmt.Sprintf("at least %g", low)
	case low <= -math.MaxFloat64:
		return fmt.Sprintf("at most %g", high)
	}
	return fmt.Sprintf("%g to %g", low, high)
}

func showSpec(a *app, s *miniflow.Spec) error {
	w := tabwriter.NewWriter(a.out, 0, 4, 2, ' ', 0)
	fmt.Fprintf(w, "id\t%s\nfamily\t%s\ntask\t%s\n", s.ID, s.Family, s.Doc)
	if s.Mission != "" {
		fmt.Fprintf(w, "mission\t%s\n", s.Mission)
	}
	fmt.Fprintf(w, "steps\t%s\nreward\t%s a step\n", limit(s), rewards(s))
	for _, o := range s.Observation {
		fmt.Fprintf(w, "observation %s\t%v %v\n", o.Name, o.Space.DType(), o.Space.Shape())
	}
	names := strings.Join(s.ActionNames, ", ")
	if names == "" {
		names = actions(s)
	}
	fmt.Fprintf(w, "actions\t%s\n", names)
	for _, p := range s.Params {
		bounds := ""
		if r := p.Range(); r != "" {
			bounds = ", in " + r
		}
		if len(p.Choices) > 0 {
			bounds = ", one of " + strings.Join(p.Choices, " ")
		}
		fmt.Fprintf(w, "parameter %s\t%v\t%s%s\n", p.Name, p.Value, p.Doc, bounds)
	}
	return w.Flush()
}
