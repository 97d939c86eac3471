// Command pixels trains PPO from pictures alone and compares it to a bot that
// knows all of the world.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"strings"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents"
	"github.com/miniflow-rl/miniflow/agents/blocks"
	"github.com/miniflow-rl/miniflow/agents/ppo"
	_ "github.com/miniflow-rl/miniflow/minigrid"
	"github.com/miniflow-rl/miniflow/minigrid/babyai"
	"github.com/miniflow-rl/miniflow/miniworld"
)

func main() {
	var c config
	flag.StringVar(&c.id, "id", "MiniWorld-OneRoom-v0", "a MiniWorld or MiniGrid id")
	flag.IntVar(&c.width, "width", 40, "width of the pictures in pixels")
	flag.IntVar(&c.height, "height", 30, "height of the pictures in pixels")
	net := flag.String("net", "small", "image encoder: small, or nature for pictures of at least 36x36 pixels")
	flag.Float64Var(&c.entropy, "entropy", 0.01, "weight of the entropy bonus: larger values try more before they settle")
	flag.IntVar(&c.steps, "steps", 200_000, "environment steps")
	flag.Uint64Var(&c.seed, "seed", 1, "determines everything that is drawn")
	flag.IntVar(&c.episodes, "episodes", 100, "levels on which the two are compared")
	flag.StringVar(&c.dir, "dir", "runs/pixels", "folder of the run; an interrupted one goes on")
	flag.Parse()
	if err := c.net.UnmarshalText([]byte(*net)); err != nil {
		log.Fatalf("-net: %v", err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, os.Stderr, c); err != nil {
		log.Fatal(err)
	}
}

type config struct {
	id                             string
	width, height, steps, episodes int
	net                            blocks.Image
	entropy                        float64
	seed                           uint64
	dir                            string
}

// env is what the agent sees: RGB pictures, of the 3D world that it is in, or of
// a Minigrid level as if it were one.
func (c *config) env() agents.EnvConfig {
	if strings.HasPrefix(c.id, "MiniWorld-") {
		return agents.EnvConfig{ID: c.id, Params: map[string]any{"obs_width": c.width, "obs_height": c.height}}
	}
	return agents.EnvConfig{ID: c.id, Wrap: fmt.Sprintf("first_person:width=%d:height=%d", c.width, c.height)}
}

func run(ctx context.Context, out, progress io.Writer, c config) error {
	preset, err := ppo.Preset("pixels")
	if err != nil {
		return err
	}
	preset.Encoder.Image, preset.EntropyCoef = c.net, c.entropy
	train := agents.Run{Dir: c.dir, Env: c.env(), Algorithm: &preset, Steps: c.steps, Seed: c.seed}
	result, err := agents.Train(ctx, train, agents.Options{Resume: agents.Exists(c.dir), Progress: progress, Episodes: c.episodes})
	if err != nil || result.Evaluation == nil {
		return err
	}
	bot, err := playBot(ctx, train.Env, c.episodes)
	if err != nil {
		return err
	}
	learned, known := result.Evaluation.Mean.Value, bot.Mean.Value
	fmt.Fprintf(out, "%s from %dx%d pixels: %d steps in %.0f s.\n", c.id, c.width, c.height, result.Steps, result.Seconds)
	fmt.Fprintf(out, "Mean return of %d new levels: PPO %.3f, the bot %.3f: %.0f %% of it.\n", c.episodes, learned, known, 100*learned/known)
	return nil
}

// playBot plays the levels of the final evaluation with a bot.
func playBot(ctx context.Context, c agents.EnvConfig, episodes int) (*agents.Evaluation, error) {
	env, err := c.Make(miniflow.WithLanes(min(episodes, 16)), miniflow.WithAutoreset(miniflow.Disabled))
	if err != nil {
		return nil, err
	}
	var bot miniflow.Planner
	if _, ok := miniflow.As[*miniworld.Env](env); ok {
		bot, err = miniworld.NewBot(env)
	} else {
		bot, err = babyai.NewBot(env)
	}
	if err != nil {
		return nil, err
	}
	return agents.Evaluate(ctx, env, agents.NewPlanPolicy(env, bot), episodes, agents.EvalSeed, false)
}
