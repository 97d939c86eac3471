// Package objects draws what construction environments build: grid points on
// the heat map of their reward, sequences, sets, spins, graphs, trees and units of
// a network, and how samples compare with the target distribution. It draws on a
// [ui.Canvas] and knows of no window and no player.
package objects
