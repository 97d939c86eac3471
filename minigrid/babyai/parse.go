package babyai

import (
	"errors"
	"fmt"
	"strings"

	"github.com/miniflow-rl/miniflow/minigrid"
)

// ErrParse says that a text is no sentence of the language.
var ErrParse = errors.New("not an instruction")

// Parse returns the instruction that a text stands for. It is the inverse of
// [Instr].Text but for what words do not say: articles, which depend on the
// level, and strictness. A text of another form is an error that wraps
// [ErrParse] and names the words that do not fit.
func Parse(text string) (Instr, error) {
	if a, b, ok := strings.Cut(text, ", then "); ok {
		first, err := parseClause(a)
		if err != nil {
			return nil, err
		}
		then, err := parseClause(b)
		return &Before{First: first, Then: then}, err
	}
	if a, b, ok := strings.Cut(text, " after you "); ok {
		then, err := parseClause(a)
		if err != nil {
			return nil, err
		}
		first, err := parseClause(b)
		return &After{Then: then, First: first}, err
	}
	return parseClause(text)
}

func parseClause(text string) (Instr, error) {
	a, b, ok := strings.Cut(text, " and ")
	if !ok {
		return parseAction(text)
	}
	first, err := parseAction(a)
	if err != nil {
		return nil, err
	}
	second, err := parseAction(b)
	return &And{A: first, B: second}, err
}

func parseAction(text string) (Instr, error) {
	if rest, ok := strings.CutPrefix(text, "go to "); ok {
		d, err := parseDesc(rest)
		return &GoTo{d}, err
	}
	if rest, ok := strings.CutPrefix(text, "open "); ok {
		d, err := parseDesc(rest)
		if err == nil && d.Type != minigrid.TypeDoor {
			err = fmt.Errorf("babyai: %q: only a door can be opened: %w", text, ErrParse)
		}
		return &Open{Door: d}, err
	}
	if rest, ok := strings.CutPrefix(text, "pick up "); ok {
		d, err := parseThing(rest)
		return &Pickup{Thing: d}, err
	}
	if rest, ok := strings.CutPrefix(text, "put "); ok {
		a, b, ok := strings.Cut(rest, " next to ")
		if !ok {
			return nil, fmt.Errorf("babyai: %q: want \"put A next to B\": %w", text, ErrParse)
		}
		move, err := parseThing(a)
		if err != nil {
			return nil, err
		}
		beside, err := parseDesc(b)
		return &PutNext{Move: move, Beside: beside}, err
	}
	return nil, fmt.Errorf("babyai: %q: want it to begin with go to, open, pick up or put: %w", text, ErrParse)
}

// parseThing parses the description of something that can be carried.
func parseThing(text string) (*Desc, error) {
	d, err := parseDesc(text)
	if err == nil && d.Type == minigrid.TypeDoor {
		err = fmt.Errorf("babyai: %q: a door cannot be carried: %w", text, ErrParse)
	}
	return d, err
}

func parseDesc(text string) (*Desc, error) {
	d := NewDesc(minigrid.AnyType, minigrid.AnyColor)
	rest, the := strings.CutPrefix(text, "the ")
	if !the {
		var a bool
		if rest, a = strings.CutPrefix(text, "a "); !a {
			return nil, fmt.Errorf("babyai: %q: want it to begin with the or a: %w", text, ErrParse)
		}
	}
	for _, l := range drawnLocs {
		if head, ok := strings.CutSuffix(rest, l.String()); ok {
			d.Loc, rest = l, head
			break
		}
	}
	noun := rest
	if color, tail, ok := strings.Cut(rest, " "); ok {
		noun = tail
		for _, c := range minigrid.Colors {
			if c.String() == color {
				d.Color = c
			}
		}
		if d.Color == minigrid.AnyColor {
			return nil, fmt.Errorf("babyai: %q: there is no colour %q: %w", text, color, ErrParse)
		}
	}
	if noun == "object" {
		return d, nil
	}
	for _, t := range anyTypes {
		if t.String() == noun {
			d.Type = t
			return d, nil
		}
	}
	return nil, fmt.Errorf("babyai: %q: there is no thing %q: %w", text, noun, ErrParse)
}
