package ppo

// Advantages computes generalised advantages and returns for learning the value
// over a rollout of horizon steps of some lanes, all [horizon, lanes] row-major:
//
//	delta_t = r_t + gamma next_t - V(s_t)
//	A_t     = delta_t + gamma lambda A_t+1   (A_t+1 = 0 where the episode ended at t)
//	target  = A_t + V(s_t)
//
// (Schulman et al., "High-Dimensional Continuous Control Using Generalized
// Advantage Estimation", 2016, equation 16). next holds the value of the state
// that step t led to: 0 where the task ended, the value of the final observation
// where the episode was cut off, else V(s_t+1). It sums in float64.
func Advantages(advantage, target, value, next []float32, reward []float64, ended []bool, lanes int, gamma, lambda float64) {
	for i := range lanes {
		sum := 0.0
		for k := len(reward) - lanes + i; k >= 0; k -= lanes {
			if ended[k] {
				sum = 0
			}
			delta := reward[k] + gamma*float64(next[k]) - float64(value[k])
			sum = delta + gamma*lambda*sum
			advantage[k] = float32(sum)
			target[k] = float32(sum + float64(value[k]))
		}
	}
}
