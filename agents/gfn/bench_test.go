package gfn

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// Once its memory has grown, an update allocates nothing.
func TestUpdateAllocatesNothing(t *testing.T) {
	for _, o := range Objectives {
		a, m := newAgent(t, "HyperGrid-2x8", o, func(c *Config) { c.Lanes, c.Hidden = 64, []int{32, 32} })
		update := func() { require.NoError(t, a.Update(context.Background(), m)) }
		for range 200 { // until every size has been seen
			update()
		}
		require.Less(t, testing.AllocsPerRun(100, update), 0.5, "%s", o)
	}
}

func benchmarkUpdate(b *testing.B, id string, batch int, edits ...func(c *Config)) {
	a, m := newAgent(b, id, ObjectiveTB, func(c *Config) {
		c.Lanes, c.EvalStates = batch, 0
		for _, edit := range edits {
			edit(c)
		}
	})
	b.ReportAllocs()
	for b.Loop() {
		require.NoError(b, a.Update(context.Background(), m))
	}
	b.ReportMetric(float64(m.Steps())/b.Elapsed().Seconds(), "transitions/s")
}

func BenchmarkUpdate8x8Batch16(b *testing.B)   { benchmarkUpdate(b, "HyperGrid-2x8", 16) }
func BenchmarkUpdate8x8Batch256(b *testing.B)  { benchmarkUpdate(b, "HyperGrid-2x8", 256) }
func BenchmarkUpdate4x8Batch16(b *testing.B)   { benchmarkUpdate(b, "HyperGrid-4x8", 16) }
func BenchmarkUpdate4x8Batch256(b *testing.B)  { benchmarkUpdate(b, "HyperGrid-4x8", 256) }
func BenchmarkUpdate4x20Batch256(b *testing.B) { benchmarkUpdate(b, "HyperGrid-4x20", 256) }

// Structured networks of two layers of 256 beside the MLP.
func BenchmarkUpdateNetwork(b *testing.B) {
	for _, c := range append(readable, reading{NetworkMLP, "Set-16x8"}, reading{NetworkMLP, "DAG-5"}) {
		b.Run(fmt.Sprint(c.kind, " ", c.id), func(b *testing.B) {
			benchmarkUpdate(b, c.id, 16, func(k *Config) { k.Network = c.kind })
		})
	}
}
