package miniflow

import (
	"encoding/json"
	"fmt"
	"math"
)

type namedJSON struct {
	Name  string          `json:"name,omitempty"`
	Kind  string          `json:"kind"`
	Space json.RawMessage `json:"space"`
}

// boxJSON writes bounds as strings where they are infinite, which JSON has no
// number for.
type boxJSON struct {
	Type DType   `json:"dtype"`
	Dims []int   `json:"shape"`
	Low  []bound `json:"low"`
	High []bound `json:"high"`
}

type bound float64

func (b bound) MarshalJSON() ([]byte, error) {
	if v := float64(b); math.IsInf(v, 0) || math.IsNaN(v) {
		return json.Marshal(fmt.Sprint(v))
	}
	return json.Marshal(float64(b))
}

func (b *bound) UnmarshalJSON(data []byte) error {
	switch string(data) {
	case `"+Inf"`:
		*b = bound(math.Inf(1))
		return nil
	case `"-Inf"`:
		*b = bound(math.Inf(-1))
		return nil
	}
	return json.Unmarshal(data, (*float64)(b))
}

// MarshalJSON writes the box with its bounds.
func (s Box) MarshalJSON() ([]byte, error) {
	j := boxJSON{Type: s.Type, Dims: s.Dims}
	for _, v := range s.Low {
		j.Low = append(j.Low, bound(v))
	}
	for _, v := range s.High {
		j.High = append(j.High, bound(v))
	}
	return json.Marshal(j)
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (s *Box) UnmarshalJSON(data []byte) error {
	var j boxJSON
	if err := json.Unmarshal(data, &j); err != nil {
		return err
	}
	*s = Box{Type: j.Type, Dims: j.Dims}
	for _, v := range j.Low {
		s.Low = append(s.Low, float64(v))
	}
	for _, v := range j.High {
		s.High = append(s.High, float64(v))
	}
	size := 1
	for _, d := range s.Dims {
		size *= d
	}
	for _, n := range []int{len(s.Low), len(s.High)} {
		if n != 1 && n != size {
			return fmt.Errorf("miniflow: box of %d elements has %d bounds: want 1 or %d", size, n, size)
		}
	}
	return nil
}

func marshalSpace(name string, s Space) ([]byte, error) {
	kind := ""
	switch s.(type) {
	case Discrete:
		kind = "discrete"
	case Box:
		kind = "box"
	case MultiDiscrete:
		kind = "multi_discrete"
	case MultiBinary:
		kind = "multi_binary"
	case Text:
		kind = "text"
	default:
		return nil, fmt.Errorf("miniflow: space %T has no JSON form", s)
	}
	raw, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	return json.Marshal(namedJSON{name, kind, raw})
}

func unmarshalSpace(data []byte) (string, Space, error) {
	var j namedJSON
	if err := json.Unmarshal(data, &j); err != nil {
		return "", nil, err
	}
	switch j.Kind {
	case "discrete":
		return decodeSpace[Discrete](j)
	case "box":
		return decodeSpace[Box](j)
	case "multi_discrete":
		return decodeSpace[MultiDiscrete](j)
	case "multi_binary":
		return decodeSpace[MultiBinary](j)
	case "text":
		return decodeSpace[Text](j)
	}
	return "", nil, fmt.Errorf("miniflow: space kind %q is unknown", j.Kind)
}

func decodeSpace[S Space](j namedJSON) (string, Space, error) {
	var s S
	err := json.Unmarshal(j.Space, &s)
	return j.Name, s, err
}

// MarshalJSON writes the name and the space with its kind.
func (n Named) MarshalJSON() ([]byte, error) { return marshalSpace(n.Name, n.Space) }

// UnmarshalJSON reads what MarshalJSON wrote.
func (n *Named) UnmarshalJSON(data []byte) (err error) {
	n.Name, n.Space, err = unmarshalSpace(data)
	return err
}
