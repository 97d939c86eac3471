package miniflow

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Param declares one constructor parameter of an environment and holds its
// value. The type of Value is fixed: int, float64, bool, string or []int.
type Param struct {
	Name string
	Doc  string
	// Value is the default in a registered Spec, the value in use in a made one.
	Value any
	// Min and Max bound a number (and each element of a []int) where Min < Max.
	Min, Max float64
	// Choices lists the legal strings; empty allows any.
	Choices []string
	// File says that a string that is not empty names a file.
	File bool
}

// Set replaces the value. v may be of the value's type, any Go integer for an
// int or float64, or a string, which is parsed. It fails with an error that
// wraps [ErrParam] if v has another type or is out of range.
func (p *Param) Set(v any) error {
	nv, err := p.convert(v)
	if err != nil {
		return err
	}
	if err := p.check(nv); err != nil {
		return err
	}
	p.Value = nv
	return nil
}

func (p *Param) convert(v any) (any, error) {
	if s, ok := v.(string); ok {
		return p.parse(s)
	}
	if f, ok := v.(float64); ok && f == math.Trunc(f) && math.Abs(f) < 1<<53 {
		if _, isInt := p.Value.(int); isInt {
			return int(f), nil // JSON has no integers
		}
	}
	if n, ok := asInt(v); ok {
		switch p.Value.(type) {
		case int:
			return n, nil
		case float64:
			return float64(n), nil
		}
	}
	switch p.Value.(type) {
	case float64:
		if f, ok := v.(float64); ok {
			return f, nil
		}
	case bool:
		if b, ok := v.(bool); ok {
			return b, nil
		}
	case []int:
		switch l := v.(type) {
		case []int:
			return slices.Clone(l), nil
		case []any:
			out := make([]int, len(l))
			for i, e := range l {
				f, ok := e.(float64)
				if !ok || f != math.Trunc(f) {
					return nil, p.typeError(v)
				}
				out[i] = int(f)
			}
			return out, nil
		}
	}
	return nil, p.typeError(v)
}

func asInt(v any) (int, bool) {
	switch r := reflect.ValueOf(v); {
	case r.CanInt():
		return int(r.Int()), r.Int() == int64(int(r.Int()))
	case r.CanUint():
		return int(r.Uint()), r.Uint() <= math.MaxInt
	}
	return 0, false
}

func (p *Param) parse(s string) (any, error) {
	switch p.Value.(type) {
	case string:
		return s, nil
	case int:
		if n, err := strconv.Atoi(s); err == nil {
			return n, nil
		}
	case float64:
		if f, err := strconv.ParseFloat(s, 64); err == nil {
			return f, nil
		}
	case bool:
		if b, err := strconv.ParseBool(s); err == nil {
			return b, nil
		}
	case []int:
		out := []int{}
		for f := range strings.SplitSeq(s, ",") {
			if f = strings.TrimSpace(f); f == "" {
				continue
			}
			n, err := strconv.Atoi(f)
			if err != nil {
				return nil, p.typeError(s)
			}
			out = append(out, n)
		}
		return out, nil
	}
	return nil, p.typeError(s)
}

func (p *Param) check(v any) error {
	inRange := func(x float64) error {
		if math.IsNaN(x) || p.Min < p.Max && (x < p.Min || x > p.Max) {
			return fmt.Errorf("parameter %s is %s: want a value in %s: %w", p.Name, plain(x), p.Range(), ErrParam)
		}
		return nil
	}
	switch x := v.(type) {
	case int:
		return inRange(float64(x))
	case float64:
		return inRange(x)
	case []int:
		for _, e := range x {
			if err := inRange(float64(e)); err != nil {
				return err
			}
		}
	case string:
		if len(p.Choices) > 0 && !slices.Contains(p.Choices, x) {
			return fmt.Errorf("parameter %s is %q: want one of %s: %w", p.Name, x, strings.Join(p.Choices, ", "), ErrParam)
		}
	}
	return nil
}

// Range returns the bounds of a number, such as "[3,255]"; it is empty where
// there are none.
func (p *Param) Range() string {
	if p.Min < p.Max {
		return "[" + plain(p.Min) + "," + plain(p.Max) + "]"
	}
	return ""
}

// plain writes integers without an exponent, as people do.
func plain(x float64) string {
	if x == math.Trunc(x) && math.Abs(x) < 1e15 {
		return strconv.FormatFloat(x, 'f', -1, 64)
	}
	return strconv.FormatFloat(x, 'g', -1, 64)
}

func (p *Param) typeError(v any) error {
	return fmt.Errorf("parameter %s is %v (%T): want a value of type %s: %w", p.Name, v, v, p.kind(), ErrParam)
}

func (p *Param) kind() string {
	switch p.Value.(type) {
	case []int:
		return "list of int"
	case float64:
		return "float"
	}
	return fmt.Sprintf("%T", p.Value)
}

type paramJSON struct {
	Name    string          `json:"name"`
	Doc     string          `json:"doc,omitempty"`
	Type    string          `json:"type"`
	Value   json.RawMessage `json:"value"`
	Min     *bound          `json:"min,omitempty"`
	Max     *bound          `json:"max,omitempty"`
	Choices []string        `json:"choices,omitempty"`
	File    bool            `json:"file,omitempty"`
}

// MarshalJSON implements json.Marshaler.
func (p Param) MarshalJSON() ([]byte, error) {
	raw, err := json.Marshal(p.Value)
	if err != nil {
		return nil, fmt.Errorf("parameter %s: %w", p.Name, err)
	}
	j := paramJSON{Name: p.Name, Doc: p.Doc, Type: p.kind(), Value: raw, Choices: p.Choices, File: p.File}
	if p.Min < p.Max {
		lo, hi := bound(p.Min), bound(p.Max)
		j.Min, j.Max = &lo, &hi
	}
	return json.Marshal(j)
}

// UnmarshalJSON implements json.Unmarshaler.
func (p *Param) UnmarshalJSON(data []byte) error {
	var j paramJSON
	if err := json.Unmarshal(data, &j); err != nil {
		return err
	}
	*p = Param{Name: j.Name, Doc: j.Doc, Choices: j.Choices, File: j.File}
	if j.Min != nil && j.Max != nil {
		p.Min, p.Max = float64(*j.Min), float64(*j.Max)
	}
	switch j.Type {
	case "int":
		p.Value = 0
	case "float":
		p.Value = 0.0
	case "bool":
		p.Value = false
	case "string":
		p.Value = ""
	case "list of int":
		p.Value = []int{}
	default:
		return fmt.Errorf("parameter %s: type %q is unknown: %w", j.Name, j.Type, ErrParam)
	}
	var v any
	if err := json.Unmarshal(j.Value, &v); err != nil {
		return fmt.Errorf("parameter %s: %w", j.Name, err)
	}
	return p.Set(v)
}
