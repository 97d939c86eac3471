// Command custom_flow makes a construction environment of its own (flow.go),
// checks it, counts its states exactly and draws boards in proportion to their
// reward.
package main

import (
	"fmt"
	"io"
	"log"
	"os"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/gfnenvs"
	"github.com/miniflow-rl/miniflow/gfnenvs/exact"
)

const id = "Example-Queens-6"

func main() {
	if err := register(); err != nil {
		log.Fatal(err)
	}
	if err := run(os.Stdout); err != nil {
		log.Fatal(err)
	}
}

// register makes the environment known by its id: from then on it can be trained
// on and played like any other.
func register() error {
	return gfnenvs.Family{
		Name: "Queens", Doc: "Put queens on a board so that none attacks another; every queen multiplies the reward by e².",
		Params: []miniflow.Param{{Name: "size", Doc: "columns of the board", Value: 6, Min: 1, Max: 64}},
		Rules:  func(c *miniflow.Config) (gfnenvs.Rules, error) { return queens(c.Int("size")), nil },
	}.Register(id, nil)
}

func run(out io.Writer) error {
	rules, err := gfnenvs.RulesOf(id)
	if err != nil {
		return err
	}
	// Do masks, moves and undoing agree? Is it an environment like any other?
	if err := gfnenvs.CheckRules(rules, 100, 1); err != nil {
		return err
	}
	if err := miniflow.CheckID(id); err != nil {
		return err
	}
	fmt.Fprintf(out, "%s keeps the promises of an environment.\n", id)

	g, err := exact.Enumerate(rules)
	if err != nil {
		return err
	}
	full := func(s []int32) float64 {
		if placed(s) == len(s) {
			return 1
		}
		return 0
	}
	var uniform exact.Distribution
	if err := g.Evaluate(&uniform, exact.Uniform(rules.Layout().Actions)); err != nil {
		return err
	}
	fmt.Fprintf(out, "%d boards, log Z %.4f, entropy %.3f nats.\n", g.Len(), g.LogZ(), exact.Entropy(g.Target()))
	fmt.Fprintf(out, "All six queens: %.2f %% of the target, %.2f %% of what random actions build.\n",
		100*g.Expect(g.Target(), full), 100*g.Expect(uniform.P, full))

	flows, err := g.Flows(nil)
	if err != nil {
		return err
	}
	board, err := draw(rules, g, flows, miniflow.NewRand(4))
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "A board drawn by the exact flows:")
	for row := range board {
		for _, q := range board {
			if int(q)-1 == row {
				fmt.Fprint(out, " Q")
			} else {
				fmt.Fprint(out, " .")
			}
		}
		fmt.Fprintln(out)
	}
	return nil
}

// draw builds a board, following the flows from the empty one.
func draw(rules gfnenvs.Rules, g *exact.Graph, flows *exact.Flows, rng *miniflow.Rand) ([]int32, error) {
	l := rules.Layout()
	s, p := make([]int32, len(l.Values)), make([]float64, l.Actions)
	for {
		i, ok := g.Index(s)
		if !ok {
			return nil, fmt.Errorf("board %v was not enumerated", s)
		}
		flows.Policy(p, i)
		a := rng.ChoiceP(p)
		if a == l.Exit() {
			return s, nil
		}
		rules.Apply(s, a)
	}
}
