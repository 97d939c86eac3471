// Command miniflow lists, plays, trains on, checks and measures environments.
//
//	go run ./cmd/miniflow demo
//	go run ./cmd/miniflow envs --family DoorKey
//	go run ./cmd/miniflow play MiniGrid-DoorKey-8x8-v0
//
// Every command exits with status 1 and one sentence on standard error if it
// cannot do what it was asked to.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	_ "github.com/miniflow-rl/miniflow/cmd/internal/all"
)

// program is the command line. A command is one file with one struct that has a
// method Run(*app) error.
type program struct {
	Demo   demoCmd   `cmd:"" help:"Train an agent in a few seconds and show what it learned."`
	Envs   envsCmd   `cmd:"" help:"List environments, or show one."`
	Train  trainCmd  `cmd:"" help:"Train an agent."`
	Eval   evalCmd   `cmd:"" help:"Evaluate an agent."`
	Play   playCmd   `cmd:"" help:"Play an environment in a window or a browser."`
	Replay replayCmd `cmd:"" help:"Run the episodes of a file again, and check them."`
	Bench  benchCmd  `cmd:"" help:"Measure speed."`
	Check  checkCmd  `cmd:"" help:"Prove that environments keep their promises."`

	Wrappers wrappersCmd `cmd:"" help:"List the wrappers that --wrap takes."`
	Generate generateCmd `cmd:"" help:"Save levels as files, with a picture of them all."`
	Level    levelCmd    `cmd:"" help:"Check a level file or code, say whether it can be solved, and convert it."`
	Version  versionCmd  `cmd:"" help:"Print the version."`
}

// app is what commands act on.
type app struct {
	ctx    context.Context // ends at Ctrl-C
	out    io.Writer       // results
	status io.Writer       // progress and remarks
}

// stopped returns an error that says what Ctrl-C has stopped, where it is why there is
// an error.
func (a *app) stopped(err error, what string) error {
	if err != nil && a.ctx.Err() != nil {
		return fmt.Errorf("stopped before %s", what)
	}
	return err
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintf(os.Stderr, "miniflow: %v\n", err)
		os.Exit(1)
	}
}

// errHelp ends the parsing when help was printed.
var errHelp = errors.New("help printed")

func run(ctx context.Context, args []string, out, status io.Writer) (err error) {
	var p program
	parser, err := kong.New(&p,
		kong.Name("miniflow"),
		kong.Description("Reinforcement-learning and GFlowNet environments: exact, fast, in pure Go."),
		kong.Writers(out, status),
		kong.Exit(func(int) { panic(errHelp) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.ShortUsageOnError(),
	)
	if err != nil {
		return err
	}
	defer func() {
		if r := recover(); r == errHelp {
			err = nil
		} else if r != nil {
			panic(r)
		}
	}()
	if len(args) == 0 {
		args = []string{"--help"}
	}
	k, err := parser.Parse(args)
	if err != nil {
		return mistake(err)
	}
	return k.Run(&app{ctx, out, status})
}
