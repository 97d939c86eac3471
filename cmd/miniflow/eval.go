package main

import (
	"encoding/json"
	"fmt"
	"text/tabwriter"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents"
	"github.com/miniflow-rl/miniflow/cmd/internal/all"
)

// Names of agents that are no runs.
const (
	agentRandom  = "random"
	agentOptimal = "optimal"
	agentBot     = "bot"
)

// isRun reports whether an agent is a run.
func isRun(agent string) bool {
	return agent != agentRandom && agent != agentOptimal && agent != agentBot
}

// findAgent is findRun for an agent that is none of the names above.
func findAgent(name, runs string) (string, error) {
	dir, err := findRun(name, runs)
	if err != nil {
		return "", fmt.Errorf("%w: an agent is a run or one of %s, %s and %s", err, agentRandom, agentOptimal, agentBot)
	}
	return dir, nil
}

type evalCmd struct {
	Target   string            `arg:"" name:"run-or-id" help:"A run, or an environment id."`
	Agent    string            `help:"Who acts: random, optimal (a planner), bot (solves any MiniGrid or BabyAI id, fast), or a run. The default is the run, or random."`
	Param    map[string]string `short:"p" help:"Parameter of the environment, name=value." mapsep:";"`
	Wrap     string            `help:"Wrappers, as in train. The default is the run's."`
	Episodes int               `default:"100" help:"Number of episodes."`
	Seed     uint64            `default:"1000000" help:"Seed of the first episode; the others follow."`
	Greedy   bool              `help:"Take the most likely action instead of drawing one."`
	Runs     string            `default:"runs" help:"Folder of all runs."`
	JSON     bool              `name:"json" help:"Print the evaluation with all episodes as JSON."`
}

// Run evaluates.
func (c *evalCmd) Run(a *app) error {
	config, agent, err := c.find()
	if err != nil {
		return err
	}
	for k, v := range c.Param {
		config.Params[k] = v
	}
	if c.Wrap != "" {
		config.Wrap = c.Wrap
	}
	ev, err := evaluate(a, config, agent, c.Episodes, c.Seed, c.Greedy)
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(a.out).Encode(ev)
	}
	return printEvaluations(a, ev)
}

// find tells a run from an id: it returns the environment and the agent, the
// folder of a run or one of the names above.
func (c *evalCmd) find() (config agents.EnvConfig, agent string, err error) {
	agent = c.Agent
	if agent == "" {
		agent = agentRandom
	}
	if dir, missing := findRun(c.Target, c.Runs); missing == nil {
		run, err := agents.Open(dir)
		if err != nil {
			return config, "", err
		}
		config = run.Env
		if c.Agent == "" {
			agent = dir
		}
	} else if _, err := miniflow.Lookup(c.Target); err != nil {
		return config, "", fmt.Errorf("%w, and %w", missing, err)
	} else {
		config.ID = c.Target
	}
	if config.Params == nil {
		config.Params = map[string]any{}
	}
	if isRun(agent) {
		agent, err = findAgent(agent, c.Runs)
	}
	return config, agent, err
}

// evaluate runs episodes of an agent: one of the names above or the folder of a
// run.
func evaluate(a *app, config agents.EnvConfig, agent string, episodes int, seed uint64, greedy bool) (*agents.Evaluation, error) {
	if episodes < 1 {
		return nil, fmt.Errorf("%d episodes: want at least 1", episodes)
	}
	env, err := config.Make(miniflow.WithLanes(min(episodes, 16)), miniflow.WithAutoreset(miniflow.Disabled))
	if err != nil {
		return nil, err
	}
	policy, measurer, err := newAgent(agent, env)
	if err != nil {
		return nil, err
	}
	ev, err := agents.Evaluate(a.ctx, env, policy, episodes, seed, greedy)
	if a.ctx.Err() != nil {
		return nil, fmt.Errorf("stopped before all %d episodes were played", episodes)
	}
	if err != nil {
		return nil, err
	}
	ev.Agent = agent
	if measurer != nil && !greedy {
		if ev.Measures, err = measurer.Measure(a.ctx, max(episodes, agents.MeasureSamples), seed); err != nil {
			return nil, a.stopped(err, "all was measured")
		}
	}
	if p, ok := policy.(*agents.PlanPolicy); ok && p.Unsolvable+p.Unknown > 0 {
		fmt.Fprintf(a.status, "%d of %d levels have no solution, as the planner proved; for %d none was found.\n", p.Unsolvable, episodes, p.Unknown)
	}
	return ev, nil
}

// newAgent returns an agent's policy, and the agent itself where it is a run that
// can measure more.
func newAgent(agent string, env miniflow.Env) (agents.Policy, agents.Measurer, error) {
	if !isRun(agent) {
		policy, err := newPolicy(agent, env)
		return policy, nil, err
	}
	restored, err := agents.RestoreAgent(agent, env)
	if err != nil {
		return nil, nil, err
	}
	measurer, _ := restored.(agents.Measurer)
	policy, err := restored.Policy(env)
	return policy, measurer, err
}

// newPolicy returns an agent's policy: that of one of the names above or of a
// run's folder.
func newPolicy(agent string, env miniflow.Env) (agents.Policy, error) {
	switch agent {
	case agentRandom:
		return agents.NewRandomPolicy(env), nil
	case agentOptimal:
		return agents.NewOptimalPolicy(env)
	case agentBot:
		bot, err := all.NewBot(env)
		if err != nil {
			return nil, err
		}
		return agents.NewPlanPolicy(env, bot), nil
	}
	return agents.Restore(agent, env)
}

// printEvaluations prints a table with one line an evaluation.
func printEvaluations(a *app, evaluations ...*agents.Evaluation) error {
	w := tabwriter.NewWriter(a.out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "AGENT\tENVIRONMENT\tEPISODES\tSUCCESS\tMEAN RETURN [95 %]\tIQM [95 %]\tMIN\tMAX\tSTEPS")
	for _, e := range evaluations {
		fmt.Fprintf(w, "%s\t%s\t%d\t%.1f %%\t%v\t%v\t%s\t%s\t%.1f\n", e.Agent, e.Env, len(e.Episodes), 100*e.Success, e.Mean, e.IQM, agents.Number(e.Low), agents.Number(e.High), e.Steps)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, e := range evaluations {
		for _, m := range e.Measures {
			fmt.Fprintf(w, "%s\t%.5g\t%s\n", m.Name, m.Value, m.Doc)
		}
	}
	return w.Flush()
}
