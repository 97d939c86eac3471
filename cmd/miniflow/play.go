package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents"
	"github.com/miniflow-rl/miniflow/minigrid/level"
	"github.com/miniflow-rl/miniflow/render"
	"github.com/miniflow-rl/miniflow/render/player"
	"github.com/miniflow-rl/miniflow/render/web"
	"github.com/miniflow-rl/miniflow/wrappers"
)

type playCmd struct {
	ID     string            `arg:"" optional:"" help:"Environment to play; E in the game changes it. The default is MiniGrid-DoorKey-8x8-v0, or the agent's own."`
	Agent  string            `placeholder:"AGENT" help:"Watch an agent: random, optimal (a planner), bot, or a run, also while it is trained."`
	Greedy bool              `help:"The agent takes the most likely action instead of drawing one."`
	Seed   *uint64           `help:"World to begin with, and to return to after an episode; the default is a random one."`
	Param  map[string]string `short:"p" help:"Parameter of the environment, name=value." mapsep:";"`
	Wrap   string            `placeholder:"WRAPPERS" help:"Play in wrappers, such as first_person: any Minigrid level as a 3D world. A run has its own."`
	Level  string            `placeholder:"FILE" help:"Play this level: a file (.json or .txt), a folder of them, or a code."`
	Record string            `type:"path" placeholder:"DIR" help:"Save every episode that is played to this folder; S saves one to ./episodes without it."`
	Web    bool              `help:"Play in a browser instead of a window: serve the player on this machine."`
	Port   int               `default:"0" help:"Port for --web; 0 takes a free one."`
	Runs   string            `default:"runs" help:"Folder of all runs."`

	run     string           // folder of the agent's run, if it is one
	trained agents.EnvConfig // environment of the run
}

const defaultGame = "MiniGrid-DoorKey-8x8-v0"

// Run opens the player, in a window or for a browser, and returns when it is
// closed.
func (c *playCmd) Run(a *app) error {
	if err := c.useLevel(); err != nil {
		return err
	}
	seed, err := c.seed()
	if err != nil {
		return err
	}
	dir := c.Record
	if dir == "" {
		dir = "episodes"
	} else if err := agents.MakeDir(dir); err != nil {
		return fmt.Errorf("episodes cannot be recorded: %w: choose another with --record", err)
	}
	cfg := player.Config{Seed: seed, Given: c.Seed != nil, Make: c.make, Save: player.SaveTo(dir), Record: c.Record != ""}
	if err := c.choose(&cfg); err != nil {
		return err
	}
	game, err := player.New(cfg)
	if err != nil {
		return err
	}
	if c.Web {
		return c.serve(a, cfg)
	}
	err = render.Run(a.ctx, game, render.Options{Title: "miniflow"})
	if errors.Is(err, render.ErrNoWindow) {
		return fmt.Errorf("%w: add --web to play in a browser", err)
	}
	return errors.Join(err, game.Close())
}

// useLevel turns --level into the environment that plays it. A single level goes
// by its code, which a browser understands as well.
func (c *playCmd) useLevel() error {
	if c.Level == "" {
		return nil
	}
	if c.ID != "" {
		return errors.New("--level says what to play: leave out the environment")
	}
	if c.Param == nil {
		c.Param = map[string]string{}
	}
	c.ID = level.ID
	if info, err := os.Stat(c.Level); err == nil && info.IsDir() {
		c.Param["file"] = c.Level
		return nil
	}
	l, err := readLevel(c.Level)
	if err != nil {
		return err
	}
	c.Param["code"], err = l.Code()
	return err
}

