//go:build js && wasm

// Command miniflow-web is the player on a web page. miniflow play --web compiles
// and serves it. The page's query says what to play:
//
//	id      the environment
//	seed    names the first world
//	given   1 if that is also the world after the end of an episode
//	record  1 to save every episode
//	agent   who plays: random, optimal, bot, or a run that the server has
//	greedy  1 if the agent takes the most likely action
//	param   NAME=VALUE, a parameter of the environment; may be repeated
//	wrap    wrappers of every environment, as miniflow train --wrap takes them
//
// The page sees the player's state as window.miniflow.
package main

import (
	"context"
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"syscall/js"

	"github.com/miniflow-rl/miniflow"
	_ "github.com/miniflow-rl/miniflow/cmd/internal/all"
	"github.com/miniflow-rl/miniflow/render"
	"github.com/miniflow-rl/miniflow/render/player"
	"github.com/miniflow-rl/miniflow/wrappers"
)

func main() {
	window := js.Global()
	if err := play(window); err != nil {
		window.Get("miniflow").Set("error", err.Error())
		if e := window.Get("document").Call("getElementById", "say"); e.Truthy() {
			e.Set("textContent", err.Error())
		}
	}
}

func play(window js.Value) error {
	query, err := url.ParseQuery(strings.TrimPrefix(window.Get("location").Get("search").String(), "?"))
	if err != nil {
		return err
	}
	seed, err := strconv.ParseUint(orElse(query.Get("seed"), "0"), 10, 64)
	if err != nil {
		return err
	}
	id := orElse(query.Get("id"), "MiniGrid-DoorKey-8x8-v0")
	state := window.Get("miniflow")
	app, err := player.New(player.Config{
		ID:     id,
		Seed:   seed,
		Make:   maker(id, query["param"], query.Get("wrap")),
		Agent:  agentOf(window, query.Get("agent"), query.Get("greedy") == "1"),
		Given:  query.Get("given") == "1",
		Record: query.Get("record") == "1",
		NoQuit: true,
		Save:   save,
		Changed: func(st player.Status) {
			if data, err := json.Marshal(st); err == nil {
				window.Get("Object").Call("assign", state, window.Get("JSON").Call("parse", string(data)))
			}
		},
	})
	if err != nil {
		return err
	}
	return render.Run(context.Background(), app, render.Options{Title: "miniflow", Frame: func(f render.Frame) {
		if f.Number == 1 {
			state.Set("firstDraw", window.Get("performance").Call("now").Float()/1000)
			if e := window.Get("document").Call("getElementById", "say"); e.Truthy() {
				e.Call("remove")
			}
		}
		state.Set("frames", f.Number)
		state.Set("fps", f.FPS)
	}})
}

// maker returns a function that builds environments, the one named id with
// parameters, all of them with wrappers.
func maker(id string, params []string, wrap string) func(string, ...miniflow.Option) (miniflow.Env, error) {
	return func(other string, options ...miniflow.Option) (miniflow.Env, error) {
		if other == id {
			for _, p := range params {
				name, value, _ := strings.Cut(p, "=")
				options = append(options, miniflow.WithParam(name, value))
			}
		}
		env, err := miniflow.Make(other, options...)
		if err != nil {
			return nil, err
		}
		return wrappers.Apply(env, wrap)
	}
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
