package level

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/miniflow-rl/miniflow/minigrid/babyai"
)

// version is the number of the JSON form.
const version = 1

// form is a level in JSON.
type form struct {
	Version     int               `json:"miniflow_level"`
	Name        string            `json:"name,omitempty"`
	Origin      *Origin           `json:"origin,omitempty"`
	Mission     string            `json:"mission"`
	Instruction string            `json:"instruction,omitempty"`
	Strict      []bool            `json:"strict,omitempty"`
	Rooms       *babyai.Rooms     `json:"rooms,omitempty"`
	MaxSteps    int               `json:"max_steps"`
	SeeThrough  bool              `json:"see_through_walls,omitempty"`
	Hands       string            `json:"hands,omitempty"`
	Map         []string          `json:"map"`
	Legend      map[string]string `json:"legend,omitempty"`
	Certificate *Certificate      `json:"certificate,omitempty"`
}

// MarshalJSON implements json.Marshaler. The map has the letters of
// [Level.Text].
func (l *Level) MarshalJSON() ([]byte, error) {
	if l.Grid == nil {
		return nil, fmt.Errorf("level: there is no map: %w", ErrLevel)
	}
	rows, ls := l.rows()
	f := form{Version: version, Name: l.Name, Origin: l.Origin, Mission: l.Mission, Instruction: l.Instruction, Strict: l.Strict,
		MaxSteps: l.MaxSteps, SeeThrough: l.SeeThrough, Map: rows, Certificate: l.Certificate}
	if l.Rooms != (babyai.Rooms{}) {
		f.Rooms = &l.Rooms
	}
	if l.Hands.Cell != 0 {
		f.Hands = words(l.Hands)
	}
	for _, r := range ls.keys {
		if f.Legend == nil {
			f.Legend = map[string]string{}
		}
		f.Legend[string(r)] = ls.used[r]
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false) // agents are > and <
	err := enc.Encode(f)
	return out.Bytes(), err
}

// JSON returns the level as an indented JSON object.
func (l *Level) JSON() ([]byte, error) {
	data, err := l.MarshalJSON()
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := json.Indent(&out, data, "", "  "); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// UnmarshalJSON implements json.Unmarshaler. An error wraps [ErrLevel] and names
// the line, the field or the cell; fields that a level does not have are errors,
// because they are misspelt ones.
func (l *Level) UnmarshalJSON(data []byte) error {
	var f form
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&f); err != nil {
		return fmt.Errorf("level: %s%v: %w", lineOf(data, err), err, ErrLevel)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("level: there is more after the JSON object: %w", ErrLevel)
	}
	if f.Version != version {
		return fmt.Errorf("level: miniflow_level is %d: this program reads version %d: %w", f.Version, version, ErrLevel)
	}
	m := Level{Name: f.Name, Origin: f.Origin, Mission: f.Mission, Instruction: f.Instruction, Strict: f.Strict,
		MaxSteps: f.MaxSteps, SeeThrough: f.SeeThrough, Certificate: f.Certificate}
	if len(f.Strict) == 0 {
		m.Strict = nil
	}
	if f.Rooms != nil {
		m.Rooms = *f.Rooms
	}
	if f.Hands != "" {
		t, err := parseThing(f.Hands)
		if err != nil {
			return fmt.Errorf("level: hands: %v: %w", err, ErrLevel)
		}
		m.Hands = t
	}
	leg := legend{}
	for k, text := range f.Legend {
		r, n := utf8.DecodeRuneInString(k)
		if n != len(k) || n == 0 {
			return fmt.Errorf("level: legend %q: want one letter: %w", k, ErrLevel)
		}
		leg[r] = text
	}
	err := m.read(f.Map, leg, func(row, column int) string {
		if column < 0 {
			return fmt.Sprintf("map row %d", row+1)
		}
		return fmt.Sprintf("map row %d, column %d", row+1, column+1)
	})
	if err != nil {
		return fmt.Errorf("level: %w", err)
	}
	if err := m.Validate(); err != nil {
		return err
	}
	*l = m
	return nil
}

// ParseJSON reads a level from JSON.
func ParseJSON(data []byte) (*Level, error) {
	l := &Level{}
	// Not through json.Unmarshal, which would report syntax errors itself.
	return l, l.UnmarshalJSON(data)
}

// lineOf says where a JSON error is.
func lineOf(data []byte, err error) string {
	var offset int64
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		offset = syntax.Offset
	case errors.As(err, &kind):
		offset = kind.Offset
	default:
		return ""
	}
	head := data[:min(int(offset), len(data))]
	return fmt.Sprintf("line %d: ", 1+bytes.Count(head, []byte("\n")))
}