// choose sets environment and agent. A run brings the environment that it was
// trained on.
func (c *playCmd) choose(cfg *player.Config) error {
	agent := c.Agent
	if agent != "" && isRun(agent) {
		dir, err := findAgent(agent, c.Runs)
		if err != nil {
			return err
		}
		run, err := agents.Open(dir)
		if err != nil {
			return err
		}
		if c.Wrap != "" {
			return fmt.Errorf("the agent of %s sees through its own wrappers: leave out --wrap", dir)
		}
		agent, c.run = dir, dir
		c.trained = run.Env
		if c.ID == "" {
			c.ID = run.Env.ID
		}
	}
	if c.ID == "" {
		c.ID = defaultGame
	}
	cfg.ID = c.ID
	if agent != "" {
		cfg.Agent = func(env miniflow.Env) (*player.Agent, error) {
			policy, err := newPolicy(agent, env)
			if err != nil {
				return nil, err
			}
			p := &player.Agent{Name: agent, Policy: policy, Greedy: c.Greedy, Slow: agent == agentOptimal || agent == agentBot}
			if c.run == "" {
				return p, nil
			}
			follower, err := agents.NewFollower(c.run, env)
			p.Fresh = func() (player.Policy, error) {
				next, err := follower.Next()
				if next == nil {
					return nil, err // a nil policy, not a policy that is nil
				}
				return next, err
			}
			return p, err
		}
	}
	return nil
}

// seed returns the first world's seed: a small one, which is easy to tell
// others, if none was given.
func (c *playCmd) seed() (uint64, error) {
	if c.Seed != nil {
		return *c.Seed, nil
	}
	n, err := rand.Int(rand.Reader, big.NewInt(10000))
	if err != nil {
		return 0, fmt.Errorf("no random seed: give one with --seed: %w", err)
	}
	return n.Uint64(), nil
}

// make builds an environment, with the parameters of the run and the command
// line if it is the one that they are for, and with the run's wrappers whatever
// it is: without them its agent would not see what it has learned to see.
func (c *playCmd) make(id string, options ...miniflow.Option) (miniflow.Env, error) {
	if id == c.ID {
		for name, value := range c.params() {
			options = append(options, miniflow.WithParam(name, value))
		}
	}
	env, err := miniflow.Make(id, options...)
	if err != nil {
		return nil, err
	}
	return wrappers.Apply(env, c.wrap())
}

// wrap returns the wrappers to play in: the run's, or the command line's.
func (c *playCmd) wrap() string {
	if c.run != "" {
		return c.trained.Wrap
	}
	return c.Wrap
}

// params returns the run's parameters, if its environment is the one to play,
// overruled by the command line's.
func (c *playCmd) params() map[string]any {
	all := map[string]any{}
	if c.ID == c.trained.ID {
		maps.Copy(all, c.trained.Params)
	}
	for name, value := range c.Param {
		all[name] = value
	}
	return all
}

// serve offers the player to browsers until the program is stopped.
func (c *playCmd) serve(a *app, cfg player.Config) error {
	l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(c.Port)))
	if err != nil {
		return fmt.Errorf("the player cannot be served: %w", err)
	}
	defer l.Close()
	compiled, err := web.Build(a.ctx, a.status)
	if err != nil {
		return err
	}
	game := url.Values{"id": {cfg.ID}, "seed": {strconv.FormatUint(cfg.Seed, 10)}}
	for name, value := range c.params() {
		game.Add("param", name+"="+paramText(value))
	}
	if w := c.wrap(); w != "" {
		game.Set("wrap", w)
	}
	if c.Agent != "" {
		game.Set("agent", c.Agent)
	}
	if c.Greedy {
		game.Set("greedy", "1")
	}
	if cfg.Given {
		game.Set("given", "1")
	}
	if cfg.Record {
		game.Set("record", "1")
	}
	fmt.Fprintf(a.out, "play at %s\n", web.Address(l, game))
	fmt.Fprintln(a.status, "Ctrl-C stops the server.")
	return (&web.Site{Player: compiled, Run: c.run, Save: cfg.Save}).Serve(a.ctx, l)
}

// paramText writes a parameter as WithParam reads it from a string.
func paramText(v any) string {
	list, ok := v.([]any)
	if !ok {
		return fmt.Sprint(v)
	}
	parts := make([]string, len(list))
	for i, e := range list {
		parts[i] = fmt.Sprint(e)
	}
	return strings.Join(parts, ",")
}
