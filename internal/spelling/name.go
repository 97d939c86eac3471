package spelling

import (
	"fmt"
	"slices"
	"strings"
)

// UnknownError says that a name is none of those that there are.
type UnknownError struct {
	What  string   // what is named, such as "network"
	Name  string   // the name given
	Known []string // the names that there are
}

func (e *UnknownError) Error() string {
	return fmt.Sprintf("%s %q is unknown: there are %s", e.What, e.Name, strings.Join(e.Known, ", "))
}

// Index returns which of the known names name is. Otherwise it fails with an
// [UnknownError].
func Index(what string, known []string, name string) (int, error) {
	if k := slices.Index(known, name); k >= 0 {
		return k, nil
	}
	return 0, &UnknownError{what, name, known}
}

// Read sets dst to which of the known names text is, as
// encoding.TextUnmarshaler does. If it fails, as [Index] does, dst stays as it is.
func Read[T ~uint8](dst *T, what string, known []string, text []byte) error {
	k, err := Index(what, known, string(text))
	if err == nil {
		*dst = T(k)
	}
	return err
}
