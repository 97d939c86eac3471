package wrappers

import (
	"slices"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/miniworld"
	"github.com/miniflow-rl/miniflow/miniworld/raster"
)

// table lists the wrappers that have a name: Minigrid's, then Gymnasium's, then
// the others.
var table = []Info{
	{"full", "the whole map instead of the agent's view", nil,
		func(env miniflow.Env, _ *miniflow.Config) (miniflow.Env, error) { return as(FullyObs(env)) }},
	{"img", "only the observation image", nil,
		func(env miniflow.Env, _ *miniflow.Config) (miniflow.Env, error) { return as(ImgObs(env)) }},
	{"rgb", "a picture of the whole map", []miniflow.Param{intParam("tile", "pixels a cell", 8, 1, 256)},
		func(env miniflow.Env, c *miniflow.Config) (miniflow.Env, error) {
			return as(RGBImgObs(env, c.Int("tile")))
		}},
	{"rgb_partial", "a picture of the agent's view", []miniflow.Param{intParam("tile", "pixels a cell", 8, 1, 256)},
		func(env miniflow.Env, c *miniflow.Config) (miniflow.Env, error) {
			return as(RGBImgPartialObs(env, c.Int("tile")))
		}},
	{"onehot", "each cell of the image as one-hot codes", nil,
		func(env miniflow.Env, _ *miniflow.Config) (miniflow.Env, error) { return as(OneHotPartialObs(env)) }},
	{"view_size", "a view of another size", []miniflow.Param{intParam("size", "side in cells, odd", 7, 3, 255)},
		func(env miniflow.Env, c *miniflow.Config) (miniflow.Env, error) {
			return as(ViewSize(env, c.Int("size")))
		}},
	{"reseed", "resets with the same seeds over and over", []miniflow.Param{
		{Name: "seeds", Doc: "the seeds", Value: []int{0}, Min: 0, Max: 1 << 53},
		intParam("first", "number of the first seed to use", 0, 0, 1<<20)},
		func(env miniflow.Env, c *miniflow.Config) (miniflow.Env, error) {
			var seeds []uint64
			for _, s := range c.Ints("seeds") {
				seeds = append(seeds, uint64(s))
			}
			return as(Reseed(env, seeds, c.Int("first")))
		}},
	{"action_bonus", "a bonus for new actions at a place", nil,
		func(env miniflow.Env, _ *miniflow.Config) (miniflow.Env, error) { return as(ActionBonus(env)) }},
	{"position_bonus", "a bonus for new places", []miniflow.Param{floatParam("scale", "factor of the bonus", 1, -inf, inf)},
		func(env miniflow.Env, c *miniflow.Config) (miniflow.Env, error) {
			return as(PositionBonus(env, c.Float("scale")))
		}},
	{"words", "the mission as indices of words", []miniflow.Param{
		intParam("max", "length of the list", 50, 1, 1<<16),
		textParam("vocabulary", "whose words", "minigrid", "minigrid", "babyai")},
		func(env miniflow.Env, c *miniflow.Config) (miniflow.Env, error) {
			words := MinigridWords
			if c.Text("vocabulary") == "babyai" {
				words = BabyAIWords
			}
			return as(DictObservationSpace(env, c.Int("max"), words))
		}},
	{"flat", "image and characters of the mission as one vector", []miniflow.Param{intParam("max", "characters of the mission", 96, 1, 1<<16)},
		func(env miniflow.Env, c *miniflow.Config) (miniflow.Env, error) {
			return as(FlatObs(env, c.Int("max")))
		}},
	{"goal_direction", "the direction to the goal", []miniflow.Param{textParam("type", "how it is expressed", "slope", goalMeasureNames...)},
		func(env miniflow.Env, c *miniflow.Config) (miniflow.Env, error) {
			return as(DirectionObs(env, GoalMeasure(slices.Index(goalMeasureNames, c.Text("type")))))
		}},
	{"symbolic", "the whole map as x, y, type", nil,
		func(env miniflow.Env, _ *miniflow.Config) (miniflow.Env, error) { return as(SymbolicObs(env)) }},
	{"stochastic", "actions that are sometimes others", []miniflow.Param{
		floatParam("keep", "probability of the action asked for", 0.9, 0, 1),
		intParam("action", "the action otherwise, -1 for any", RandomAction, -1, 1<<30)},
		func(env miniflow.Env, c *miniflow.Config) (miniflow.Env, error) {
			return as(StochasticAction(env, c.Float("keep"), c.Int("action")))
		}},
	{"no_death", "a cost instead of death", []miniflow.Param{
		textParam("types", "deadly cells, with plus signs between them", "lava"),
		floatParam("cost", "added to the reward instead", -1, -inf, inf)},
		func(env miniflow.Env, c *miniflow.Config) (miniflow.Env, error) {
			types, err := splitTypes(c.Text("types"))
			if err != nil {
				return nil, err
			}
			return as(NoDeath(env, types, c.Float("cost")))
		}},

	{"time_limit", "episodes cut off after some steps", []miniflow.Param{intParam("steps", "the limit", 100, 1, 1<<30)},
		func(env miniflow.Env, c *miniflow.Config) (miniflow.Env, error) {
			return as(TimeLimit(env, c.Int("steps")))
		}},
	{"frame_stack", "the last observations", []miniflow.Param{
		intParam("n", "how many", 4, 1, 1<<10),
		{Name: "zeros", Doc: "whether zeros come before the first one", Value: false},
		namesParam("observations to stack, with plus signs between them; none for all")},
		func(env miniflow.Env, c *miniflow.Config) (miniflow.Env, error) {
			return as(FrameStack(env, c.Int("n"), c.Bool("zeros"), splitNames(c.Text("names"))...))
		}},
	{"normalize_obs", "observations of mean 0 and variance 1", []miniflow.Param{
		floatParam("epsilon", "added to the variance", 1e-8, 1e-300, inf),
		namesParam("observations to scale, with plus signs between them; none for all")},
		func(env miniflow.Env, c *miniflow.Config) (miniflow.Env, error) {
			return as(NormalizeObservation(env, c.Float("epsilon"), splitNames(c.Text("names"))...))
		}},
	{"normalize_reward", "rewards scaled by the spread of returns", []miniflow.Param{
		floatParam("gamma", "discount", 0.99, 0, 1),
		floatParam("epsilon", "added to the variance", 1e-8, 1e-300, inf)},
		func(env miniflow.Env, c *miniflow.Config) (miniflow.Env, error) {
			return as(NormalizeReward(env, c.Float("gamma"), c.Float("epsilon")))
		}},
	{"log_reward", "the log reward of a finished construction", []miniflow.Param{floatParam("floor", "what lower ones count as", -100, -inf, inf)},
		func(env miniflow.Env, c *miniflow.Config) (miniflow.Env, error) {
			return as(LogReward(env, c.Float("floor")))
		}},
	{"clip_reward", "rewards within bounds", []miniflow.Param{
		floatParam("low", "the least", -1, -inf, inf), floatParam("high", "the largest", 1, -inf, inf)},
		func(env miniflow.Env, c *miniflow.Config) (miniflow.Env, error) {
			return as(ClipReward(env, c.Float("low"), c.Float("high")))
		}},
	{"repeat", "every action several times", []miniflow.Param{intParam("n", "how often", 4, 1, 1<<20)},
		func(env miniflow.Env, c *miniflow.Config) (miniflow.Env, error) {
			return as(RepeatAction(env, c.Int("n")))
		}},
	{"sticky", "actions that are sometimes the last one again", []miniflow.Param{
		floatParam("p", "probability of a repetition", 0.25, 0, 1),
		intParam("least", "steps of a repetition, at least", 1, 1, 1<<20), intParam("most", "steps of a repetition, at most", 1, 1, 1<<20)},
		func(env miniflow.Env, c *miniflow.Config) (miniflow.Env, error) {
			return as(StickyAction(env, c.Float("p"), c.Int("least"), c.Int("most")))
		}},
	{"statistics", "returns and lengths of episodes, counted", nil,
		func(env miniflow.Env, _ *miniflow.Config) (miniflow.Env, error) {
			return NewEpisodeStatistics(env), nil
		}},
	{"flatten", "all numbers as one vector", nil,
		func(env miniflow.Env, _ *miniflow.Config) (miniflow.Env, error) { return as(FlattenObservation(env)) }},
	{"gray", "a picture in shades of grey", []miniflow.Param{
		textParam("name", "the observation", "image"),
		{Name: "keep", Doc: "whether to keep a channel", Value: false}},
		func(env miniflow.Env, c *miniflow.Config) (miniflow.Env, error) {
			return as(GrayScale(env, c.Text("name"), c.Bool("keep")))
		}},
	{"resize", "a picture of another size", []miniflow.Param{
		textParam("name", "the observation", "image"),
		intParam("height", "pixels", 84, 1, 1<<13), intParam("width", "pixels", 84, 1, 1<<13)},
		func(env miniflow.Env, c *miniflow.Config) (miniflow.Env, error) {
			return as(Resize(env, c.Text("name"), c.Int("height"), c.Int("width")))
		}},

	{"carrying", "what the agent carries, too", nil,
		func(env miniflow.Env, _ *miniflow.Config) (miniflow.Env, error) { return as(Carrying(env)) }},
	{"centred", "the cells around the agent", []miniflow.Param{
		intParam("size", "side in cells, odd", 7, 3, 255),
		{Name: "turn", Doc: "whether the agent looks up", Value: true}},
		func(env miniflow.Env, c *miniflow.Config) (miniflow.Env, error) {
			return as(CentredView(env, c.Int("size"), c.Bool("turn")))
		}},
	{"allocentric", "what the agent sees, at its place on the map", nil,
		func(env miniflow.Env, _ *miniflow.Config) (miniflow.Env, error) { return as(AllocentricView(env)) }},
	{"absolute", "moves right, down, left and up", nil,
		func(env miniflow.Env, _ *miniflow.Config) (miniflow.Env, error) { return as(AbsoluteMoves(env)) }},
	{"embed", "each cell of the image as one number", nil,
		func(env miniflow.Env, _ *miniflow.Config) (miniflow.Env, error) { return as(EmbeddingIndex(env)) }},
	{"first_person", "the level as a 3D world", []miniflow.Param{
		textParam("obs", "rgb, grey, depth or segmentation, with plus signs between them", "rgb"),
		intParam("width", "pixels", 80, 1, 1<<12), intParam("height", "pixels", 60, 1, 1<<12),
		textParam("quality", "fast or full", "fast", "fast", "full")},
		func(env miniflow.Env, c *miniflow.Config) (miniflow.Env, error) {
			kinds, err := miniworld.ParseKinds(c.Text("obs"))
			if err != nil {
				return nil, err
			}
			q := raster.Fast
			if c.Text("quality") == "full" {
				q = raster.Full
			}
			return as(FirstPerson(env, FirstPersonConfig{Kinds: kinds, Width: c.Int("width"), Height: c.Int("height"), Quality: q}))
		}},
	{"grid_map", "a Miniworld level as a Minigrid map", []miniflow.Param{intParam("tile", "pixels a cell, 0 for codes", 0, 0, 256)},
		func(env miniflow.Env, c *miniflow.Config) (miniflow.Env, error) {
			return as(GridMap(env, c.Int("tile")))
		}},
	{"torch", "a picture as channels, columns, rows", nil,
		func(env miniflow.Env, _ *miniflow.Config) (miniflow.Env, error) { return as(PyTorchObs(env)) }},
	{"luma", "a picture as grey float64 numbers", nil,
		func(env miniflow.Env, _ *miniflow.Config) (miniflow.Env, error) { return as(Greyscale(env)) }},
	{"describe", "what the agent sees in words, too", nil,
		func(env miniflow.Env, _ *miniflow.Config) (miniflow.Env, error) { return as(Describe(env)) }},
}
