package agents

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/miniflow-rl/miniflow/agents/internal/tfevents"
)

// The names of a run's files of measurements. TensorBoard looks for "tfevents".
const (
	metricsFile = "metrics.csv"
	eventsFile  = "events.out.tfevents.0.miniflow"
)

// curves writes one row of measurements an update, to a CSV file and to an
// event file for TensorBoard. The CSV file holds nothing that depends on time:
// the same run writes the same bytes anywhere. Wall time and speed are in the
// event file.
type curves struct {
	csv, events *os.File
	tb          *tfevents.Writer
	header      []string // of the CSV file; nil until the first row
	row         []byte
	scalars     []tfevents.Scalar
}

// openCurves opens the files in dir, cut to the given lengths: a run that was
// killed has rows that are newer than its checkpoint. Lengths of 0 start anew.
func openCurves(dir string, csvBytes, eventsBytes int64, now time.Time) (*curves, error) {
	c := &curves{}
	var err error
	if c.csv, err = openAt(filepath.Join(dir, metricsFile), csvBytes); err != nil {
		return nil, err
	}
	if c.events, err = openAt(filepath.Join(dir, eventsFile), eventsBytes); err != nil {
		c.csv.Close()
		return nil, err
	}
	c.tb = tfevents.NewWriter(c.events)
	if csvBytes > 0 {
		if c.header, err = readHeader(filepath.Join(dir, metricsFile)); err != nil {
			c.close()
			return nil, err
		}
	}
	if eventsBytes == 0 {
		if err := c.tb.Version(now); err != nil {
			c.close()
			return nil, fmt.Errorf("agents: write measurements: %w", err)
		}
	}
	return c, nil
}

// openAt opens a file for appending after its first n bytes.
func openAt(path string, n int64) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fmt.Errorf("agents: open measurements: %w", err)
	}
	size, err := f.Seek(0, io.SeekEnd)
	if err == nil && size < n {
		err = fmt.Errorf("%s has %d bytes, the checkpoint knows of %d: was it cut or replaced?", path, size, n)
	}
	if err == nil {
		err = f.Truncate(n)
	}
	if err == nil {
		_, err = f.Seek(n, io.SeekStart)
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("agents: open measurements: %w", err)
	}
	return f, nil
}

func readHeader(path string) ([]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("agents: read measurements: %w", err)
	}
	defer f.Close()
	header, err := csv.NewReader(bufio.NewReader(f)).Read()
	if err != nil {
		return nil, fmt.Errorf("agents: read measurements: %s has no header: %w", path, err)
	}
	return header, nil
}

// write adds the row of what m measured now.
func (c *curves) write(m *Meter, now time.Time, stepsPerSecond float64) error {
	if c.header == nil {
		c.header = append([]string{"step", "episodes", "return/mean", "episode/steps"}, m.names...)
		if _, err := fmt.Fprintln(c.csv, strings.Join(c.header, ",")); err != nil {
			return fmt.Errorf("agents: write measurements: %w", err)
		}
	}
	if !slices.Equal(c.header[4:], m.names) {
		return fmt.Errorf("agents: write measurements: the file's columns are %v, the agent measures %v", c.header[4:], m.names)
	}
	c.row = strconv.AppendInt(c.row[:0], int64(m.steps), 10)
	c.row = strconv.AppendInt(append(c.row, ','), int64(m.episodes), 10)
	c.scalars = append(c.scalars[:0], tfevents.Scalar{Tag: "time/steps_per_second", Value: stepsPerSecond})
	add := func(name string, v float64) {
		c.row = append(c.row, ',')
		if !math.IsNaN(v) {
			c.row = strconv.AppendFloat(c.row, v, 'g', -1, 64)
		}
		c.scalars = append(c.scalars, tfevents.Scalar{Tag: name, Value: v})
	}
	add("return/mean", m.meanReturn)
	add("episode/steps", m.meanN)
	for k, name := range m.names {
		add(name, m.values[k])
	}
	if _, err := c.csv.Write(append(c.row, '\n')); err != nil {
		return fmt.Errorf("agents: write measurements: %w", err)
	}
	if err := c.tb.Scalars(now, int64(m.steps), c.scalars); err != nil {
		return fmt.Errorf("agents: write measurements: %w", err)
	}
	return nil
}

// sync makes sure that what was written is on disk and returns the lengths of
// the files, for a checkpoint.
func (c *curves) sync() (csvBytes, eventsBytes int64, err error) {
	lengths := [2]int64{}
	for k, f := range []*os.File{c.csv, c.events} {
		if err := f.Sync(); err != nil {
			return 0, 0, fmt.Errorf("agents: write measurements: %w", err)
		}
		if lengths[k], err = f.Seek(0, io.SeekCurrent); err != nil {
			return 0, 0, fmt.Errorf("agents: write measurements: %w", err)
		}
	}
	return lengths[0], lengths[1], nil
}

func (c *curves) close() error { return errors.Join(c.csv.Close(), c.events.Close()) }

// ReadCurve returns what was measured under a name in the run of a folder: the
// steps and the values, without the rows that have no value.
func ReadCurve(dir, name string) (steps, values []float64, err error) {
	return readCurve(filepath.Join(dir, metricsFile), name)
}

// readCurve returns the columns step and name of a metrics file, without the
// rows that have no value.
func readCurve(path, name string) (steps, values []float64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, fmt.Errorf("agents: read measurements: %w", err)
	}
	defer f.Close()
	rows, err := csv.NewReader(bufio.NewReader(f)).ReadAll()
	if err != nil {
		return nil, nil, fmt.Errorf("agents: read measurements: %s is no table of measurements: %w", path, err)
	}
	if len(rows) == 0 { // before the first update
		return nil, nil, nil
	}
	x, y := slices.Index(rows[0], "step"), slices.Index(rows[0], name)
	if x < 0 || y < 0 {
		return nil, nil, fmt.Errorf("agents: read measurements: %s has no column %s", path, name)
	}
	for _, row := range rows[1:] {
		if row[y] == "" {
			continue
		}
		step, err1 := strconv.ParseFloat(row[x], 64)
		value, err2 := strconv.ParseFloat(row[y], 64)
		if err := errors.Join(err1, err2); err != nil {
			return nil, nil, fmt.Errorf("agents: read measurements: %s: %w", path, err)
		}
		steps, values = append(steps, step), append(values, value)
	}
	return steps, values, nil
}
