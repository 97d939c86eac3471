package miniworld

// Draw draws what the agent of a lane sees now, in the size of observations.
func Draw(e *Env, lane int, dst Picture) error {
	s := e.sim(lane)
	return s.draw(dst, s.Agent.Camera(), false)
}

// Advance is a step without an observation.
func Advance(e *Env, lane int, a Action) { e.sim(lane).advance(a) }

// Generate is a reset without an observation.
func Generate(e *Env, lane int, seed uint64) error {
	s := e.sim(lane)
	rng := e.vector.Rand(lane)
	rng.Seed(seed)
	return s.generate(rng)
}

// Sincos is sincos.
func Sincos(x float64) (sin, cos float64) { return sincos(x) }
