package gfnenvs

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"

	"github.com/miniflow-rl/miniflow"
)

// ReadSamples reads data of a Bayesian network from a file of comma-separated
// numbers, one sample a line and one variable a column. A first line with a field
// that is no number has the names of the columns and is left out.
func ReadSamples(path string) ([][]float64, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("gfnenvs: samples: %w: %w", err, miniflow.ErrParam)
	}
	defer f.Close()
	lines := csv.NewReader(f)
	lines.TrimLeadingSpace, lines.ReuseRecord = true, true
	var out [][]float64
	for n := 0; ; n++ {
		fields, err := lines.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil { // of another number of fields, for one
			return nil, fmt.Errorf("gfnenvs: samples: %s: %w: %w", path, err, miniflow.ErrParam)
		}
		row, err := numbers(fields)
		if err != nil {
			if n == 0 {
				continue
			}
			line, _ := lines.FieldPos(0)
			return nil, fmt.Errorf("gfnenvs: samples: %s:%d: %w: %w", path, line, err, miniflow.ErrParam)
		}
		out = append(out, row)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("gfnenvs: samples: %s has none: want numbers with commas between them, a sample a line: %w", path, miniflow.ErrParam)
	}
	return out, nil
}

func numbers(fields []string) ([]float64, error) {
	row := make([]float64, len(fields))
	for j, text := range fields {
		v, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("field %d is %q: want a number", j+1, text)
		}
		row[j] = v
	}
	return row, nil
}

// ReadFASTA reads aligned DNA from a file in the format FASTA: lines ">name", each
// followed by a sequence over one line or more. The sequences are sets of bases, as
// [ParseDNA] returns them.
func ReadFASTA(path string) (names []string, sequences [][]uint8, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, fmt.Errorf("gfnenvs: alignment: %w: %w", err, miniflow.ErrParam)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<26)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if name, ok := strings.CutPrefix(line, ">"); ok {
			names, sequences = append(names, strings.TrimSpace(name)), append(sequences, nil)
			continue
		}
		bases, err := ParseDNA(line)
		if err == nil && len(names) == 0 && line != "" {
			err = errors.New("want a line such as >name before the first sequence")
		}
		if err != nil {
			return nil, nil, fmt.Errorf("gfnenvs: alignment: %s:%d: %w: %w", path, n, err, miniflow.ErrParam)
		}
		if last := len(sequences) - 1; last >= 0 {
			sequences[last] = append(sequences[last], bases...)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, nil, fmt.Errorf("gfnenvs: alignment: %s: %w", path, err)
	}
	if len(names) == 0 {
		return nil, nil, fmt.Errorf("gfnenvs: alignment: %s has no sequence: want lines such as >name, each with its sequence behind: %w", path, miniflow.ErrParam)
	}
	return names, sequences, nil
}
