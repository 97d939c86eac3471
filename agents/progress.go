package agents

import (
	"fmt"
	"io"
	"math"
	"os"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// lineEvery is the longest time between two plain lines of progress.
const lineEvery = 10 * time.Second

// progress shows how training goes: a bar on a terminal, and elsewhere a plain
// line for every tenth of the way and at least every ten seconds.
type progress struct {
	w            io.Writer
	bar          *progressbar.ProgressBar // nil where w is no terminal
	total, first int                      // steps at the end and at the start
	start, last  time.Time
	tenth        int
}

// newProgress returns a progress display on w; nil shows nothing.
func newProgress(w io.Writer, first, total int, now time.Time) *progress {
	p := &progress{w: w, first: first, total: total, start: now, last: now, tenth: tenthOf(first, total)}
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		p.bar = progressbar.NewOptions64(int64(total),
			progressbar.OptionSetWriter(w), progressbar.OptionThrottle(100*time.Millisecond),
			progressbar.OptionSetWidth(24), progressbar.OptionShowCount(), progressbar.OptionShowIts(),
			progressbar.OptionSetItsString("steps"), progressbar.OptionSetPredictTime(true),
			progressbar.OptionSetTheme(progressbar.Theme{Saucer: "█", SaucerPadding: "░", BarStart: "▕", BarEnd: "▏"}))
		if first > 0 {
			p.bar.Reset()
			_ = p.bar.Set(first)
		}
	}
	return p
}

func tenthOf(steps, total int) int { return 10 * steps / max(total, 1) }

// update shows the state after an update. Errors of the display are not worth
// ending a run for.
func (p *progress) update(m *Meter, now time.Time) {
	if p.w == nil {
		return
	}
	steps := min(m.Steps(), p.total)
	if p.bar != nil {
		p.bar.Describe("return " + showReturn(m.MeanReturn()))
		_ = p.bar.Set(steps)
		return
	}
	if tenth := tenthOf(steps, p.total); tenth > p.tenth || now.Sub(p.last) >= lineEvery {
		p.tenth, p.last = tenth, now
		rate := p.rate(m, now)
		eta := time.Duration(0)
		if rate > 0 {
			eta = time.Duration(float64(p.total-steps) / rate * float64(time.Second))
		}
		fmt.Fprintf(p.w, "%d/%d steps, return %s, %.0f steps/s, ETA %v\n", steps, p.total, showReturn(m.MeanReturn()), rate, eta.Round(time.Second))
	}
}

// rate returns steps a second since the start.
func (p *progress) rate(m *Meter, now time.Time) float64 {
	s := now.Sub(p.start).Seconds()
	if s <= 0 {
		return 0
	}
	return float64(m.Steps()-p.first) / s
}

// end finishes the display: with a full bar if the training is complete, which
// it may be before its last step.
func (p *progress) end(m *Meter, complete bool) {
	if p.bar == nil {
		return
	}
	if complete {
		p.bar.ChangeMax(max(m.Steps(), 1))
		_ = p.bar.Set(max(m.Steps(), 1))
	}
	_ = p.bar.Exit()
	fmt.Fprintln(p.w)
}

// finishing shows how far the measurement of a finished run is: a bar on a
// terminal, and elsewhere a plain line every ten seconds. It is safe for
// concurrent use.
type finishing struct {
	mu          sync.Mutex
	w           io.Writer
	bar         *progressbar.ProgressBar // nil until the first update, and where w is no terminal
	start, last time.Time
}

// newFinishing returns a display on w; nil shows nothing.
func newFinishing(w io.Writer) *finishing {
	now := time.Now()
	return &finishing{w: w, start: now, last: now}
}

func (f *finishing) update(done, total int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if out, ok := f.w.(*os.File); ok && term.IsTerminal(int(out.Fd())) {
		if f.bar == nil {
			f.bar = progressbar.NewOptions64(int64(total), progressbar.OptionSetWriter(out), progressbar.OptionThrottle(100*time.Millisecond),
				progressbar.OptionSetDescription("measuring"), progressbar.OptionSetWidth(24), progressbar.OptionSetPredictTime(true),
				progressbar.OptionClearOnFinish())
		}
		_ = f.bar.Set(max(done, int(f.bar.State().CurrentNum)))
		return
	}
	if now := time.Now(); f.w != nil && now.Sub(f.last) >= lineEvery {
		f.last = now
		fmt.Fprintf(f.w, "measuring: %d %%, %.0f s\n", 100*done/max(total, 1), now.Sub(f.start).Seconds())
	}
}

// end finishes the display.
func (f *finishing) end() {
	if f.bar != nil {
		_ = f.bar.Finish()
	}
}

func showReturn(r float64) string {
	if math.IsNaN(r) {
		return "-"
	}
	return Number(r)
}
