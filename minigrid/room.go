package minigrid

// Link is what lies between two neighbouring rooms of a [RoomGrid].
type Link uint8

// The links. Every one but Wall lets an agent with the right key through.
const (
	LinkWall    Link = iota // a wall, or the edge of the map
	LinkDoor                // a door in the wall
	LinkOpening             // no wall at all
)

var linkNames = [...]string{"wall", "door", "opening"}

// String returns the link's name.
func (l Link) String() string { return enumName(linkNames[:], int(l), "Link") }

// Placed is a thing and the cell where a generator put it.
type Placed struct {
	Thing
	At Point
}

// Room is one room of a [RoomGrid]. Arrays are indexed by the [Direction] of
// the side: right, down, left, up.
type Room struct {
	// Area is the room with its walls, which it shares with its neighbours.
	Area
	// Col and Row count rooms from the top left of the map.
	Col, Row int
	// Neighbors holds the rooms next door, nil at the edge of the map.
	Neighbors [4]*Room
	// Links says what lies between this room and its neighbours.
	Links [4]Link
	// DoorPos holds the cells where a door is or would be; meaningless where
	// there is no neighbour.
	DoorPos [4]Point
	// Locked is whether the last door added through this room is locked. The
	// room on the other side of that door is not marked, as in the original.
	Locked bool
	// Things lists what was placed in the room, in that order.
	Things []Placed

	root *Room // towards the representative of all rooms connected with this one
}

// Contains reports whether p lies in the room or on its walls.
func (r *Room) Contains(p Point) bool {
	return uint(p.X-r.X) < uint(r.W) && uint(p.Y-r.Y) < uint(r.H)
}

// Side returns the [Direction] in which neighbour n lies; ok reports whether n
// is one.
func (r *Room) Side(n *Room) (d Direction, ok bool) {
	for d, m := range r.Neighbors {
		if m != nil && m == n {
			return Direction(d), true
		}
	}
	return 0, false
}

// component returns the representative of the rooms connected with r.
func (r *Room) component() *Room {
	for r.root != r {
		r.root = r.root.root
		r = r.root
	}
	return r
}
