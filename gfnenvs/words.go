package gfnenvs

import "fmt"

// ActionNamer is for [Rules] that name their actions one by one, where a list of
// them in the [Layout] would be long. The exit is "exit" unless they say otherwise.
type ActionNamer interface {
	ActionName(a int) string
}

// Explainer is for [Rules] that tell people in a few words why action a is not
// legal in state s, such as "item 3 is in the set already".
type Explainer interface {
	WhyNot(s []int32, a int) string
}

// Unwrapper is for [Rules] around other rules with the same states and actions.
type Unwrapper interface {
	Unwrap() Rules
}

// Innermost follows Unwrap to the rules that say what states and actions are.
func Innermost(r Rules) Rules {
	for {
		u, ok := r.(Unwrapper)
		if !ok {
			return r
		}
		r = u.Unwrap()
	}
}

// ActionName returns the name of action a: what the rules or their layout call it,
// else "exit" or its number.
func ActionName(r Rules, a int) string {
	l := r.Layout()
	if a >= 0 && a < len(l.Names) {
		return l.Names[a]
	}
	if n, ok := Innermost(r).(ActionNamer); ok && a >= 0 && a < l.Exit() {
		return n.ActionName(a)
	}
	if a == l.Exit() {
		return "exit"
	}
	return fmt.Sprintf("action %d", a)
}

// WhyNot returns why action a is not legal in state s, in words for people.
func WhyNot(r Rules, s []int32, a int) string {
	if e, ok := Innermost(r).(Explainer); ok {
		if why := e.WhyNot(s, a); why != "" {
			return why
		}
	}
	if a == r.Layout().Exit() {
		return "the object is not complete"
	}
	return fmt.Sprintf("%s is not legal in this state", ActionName(r, a))
}

// Unwrap implements [Unwrapper].
func (g given) Unwrap() Rules { return g.Rules }

// Unwrap implements [Unwrapper].
func (t *Tempered) Unwrap() Rules { return t.Rules }

// Unwrap implements [Unwrapper].
func (p *Preferences) Unwrap() Rules { return p.Rules }

// Unwrap implements [Unwrapper].
func (g *ConditionalGrid) Unwrap() Rules { return g.HyperGrid }
