package minigrid_test

import (
	"testing"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/minigrid"
	"github.com/stretchr/testify/require"
)

// begin returns a room grid with a level begun in a world of its own.
func begin(t *testing.T, size, rows, cols int, seed uint64) *minigrid.RoomGrid {
	t.Helper()
	g := minigrid.NewRoomGrid(size, rows, cols)
	width, height := g.Size()
	w, err := minigrid.NewWorld(width, height, 7)
	require.NoError(t, err)
	w.SetRand(miniflow.NewRand(seed))
	require.NoError(t, g.Begin(w))
	return g
}

func TestRoomGridLattice(t *testing.T) {
	g := begin(t, 5, 2, 3, 1)
	require.Equal(t, [2]int{13, 9}, [2]int{g.Width(), g.Height()})
	p, d := g.Agent()
	require.Equal(t, minigrid.Point{X: 6, Y: 6}, p)
	require.Equal(t, minigrid.Right, d)
	require.Same(t, g.Room(1, 1), g.RoomAt(p))
	require.Nil(t, g.Room(3, 0))
	require.Nil(t, g.Room(0, -1))
	require.Nil(t, g.RoomAt(minigrid.Point{X: 12, Y: 4}), "the last wall belongs to no room")
	for j := range 2 {
		for i := range 3 {
			r := g.Room(i, j)
			for d, n := range r.Neighbors {
				if n == nil {
					continue
				}
				side, ok := n.Side(r)
				require.True(t, ok)
				require.EqualValues(t, (d+2)%4, side)
				require.Equal(t, r.DoorPos[d], n.DoorPos[side], "both rooms know the same place")
				require.True(t, r.Contains(r.DoorPos[d]) && n.Contains(r.DoorPos[d]))
				require.Equal(t, minigrid.TypeWall, g.At(r.DoorPos[d]).Type())
			}
		}
	}
}

func TestRoomGridDoorsAndWalls(t *testing.T) {
	g := begin(t, 5, 1, 3, 2)
	d, err := g.AddDoor(0, 0, minigrid.Right, minigrid.Red, minigrid.Locked)
	require.NoError(t, err)
	require.Equal(t, minigrid.Door(minigrid.Red, minigrid.Locked), g.At(d.At))
	require.True(t, g.Room(0, 0).Locked)
	require.False(t, g.Room(1, 0).Locked, "only the room through which the door was added")
	_, err = g.AddDoor(1, 0, minigrid.Left, minigrid.Red, minigrid.Closed)
	require.ErrorIs(t, err, minigrid.ErrPlacement)
	_, err = g.AddDoor(1, 0, minigrid.Up, minigrid.Red, minigrid.Closed)
	require.ErrorIs(t, err, minigrid.ErrPlacement)
	require.NoError(t, g.RemoveWall(1, 0, minigrid.Right))
	for y := 1; y < 4; y++ {
		require.Equal(t, minigrid.Empty, g.At(minigrid.Point{X: 8, Y: y}))
	}
	require.Equal(t, minigrid.LinkOpening, g.Room(2, 0).Links[minigrid.Left])
	_, err = g.AddDoor(2, 0, minigrid.AnySide, minigrid.AnyColor, minigrid.AnyState)
	require.ErrorIs(t, err, minigrid.ErrPlacement, "no side is left, which must not hang")
	doors, err := g.ConnectAll(nil, nil)
	require.NoError(t, err)
	require.Empty(t, doors, "they are connected already")
}

func TestRoomGridErrors(t *testing.T) {
	g := begin(t, 3, 1, 1, 3)
	_, err := g.AddObject(0, 0, minigrid.AnyType, minigrid.AnyColor)
	require.ErrorIs(t, err, minigrid.ErrPlacement, "the only cell is the agent's")
	_, err = g.AddObject(0, 1, minigrid.AnyType, minigrid.AnyColor)
	require.ErrorIs(t, err, miniflow.ErrParam)
	_, err = g.AddDistractors(nil, 0, 0, 19, true)
	require.ErrorIs(t, err, minigrid.ErrPlacement, "there are 18 kinds")

	g = begin(t, 3, 1, 3, 3)
	for i := range 3 {
		g.Room(i, 0).Locked = true
	}
	_, err = g.ConnectAll(nil, nil)
	require.ErrorIs(t, err, minigrid.ErrPlacement)

	g = begin(t, 4, 1, 1, 4) // four cells: an agent on the last one faces a ball or a wall
	for _, p := range []minigrid.Point{{X: 1, Y: 1}, {X: 2, Y: 1}, {X: 1, Y: 2}, {X: 2, Y: 2}} {
		g.Set(p, minigrid.Lava)
	}
	require.ErrorIs(t, g.PlaceAgentInRoom(0, 0, true), minigrid.ErrPlacement)

	w, err := minigrid.NewWorld(5, 5, 7)
	require.NoError(t, err)
	require.ErrorIs(t, minigrid.NewRoomGrid(4, 1, 1).Begin(w), miniflow.ErrParam)
	require.ErrorIs(t, minigrid.NewRoomGrid(2, 4, 4).Begin(w), miniflow.ErrParam)
	require.ErrorIs(t, minigrid.NewRoomGrid(5, 0, 0).Begin(w), miniflow.ErrParam)
}

func TestRoomGridConnectAll(t *testing.T) {
	g := begin(t, 5, 3, 3, 5)
	doors, err := g.ConnectAll(nil, []minigrid.Color{minigrid.Green})
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(doors), 8, "a tree of nine rooms")
	for _, d := range doors {
		require.Equal(t, minigrid.Door(minigrid.Green, minigrid.Closed), d.Cell)
	}
	seen := map[*minigrid.Room]bool{}
	var visit func(*minigrid.Room)
	visit = func(r *minigrid.Room) {
		if seen[r] {
			return
		}
		seen[r] = true
		for d, l := range r.Links {
			if l != minigrid.LinkWall {
				visit(r.Neighbors[d])
			}
		}
	}
	visit(g.Room(0, 0))
	require.Len(t, seen, 9)
}

func TestRoomGridDistractors(t *testing.T) {
	g := begin(t, 8, 1, 1, 6)
	things, err := g.AddDistractors(nil, minigrid.AnyRoom, 0, 18, true)
	require.NoError(t, err)
	kinds := map[minigrid.Cell]bool{}
	for _, p := range things {
		kinds[p.Cell] = true
		require.Equal(t, p.Cell, g.At(p.At))
	}
	require.Len(t, kinds, 18)
	require.Equal(t, things, g.Room(0, 0).Things)
}
