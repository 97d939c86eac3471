package agents

import (
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/miniflow-rl/miniflow/internal/spelling"
)

// settingError says in the words of settings why the JSON object data could not be
// read into an algorithm.
func settingError(a Algorithm, data []byte, err error) error {
	t := reflect.TypeOf(a).Elem()
	var mismatch *json.UnmarshalTypeError
	if errors.As(err, &mismatch) && mismatch.Field != "" {
		if path, want, got := settingAt(t, data, mismatch.Field); path != "" {
			return fmt.Errorf("setting %s of %s: want %s, got %s", path, a.Name(), wanted(want), got)
		}
	}
	if within, name, known := unknownSetting(t, data); name != "" {
		hint := "config.json of a run shows them all"
		if near := spelling.Nearest(name, known, 2); len(near) > 0 {
			hint = "did you mean " + within + strings.Join(near, ", "+within) + "?"
		} else if len(known) <= 10 {
			hint = "there are " + within + strings.Join(known, ", "+within)
		}
		return fmt.Errorf("unknown setting %q of %s: %s", within+name, a.Name(), hint)
	}
	if path, value, err := refusedText(t, data); path != "" {
		if unknown := (*spelling.UnknownError)(nil); errors.As(err, &unknown) {
			return fmt.Errorf("setting %s of %s: want one of %s, got %s", path, a.Name(), strings.Join(unknown.Known, ", "), value)
		}
		return fmt.Errorf("setting %s of %s: %w", path, a.Name(), err)
	}
	return fmt.Errorf("settings of %s: %w", a.Name(), err)
}

// settings are the fields of a struct by their names in JSON.
func settings(t reflect.Type) map[string]reflect.Type {
	out := map[string]reflect.Type{}
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case name == "-" || !f.IsExported() || f.Anonymous && name == "":
		case name == "":
			out[f.Name] = f.Type
		default:
			out[name] = f.Type
		}
	}
	return out
}

// present is a setting that JSON data give a value.
type present struct {
	within   string // the path to it, which is empty or ends with a point
	name     string
	field    reflect.Type // nil if there is no such setting
	value    json.RawMessage
	siblings map[string]reflect.Type // the settings that there are beside it
}

// given yields the settings in the JSON object data, which is for type t, in the
// order of their names, and behind each those that are parts of it.
func given(t reflect.Type, data []byte, within string) iter.Seq[present] {
	return func(yield func(present) bool) {
		var values map[string]json.RawMessage
		if json.Unmarshal(data, &values) != nil {
			return
		}
		fields := settings(t)
		for _, name := range slices.Sorted(maps.Keys(values)) {
			field := fields[name]
			if !yield(present{within, name, field, values[name], fields}) {
				return
			}
			if field == nil || field.Kind() != reflect.Struct || readsText(field) {
				continue
			}
			for part := range given(field, values[name], within+name+".") {
				if !yield(part) {
					return
				}
			}
		}
	}
}

// unknownSetting returns a name in data that type t has no field for, the path to
// it, which is empty or ends with a point, and the names that there are; "" if
// there is none.
func unknownSetting(t reflect.Type, data []byte) (within, name string, known []string) {
	for p := range given(t, data, "") {
		if p.field != nil {
			continue
		}
		names := slices.Sorted(maps.Keys(p.siblings))
		if !slices.ContainsFunc(names, func(s string) bool { return strings.EqualFold(s, p.name) }) { // which encoding/json takes
			return p.within, p.name, names
		}
	}
	return "", "", nil
}

// settingAt follows a path as far as there are settings on it, and returns the
// type and the value there.
func settingAt(t reflect.Type, data []byte, path string) (at string, want reflect.Type, got string) {
	for name := range strings.SplitSeq(path, ".") {
		if t.Kind() != reflect.Struct || readsText(t) {
			break
		}
		field, ok := settings(t)[name]
		var values map[string]json.RawMessage
		if !ok || json.Unmarshal(data, &values) != nil {
			break
		}
		at, t, data = strings.TrimPrefix(at+"."+name, "."), field, values[name]
	}
	return at, t, string(data)
}

// refusedText returns the path to a value in data that its type, which reads
// texts, refuses, the value and why; "" if there is none.
func refusedText(t reflect.Type, data []byte) (path, value string, err error) {
	for p := range given(t, data, "") {
		if p.field == nil || !readsText(p.field) {
			continue
		}
		if err := json.Unmarshal(p.value, reflect.New(p.field).Interface()); err != nil {
			return p.within + p.name, string(p.value), err
		}
	}
	return "", "", nil
}

func readsText(t reflect.Type) bool {
	return reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]())
}

// wanted describes the values of a type.
func wanted(t reflect.Type) string {
	if readsText(t) {
		return "a name"
	}
	switch t.Kind() {
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return "a whole number"
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return "a whole number of at least 0"
	case reflect.Float32, reflect.Float64:
		return "a number"
	case reflect.String:
		return "a text"
	case reflect.Slice, reflect.Array:
		switch t.Elem().Kind() {
		case reflect.Int:
			return "a list of whole numbers such as [64,64]"
		case reflect.String:
			return `a list of texts such as ["a","b"]`
		}
		return "a list"
	case reflect.Struct:
		return "one of its parts, as " + slices.Sorted(maps.Keys(settings(t)))[0] + " behind a point"
	}
	return "an object"
}
