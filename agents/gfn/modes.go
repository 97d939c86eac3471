package gfn

import (
	"encoding/binary"
	"maps"
	"slices"

	"github.com/miniflow-rl/miniflow/agents"
	"github.com/miniflow-rl/miniflow/gfnenvs"
)

// modeSet collects the distinct modes that training has seen. It allocates only
// for a new one.
type modeSet struct {
	rules gfnenvs.Moded
	found map[string]struct{} // by the state's elements, four bytes each
	key   []byte
}

func newModeSet(rules gfnenvs.Rules) *modeSet {
	m, ok := rules.(gfnenvs.Moded)
	if !ok {
		return nil
	}
	return &modeSet{rules: m, found: map[string]struct{}{}}
}

func (m *modeSet) add(s []int32) {
	if !m.rules.IsMode(s) {
		return
	}
	m.key = m.key[:0]
	for _, v := range s {
		m.key = binary.LittleEndian.AppendUint32(m.key, uint32(v))
	}
	if _, ok := m.found[string(m.key)]; !ok {
		m.found[string(m.key)] = struct{}{}
	}
}

func (m *modeSet) save(s *agents.State) {
	var all []byte
	for _, key := range slices.Sorted(maps.Keys(m.found)) {
		all = append(all, key...)
	}
	s.PutBytes(stateModes, all)
}

// load reads the modes, of k elements each.
func (m *modeSet) load(s *agents.State, k int) {
	clear(m.found)
	for all := s.Bytes(stateModes); len(all) >= 4*k; all = all[4*k:] {
		m.found[string(all[:4*k])] = struct{}{}
	}
}
