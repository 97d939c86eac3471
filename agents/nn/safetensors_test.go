package nn

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func exampleFile() *File {
	f := &File{Meta: map[string]string{"step": "12", "ünï": "\"\n"}}
	f.AddInts("ints", []int64{1, -2, math.MaxInt64})
	f.AddFloats("floats", []int{2, 2}, []float64{1, math.Inf(-1), 1e-300, math.Copysign(0, -1)})
	addFloats(f, "single", []int{1, 3}, []float32{1, -2, 0x1p-140})
	f.AddInts("empty", nil)
	f.Tensors = append(f.Tensors, Tensor{Name: "bytes", DType: "U8", Shape: []int{3}, Data: []byte{1, 2, 255}})
	return f
}

func TestFileRoundTrip(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.safetensors")
	f := exampleFile()
	require.NoError(t, f.WriteFile(path))
	require.NoError(t, f.WriteFile(path), "over an existing file")
	g, err := ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, f.Meta, g.Meta)
	require.Len(t, g.Tensors, len(f.Tensors))
	ints, err := g.Ints("ints")
	require.NoError(t, err)
	require.Equal(t, []int64{1, -2, math.MaxInt64}, ints)
	floats, err := g.Floats("floats")
	require.NoError(t, err)
	require.Equal(t, []float64{1, math.Inf(-1), 1e-300, math.Copysign(0, -1)}, floats)
	_, err = g.Floats("ints")
	require.ErrorContains(t, err, "only F32 and F64 can be read")
	entries, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	require.Len(t, entries, 1, "no temporary file stays behind")
}

func TestEncodeRejectsBadTensors(t *testing.T) {
	for want, f := range map[string]*File{
		"is taken":       {Tensors: []Tensor{{"a", "U8", []int{1}, []byte{1}}, {"a", "U8", []int{1}, []byte{1}}}},
		"bytes; want 4":  {Tensors: []Tensor{{"a", "F32", []int{1}, []byte{1}}}},
		"unknown type":   {Tensors: []Tensor{{"a", "F31", []int{1}, []byte{1}}}},
		"shape [-1]":     {Tensors: []Tensor{{"a", "U8", []int{-1}, nil}}},
		`"__metadata__"`: {Tensors: []Tensor{{"__metadata__", "U8", []int{0}, nil}}},
	} {
		_, err := f.Encode()
		require.ErrorContains(t, err, want)
	}
}

// header makes a file of a JSON header and data.
func header(json, data string) []byte {
	return append(binary.LittleEndian.AppendUint64(nil, uint64(len(json))), json+data...)
}

