package agents

import (
	"fmt"

	"github.com/miniflow-rl/miniflow"
)

// Restore returns a trained agent's policy in env: the configuration and the
// checkpoint are those of the run's folder. env's spaces must be those of the
// run's environment.
func Restore(dir string, env miniflow.Env) (Policy, error) {
	agent, err := RestoreAgent(dir, env)
	if err != nil {
		return nil, err
	}
	return agent.Policy(env)
}

// RestoreAgent is [Restore] for the whole agent, which is not to be trained on:
// its optimiser and generators are new.
func RestoreAgent(dir string, env miniflow.Env) (Agent, error) {
	run, err := Open(dir)
	if err != nil {
		return nil, err
	}
	s, err := ReadCheckpoint(dir)
	if err != nil {
		return nil, err
	}
	return run.restore(s, env)
}

// Restore is the function [Restore] with a checkpoint that has been read.
func (r *Run) Restore(s *State, env miniflow.Env) (Policy, error) {
	agent, err := r.restore(s, env)
	if err != nil {
		return nil, err
	}
	return agent.Policy(env)
}

func (r *Run) restore(s *State, env miniflow.Env) (Agent, error) {
	own, err := r.Env.Make()
	if err != nil {
		return nil, err
	}
	if !SameSpaces(own.Spec(), env.Spec()) {
		return nil, fmt.Errorf("agents: restore %s: it was trained on %s, whose observations and actions are not those of %s here", r.Dir, r.Env.ID, env.Spec().ID)
	}
	if o, ok := r.Algorithm.(Owner); ok && o.Owns(env) {
		if env, err = r.Env.Make(r.Algorithm.Options()...); err != nil {
			return nil, err
		}
	}
	agent, err := r.Algorithm.New(env, r.Seed, r.Steps)
	if err != nil {
		return nil, err
	}
	t, ok := agent.(Transferrer)
	if !ok {
		return nil, fmt.Errorf("agents: restore %s: %s has no blocks to load", r.Dir, r.Algorithm.Name())
	}
	if err := t.LoadBlocks(s); err != nil {
		return nil, fmt.Errorf("agents: restore %s: %w", r.Dir, err)
	}
	return agent, nil
}
