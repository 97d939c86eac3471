package mazes_test

import (
	"fmt"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid/mazes"
)

// A maze is drawn at random, edited and solved.
func Example() {
	maze, err := mazes.New(8, 4)
	if err != nil {
		fmt.Println(err)
		return
	}
	rng := miniflow.NewRand(2)
	maze.Random(rng, 9)
	fmt.Print(maze)

	edited := maze.Clone()
	edited.Mutate(rng, 3)
	fmt.Print("\n", edited)

	var solver mazes.Solver
	before, _ := solver.Steps(maze)
	after, _ := solver.Steps(edited)
	differences, _ := maze.Distance(edited)
	fmt.Println(before, after, differences)
	// Output:
	// ..#...#.
	// >##..##.
	// ...#...#
	// ..G....#
	//
	// .>#...#.
	// .G#..##.
	// ...#.#.#
	// .......#
	// 6 2 4
}
