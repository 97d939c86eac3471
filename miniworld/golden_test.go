package miniworld_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"os"
	"path"
	"strings"
	"testing"

	"github.com/go-gl/mathgl/mgl64"
	"github.com/stretchr/testify/require"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/internal/golden"
	"github.com/miniflow-rl/miniflow/miniworld"
)

// tolerance is for what comes from sines and cosines: ours and the C library's
// may differ in the last place, which a few hundred steps can add up.
const tolerance = 1e-9

type goldenTexture struct {
	Name    string
	Variant int
}

func (v *goldenTexture) UnmarshalJSON(b []byte) error {
	return json.Unmarshal(b, &[]any{&v.Name, &v.Variant})
}

type goldenRoom struct {
	Outline    [][2]float64   `json:"outline"`
	WallHeight float64        `json:"wall_height"`
	NoCeiling  bool           `json:"no_ceiling"`
	WallTex    goldenTexture  `json:"wall_tex"`
	FloorTex   goldenTexture  `json:"floor_tex"`
	CeilTex    goldenTexture  `json:"ceil_tex"`
	Portals    [][][4]float64 `json:"portals"`
	WallSegs   [][4]float64   `json:"wall_segs"`
	WallQuads  int            `json:"n_wall_quads"`
}

type goldenEntity struct {
	Type     string           `json:"type"`
	Pos      [3]float64       `json:"pos"`
	Dir      float64          `json:"dir"`
	Radius   float64          `json:"radius"`
	Height   float64          `json:"height"`
	Static   bool             `json:"static"`
	Color    string           `json:"color"`
	Size     [3]float64       `json:"size"`
	ColorVec [3]float64       `json:"color_vec"`
	Mesh     string           `json:"mesh"`
	Scale    float64          `json:"scale"`
	Width    float64          `json:"width"`
	Depth    float64          `json:"depth"`
	Tex      goldenTexture    `json:"tex"`
	Text     string           `json:"text"`
	Chars    []*goldenTexture `json:"chars"`
}

type goldenWorld struct {
	MaxSteps *int           `json:"max_episode_steps"`
	Actions  int            `json:"n_actions"`
	Rooms    []goldenRoom   `json:"rooms"`
	Entities []goldenEntity `json:"entities"`
	Agent    struct {
		CamHeight  float64    `json:"cam_height"`
		CamFwdDisp float64    `json:"cam_fwd_disp"`
		CamPitch   float64    `json:"cam_pitch"`
		CamFovY    float64    `json:"cam_fov_y"`
		CamPos     [3]float64 `json:"cam_pos"`
	} `json:"agent"`
	AgentIndex   int        `json:"agent_index"`
	SkyColor     [3]float64 `json:"sky_color"`
	LightPos     [3]float64 `json:"light_pos"`
	LightColor   [3]float64 `json:"light_color"`
	LightAmbient [3]float64 `json:"light_ambient"`
	Extents      [4]float64 `json:"extents"`
	RNG          goldenRNG  `json:"rng_after_reset"`
}

type goldenEpisode struct {
	ID         string         `json:"id"`
	Kwargs     map[string]any `json:"kwargs"`
	Seed       uint64         `json:"seed"`
	DomainRand bool           `json:"domain_rand"`
	Reset      goldenWorld    `json:"reset"`
	Steps      struct {
		Action     []int32      `json:"action"`
		Pos        [][3]float64 `json:"pos"`
		Dir        []float64    `json:"dir"`
		Reward     []float64    `json:"reward"`
		Terminated []uint8      `json:"terminated"`
		Truncated  []uint8      `json:"truncated"`
		Carrying   []int        `json:"carrying"`
		Health     []float64    `json:"health"`
	} `json:"steps"`
	Changes  []goldenChange `json:"entity_changes"`
	OrderEnd []int          `json:"entity_order_end"`
	RNGEnd   goldenRNG      `json:"rng_end"`
}

// goldenRNG is a generator's state as NumPy prints it, in decimal.
type goldenRNG struct {
	State     string `json:"state"`
	Inc       string `json:"inc"`
	HasUint32 uint8  `json:"has_uint32"`
	UInteger  uint32 `json:"uinteger"`
}

