package player

import (
	"fmt"
	"strings"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid"
	"github.com/miniflow-rl/miniflow/miniworld"
)

// Status is all that the screen says about a session. As JSON it is what the
// browser's page sees of the player.
type Status struct {
	ID         string  `json:"id"`
	Mission    string  `json:"mission"`
	Seed       uint64  `json:"seed"`
	World      int     `json:"world"` // resets without a seed since the seed
	Step       int     `json:"step"`
	MaxSteps   int     `json:"max_steps"` // 0 if there is no limit
	Action     string  `json:"action"`    // of the last step; empty before the first
	Reward     float64 `json:"reward"`    // of the last step
	Return     float64 `json:"return"`
	Carrying   string  `json:"carrying"` // empty if the hands are
	Terminated bool    `json:"terminated"`
	Truncated  bool    `json:"truncated"`
	Episodes   int     `json:"episodes"` // that ended so far
	// Of objects that are built: the state as numbers, its log reward where it may
	// exit, and the condition.
	State     string `json:"state,omitempty"`
	LogReward string `json:"log_reward,omitempty"`
	Condition string `json:"condition,omitempty"`
}

// Status returns the session's state in words and numbers.
func (s *Session) Status() Status {
	spec := s.env.Spec()
	st := Status{ID: spec.ID, Seed: s.seed, World: s.world, Step: s.step, MaxSteps: spec.MaxSteps,
		Reward: s.reward, Return: s.total, Episodes: s.episodes,
		Terminated: s.batch.Terminated[0], Truncated: s.batch.Truncated[0]}
	if k := spec.Observation.Index("mission"); k >= 0 && s.batch.Obs[k].Type == miniflow.TextType {
		st.Mission = s.batch.Obs[k].Text[0]
	}
	if s.action >= 0 {
		st.Action = actionName(spec, s.action)
	}
	if k := s.built; k != nil {
		st.State, st.Mission = fmt.Sprint(k.state()), spec.Doc
		if s.action >= 0 {
			st.Action = k.name(s.action)
		}
		if k.env.Exited(0) || k.forward[k.exit()] {
			st.LogReward = number(k.logReward())
		}
		for _, v := range k.env.Condition(0) {
			st.Condition = strings.TrimSpace(st.Condition + " " + number(v))
		}
	}
	if h := s.shaped; h != nil {
		st.State, st.Mission = fmt.Sprintf("%.3g", h.env.State(0)), spec.Doc
		if h.kind >= 0 {
			st.Action = h.kinds[h.kind].Name
		}
		if s.Ended() || h.legal[h.exit()] {
			st.LogReward = number(h.logReward())
		}
	}
	if w, ok := miniflow.As[minigrid.Worlds](s.env); ok {
		world := w.World(0)
		st.MaxSteps = world.MaxSteps
		if t := world.Carrying(); t.Cell != minigrid.Unseen {
			st.Carrying = t.Cell.String()
		}
		if st.Mission == "" {
			st.Mission = world.Mission
		}
	}
	if w, ok := miniflow.As[miniworld.Worlds](s.env); ok {
		world := w.World(0)
		st.MaxSteps, st.Mission = world.MaxSteps, world.Mission
		if e := world.Agent.Carrying; e != nil {
			st.Carrying = nameOf(e)
		}
	}
	return st
}
