package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/miniflow-rl/miniflow"
)

//go:generate sh -c "go run . envs --markdown >../../docs/envs.md.new && mv ../../docs/envs.md.new ../../docs/envs.md"

// docSurvey is what the figures of docs/envs.md are made of. There is no clock in
// it: the document is the same on every machine.
var docSurvey = survey{seeds: 10, budget: 20_000, steps: 4000}

// printMarkdown prints docs/envs.md.
func printMarkdown(a *app) error {
	ids := miniflow.IDs()
	show := newCounter(a.status, len(ids))
	defer show.end()
	done := 0
	return writeMarkdown(a.out, ids, func(id string) (string, error) {
		line, err := docLine(a.ctx, id)
		done++
		show.update(done)
		return line, err
	})
}

// writeMarkdown writes the document with a line for each id.
func writeMarkdown(w io.Writer, ids []string, line func(id string) (string, error)) error {
	fmt.Fprintf(w, `# Environments

All %d registered ids. This page is generated: `+"`go generate ./cmd/miniflow`"+` writes it again.
`+"`miniflow envs ID`"+` shows one with its picture, parameters and more levels.

The figures are of the levels of seeds 0 to %d. *Random* is the mean return of random actions, over as many of those
levels as make %d steps; *planner* that of the planner's or the bot's plans. *Shortest plan* gives the steps of the
shortest plans, least, median and most, a ≤ before those that may not be the shortest. *Solvable* counts the levels
that have been solved; the others are proved unsolvable, but for those with a ?, which are unknown.
`, len(ids), docSurvey.seeds-1, docSurvey.steps)
	specs, err := inFamilies(ids)
	if err != nil {
		return err
	}
	for len(specs) > 0 {
		n := 1
		for n < len(specs) && familyOf(specs[n]) == familyOf(specs[0]) {
			n++
		}
		writeFamily(w, specs[:n])
		for _, s := range specs[:n] {
			text, err := line(s.ID)
			if err != nil {
				return err
			}
			fmt.Fprintln(w, text)
		}
		specs = specs[n:]
	}
	return nil
}

// familyOf returns the heading that an id goes under: part of its name and its
// family.
func familyOf(s *miniflow.Spec) string {
	prefix, _, _ := strings.Cut(s.ID, "-")
	if prefix == s.Family {
		return prefix
	}
	return prefix + " " + s.Family
}

// inFamilies returns the specs of ids sorted by heading, then by name.
func inFamilies(ids []string) ([]*miniflow.Spec, error) {
	specs := make([]*miniflow.Spec, len(ids))
	for k, id := range ids {
		var err error
		if specs[k], err = miniflow.Lookup(id); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(specs, func(a, b *miniflow.Spec) int {
		return cmp.Or(cmp.Compare(familyOf(a), familyOf(b)), cmp.Compare(a.ID, b.ID))
	})
	return specs, nil
}

// writeFamily writes the heading, what the ids have in common, and the head of
// their table.
func writeFamily(w io.Writer, specs []*miniflow.Spec) {
	s := specs[0]
	fmt.Fprintf(w, "\n## %s\n\n", familyOf(s))
	if slices.ContainsFunc(specs, func(o *miniflow.Spec) bool { return o.Doc != s.Doc }) {
		for _, o := range specs {
			fmt.Fprintf(w, "- %s: %s\n", o.ID, o.Doc)
		}
		fmt.Fprintln(w)
	} else {
		fmt.Fprintln(w, s.Doc)
	}
	names := strings.Join(s.ActionNames, ", ")
	if names == "" {
		names = actions(s)
	}
	fmt.Fprintf(w, "Actions: %s.", names)
	var own []string
	for _, p := range s.Params {
		if !slices.Contains(commonToAll, p.Name) {
			own = append(own, fmt.Sprintf("`%s` (%s)", p.Name, p.Doc))
		}
	}
	if len(own) > 0 {
		fmt.Fprintf(w, " Parameters: %s.", strings.Join(own, ", "))
	}
	fmt.Fprint(w, "\n\n| id | mission | map | limit | random | planner | shortest plan | solvable |\n|---|---|---|---|---|---|---|---|\n")
}

// commonToAll are the parameters that every Minigrid world has.
var commonToAll = []string{"max_steps", "see_through_walls", "agent_view_size", "highlight", "tile_size", "agent_pov"}

// docLine returns the line of an id in its table.
func docLine(ctx context.Context, id string) (string, error) {
	spec, err := miniflow.Lookup(id)
	if err != nil {
		return "", err
	}
	k, err := newCard(ctx, id, nil, docSurvey)
	if err != nil {
		return "", err
	}
	size, random, planner, lengths, solvable := "", "", "", "", ""
	if k.Width > 0 {
		size = fmt.Sprintf("%dx%d", k.Width, k.Height)
	}
	if k.Random != nil {
		if random = fmt.Sprintf("%.2f", k.Random.Return); k.Random.Return >= 1e9 {
			random = fmt.Sprintf("%.3g", k.Random.Return)
		}
	}
	if p := k.Planner; p != nil {
		if p.Solvable > 0 {
			planner = fmt.Sprintf("%.2f", p.Return)
		}
		all := slices.Concat(p.Lengths, p.Bounds)
		slices.Sort(all)
		if n := len(all); n > 0 {
			lengths = fmt.Sprintf("%d %d %d", all[0], all[n/2], all[n-1])
			if len(p.Bounds) > 0 {
				lengths = "≤ " + lengths
			}
		}
		solvable = fmt.Sprintf("%d/%d", p.Solvable, p.Levels)
		if p.Unknown > 0 {
			solvable += fmt.Sprintf(" (%d ?)", p.Unknown)
		}
	}
	mission := spec.Mission
	if mission == "" && len(k.Missions) > 0 {
		mission = k.Missions[0]
	}
	mission = strings.ReplaceAll(mission, "|", "\\|")
	return fmt.Sprintf("| %s | %s | %s | %s | %s | %s | %s | %s |", id, mission, size, limit(spec), random, planner, lengths, solvable), nil
}
