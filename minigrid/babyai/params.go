package babyai

import "github.com/miniflow-rl/miniflow"

// The parameters that levels share. Bounds keep the number of things on a map
// below 255, which is how many a level can tell apart.

func roomSize(n, least int) miniflow.Param {
	return miniflow.Param{Name: "room_size", Doc: "side of a room in cells, walls included", Value: n, Min: float64(least), Max: 40}
}

func numRows(n int) miniflow.Param {
	return miniflow.Param{Name: "num_rows", Doc: "rows of rooms", Value: n, Min: 1, Max: 6}
}

func numCols(n int) miniflow.Param {
	return miniflow.Param{Name: "num_cols", Doc: "columns of rooms", Value: n, Min: 1, Max: 6}
}

func numDists(n int) miniflow.Param {
	return miniflow.Param{Name: "num_dists", Doc: "things placed at random", Value: n, Min: 1, Max: 100}
}

func flag(name, doc string) miniflow.Param {
	return miniflow.Param{Name: name, Doc: doc, Value: false}
}