func TestDecodeRejectsBadFiles(t *testing.T) {
	good, err := exampleFile().Encode()
	require.NoError(t, err)
	for i := range good { // every truncation
		_, err := Decode(good[:i])
		require.ErrorIs(t, err, ErrFormat, "first %d bytes", i)
	}
	_, err = Decode(append(good, 0))
	require.ErrorIs(t, err, ErrFormat)
	for name, b := range map[string][]byte{
		"text":        []byte("hello, this is not a network"),
		"not JSON":    header("hello, what", ""),
		"array":       header("[1,2,3]", ""),
		"space first": header(` {}`, ""),
		"huge header": binary.LittleEndian.AppendUint64(nil, 1<<63),
		"repeated":    header(`{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}`, ""),
		"gap":         header(`{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}`, "xy"),
		"overlap":     header(`{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}`, "xy"),
		"outside":     header(`{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}`, "xy"),
		"negative":    header(`{"a":{"dtype":"U8","shape":[1],"data_offsets":[-1,0]}}`, "xy"),
		"wrong size":  header(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,2]}}`, "xy"),
		"overflow":    header(`{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}`, ""),
		"wrong type":  header(`{"a":{"dtype":"F31","shape":[1],"data_offsets":[0,1]}}`, "x"),
		"behind":      header(`{} {}`, ""),
		"metadata":    header(`{"__metadata__":{"a":1}}`, ""),
	} {
		_, err := Decode(b)
		require.ErrorIs(t, err, ErrFormat, name)
	}
	path := filepath.Join(t.TempDir(), "cut.safetensors")
	require.NoError(t, os.WriteFile(path, good[:20], 0o644))
	_, err = ReadFile(path)
	require.ErrorContains(t, err, path)
	require.Error(t, exampleFile().WriteFile(filepath.Join(path, "in a file")))
}

func FuzzDecode(f *testing.F) {
	good, err := exampleFile().Encode()
	require.NoError(f, err)
	f.Add(good)
	f.Add(header(`{}   `, ""))
	f.Add(header(`{"a":{"dtype":"F64","shape":[],"data_offsets":[0,8]}}`, "12345678"))
	f.Fuzz(func(t *testing.T, b []byte) {
		file, err := Decode(b)
		if err != nil {
			require.ErrorIs(t, err, ErrFormat)
			return
		}
		once, err := file.Encode()
		require.NoError(t, err)
		again, err := Decode(once)
		require.NoError(t, err)
		twice, err := again.Encode()
		require.NoError(t, err)
		require.Equal(t, once, twice)
	})
}

func TestTransferOfBlocks(t *testing.T) {
	build := func(seed uint64, actions int) *Params {
		var p Params
		src := benchSource{rand.New(rand.NewPCG(seed, 1))}
		NewLinear(p.Block("trunk"), "0", 3, 4, Xavier{}, src)
		NewLinear(p.Block("policy"), "0", 4, actions, Orthogonal{Gain: 0.01}, src)
		return &p
	}
	path := filepath.Join(t.TempDir(), "old.safetensors")
	old := build(1, 5)
	require.NoError(t, old.Save(path))
	same, other := build(2, 5), build(3, 7)
	require.NoError(t, same.Load(path))
	require.Equal(t, old.data, same.data)
	before := append([]float32(nil), other.data...)
	require.ErrorContains(t, other.Load(path), `array "policy.0.weight" has shape [4 5]; this network wants [4 7]`)
	require.Equal(t, before, other.data, "nothing changes on an error")
	require.NoError(t, other.Load(path, "trunk"))
	w, _ := other.Get("trunk.0.weight")
	v, _ := old.Get("trunk.0.weight")
	require.Equal(t, v.Data(), w.Data())
	require.ErrorContains(t, other.Load(path, "image"), `no block "image"`)
	var small Params
	NewLinear(small.Block("trunk"), "0", 3, 4, Xavier{}, benchSource{rand.New(rand.NewPCG(1, 1))})
	require.ErrorContains(t, small.Load(path), `the file has an array "policy.0.weight", this network does not`)
	require.ErrorIs(t, small.Load(path+"x"), os.ErrNotExist)
	var wide ParamsOf[float64]
	NewLinear(wide.Block("trunk"), "0", 3, 4, Zeros{}, nil)
	require.NoError(t, wide.Load(path, "trunk"), "float32 files fit float64 networks")
}

// TestPythonReadsOurFiles uses the reference implementation where a Python with it is installed.
func TestPythonReadsOurFiles(t *testing.T) {
	pythons, _ := filepath.Glob("/opt/peers/*/bin/python")
	python := ""
	for _, p := range append(pythons, "python3") {
		if exec.Command(p, "-c", "import safetensors.numpy").Run() == nil {
			python = p
			break
		}
	}
	if python == "" {
		t.Skip("no Python with the safetensors package")
	}
	dir := t.TempDir()
	a, b := filepath.Join(dir, "a"), filepath.Join(dir, "b")
	require.NoError(t, exampleFile().WriteFile(a))
	out, err := exec.Command(python, "-c", `
import sys, safetensors, safetensors.numpy as s
x = s.load_file(sys.argv[1])
with safetensors.safe_open(sys.argv[1], "np") as f: meta = f.metadata()
print({k: (str(v.dtype), v.shape, v.ravel().tolist()) for k, v in sorted(x.items())}, meta["step"])
s.save_file(x, sys.argv[2], meta)`, a, b).CombinedOutput()
	require.NoError(t, err, string(out))
	require.Equal(t, `{'bytes': ('uint8', (3,), [1, 2, 255]), 'empty': ('int64', (0,), []), 'floats': ('float64', (2, 2), [1.0, -inf, 1e-300, -0.0]), 'ints': ('int64', (3,), [1, -2, 9223372036854775807]), 'single': ('float32', (1, 3), [1.0, -2.0, 7.174648137343064e-43])} 12`,
		strings.TrimSpace(string(out)))
	f, err := ReadFile(b)
	require.NoError(t, err)
	require.Equal(t, exampleFile().Meta, f.Meta)
	for _, want := range exampleFile().Tensors {
		got, err := f.Get(want.Name)
		require.NoError(t, err)
		require.Equal(t, want.DType, got.DType)
		require.Equal(t, string(want.Data), string(got.Data))
	}
}
