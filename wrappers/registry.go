package wrappers

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/internal/spelling"
	"github.com/miniflow-rl/miniflow/minigrid"
)

// Info describes a wrapper that [Apply] knows by name.
type Info struct {
	Name   string
	Doc    string
	Params []miniflow.Param // with their defaults

	wrap func(env miniflow.Env, c *miniflow.Config) (miniflow.Env, error)
}

// List returns all wrappers that have a name, in alphabetical order.
func List() []Info {
	infos := slices.Clone(table)
	slices.SortFunc(infos, func(a, b Info) int { return strings.Compare(a.Name, b.Name) })
	for k := range infos {
		infos[k].Params = slices.Clone(infos[k].Params)
	}
	return infos
}

// Names returns the names of [List].
func Names() []string {
	var names []string
	for _, info := range List() {
		names = append(names, info.Name)
	}
	return names
}

// Apply wraps env in the wrappers that chain names, the innermost first,
// separated by commas. Parameters follow a name behind colons, and lists have
// plus signs between their elements:
//
//	rgb_partial:tile=8,img
//	reseed:seeds=7+9+11,no_death:types=lava+ball:cost=-0.5
//
// If env is stepped on several goroutines, so is all that the wrappers do. It
// fails with an error that wraps [miniflow.ErrParam] at an unknown name or bad
// parameter.
func Apply(env miniflow.Env, chain string) (miniflow.Env, error) {
	inner := env
	for part := range strings.SplitSeq(chain, ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		name, args, _ := strings.Cut(part, ":")
		k := slices.IndexFunc(table, func(i Info) bool { return i.Name == name })
		if k < 0 {
			if near := spelling.Nearest(name, Names(), 1); len(near) > 0 {
				return nil, fmt.Errorf("wrappers: %q is unknown: %w: did you mean %s? miniflow wrappers lists all", name, miniflow.ErrParam, near[0])
			}
			return nil, fmt.Errorf("wrappers: %q is unknown: use one of %s: %w", name, strings.Join(Names(), ", "), miniflow.ErrParam)
		}
		var err error
		if env, err = table[k].apply(env, args); err != nil {
			return nil, err
		}
	}
	if p, ok := miniflow.As[*miniflow.ParallelEnv](inner); ok && env != inner {
		return as(miniflow.NewParallel(env, p.Threads()))
	}
	return env, nil
}

func (info Info) apply(env miniflow.Env, args string) (miniflow.Env, error) {
	c := &miniflow.Config{Spec: &miniflow.Spec{ID: info.Name, Params: slices.Clone(info.Params)}}
	for arg := range strings.SplitSeq(args, ":") {
		if arg == "" {
			continue
		}
		key, value, ok := strings.Cut(arg, "=")
		if !ok {
			return nil, fmt.Errorf("wrappers: %s: %q: want name=value: %w", info.Name, arg, miniflow.ErrParam)
		}
		if k := slices.IndexFunc(info.Params, func(p miniflow.Param) bool { return p.Name == key }); k >= 0 {
			if _, list := info.Params[k].Value.([]int); list {
				value = strings.ReplaceAll(value, "+", ",")
			}
		}
		if err := miniflow.WithParam(key, value)(c); err != nil {
			return nil, fmt.Errorf("wrappers: %s: %w", info.Name, err)
		}
	}
	return info.wrap(env, c)
}

// as lets a constructor's concrete type be an environment, and keeps a nil
// pointer from becoming one.
func as[E miniflow.Env](env E, err error) (miniflow.Env, error) {
	if err != nil {
		return nil, err
	}
	return env, nil
}

func intParam(name, doc string, value, low, high int) miniflow.Param {
	return miniflow.Param{Name: name, Doc: doc, Value: value, Min: float64(low), Max: float64(high)}
}

func floatParam(name, doc string, value, low, high float64) miniflow.Param {
	return miniflow.Param{Name: name, Doc: doc, Value: value, Min: low, Max: high}
}

func textParam(name, doc, value string, choices ...string) miniflow.Param {
	return miniflow.Param{Name: name, Doc: doc, Value: value, Choices: choices}
}

// namesParam chooses observations.
func namesParam(doc string) miniflow.Param { return textParam("names", doc, "") }

// splitNames turns a list with plus signs into names; the empty list is nil.
func splitNames(list string) []string {
	if list == "" {
		return nil
	}
	return strings.Split(list, "+")
}

// splitTypes turns names with plus signs into cell types.
func splitTypes(list string) ([]minigrid.Type, error) {
	var types []minigrid.Type
	for _, name := range splitNames(list) {
		t := minigrid.TypeUnseen
		for t <= minigrid.TypeAgent && t.String() != name {
			t++
		}
		if t > minigrid.TypeAgent {
			return nil, fmt.Errorf("wrappers: no_death: %q is no type of cell: %w", name, miniflow.ErrParam)
		}
		types = append(types, t)
	}
	return types, nil
}

const inf = math.MaxFloat64
