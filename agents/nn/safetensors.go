package nn

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"sort"
)

// ErrFormat is wrapped by all errors about files that are not well-formed safetensors files.
var ErrFormat = errors.New("not a safetensors file")

// File is the content of a safetensors file: named arrays and a few strings. The format is that of Hugging Face's library of
// that name: eight bytes with the length of a JSON header, the header, and the arrays, little-endian, without gaps.
type File struct {
	// Meta holds free-form strings.
	Meta map[string]string
	// Tensors holds the arrays in the order they are stored.
	Tensors []Tensor
}

// Tensor is one array of a File.
type Tensor struct {
	Name string
	// DType is F32, F64, I64 or another type name of the format.
	DType string
	Shape []int
	// Data is the little-endian content.
	Data []byte
}

// sizes maps the type names of the format to bytes per element.
var sizes = map[string]int{"BOOL": 1, "U8": 1, "I8": 1, "F8_E5M2": 1, "F8_E4M3": 1, "I16": 2, "U16": 2, "F16": 2, "BF16": 2, "I32": 4, "U32": 4, "F32": 4, "F64": 8, "I64": 8, "U64": 8}

const maxHeader = 100 << 20 // of the reference implementation

// Get returns the array of that name.
func (f *File) Get(name string) (Tensor, error) {
	i := slices.IndexFunc(f.Tensors, func(t Tensor) bool { return t.Name == name })
	if i < 0 {
		return Tensor{}, fmt.Errorf("nn: no array %q in this file", name)
	}
	return f.Tensors[i], nil
}

// AddInts adds a vector of integers.
func (f *File) AddInts(name string, x []int64) {
	data := make([]byte, 0, 8*len(x))
	for _, v := range x {
		data = binary.LittleEndian.AppendUint64(data, uint64(v))
	}
	f.Tensors = append(f.Tensors, Tensor{name, "I64", []int{len(x)}, data})
}

// AddFloats adds a matrix of float64 values.
func (f *File) AddFloats(name string, shape []int, x []float64) { addFloats(f, name, shape, x) }

// Ints returns a vector of integers.
func (f *File) Ints(name string) ([]int64, error) {
	t, err := f.Get(name)
	if err != nil {
		return nil, err
	}
	out := make([]int64, len(t.Data)/8)
	return out, f.ints(name, out)
}

// Floats returns an array of any floating-point type this package reads, as float64.
func (f *File) Floats(name string) ([]float64, error) {
	t, err := f.Get(name)
	if err != nil {
		return nil, err
	}
	n := 1
	for _, s := range t.Shape {
		n *= s
	}
	out := make([]float64, n)
	return out, readFloats(f, name, t.Shape, out)
}

func (f *File) ints(name string, dst []int64) error {
	t, err := f.Get(name)
	if err != nil {
		return err
	}
	if t.DType != "I64" || len(t.Data) != 8*len(dst) {
		return fmt.Errorf("nn: array %q has type %s and shape %v; want I64 [%d]", name, t.DType, t.Shape, len(dst))
	}
	for i := range dst {
		dst[i] = int64(binary.LittleEndian.Uint64(t.Data[8*i:]))
	}
	return nil
}

func addFloats[T Float](f *File, name string, shape []int, x []T) {
	t := Tensor{Name: name, Shape: shape}
	switch x := any(x).(type) {
	case []float32:
		t.DType, t.Data = "F32", make([]byte, 0, 4*len(x))
		for _, v := range x {
			t.Data = binary.LittleEndian.AppendUint32(t.Data, math.Float32bits(v))
		}
	case []float64:
		t.DType, t.Data = "F64", make([]byte, 0, 8*len(x))
		for _, v := range x {
			t.Data = binary.LittleEndian.AppendUint64(t.Data, math.Float64bits(v))
		}
	}
	f.Tensors = append(f.Tensors, t)
}

func readFloats[T Float](f *File, name string, shape []int, dst []T) error {
	t, err := f.Get(name)
	if err != nil {
		return err
	}
	if !slices.Equal(t.Shape, shape) {
		return fmt.Errorf("nn: array %q has shape %v; this network wants %v", name, t.Shape, shape)
	}
	switch t.DType {
	case "F32":
		for i := range dst {
			dst[i] = T(math.Float32frombits(binary.LittleEndian.Uint32(t.Data[4*i:])))
		}
	case "F64":
		for i := range dst {
			dst[i] = T(math.Float64frombits(binary.LittleEndian.Uint64(t.Data[8*i:])))
		}
	default:
		return fmt.Errorf("nn: array %q has type %s; only F32 and F64 can be read", name, t.DType)
	}
	return nil
}

// entry is one array in the JSON header.
type entry struct {
	DType   string `json:"dtype"`
	Shape   []int  `json:"shape"`
	Offsets [2]int `json:"data_offsets"`
}