func (g *goldenRNG) compare(t *testing.T, r *miniflow.Rand, what string) {
	s := r.State()
	number := func(u miniflow.Uint128) string {
		v := new(big.Int).SetUint64(u.Hi)
		return v.Lsh(v, 64).Or(v, new(big.Int).SetUint64(u.Lo)).String()
	}
	require.Equal(t, *g, goldenRNG{number(s.State), number(s.Inc), s.Has32, s.U32}, what)
}

// goldenChange is what happened to entities in a step; nil for one that left.
type goldenChange struct {
	Step  int
	Moved map[int]*[4]float64
}

func (c *goldenChange) UnmarshalJSON(b []byte) error {
	return json.Unmarshal(b, &[]any{&c.Step, &c.Moved})
}

// tally counts what was compared.
type tally struct{ ids, episodes, steps, exact, mismatches int }

// TestGolden replays every recorded episode of the original. The files must not
// be changed to hide a difference.
func TestGolden(t *testing.T) {
	var n tally
	files := golden.Glob(t, "miniworld/MiniWorld-*.jsonl")
	for _, name := range append(files, "miniworld/variants.jsonl") {
		ok := t.Run(strings.TrimSuffix(path.Base(name), ".jsonl"), func(t *testing.T) {
			for line, e := range golden.Lines[goldenEpisode](t, name) {
				replay(t, fmt.Sprintf("%s line %d", path.Base(name), line), &e, &n)
			}
		})
		if !ok {
			n.mismatches++
		}
		if strings.Contains(name, "MiniWorld-") {
			n.ids++
		}
	}
	golden.Report(os.Stdout, "miniworld", n.ids, "%d episodes, %d steps (%d to the last bit), %d mismatches", n.episodes, n.steps, n.exact, n.mismatches)
}

// makeGolden makes the environment of an episode, drawing nothing.
func makeGolden(t *testing.T, id string, kwargs map[string]any, random bool) *miniworld.Env {
	options := []miniflow.Option{
		miniflow.WithAutoreset(miniflow.Disabled),
		miniflow.WithParam("domain_rand", random),
		miniflow.WithParam("obs", "pose"),
	}
	for name, v := range kwargs {
		switch name {
		case "max_episode_steps":
			continue // gym.make took it for a wrapper that was not recorded
		case "goal_pos":
			p := v.([]any)
			v = fmt.Sprintf("%v,%v,%v", p[0], p[1], p[2])
		}
		options = append(options, miniflow.WithParam(name, v))
	}
	env, err := miniflow.Make(id, options...)
	require.NoError(t, err)
	return env.(*miniworld.Env)
}

func replay(t *testing.T, at string, e *goldenEpisode, n *tally) {
	env := makeGolden(t, e.ID, e.Kwargs, e.DomainRand)
	rander, _ := miniflow.As[miniflow.Rander](env)
	b := miniflow.NewBatch(env)
	require.NoError(t, env.Reset(b, e.Seed), at)
	w := env.World(0)
	compareWorld(t, at, &e.Reset, env)
	e.Reset.RNG.compare(t, rander.Rand(0), at+": generator after reset")

	state := make([]*[4]float64, len(e.Reset.Entities)) // nil for what has left
	for i, g := range e.Reset.Entities {
		state[i] = &[4]float64{g.Pos[0], g.Pos[1], g.Pos[2], g.Dir}
	}
	changes := e.Changes
	n.episodes++
	for k, a := range e.Steps.Action {
		step := fmt.Sprintf("%s step %d", at, k)
		b.Action.I32[0] = a
		require.NoError(t, env.Step(b), step)
		n.steps++
		if close3(t, e.Steps.Pos[k], w.Agent.Pos, step+": agent") && e.Steps.Dir[k] == w.Agent.Dir {
			n.exact++
		}
		require.InDelta(t, e.Steps.Dir[k], w.Agent.Dir, tolerance, "%s: direction", step)
		require.Equal(t, e.Steps.Reward[k], b.Reward[0], "%s: reward", step)
		require.Equal(t, e.Steps.Terminated[k] != 0, b.Terminated[0], "%s: terminated", step)
		require.Equal(t, e.Steps.Truncated[k] != 0, b.Truncated[0], "%s: truncated", step)
		carrying := -1
		if c := w.Agent.Carrying; c != nil {
			carrying = c.Base().Index()
		}
		require.Equal(t, e.Steps.Carrying[k], carrying, "%s: carrying", step)
		if e.Steps.Health != nil {
			h := env.Task(0).(interface{ Health() int }).Health()
			require.Equal(t, e.Steps.Health[k], float64(h), "%s: health", step)
		}
		for len(changes) > 0 && changes[0].Step == k {
			for i, to := range changes[0].Moved {
				state[i] = to
			}
			changes = changes[1:]
		}
		compareEntities(t, step, state, w)
	}
	e.RNGEnd.compare(t, rander.Rand(0), at+": generator at the end")
	order := []int{}
	for _, ent := range w.Entities() {
		order = append(order, ent.Base().Index())
	}
	require.Equal(t, e.OrderEnd, order, "%s: order of entities at the end", at)
}

