package miniworld_test

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
)

// pictureHashes are of the pictures that TestSameBytes draws, by quality. They
// change with what is drawn, such as a texture, and must never depend on the
// machine: run the test with and without the build tag purego, and with
// GODEBUG=cpu.avx512f=off.
var pictureHashes = map[string]string{"full": "1f06a645799748d0", "fast": "9f42a47c11261b96"}

// worldNames are the original's ids, in the order in which their pictures are
// hashed; other tests may register more.
var worldNames = []string{
	"CollectHealth", "FourRooms", "Hallway", "Maze", "MazeS2", "MazeS3", "MazeS3Fast", "OneRoom",
	"OneRoomS6", "OneRoomS6Fast", "PickupObjects", "PutNext", "RoomObjects", "Sidewalk", "Sign", "TMaze",
	"TMazeLeft", "TMazeRight", "ThreeRooms", "WallGap", "YMaze", "YMazeLeft", "YMazeRight",
}

// TestSameBytes walks through every world, with domain randomisation, and hashes
// colour, depth and segmentation of all that is seen.
func TestSameBytes(t *testing.T) {
	for quality, want := range pictureHashes {
		h := fnv.New64a()
		for _, name := range worldNames {
			env, err := miniflow.Make("MiniWorld-"+name+"-v0", miniflow.WithParam("obs", "rgb+depth+segmentation+topdown"),
				miniflow.WithParam("domain_rand", true), miniflow.WithParam("quality", quality))
			require.NoError(t, err)
			b := miniflow.NewBatch(env)
			require.NoError(t, env.Reset(b, 1))
			rng := miniflow.NewRand(2)
			for range 12 {
				b.Action.I32[0] = int32(rng.Intn(env.Spec().NumActions()))
				require.NoError(t, env.Step(b))
				for k := range b.Obs {
					h.Write(b.Obs[k].U8)
					for _, v := range b.Obs[k].F32 {
						h.Write(binary.LittleEndian.AppendUint32(nil, math.Float32bits(v)))
					}
				}
			}
		}
		require.Equal(t, want, fmt.Sprintf("%016x", h.Sum64()), quality)
	}
}
