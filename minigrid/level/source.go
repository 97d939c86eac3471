package level

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/miniflow-rl/miniflow"
)

// Source is where an environment takes its levels from. Which level it draws is
// determined by the generator that it is handed. Draw may be called from several
// goroutines at once, with different generators; the level belongs to the source
// and is not changed by who draws it.
type Source interface {
	// Draw returns a valid level no larger than Size.
	Draw(rng *miniflow.Rand) (*Level, error)
	// Size returns the width and height of the largest map.
	Size() (width, height int)
}

var (
	_ Source = List(nil)
	_ Source = (*Generator)(nil)
	_ Source = (*Buffer)(nil)
	_ Source = (*Filter)(nil)
)

// List draws one of its levels, each equally likely. A list of one draws no
// random number.
type List []*Level

// Draw implements [Source].
func (s List) Draw(rng *miniflow.Rand) (*Level, error) {
	if len(s) == 0 {
		return nil, fmt.Errorf("level: the list is empty: %w", ErrLevel)
	}
	return s[rng.Intn(len(s))], nil
}

// Size implements [Source].
func (s List) Size() (width, height int) {
	width, height = 3, 3
	for _, l := range s {
		width, height = max(width, l.Grid.Width()), max(height, l.Grid.Height())
	}
	return width, height
}

// Folder reads all level files of a folder (.json and .txt), in the order of
// their names. Files that are no levels are errors.
func Folder(dir string) (List, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var list List
	for _, e := range entries {
		if ext := filepath.Ext(e.Name()); e.IsDir() || ext != ".json" && ext != ".txt" || e.Name()[0] == '.' {
			continue
		}
		l, err := Load(filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, err
		}
		list = append(list, l)
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("%s: there is no level in the folder: want files that end in .json or .txt: %w", dir, ErrLevel)
	}
	return list, nil
}

// Generator draws the levels of a registered id.
type Generator struct {
	mu            sync.Mutex
	env           miniflow.Env
	batch         *miniflow.Batch
	width, height int
}

// NewGenerator returns the source of an id's levels. It fails if they cannot be
// played as data; see [Capture].
func NewGenerator(id string, options ...miniflow.Option) (*Generator, error) {
	env, err := miniflow.Make(id, append(slices.Clip(options), miniflow.WithLanes(1), miniflow.WithAutoreset(miniflow.Disabled))...)
	if err != nil {
		return nil, err
	}
	g := &Generator{env: env, batch: miniflow.NewBatch(env)}
	l, err := g.At(0)
	if err != nil {
		return nil, err
	}
	g.width, g.height = l.Grid.Width(), l.Grid.Height()
	return g, nil
}

// At returns the level of a seed.
func (g *Generator) At(seed uint64) (*Level, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.at(seed)
}

func (g *Generator) at(seed uint64) (*Level, error) {
	if err := g.env.Reset(g.batch, seed); err != nil {
		return nil, err
	}
	l, err := Capture(g.env, 0)
	if err == nil {
		l.Origin.Seed = &seed
	}
	return l, err
}

// Draw implements [Source]: it draws a seed below 2^31.
func (g *Generator) Draw(rng *miniflow.Rand) (*Level, error) { return g.At(uint64(rng.Uint32() >> 1)) }

// Size implements [Source].
func (g *Generator) Size() (width, height int) { return g.width, g.height }

// Buffer holds levels with weights, for curricula that keep, replace and replay
// them. It draws a level with probability proportional to its weight. Its
// methods may be called while environments draw from it; what they draw is
// determined by their generators only if the buffer changes between their steps
// and not during them.
type Buffer struct {
	mu            sync.RWMutex
	width, height int
	levels        []*Level
	weights       []float64
	total         float64
}

// NewBuffer returns an empty buffer for levels of at most width x height cells.
func NewBuffer(width, height int) (*Buffer, error) {
	if width < 3 || height < 3 || width > MaxSide || height > MaxSide {
		return nil, fmt.Errorf("level: a buffer of %dx%d cells: want 3 to %d each way: %w", width, height, MaxSide, ErrLevel)
	}
	return &Buffer{width: width, height: height}, nil
}

// Add puts a valid level into the buffer, unless it holds an equal one, and
// returns its number.
func (b *Buffer) Add(l *Level, weight float64) (int, error) {
	if err := l.Validate(); err != nil {
		return 0, err
	}
	if w, h := l.Grid.Width(), l.Grid.Height(); w > b.width || h > b.height {
		return 0, fmt.Errorf("level: %dx%d cells for a buffer of %dx%d: %w", w, h, b.width, b.height, ErrLevel)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	k := slices.IndexFunc(b.levels, l.Equal)
	if k < 0 {
		k = len(b.levels)
		b.levels, b.weights = append(b.levels, l), append(b.weights, 0)
	}
	return k, b.set(k, weight)
}

// Len returns the number of levels.
func (b *Buffer) Len() int {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return len(b.levels)
}

// Level returns level k.
func (b *Buffer) Level(k int) *Level {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.levels[k]
}

// Weight returns the weight of level k.
func (b *Buffer) Weight(k int) float64 {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.weights[k]
}

// SetWeight changes the weight of level k, at least 0.
func (b *Buffer) SetWeight(k int, weight float64) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.set(k, weight)
}

func (b *Buffer) set(k int, weight float64) error {
	if k < 0 || k >= len(b.levels) || !(weight >= 0 && weight < 1e300) {
		return fmt.Errorf("level: weight %v of level %d: want a number from 0 on, of a level in [0,%d)", weight, k, len(b.levels))
	}
	b.weights[k] = weight
	b.total = 0
	for _, w := range b.weights {
		b.total += w
	}
	return nil
}

// Trim keeps the n levels of the greatest weights, older ones first among equals.
func (b *Buffer) Trim(n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	order := make([]int, len(b.levels))
	for k := range order {
		order[k] = k
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(b.weights[j], b.weights[i]) })
	order = order[:min(max(n, 0), len(order))]
	slices.Sort(order)
	var levels []*Level
	var weights []float64
	b.total = 0
	for _, k := range order {
		levels, weights = append(levels, b.levels[k]), append(weights, b.weights[k])
		b.total += b.weights[k]
	}
	b.levels, b.weights = levels, weights
}

// Draw implements [Source].
func (b *Buffer) Draw(rng *miniflow.Rand) (*Level, error) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	if b.total == 0 {
		return nil, fmt.Errorf("level: the buffer has no level with a weight: add one first: %w", ErrLevel)
	}
	x, last := rng.Random()*b.total, 0
	for k, w := range b.weights {
		if w > 0 {
			if last = k; x < w {
				break
			}
		}
		x -= w
	}
	return b.levels[last], nil
}

// Size implements [Source].
func (b *Buffer) Size() (width, height int) { return b.width, b.height }