// Encode returns the file as bytes. It returns an error if two arrays have the same name or one does not have the size its
// type and shape say.
func (f *File) Encode() ([]byte, error) {
	var head bytes.Buffer
	head.WriteString("{")
	write := func(key string, value any) error {
		k, err := json.Marshal(key)
		if err != nil {
			return err
		}
		v, err := json.Marshal(value)
		if err != nil {
			return err
		}
		if head.Len() > 1 {
			head.WriteString(",")
		}
		fmt.Fprintf(&head, "%s:%s", k, v)
		return nil
	}
	if len(f.Meta) > 0 {
		if err := write("__metadata__", f.Meta); err != nil {
			return nil, err
		}
	}
	at, seen := 0, map[string]bool{"__metadata__": true}
	for _, t := range f.Tensors {
		if seen[t.Name] {
			return nil, fmt.Errorf("nn: array name %q is taken", t.Name)
		}
		seen[t.Name] = true
		n, err := byteSize(t.DType, t.Shape)
		if err != nil {
			return nil, err
		}
		if n != len(t.Data) {
			return nil, fmt.Errorf("nn: array %q of type %s and shape %v has %d bytes; want %d", t.Name, t.DType, t.Shape, len(t.Data), n)
		}
		shape := t.Shape
		if shape == nil {
			shape = []int{}
		}
		if err := write(t.Name, entry{t.DType, shape, [2]int{at, at + n}}); err != nil {
			return nil, err
		}
		at += n
	}
	head.WriteString("}")
	for head.Len()%8 != 0 { // so that the arrays are aligned
		head.WriteByte(' ')
	}
	out := binary.LittleEndian.AppendUint64(make([]byte, 0, 8+head.Len()+at), uint64(head.Len()))
	out = append(out, head.Bytes()...)
	for _, t := range f.Tensors {
		out = append(out, t.Data...)
	}
	return out, nil
}

// byteSize returns the bytes of an array, guarding against overflow.
func byteSize(dtype string, shape []int) (int, error) {
	n, ok := sizes[dtype]
	if !ok {
		return 0, fmt.Errorf("nn: %w: unknown type %q", ErrFormat, dtype)
	}
	for _, s := range shape {
		if s < 0 || s > 0 && n > math.MaxInt/s {
			return 0, fmt.Errorf("nn: %w: shape %v", ErrFormat, shape)
		}
		n *= s
	}
	return n, nil
}

// Decode reads a file from bytes. Arrays point into b. The error wraps ErrFormat if b is anything but a complete, well-formed
// file: arrays must follow each other without gaps and fill the file.
func Decode(b []byte) (*File, error) {
	bad := func(format string, args ...any) (*File, error) {
		return nil, fmt.Errorf("nn: %w: "+format, append([]any{ErrFormat}, args...)...)
	}
	if len(b) < 8 {
		return bad("only %d bytes", len(b))
	}
	n := binary.LittleEndian.Uint64(b)
	if n > maxHeader || n > uint64(len(b)-8) {
		return bad("a header of %d bytes does not fit in a file of %d", n, len(b))
	}
	head, data := b[8:8+n], b[8+n:]
	dec := json.NewDecoder(bytes.NewReader(head))
	if tok, err := dec.Token(); err != nil || tok != json.Delim('{') || head[0] != '{' {
		return bad("the header is not a JSON object")
	}
	f, entries, seen := &File{}, []entry(nil), map[string]bool{}
	for dec.More() {
		tok, err := dec.Token()
		name, ok := tok.(string)
		if err != nil || !ok || seen[name] {
			return bad("bad or repeated name %v", tok)
		}
		seen[name] = true
		if name == "__metadata__" {
			if err := dec.Decode(&f.Meta); err != nil {
				return bad("metadata: %v", err)
			}
			continue
		}
		var e entry
		if err := dec.Decode(&e); err != nil {
			return bad("array %q: %v", name, err)
		}
		size, err := byteSize(e.DType, e.Shape)
		if err != nil {
			return nil, err
		}
		if e.Offsets[0] < 0 || e.Offsets[1] > len(data) || e.Offsets[1]-e.Offsets[0] != size {
			return bad("array %q of %d bytes at %v in %d", name, size, e.Offsets, len(data))
		}
		f.Tensors = append(f.Tensors, Tensor{name, e.DType, e.Shape, data[e.Offsets[0]:e.Offsets[1]]})
		entries = append(entries, e)
	}
	if _, err := dec.Token(); err != nil {
		return bad("the header is cut off")
	}
	if rest, _ := io.ReadAll(dec.Buffered()); len(bytes.TrimRight(rest, " ")) > 0 {
		return bad("text behind the header")
	}
	order := make([]int, len(entries))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(i, j int) bool {
		a, b := entries[order[i]].Offsets, entries[order[j]].Offsets
		return a[0] < b[0] || a[0] == b[0] && a[1] < b[1]
	})
	at, tensors := 0, make([]Tensor, 0, len(order))
	for _, i := range order {
		if entries[i].Offsets[0] != at {
			return bad("a gap or overlap at byte %d", at)
		}
		at = entries[i].Offsets[1]
		tensors = append(tensors, f.Tensors[i])
	}
	if at != len(data) {
		return bad("%d bytes behind the last array", len(data)-at)
	}
	f.Tensors = tensors
	return f, nil
}

// ReadFile reads a safetensors file. The error names the file, and wraps ErrFormat if its content is wrong.
func ReadFile(path string) (*File, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	f, err := Decode(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return f, nil
}

// WriteFile writes the file atomically: whoever reads path, at any moment and after any crash, finds the old content or the
// new, complete.
func (f *File) WriteFile(path string) error {
	b, err := f.Encode()
	if err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) // fails, as it should, once renamed
	_, err = tmp.Write(b)
	err = errors.Join(err, tmp.Chmod(0o644), tmp.Sync(), tmp.Close())
	if err != nil {
		return err
	}
	if err := os.Rename(tmp.Name(), path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// syncFolder makes a rename last; systems that cannot sync a folder do not need it.
func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	_ = d.Sync()
	return d.Close()
}
