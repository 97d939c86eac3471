package tfevents_test

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow/agents/internal/tfevents"
)

var then = time.Unix(1700000000, 500000000)

func write(t *testing.T) []byte {
	var buf bytes.Buffer
	w := tfevents.NewWriter(&buf)
	require.NoError(t, w.Version(then))
	require.NoError(t, w.Scalars(then, 2048, []tfevents.Scalar{{"return/mean", 0.5}, {"loss/policy", math.NaN()}, {"loss/value", -0.25}}))
	require.NoError(t, w.Scalars(then, 4096, []tfevents.Scalar{{"return/mean", math.NaN()}}))
	require.NoError(t, w.Scalars(then, 1<<40, []tfevents.Scalar{{strings.Repeat("long", 40), 3}}))
	return buf.Bytes()
}

// TestBytes pins the first frame: an event of 26 bytes, its wall time as Python
// packs 1700000000.5 with "<d", and the file version "brain.Event:2".
func TestBytes(t *testing.T) {
	got := write(t)
	require.Equal(t, "1a00000000000000", hex.EncodeToString(got[:8]))
	require.Equal(t, "09"+"00002040fc54d941"+"1000"+"1a0d"+hex.EncodeToString([]byte("brain.Event:2")), hex.EncodeToString(got[12:38]))
}

// reader prints every scalar that TensorBoard's own loader finds.
const reader = `
import sys
from tensorboard.backend.event_processing import event_file_loader as l, tag_types
for e in l.EventFileLoader(sys.argv[1]).Load():
    if e.file_version: print(e.wall_time, e.file_version)
    for v in e.summary.value: print(e.wall_time, e.step, v.tag, v.tensor.float_val[0])
`

// TestTensorBoard reads a file back with the real TensorBoard, which checks
// both checksums of every frame.
func TestTensorBoard(t *testing.T) {
	python := os.Getenv("MINIFLOW_TENSORBOARD_PYTHON")
	if python == "" {
		python = "/opt/peers/mg/bin/python"
	}
	if exec.Command(python, "-c", "import tensorboard").Run() != nil {
		t.Skipf("%s has no tensorboard: set MINIFLOW_TENSORBOARD_PYTHON to a Python that has", python)
	}
	path := filepath.Join(t.TempDir(), "events.out.tfevents.0")
	require.NoError(t, os.WriteFile(path, write(t), 0o644))
	out, err := exec.Command(python, "-c", reader, path).Output()
	require.NoError(t, err)
	long := strings.Repeat("long", 40)
	require.Equal(t, "1700000000.5 brain.Event:2\n1700000000.5 2048 return/mean 0.5\n1700000000.5 2048 loss/value -0.25\n"+
		fmt.Sprintf("1700000000.5 %d %s 3.0\n", 1<<40, long), string(out))
}
