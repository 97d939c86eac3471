//go:build js && wasm

package main

import (
	"syscall/js"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents"
	"github.com/miniflow-rl/miniflow/cmd/internal/all"
	"github.com/miniflow-rl/miniflow/render/player"
)

// agentOf returns what makes the named agent, nil if there is no name. The page
// has fetched the files of a run into window.miniflowRun.
func agentOf(window js.Value, name string, greedy bool) func(miniflow.Env) (*player.Agent, error) {
	if name == "" {
		return nil
	}
	return func(env miniflow.Env) (*player.Agent, error) {
		policy, err := policyOf(window, name, env)
		if err != nil {
			return nil, err
		}
		return &player.Agent{Name: name, Policy: policy, Greedy: greedy, Slow: name == "optimal" || name == "bot"}, nil
	}
}

func policyOf(window js.Value, name string, env miniflow.Env) (agents.Policy, error) {
	switch name {
	case "random":
		return agents.NewRandomPolicy(env), nil
	case "optimal":
		return agents.NewOptimalPolicy(env)
	case "bot":
		bot, err := all.NewBot(env)
		if err != nil {
			return nil, err
		}
		return agents.NewPlanPolicy(env, bot), nil
	}
	files := window.Get("miniflowRun")
	run, err := agents.ParseRun(name, bytesOf(files.Get("config")))
	if err != nil {
		return nil, err
	}
	state, err := agents.DecodeState(bytesOf(files.Get("checkpoint")))
	if err != nil {
		return nil, err
	}
	return run.Restore(state, env)
}

// bytesOf copies a Uint8Array.
func bytesOf(v js.Value) []byte {
	data := make([]byte, v.Length())
	js.CopyBytesToGo(data, v)
	return data
}
