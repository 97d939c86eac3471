package wfc

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// The pictures that we ship, drawn for this project. Presets of the original use
// pictures of their own, which are not part of it.
var patterns = map[string]*Picture{
	"hedges": draw(
		"#.#.",
		"....",
		"#.##",
		"#...",
	),
	"catacombs": draw(
		"........",
		".######.",
		".#......",
		".#.####.",
		".#....#.",
		".####.#.",
		"......#.",
		".######.",
	),
	"chambers": draw(
		"#####.",
		"#...#.",
		"#.....",
		"#...#.",
		"##.##.",
		"......",
	),
	"pebbles": draw(
		"....",
		".#..",
		"....",
		"...#",
	),
	"zigzag": draw(
		"...........",
		".###...#...",
		"...#...#...",
		"...#...###.",
		"...........",
		".#....####.",
		".#....#....",
		".##...#....",
		"...........",
		"...##......",
		"....#...#..",
	),
	"islands": draw(
		"..............",
		"..###.....#...",
		"..####....##..",
		"...##.....##..",
		"..............",
		"..............",
		".....##.......",
		"....####...#..",
		"....####..###.",
		".....#....##..",
		"..............",
		"..............",
	),
}

// Patterns returns the names of the shipped pictures in a list for people.
func Patterns() string {
	return strings.Join(slices.Sorted(maps.Keys(patterns)), ", ")
}

// Pattern returns the shipped picture of this name, or loads the PNG file at this
// path. A path has a dot in it, a name has none.
func Pattern(name string) (*Picture, error) {
	if p := patterns[name]; p != nil {
		return p, nil
	}
	if !strings.Contains(name, ".") {
		return nil, fmt.Errorf("wfc: there is no pattern %q: want one of %s, or the path of a PNG file", name, Patterns())
	}
	return Load(name)
}

// presets are the registered ids with the picture of ours that stands in for the
// original's.
var presets = []struct {
	id, pattern, original string
	width                 int
	periodic              bool
}{
	{"MiniGrid-WFC-MazeSimple-v0", "hedges", "SimpleMaze", 2, false},
	{"MiniGrid-WFC-DungeonMazeScaled-v0", "catacombs", "ScaledMaze", 2, true},
	{"MiniGrid-WFC-RoomsFabric-v0", "chambers", "Fabric", 3, false},
	{"MiniGrid-WFC-ObstaclesBlackdots-v0", "pebbles", "Blackdots", 2, false},
	{"MiniGrid-WFC-ObstaclesAngular-v0", "zigzag", "Angular", 3, true},
	{"MiniGrid-WFC-ObstaclesHogs3-v0", "islands", "Hogs", 3, true},
}

func init() {
	for _, p := range presets {
		err := class().Register(p.id, map[string]any{"pattern": p.pattern, "pattern_width": p.width, "output_periodic": p.periodic})
		if err != nil {
			panic(err)
		}
	}
}

// Original returns the name of the original's picture for a registered id, as
// its repository has it without ".png"; empty for other ids.
func Original(id string) string {
	for _, p := range presets {
		if p.id == id {
			return p.original
		}
	}
	return ""
}
