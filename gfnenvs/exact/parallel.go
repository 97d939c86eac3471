package exact

import (
	"runtime"
	"sync"
)

// parallel calls do on disjoint parts of [lo,hi), each at least grain long, from
// as many goroutines as there are processors; worker is in [0, Workers()). The
// error is that of the lowest part.
func parallel(lo, hi, grain int, do func(worker, lo, hi int) error) error {
	n := min(Workers(), (hi-lo)/max(grain, 1))
	if n <= 1 {
		return do(0, lo, hi)
	}
	errs := make([]error, n)
	var wg sync.WaitGroup
	for w := range n {
		wg.Go(func() {
			errs[w] = do(w, lo+(hi-lo)*w/n, lo+(hi-lo)*(w+1)/n)
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// Workers returns how many goroutines may call a [Policy] at once.
func Workers() int { return runtime.GOMAXPROCS(0) }
