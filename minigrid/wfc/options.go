package wfc

import (
	"fmt"
	"slices"
	"strings"

	"github.com/miniflow-rl/miniflow"
)

// Location says which undecided cell is decided next.
type Location string

// The location heuristics. All but Lexical and Simple break ties by a random
// preference that is drawn once for a map.
const (
	ByEntropy     Location = "entropy"      // the one with the fewest patterns left
	ByAntiEntropy Location = "anti-entropy" // the one with the most
	ByLexical     Location = "lexical"      // the first, row by row
	BySimple      Location = "simple"       // the first with the fewest patterns left
	BySpiral      Location = "spiral"       // outwards from the middle
	ByRandom      Location = "random"       // in a random order
)

var locations = []string{string(ByEntropy), string(ByAntiEntropy), string(ByLexical), string(BySimple), string(BySpiral), string(ByRandom)}

// Choice says how a cell is decided.
type Choice string

// The choice heuristics.
const (
	Weighted     Choice = "weighted" // in proportion to how common patterns are
	Uniform      Choice = "random"   // all that are left alike
	FirstPattern Choice = "lexical"  // the one with the lowest number
	MostPossible Choice = "rarest"   // one that is possible in the most cells, whether it is in this one or not
)

var choices = []string{string(Weighted), string(Uniform), string(FirstPattern), string(MostPossible)}

// maxTile bounds tiles and patterns: the numbers to code them with are made once.
const maxTile = 8

// Options say how a [Model] learns and generates.
type Options struct {
	TileSize     int // side of a tile in pixels, 1 to 8
	PatternWidth int // side of a pattern in tiles, 2 or 3 in most uses, 1 to 8
	Rotations    int // how many turned and mirrored pictures to learn from, 1 to 8, of which 4 differ
	// Periodic is whether the map continues at the opposite edge.
	Periodic bool
	Location Location
	Choice   Choice
	// Backtrack takes back a decision that led nowhere, instead of starting again.
	Backtrack bool
	// AllPatterns gives up a map in which some pattern can no longer occur.
	AllPatterns bool
	// Attempts is how often to start again before giving up.
	Attempts int
}

// DefaultOptions returns the options of Minigrid's worlds, with patterns of 2x2.
func DefaultOptions() Options {
	return Options{TileSize: 1, PatternWidth: 2, Rotations: 8, Location: ByEntropy, Choice: Weighted, Attempts: 1000}
}

func (o Options) check() error {
	bad := func(format string, args ...any) error {
		return fmt.Errorf("wfc: "+format+": %w", append(args, miniflow.ErrParam)...)
	}
	switch {
	case o.TileSize < 1 || o.TileSize > maxTile:
		return bad("tile size %d: want 1 to %d", o.TileSize, maxTile)
	case o.PatternWidth < 1 || o.PatternWidth > maxTile:
		return bad("pattern width %d: want 1 to %d", o.PatternWidth, maxTile)
	case o.Rotations < 1 || o.Rotations > 8:
		return bad("%d rotations: want 1 to 8", o.Rotations)
	case !slices.Contains(locations, string(o.Location)):
		return bad("location heuristic %q: want one of %s", o.Location, strings.Join(locations, ", "))
	case !slices.Contains(choices, string(o.Choice)):
		return bad("choice heuristic %q: want one of %s", o.Choice, strings.Join(choices, ", "))
	case o.Attempts < 1:
		return bad("%d attempts: want at least 1", o.Attempts)
	}
	return nil
}
