package gfn

import (
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// docs/gflownets.md names everything that a setting can be, and no setting that
// there is not.
func TestGuide(t *testing.T) {
	text, err := os.ReadFile("../../docs/gflownets.md")
	require.NoError(t, err)
	names := append(append(append(append([]string{}, networkNames...), replayNames...), backwardNames...), lossNames...)
	for _, o := range Objectives {
		names = append(names, string(o))
	}
	for _, name := range names {
		require.Regexp(t, `\b`+name+`\b`, string(text))
	}
	fields := map[string]bool{"seed": true}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[Config]()) {
		fields[f.Tag.Get("json")] = true
	}
	for _, line := range strings.Split(string(text), "\n") {
		_, set, ok := strings.Cut(line, "--set ")
		for ok {
			name, _, _ := strings.Cut(set, "=")
			name, _, _ = strings.Cut(name, ".")
			require.True(t, fields[name] || name == "NAME", "%s in %s", name, line)
			_, set, ok = strings.Cut(set, "--set ")
		}
	}
}
