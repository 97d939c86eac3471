package gfnenvs

import (
	"fmt"

	"github.com/miniflow-rl/miniflow"
)

// Family is a set of environments that differ in parameters.
type Family struct {
	// Name and Doc are what lists show.
	Name, Doc string
	// Params are the parameters with their defaults.
	Params []miniflow.Param
	// Rules makes the rules from the parameters of c.
	Rules func(c *miniflow.Config) (Rules, error)
}

// Register makes the family known as id to miniflow.Make, with other defaults
// for the named parameters.
func (f Family) Register(id string, defaults map[string]any) error {
	return register(id, f.Params, defaults, func(c *miniflow.Config) (miniflow.Env, error) {
		rules, err := f.Rules(c)
		if err != nil {
			return nil, err
		}
		b := Builder{ID: c.Spec.ID, Family: f.Name, Doc: f.Doc, Params: c.Spec.Params, Lanes: c.Lanes, Autoreset: c.Autoreset, Seed: c.Seed}
		return b.Build(rules)
	})
}

// register makes what build builds known as id. The spec of an environment with
// the default parameters is what lists show.
func register(id string, params []miniflow.Param, defaults map[string]any, build miniflow.Factory) error {
	spec := miniflow.Spec{ID: id, Params: append([]miniflow.Param(nil), params...)}
	for name, v := range defaults {
		if err := miniflow.WithParam(name, v)(&miniflow.Config{Spec: &spec}); err != nil {
			return fmt.Errorf("gfnenvs: register %s: %w", id, err)
		}
	}
	example, err := build(&miniflow.Config{Spec: &spec, Lanes: 1})
	if err != nil {
		return fmt.Errorf("gfnenvs: register %s: %w", id, err)
	}
	return miniflow.Register(*example.Spec(), func(c *miniflow.Config) (miniflow.Env, error) {
		env, err := build(c)
		if err != nil {
			return nil, err
		}
		if c.Threads > 1 {
			return miniflow.NewParallel(env, c.Threads)
		}
		return env, nil
	})
}

// mustRegister is Register for the package's own tables.
func (f Family) mustRegister(id string, defaults map[string]any) {
	if err := f.Register(id, defaults); err != nil {
		panic(err)
	}
}

// RulesOf returns the rules of a registered id, made with the given options.
func RulesOf(id string, options ...miniflow.Option) (Rules, error) {
	env, err := miniflow.Make(id, options...)
	if err != nil {
		return nil, err
	}
	e, ok := miniflow.As[interface{ Rules() Rules }](env)
	if !ok {
		return nil, fmt.Errorf("gfnenvs: %s is no environment of discrete rules", id)
	}
	return e.Rules(), nil
}
