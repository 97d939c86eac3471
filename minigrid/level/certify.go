package level

import (
	"context"
	"errors"
	"fmt"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid/babyai"
)

// Verdict says whether a level can be solved.
type Verdict uint8

// The verdicts.
const (
	Unknown Verdict = iota // the planner's budget ran out
	Solvable
	Unsolvable
)

var verdictNames = [...]string{"unknown", "solvable", "unsolvable"}

// String returns the verdict's name.
func (v Verdict) String() string {
	if int(v) < len(verdictNames) {
		return verdictNames[v]
	}
	return fmt.Sprintf("Verdict(%d)", v)
}

// MarshalText implements encoding.TextMarshaler.
func (v Verdict) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (v *Verdict) UnmarshalText(text []byte) error {
	for k, name := range verdictNames {
		if string(text) == name {
			*v = Verdict(k)
			return nil
		}
	}
	return fmt.Errorf("verdict %q: want unknown, solvable or unsolvable", text)
}

// Certificate is what a planner found out about a level. A solvable one has been
// solved on a copy, an unsolvable one searched through.
type Certificate struct {
	Verdict Verdict `json:"verdict"`
	// Steps is the length of the plan that was found, Optimal whether there is no
	// shorter one, and Return what it earns.
	Steps   int     `json:"steps,omitempty"`
	Optimal bool    `json:"optimal,omitempty"`
	Return  float64 `json:"return,omitempty"`
}

// Certify asks an environment's planner about the present state of a lane. It
// looks for a shortest plan and, if that takes more than budget states, for any,
// with the help of the [babyai.Bot]. A budget of 0 is the planner's own. It fails only if the environment has no
// planner, the lane was not reset, or ctx ends.
func Certify(ctx context.Context, env miniflow.Env, lane, budget int) (Certificate, error) {
	planner, ok := miniflow.As[miniflow.Planner](env)
	if !ok {
		return Certificate{}, fmt.Errorf("level: %s has no planner", env.Spec().ID)
	}
	plan, err := planner.Plan(ctx, lane, budget)
	optimal := err == nil
	if errors.Is(err, miniflow.ErrPlanUnknown) {
		if bot, botErr := babyai.NewBot(env); botErr == nil {
			plan, err = bot.Plan(ctx, lane, budget)
		}
	}
	switch {
	case err == nil:
		return Certificate{Solvable, len(plan.Actions), optimal, plan.Return}, nil
	case errors.Is(err, miniflow.ErrUnsolvable):
		return Certificate{Verdict: Unsolvable}, nil
	case errors.Is(err, miniflow.ErrPlanUnknown):
		return Certificate{}, nil
	}
	return Certificate{}, err
}

// Certify finds out whether the level can be solved, within budget states (0 for
// the planner's own number), and returns what it also stores in l.Certificate.
func (l *Level) Certify(ctx context.Context, budget int) (Certificate, error) {
	env, err := New("level", List{l}, miniflow.WithAutoreset(miniflow.Disabled))
	if err != nil {
		return Certificate{}, err
	}
	if err := env.Reset(miniflow.NewBatch(env)); err != nil {
		return Certificate{}, err
	}
	c, err := Certify(ctx, env, 0, budget)
	if err == nil {
		l.Certificate = &c
	}
	return c, err
}

// Want is which levels a [Filter] lets through.
type Want uint8

// The modes of a filter.
const (
	Any            Want = iota // all of them
	OnlySolvable               // those proved solvable
	OnlyUnsolvable             // those proved unsolvable
	Mixed                      // a solvable one with probability Filter.Share, else an unsolvable one
)

var wantNames = [...]string{"any", "solvable", "unsolvable", "mixed"}

// String returns the mode's name.
func (w Want) String() string {
	if int(w) < len(wantNames) {
		return wantNames[w]
	}
	return fmt.Sprintf("Want(%d)", w)
}

// Filter draws levels of Source until one has the wanted verdict. Levels whose
// verdict is unknown pass only if Want is Any.
type Filter struct {
	Source Source
	Want   Want
	// Share is how many of the levels are solvable in mode Mixed, in [0,1]. The
	// default (zero) is a half.
	Share float64
	// Budget is how many states the planner may look at for a level. The default
	// (zero) is 100,000.
	Budget int
	// Tries is how many levels may be refused for one. The default (zero) is 1000.
	Tries int
}

// Draw implements [Source]. It fails with an error that wraps [ErrLevel] if Tries
// levels were refused.
func (f *Filter) Draw(rng *miniflow.Rand) (*Level, error) {
	want, share, budget, tries := Solvable, f.Share, f.Budget, f.Tries
	if share == 0 {
		share = 0.5
	}
	if budget <= 0 {
		budget = 100_000
	}
	if tries <= 0 {
		tries = 1000
	}
	switch f.Want {
	case Any:
		return f.Source.Draw(rng)
	case OnlyUnsolvable:
		want = Unsolvable
	case Mixed:
		if rng.Random() >= share {
			want = Unsolvable
		}
	}
	for range tries {
		l, err := f.Source.Draw(rng)
		if err != nil {
			return nil, err
		}
		c := l.Certificate
		if c == nil || c.Verdict == Unknown {
			l = l.Clone() // the source's own may be in use elsewhere
			found, err := l.Certify(context.Background(), budget)
			if err != nil {
				return nil, err
			}
			c = &found
		}
		if c.Verdict == want {
			return l, nil
		}
	}
	return nil, fmt.Errorf("level: none of %d levels was %v: use another source or mode: %w", tries, want, ErrLevel)
}

// Size implements [Source].
func (f *Filter) Size() (width, height int) { return f.Source.Size() }