// compareEntities compares all but the agent with what they should be.
func compareEntities(t *testing.T, at string, want []*[4]float64, w *miniworld.World) {
	seen := 0
	for _, ent := range w.Entities() {
		b := ent.Base()
		seen++
		if ent == miniworld.Entity(w.Agent) {
			continue
		}
		g := want[b.Index()]
		require.NotNil(t, g, "%s: entity %d should have left", at, b.Index())
		close3(t, [3]float64(g[:3]), b.Pos, at+": entity")
		if math.Abs(g[3]-b.Dir) > tolerance {
			require.Equal(t, g[3], b.Dir, "%s: entity %d: direction", at, b.Index())
		}
	}
	there := 0
	for _, g := range want {
		if g != nil {
			there++
		}
	}
	require.Equal(t, there, seen, "%s: number of entities", at)
}

// close3 requires that two points are the same within tolerance and reports
// whether they are equal.
func close3(t *testing.T, want [3]float64, got mgl64.Vec3, what string) bool {
	for k := range want {
		if !(math.Abs(want[k]-got[k]) <= tolerance) {
			require.Equal(t, mgl64.Vec3(want), got, what)
		}
	}
	return mgl64.Vec3(want) == got
}

func compareWorld(t *testing.T, at string, g *goldenWorld, env *miniworld.Env) {
	w := env.World(0)
	limit := 0
	if g.MaxSteps != nil {
		limit = *g.MaxSteps
	}
	require.Equal(t, limit, w.MaxSteps, "%s: max steps", at)
	require.Equal(t, g.Actions, env.Spec().NumActions(), "%s: actions", at)
	require.Len(t, w.Rooms(), len(g.Rooms), "%s: rooms", at)
	for i := range g.Rooms {
		compareRoom(t, fmt.Sprintf("%s: room %d", at, i), &g.Rooms[i], w.Rooms()[i])
	}
	require.Len(t, w.Entities(), len(g.Entities), "%s: entities", at)
	for i := range g.Entities {
		compareEntity(t, fmt.Sprintf("%s: entity %d", at, i), &g.Entities[i], w.Entities()[i])
	}
	a := w.Agent
	require.Equal(t, g.AgentIndex, a.Index(), "%s: agent", at)
	require.Equal(t, g.Agent.CamHeight, a.CamHeight, "%s: camera height", at)
	require.Equal(t, g.Agent.CamFwdDisp, a.CamFwdDisp, "%s: camera displacement", at)
	require.Equal(t, g.Agent.CamPitch, a.CamPitch, "%s: camera pitch", at)
	require.Equal(t, g.Agent.CamFovY, a.CamFovY, "%s: camera field of view", at)
	close3(t, g.Agent.CamPos, a.CamPos(), at+": camera position")
	require.Equal(t, mgl64.Vec3(g.SkyColor), w.Sky, "%s: sky", at)
	require.Equal(t, mgl64.Vec3(g.LightPos), w.LightPos, "%s: light position", at)
	require.Equal(t, mgl64.Vec3(g.LightColor), w.LightColor, "%s: light colour", at)
	require.Equal(t, mgl64.Vec3(g.LightAmbient), w.LightAmbient, "%s: ambient light", at)
	minX, maxX, minZ, maxZ := w.Extents()
	for k, v := range [4]float64{minX, maxX, minZ, maxZ} {
		require.InDelta(t, g.Extents[k], v, tolerance, "%s: extents", at)
	}
}

