package wrappers

import "github.com/miniflow-rl/miniflow"

// ImgObs keeps the observation "image" and drops all others.
func ImgObs(env miniflow.Env) (*Wrapper, error) {
	w := newWrapper(env, "img")
	k, _, err := w.obs("image")
	if err != nil {
		return nil, err
	}
	w.spec.Observation = miniflow.Dict{w.spec.Observation[k]}
	return w.build(), nil
}

// cells checks that "image" is a grid of encoded cells, uint8 with three
// channels, and returns its number and its first two dimensions.
func (w *Wrapper) cells() (k, columns, rows int, err error) {
	k, s, err := w.obs("image")
	if err != nil {
		return 0, 0, 0, err
	}
	if err := w.worlds(); err != nil {
		return 0, 0, 0, err
	}
	d := s.Shape()
	if s.DType() != miniflow.Uint8 || len(d) != 3 || d[2] != 3 || wrapped(w.Env, "rgb", "rgb_partial", "first_person", "grid_map") {
		return 0, 0, 0, w.fail("image is %v %v: want encoded cells, uint8 with 3 channels", s.DType(), d)
	}
	return k, d[0], d[1], nil
}

// wrapped reports whether env or an environment inside it is a wrapper of one
// of these names.
func wrapped(env miniflow.Env, names ...string) bool {
	for _, have := range Chain(env) {
		for _, n := range names {
			if n == have {
				return true
			}
		}
	}
	return false
}

// Chain returns the names of the wrappers around an environment, the outermost
// first.
func Chain(env miniflow.Env) []string {
	var names []string
	for env != nil {
		if w, ok := env.(interface{ Name() string }); ok {
			names = append(names, w.Name())
		}
		u, ok := env.(interface{ Unwrap() miniflow.Env })
		if !ok {
			break
		}
		env = u.Unwrap()
	}
	return names
}
