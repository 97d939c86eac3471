package miniflow

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
)

// Spec describes an environment: what a caller must know to build agents for
// it, and what names it exactly. It round-trips through JSON.
type Spec struct {
	// ID is the registered name, such as "MiniGrid-DoorKey-5x5-v0".
	ID string
	// Family groups ids in lists and documents, such as "DoorKey".
	Family string
	// Doc says in a sentence what the task is.
	Doc string
	// Mission is the template of the mission text, with variable words in
	// braces; empty where there is no mission.
	Mission string
	// Observation lists the named observation spaces in the order of Batch.Obs.
	Observation Dict
	// Action is the action space.
	Action Space
	// ActionNames names the actions of a Discrete action space, if they have names.
	ActionNames []string
	// MaxSteps is the number of steps after which an episode is truncated; 0 if
	// there is no limit or it differs from episode to episode.
	MaxSteps int
	// Reward is the closed range of the reward of one step.
	Reward [2]float64
	// Params are the parameters that WithParam accepts, with their values here.
	Params []Param
}

// NewObs returns observation arrays of n lanes.
func (s *Spec) NewObs(n int) []Array {
	obs := make([]Array, len(s.Observation))
	for k, o := range s.Observation {
		obs[k] = NewArray(o.Space.DType(), n, o.Space.Shape()...)
	}
	return obs
}

// NumActions returns the number of actions of a Discrete action space, else 0.
func (s *Spec) NumActions() int {
	if d, ok := s.Action.(Discrete); ok {
		return d.N
	}
	return 0
}

// Fingerprint returns a hash of the id and the values of the parameters. It is
// part of snapshots, so that they are of one environment.
func (s *Spec) Fingerprint() uint64 {
	h := fnv.New64a()
	fmt.Fprintf(h, "%q", s.ID)
	for i := range s.Params {
		fmt.Fprintf(h, " %q=%#v", s.Params[i].Name, s.Params[i].Value)
	}
	return h.Sum64()
}

// Clone returns a copy that shares no slices with s.
func (s *Spec) Clone() *Spec {
	c := *s
	c.Observation = append(Dict(nil), s.Observation...)
	c.ActionNames = append([]string(nil), s.ActionNames...)
	c.Params = append([]Param(nil), s.Params...)
	return &c
}

type specJSON struct {
	ID          string   `json:"id"`
	Family      string   `json:"family,omitempty"`
	Doc         string   `json:"doc,omitempty"`
	Mission     string   `json:"mission,omitempty"`
	Observation Dict     `json:"observation"`
	Action      Named    `json:"action"`
	ActionNames []string `json:"action_names,omitempty"`
	MaxSteps    int      `json:"max_steps,omitempty"`
	Reward      [2]bound `json:"reward_range"`
	Params      []Param  `json:"params,omitempty"`
}

// MarshalJSON implements json.Marshaler.
func (s Spec) MarshalJSON() ([]byte, error) {
	return json.Marshal(specJSON{s.ID, s.Family, s.Doc, s.Mission, s.Observation, Named{Space: s.Action},
		s.ActionNames, s.MaxSteps, [2]bound{bound(s.Reward[0]), bound(s.Reward[1])}, s.Params})
}

// UnmarshalJSON implements json.Unmarshaler.
func (s *Spec) UnmarshalJSON(data []byte) error {
	var j specJSON
	if err := json.Unmarshal(data, &j); err != nil {
		return err
	}
	*s = Spec{j.ID, j.Family, j.Doc, j.Mission, j.Observation, j.Action.Space, j.ActionNames, j.MaxSteps,
		[2]float64{float64(j.Reward[0]), float64(j.Reward[1])}, j.Params}
	return nil
}
