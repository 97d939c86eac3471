package agents

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestFinishing: off a terminal a long measurement has a line every ten seconds.
func TestFinishing(t *testing.T) {
	var buf bytes.Buffer
	f := newFinishing(&buf)
	f.update(1, 4)
	require.Empty(t, buf.String())
	f.start, f.last = f.start.Add(-lineEvery), f.last.Add(-lineEvery)
	f.update(3, 4)
	f.update(4, 4)
	require.Equal(t, "measuring: 75 %, 10 s\n", buf.String())
	f.end()
	newFinishing(nil).update(1, 2)
}
