package nn

import (
	"fmt"
	"slices"
	"strings"
)

// Export adds all parameters to f, under names prefix.block.layer.tensor, or without "prefix." if prefix is empty.
func (p *ParamsOf[T]) Export(f *File, prefix string) {
	for _, q := range p.All() {
		addFloats(f, join(prefix, q.Name()), []int{q.Rows, q.Cols}, q.Data())
	}
}

// Import reads parameters that Export wrote: those of the named blocks, or all if none is named. It changes nothing and
// returns an error if a block does not exist, or if the arrays of the file are not exactly the parameters asked for.
func (p *ParamsOf[T]) Import(f *File, prefix string, blocks ...string) error {
	if err := p.checkBlocks(blocks); err != nil {
		return err
	}
	wanted := func(name string) bool { return len(blocks) == 0 || slices.Contains(blocks, blockOf(name)) }
	for _, t := range f.Tensors {
		name, ok := strings.CutPrefix(t.Name, join(prefix, ""))
		if _, have := p.names[name]; ok && wanted(name) && !have {
			return fmt.Errorf("nn: the file has an array %q, this network does not", t.Name)
		}
	}
	data := slices.Clone(p.data)
	for i, s := range p.tensors {
		if !wanted(s.name) {
			continue
		}
		if err := readFloats(f, join(prefix, s.name), []int{s.rows, s.cols}, data[s.off:s.off+p.tensors[i].size()]); err != nil {
			return err
		}
	}
	copy(p.data, data)
	return nil
}

func join(prefix, name string) string {
	if prefix == "" {
		return name
	}
	return prefix + "." + name
}

// Save writes the parameters alone to a safetensors file, atomically.
func (p *ParamsOf[T]) Save(path string) error {
	var f File
	p.Export(&f, "")
	return f.WriteFile(path)
}

// Load reads the named blocks, or all, from a file that Save wrote; see Import.
func (p *ParamsOf[T]) Load(path string, blocks ...string) error {
	f, err := ReadFile(path)
	if err != nil {
		return err
	}
	if err := p.Import(f, "", blocks...); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}
