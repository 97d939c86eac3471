package gfn

import "math"

// localSearch are settings of [sampler.localSearch].
type localSearch struct {
	share      float64 // of the steps of a trajectory that are undone
	rounds     int
	metropolis bool
}

// cut is a way to an object and where a search undid it.
type cut struct {
	at   int // the number of steps that were kept
	path trajectory
}

// localSearch undoes the last share of every trajectory in [lo,hi) and builds it
// anew, round after round from the object that it holds then. What is not accepted
// is dropped. Greedy acceptance wants a reward that is not lower. Metropolis's
// accepts the new object x' in place of x with probability
//
//	min(1, R(x') P_B(x'→s) P_F(s→x) / (R(x) P_B(x→s) P_F(s→x')))
//
// for the state s in between and P_F the behaviour policy: then R is stationary,
// where all constructions have one length.
func (s *sampler) localSearch(lo, hi int, c localSearch) error {
	s.current = s.current[:0]
	for i := lo; i < hi; i++ {
		s.current = append(s.current, i)
	}
	for range c.rounds {
		first := s.n
		for lane, i := range s.current {
			if err := s.undo(lane, i, c.share); err != nil {
				return err
			}
		}
		if err := s.forward(first); err != nil {
			return err
		}
		kept := first
		for lane := range s.current {
			i := first + lane
			ok := s.all[i].reward >= s.all[s.current[lane]].reward
			if c.metropolis {
				var err error
				if ok, err = s.metropolis(lane, i); err != nil {
					return err
				}
			}
			if ok {
				s.all[kept], s.all[i] = s.all[i], s.all[kept]
				s.current[lane] = kept
				kept++
			}
		}
		s.n = kept
	}
	return nil
}

// undo begins a trajectory with what is kept of a way to the object of trajectory
// i that the backward policy draws.
func (s *sampler) undo(lane, i int, share float64) error {
	old := &s.all[i]
	t, err := s.backward(old.rows[len(old.rows)-1])
	if err != nil {
		return err
	}
	for len(s.cuts) <= lane {
		s.cuts = append(s.cuts, cut{})
	}
	keep, x := len(t.rows)-int(math.Ceil(share*float64(len(t.rows)-1))), &s.cuts[lane]
	x.at = keep - 1
	x.path.rows, x.path.actions = append(x.path.rows[:0], t.rows...), append(x.path.actions[:0], t.actions...)
	t.rows, t.actions = t.rows[:keep], t.actions[:keep-1]
	return nil
}

// metropolis draws whether trajectory i takes the place of the one that was cut.
func (s *sampler) metropolis(lane, i int) (bool, error) {
	x := &s.cuts[lane]
	oldP, oldB, err := s.logs(&x.path, x.at)
	if err != nil {
		return false, err
	}
	newP, newB, err := s.logs(&s.all[i], x.at)
	if err != nil {
		return false, err
	}
	ratio := s.all[i].reward - s.all[s.current[lane]].reward + newB - oldB + oldP - newP
	return math.Log(1-s.rng.Random()) < ratio, nil
}

// logs returns log P_F and log P_B of a trajectory from step at on.
func (s *sampler) logs(t *trajectory, at int) (logP, logB float64, err error) {
	s.passes.evaluate(s.table)
	n := s.table.a
	s.backs = extend(s.backs, n-1)
	for k := at; k < len(t.actions); k++ {
		logP += math.Log(s.chance[int(t.rows[k])*n+int(t.actions[k])])
		if k == len(t.actions)-1 {
			break
		}
		if err := s.back(s.backs[:n-1], t.rows[k+1]); err != nil {
			return 0, 0, err
		}
		logB += math.Log(s.backs[t.actions[k]])
	}
	return logP, logB, nil
}
