package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"
	"net"
	"net/url"
	"strconv"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/render"
	"github.com/miniflow-rl/miniflow/render/player"
	"github.com/miniflow-rl/miniflow/render/web"
)

type playCmd struct {
	ID     string            `arg:"" optional:"" default:"MiniGrid-DoorKey-8x8-v0" help:"Environment to play; E in the game changes it."`
	Seed   *uint64           `help:"World to begin with, and to return to after an episode; the default is a random one."`
	Param  map[string]string `short:"p" help:"Set a parameter of the environment, such as size=9." placeholder:"NAME=VALUE"`
	Record string            `type:"path" placeholder:"DIR" help:"Save every episode that is played to this folder; S saves one to ./episodes without it."`
	Web    bool              `help:"Play in a browser instead of a window: serve the player on this machine."`
	Port   int               `default:"0" help:"Port for --web; 0 takes a free one."`
}

// Run opens the player, in a window or for a browser, and returns when it is
// closed.
func (c *playCmd) Run(a *app) error {
	seed, err := c.seed()
	if err != nil {
		return err
	}
	dir := c.Record
	if dir == "" {
		dir = "episodes"
	}
	cfg := player.Config{ID: c.ID, Seed: seed, Given: c.Seed != nil, Make: c.make, Save: player.SaveTo(dir), Record: c.Record != ""}
	game, err := player.New(cfg)
	if err != nil {
		return err
	}
	if c.Web {
		return c.serve(a, cfg)
	}
	err = render.Run(a.ctx, game, render.Options{Title: "miniflow"})
	if errors.Is(err, render.ErrNoWindow) {
		return fmt.Errorf("no window can be opened here, there is no display: play in a browser with miniflow play %s --web", c.ID)
	}
	return errors.Join(err, game.Close())
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

// make builds an environment, with the parameters of the command line if it is
// the one that they were given for.
func (c *playCmd) make(id string, options ...miniflow.Option) (miniflow.Env, error) {
	if id == c.ID {
		for name, value := range c.Param {
			options = append(options, miniflow.WithParam(name, value))
		}
	}
	return miniflow.Make(id, options...)
}

// serve offers the player to browsers until the program is stopped.
func (c *playCmd) serve(a *app, cfg player.Config) error {
	compiled, err := web.Build(a.ctx, a.status)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(c.Port)))
	if err != nil {
		return fmt.Errorf("the player cannot be served: %w", err)
	}
	game := url.Values{"id": {cfg.ID}, "seed": {strconv.FormatUint(cfg.Seed, 10)}}
	for name, value := range c.Param {
		game.Add("param", name+"="+value)
	}
	if cfg.Given {
		game.Set("given", "1")
	}
	if cfg.Record {
		game.Set("record", "1")
	}
	fmt.Fprintf(a.out, "play at %s\n", web.Address(l, game))
	fmt.Fprintln(a.status, "Ctrl-C stops the server.")
	return (&web.Site{Player: compiled, Save: cfg.Save}).Serve(a.ctx, l)
}
