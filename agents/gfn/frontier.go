package gfn

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents"
)

// frontier remembers which observations histories have come by, and how: an
// episode can go back to one that is seldom seen and explore from there (Ecoffet
// et al. 2021, "First return, then explore", arXiv 2004.12919). Where a reward
// needs many right actions in a row, no other exploration finds one.
type frontier struct {
	seen  []sighting // in the order of their first visits
	find  map[uint64]int
	sums  []float64
	guess []int32
}

// sighting is an observation: key is its hash.
type sighting struct {
	key    uint64
	past   []int32 // the actions of the shortest history that led to it
	from   int     // the sighting before its last action; -1 if there is none
	visits int
}

// maxSightings bounds the memory: later observations are not remembered.
const maxSightings = 1 << 16

// visit counts the observations of a trajectory, whose last state is its end and
// nothing to go back to.
func (f *frontier) visit(t *table, p *trajectory) {
	if f.find == nil {
		f.find = map[uint64]int{}
	}
	from := -1
	for n, row := range p.rows[:len(p.rows)-1] {
		on := t.on[int(row)*t.encoder.width : int(row+1)*t.encoder.width]
		key := hash(on[len(t.layout.Values):])
		k, known := f.find[key]
		if !known {
			if len(f.seen) == maxSightings {
				return
			}
			k = len(f.seen)
			f.find[key] = k
			f.seen = append(f.seen, sighting{key: key, past: slices.Clone(p.actions[:n]), from: from})
		}
		x := &f.seen[k]
		x.visits++
		if n < len(x.past) {
			x.past, x.from = append(x.past[:0], p.actions[:n]...), from
		}
		from = k
	}
}

// hash is that of the inputs of a network that are 1.
func hash(on []int32) uint64 {
	h := uint64(0x9e3779b97f4a7c15)
	for _, v := range on {
		h = (h ^ uint64(uint32(v))) * 0xff51afd7ed558ccd
		h ^= h >> 32
	}
	return h
}

// weigh prepares draws: a sighting is drawn in proportion to 1/sqrt(visits).
func (f *frontier) weigh() {
	f.sums = f.sums[:0]
	sum := 0.0
	for i := range f.seen {
		sum += 1 / math.Sqrt(float64(f.seen[i].visits))
		f.sums = append(f.sums, sum)
	}
}

// draw returns the actions that lead to a sighting; none where nothing was seen
// yet. Half of the time they are a guess: the shortest history to the sighting
// before, which may have been found later, and the last action. It saves detours,
// but two situations can look alike, so only what led there is kept.
func (f *frontier) draw(rng *miniflow.Rand) []int32 {
	if len(f.sums) == 0 {
		return nil
	}
	at, _ := slices.BinarySearch(f.sums, rng.Random()*f.sums[len(f.sums)-1])
	x := &f.seen[min(at, len(f.seen)-1)]
	if x.from < 0 || rng.Random() < 0.5 {
		return x.past
	}
	f.guess = append(append(f.guess[:0], f.seen[x.from].past...), x.past[len(x.past)-1])
	return f.guess
}

// lead begins a trajectory on a way to a sighting, as far as it is legal.
func (f *frontier) lead(p *trajectory, t *table, rng *miniflow.Rand) error {
	for _, a := range f.draw(rng) {
		row := p.rows[len(p.rows)-1]
		if !t.forwardMask(row)[a] {
			return nil
		}
		to, err := t.step(row, a)
		if err != nil {
			return err
		}
		p.rows, p.actions = append(p.rows, to), append(p.actions, a)
	}
	return nil
}

// save puts the places into a checkpoint: the actions one behind the other, each
// place with their end and its visits.
func (f *frontier) save(s *agents.State) {
	var keys, actions, ends, froms, visits []int64
	for _, x := range f.seen {
		keys, actions, visits = append(keys, int64(x.key)), widen(actions, x.past), append(visits, int64(x.visits))
		ends, froms = append(ends, int64(len(actions))), append(froms, int64(x.from))
	}
	s.PutInts(stateFrontier+"size", []int64{int64(len(keys)), int64(len(actions))})
	s.PutInts(stateFrontier+"keys", keys)
	s.PutInts(stateFrontier+"actions", actions)
	s.PutInts(stateFrontier+"ends", ends)
	s.PutInts(stateFrontier+"from", froms)
	s.PutInts(stateFrontier+"visits", visits)
}

// load reads what save wrote, of histories of at most horizon of n actions.
func (f *frontier) load(s *agents.State, horizon, n int) error {
	var size [2]int64
	s.Ints(stateFrontier+"size", size[:])
	if s.Err() != nil || size[0] < 0 || size[0] > maxSightings || size[1] < 0 || size[1] > size[0]*int64(horizon) {
		return errors.Join(s.Err(), fmt.Errorf("%d observations after %d actions: want at most %d, and %d actions each: %w", size[0], size[1], maxSightings, horizon, agents.ErrCheckpoint))
	}
	keys, actions, ends := make([]int64, size[0]), make([]int64, size[1]), make([]int64, size[0])
	froms, visits := make([]int64, size[0]), make([]int64, size[0])
	s.Ints(stateFrontier+"keys", keys)
	s.Ints(stateFrontier+"actions", actions)
	s.Ints(stateFrontier+"ends", ends)
	s.Ints(stateFrontier+"from", froms)
	s.Ints(stateFrontier+"visits", visits)
	if err := s.Err(); err != nil {
		return err
	}
	*f = frontier{find: map[uint64]int{}}
	from := int64(0)
	for i, end := range ends {
		if end < from || end > min(size[1], from+int64(horizon)) || visits[i] < 1 || froms[i] < -1 || froms[i] >= size[0] || end == from && froms[i] >= 0 {
			return fmt.Errorf("observation %d, of %d visits, after %d and actions [%d,%d): %w", i, visits[i], froms[i], from, end, agents.ErrCheckpoint)
		}
		for _, a := range actions[from:end] {
			if a < 0 || a >= int64(n) {
				return fmt.Errorf("observation %d: action %d of %d: %w", i, a, n, agents.ErrCheckpoint)
			}
		}
		f.find[uint64(keys[i])] = i
		f.seen = append(f.seen, sighting{uint64(keys[i]), narrow(actions[from:end]), int(froms[i]), int(visits[i])})
		from = end
	}
	return nil
}
