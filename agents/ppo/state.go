package ppo

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents"
)

// Names of the arrays in a checkpoint, or what they start with.
const (
	stateModel      = "model"
	stateAdam       = "adam"
	stateActions    = "rand.actions"
	stateBatches    = "rand.batches"
	stateVocabulary = "words."
)

// Save implements [agents.Agent].
func (a *Agent) Save(s *agents.State) error {
	if err := a.begin(); err != nil {
		return err
	}
	a.net.params.Export(&s.File, stateModel)
	a.adam.Export(&s.File, stateAdam)
	for _, name := range a.net.encoder.Texts() {
		s.PutBytes(stateVocabulary+name, []byte(strings.Join(a.net.encoder.Vocabulary(name), "\n")))
	}
	for _, r := range a.generators() {
		data, err := r.rng.AppendBinary(nil)
		if err != nil {
			return err
		}
		s.PutBytes(r.name, data)
	}
	return agents.SaveLanes(s, a.env, a.rollout.b)
}

// Load implements [agents.Agent].
func (a *Agent) Load(s *agents.State) error {
	if err := a.begin(); err != nil {
		return err
	}
	if err := a.LoadBlocks(s); err != nil {
		return err
	}
	if err := a.adam.Import(&s.File, stateAdam); err != nil {
		return fmt.Errorf("ppo: %w: %w", agents.ErrCheckpoint, err)
	}
	for _, r := range a.generators() {
		if err := r.rng.UnmarshalBinary(s.Bytes(r.name)); err != nil {
			return errors.Join(s.Err(), fmt.Errorf("ppo: %s: %w: %w", r.name, agents.ErrCheckpoint, err))
		}
	}
	return agents.LoadLanes(s, a.env, a.rollout.b)
}

type generator struct {
	name string
	rng  *miniflow.Rand
}

func (a *Agent) generators() []generator {
	return []generator{{stateActions, &a.rollout.rng}, {stateBatches, &a.batches}}
}

// Blocks implements [agents.Transferrer].
func (a *Agent) Blocks() []string { return a.net.params.Blocks() }

// Freeze implements [agents.Transferrer]. It must come before the first Update.
func (a *Agent) Freeze(blocks ...string) error {
	if a.gradient != nil {
		return errors.New("ppo: freeze: the agent has begun to learn")
	}
	if err := a.net.params.Freeze(blocks...); err != nil {
		return err
	}
	a.frozen = append(a.frozen, blocks...)
	return nil
}

// LoadBlocks implements [agents.Transferrer]. With a text block go the words it
// knows.
func (a *Agent) LoadBlocks(s *agents.State, blocks ...string) error {
	words := map[string][]string{}
	for _, name := range a.net.encoder.Texts() {
		if len(blocks) > 0 && !slices.Contains(blocks, name) {
			continue
		}
		words[name] = strings.FieldsFunc(string(s.Bytes(stateVocabulary+name)), func(r rune) bool { return r == '\n' })
	}
	if err := s.Err(); err != nil {
		return err
	}
	if err := a.net.params.Import(&s.File, stateModel, blocks...); err != nil {
		return fmt.Errorf("ppo: %w: %w", agents.ErrCheckpoint, err)
	}
	for name, w := range words {
		if err := a.net.encoder.SetVocabulary(name, w); err != nil {
			return fmt.Errorf("ppo: %w: %w", agents.ErrCheckpoint, err)
		}
	}
	return nil
}
