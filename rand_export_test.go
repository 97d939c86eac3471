package miniflow

import "math"

// What the tests of package miniflow_test see of the ziggurat tables.

type Layer = layer

var (
	NormalLayers      = normalLayers
	ExponentialLayers = exponentialLayers
)

// LayerBits returns the fields of l as bit patterns.
func LayerBits(l Layer) (accept, width, height uint64) {
	return l.accept, math.Float64bits(l.width), math.Float64bits(l.height)
}
