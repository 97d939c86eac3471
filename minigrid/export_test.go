package minigrid

// TileForTest returns the pixels of one tile; a nil dir is no agent.
func TileForTest(c Cell, dir *int, light bool, size int) []uint8 {
	agent := noAgent
	if dir != nil {
		agent = agentLook(Direction(*dir))
	}
	return tilesOf(size).get(makeLook(c, agent, light)).pix
}