func compareRoom(t *testing.T, at string, g *goldenRoom, r *miniworld.Room) {
	require.Len(t, r.Outline, len(g.Outline), at)
	for i, p := range g.Outline {
		require.InDeltaSlice(t, p[:], r.Outline[i][:], tolerance, "%s: outline", at)
	}
	require.Equal(t, g.WallHeight, r.Height, "%s: height", at)
	require.Equal(t, g.NoCeiling, r.Open, "%s: open", at)
	require.Equal(t, g.WallTex, goldenTexture{r.Walls, r.Variants.Walls}, "%s: walls", at)
	require.Equal(t, g.FloorTex, goldenTexture{r.Floor, r.Variants.Floor}, "%s: floor", at)
	require.Equal(t, g.CeilTex, goldenTexture{r.Ceiling, r.Variants.Ceiling}, "%s: ceiling", at)
	require.Len(t, r.Portals, len(g.Portals), "%s: portals", at)
	for i, edge := range g.Portals {
		require.Len(t, r.Portals[i], len(edge), "%s: portals of edge %d", at, i)
		for k, p := range edge {
			q := r.Portals[i][k]
			require.InDeltaSlice(t, p[:], []float64{q.Start, q.End, q.MinY, q.MaxY}, tolerance, "%s: portal", at)
		}
	}
	segs := r.Segments()
	require.Len(t, segs, len(g.WallSegs), "%s: segments", at)
	for i, s := range g.WallSegs {
		q := segs[i]
		require.InDeltaSlice(t, s[:], []float64{q.A[0], q.A[1], q.B[0], q.B[1]}, tolerance, "%s: segment %d", at, i)
	}
	require.Equal(t, g.WallQuads, r.WallQuads(), "%s: pieces of wall", at)
}

func compareEntity(t *testing.T, at string, g *goldenEntity, ent miniworld.Entity) {
	b := ent.Base()
	close3(t, g.Pos, b.Pos, at)
	require.InDelta(t, g.Dir, b.Dir, tolerance, "%s: direction", at)
	require.Equal(t, g.Radius, b.Radius, "%s: radius", at)
	require.Equal(t, g.Height, b.Height, "%s: height", at)
	require.Equal(t, g.Static, b.Static, "%s: static", at)
	mesh := func(m *miniworld.MeshEnt) {
		require.Equal(t, g.Mesh, m.Mesh, "%s: mesh", at)
		require.Equal(t, g.Scale, m.Scale, "%s: scale", at)
	}
	switch e := ent.(type) {
	case *miniworld.Agent:
		require.Equal(t, "Agent", g.Type, at)
	case *miniworld.Box:
		require.Equal(t, "Box", g.Type, at)
		require.Equal(t, g.Color, e.Color.String(), "%s: colour", at)
		require.Equal(t, g.Size, [3]float64(e.Size), "%s: size", at)
		require.Equal(t, g.ColorVec, [3]float64(e.RGB), "%s: colour", at)
	case *miniworld.Key:
		require.Contains(t, []string{"Key", "BigKey"}, g.Type, at)
		mesh(&e.MeshEnt)
	case *miniworld.Ball:
		require.Equal(t, "Ball", g.Type, at)
		mesh(&e.MeshEnt)
	case *miniworld.MeshEnt:
		require.Equal(t, "MeshEnt", g.Type, at)
		mesh(e)
	case *miniworld.ImageFrame:
		require.Equal(t, "ImageFrame", g.Type, at)
		require.Equal(t, g.Width, e.Width, "%s: width", at)
		require.Equal(t, g.Depth, e.Depth, "%s: depth", at)
		require.Equal(t, g.Tex.Name, e.Texture, "%s: texture", at)
	case *miniworld.TextFrame:
		require.Equal(t, "TextFrame", g.Type, at)
		require.Equal(t, g.Width, e.Width, "%s: width", at)
		require.Equal(t, g.Text, e.Text, "%s: text", at)
		require.Len(t, e.Variants, len(g.Chars), "%s: characters", at)
		for i, c := range g.Chars {
			if c != nil {
				require.Equal(t, c.Variant, e.Variants[i], "%s: character %d", at, i)
			}
		}
	default:
		require.Fail(t, "unknown entity", "%s: %T", at, ent)
	}
}
