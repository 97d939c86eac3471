package main

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/miniflow-rl/miniflow"
)

type replayCmd struct {
	File  string `arg:"" help:"Episode file: one JSON object a line, .gz allowed."`
	Check bool   `help:"Compare rewards, flags and state hashes with the file."`
}

// Run replays every episode in file order, on one environment as long as id and
// parameters stay the same, so that episodes without a seed continue the
// generator of those before.
func (c *replayCmd) Run(a *app) error {
	f, err := openEpisodes(c.File)
	if err != nil {
		return err
	}
	defer f.Close()
	var env miniflow.Env
	var b *miniflow.Batch
	made, episodes, steps, differ := "", 0, 0, 0
	for e, err := range miniflow.Episodes(f) {
		if err != nil {
			return fmt.Errorf("%s: %w", c.File, err)
		}
		if a.ctx.Err() != nil {
			return errors.New("stopped before all episodes were replayed")
		}
		if key := fmt.Sprint(e.Env, e.Params); key != made {
			if env, err = e.Make(); err != nil {
				return fmt.Errorf("%s: %w", c.File, err)
			}
			if !miniflow.Recordable(env.Spec().Action) {
				return fmt.Errorf("%s: %s has actions that episodes cannot have", c.File, e.Env)
			}
			b, made = miniflow.NewBatch(env), key
		}
		episodes++
		steps += len(e.Steps)
		total := 0.0
		err := e.Replay(env, b, c.Check, func(step int) error { total += b.Reward[0]; return a.ctx.Err() })
		if errors.Is(err, miniflow.ErrEpisode) {
			differ++
			fmt.Fprintf(a.out, "episode %d: %v\n", episodes, err)
			continue
		}
		if err != nil {
			return fmt.Errorf("%s: episode %d: %w", c.File, episodes, err)
		}
		fmt.Fprintf(a.out, "episode %d: %s, %d steps, return %.4g\n", episodes, e.Env, len(e.Steps), total)
	}
	if !c.Check {
		return nil
	}
	if differ > 0 {
		return fmt.Errorf("%s: %d of %d episodes do not replay as recorded", c.File, differ, episodes)
	}
	fmt.Fprintf(a.out, "checked %d episodes, %d steps: 0 differences\n", episodes, steps)
	return nil
}

type gzipFile struct {
	*gzip.Reader
	file *os.File
}

// Close closes both readers.
func (g gzipFile) Close() error { return errors.Join(g.Reader.Close(), g.file.Close()) }

func openEpisodes(path string) (io.ReadCloser, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	if !strings.HasSuffix(path, ".gz") {
		return f, nil
	}
	z, err := gzip.NewReader(f)
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("%s: it is no gzip file: %w", path, err)
	}
	return gzipFile{z, f}, nil
}
