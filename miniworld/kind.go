package miniworld

import (
	"fmt"
	"slices"
	"strings"

	"github.com/miniflow-rl/miniflow"
)

// Kind is a kind of observation.
type Kind uint8

// The kinds of observations, with their names in Spec.Observation. H and W are
// the parameters obs_height and obs_width.
const (
	// ObsRGB is "image", uint8 [H,W,3], what the agent sees.
	ObsRGB Kind = iota
	// ObsGrey is "grey", uint8 [H,W,1]: 0.30 red + 0.59 green + 0.11 blue.
	ObsGrey
	// ObsDepth is "depth", float32 [H,W,1]: metres along the view axis, 100 for the sky.
	ObsDepth
	// ObsSegmentation is "segmentation", uint8 [H,W,3]: the class of what is seen (0
	// sky, 1 floor, 2 ceiling, 3 wall, 4 entity, 5 other), the number of its room
	// or entity, and of its piece of wall, each modulo 256.
	ObsSegmentation
	// ObsPose is "pose", float32 [6+4*Things]: the agent's x, y, z, cosine and sine
	// of its direction and 1 if it carries something; then for each of the first
	// Things entities but the agent, in the order of creation: 1 if it is in the
	// world, metres ahead of and to the right of the agent, and its height y.
	ObsPose
	// ObsTopDown is "topdown", uint8 [H,W,3]: the map from above, the agent an arrow.
	ObsTopDown
	// ObsText is "mission", the instruction.
	ObsText
	numKinds
)

var kindNames = [numKinds]string{"rgb", "grey", "depth", "segmentation", "pose", "topdown", "text"}

// String returns the kind's name in the parameter obs.
func (k Kind) String() string {
	if k < numKinds {
		return kindNames[k]
	}
	return "Kind(?)"
}

// ParseKinds parses kinds joined by plus signs, such as "rgb+depth". It fails with
// an error that wraps miniflow.ErrParam.
func ParseKinds(s string) ([]Kind, error) {
	var out []Kind
	for part := range strings.SplitSeq(s, "+") {
		i := slices.Index(kindNames[:], strings.TrimSpace(part))
		if i < 0 || slices.Contains(out, Kind(i)) {
			return nil, fmt.Errorf("parameter obs is %q: want one or more of %s, joined by +: %w", s, strings.Join(kindNames[:], ", "), miniflow.ErrParam)
		}
		out = append(out, Kind(i))
	}
	return out, nil
}

// poseSize is the length of a pose observation.
func poseSize(things int) int { return 6 + 4*things }

// Space returns name and space of a kind of observation; things is the number of
// entities in a pose.
func (k Kind) Space(width, height, things int) miniflow.Named {
	switch k {
	case ObsGrey:
		return miniflow.Named{Name: "grey", Space: miniflow.NewBox(miniflow.Uint8, 0, 255, height, width, 1)}
	case ObsDepth:
		return miniflow.Named{Name: "depth", Space: miniflow.NewBox(miniflow.Float32, 0, 100, height, width, 1)}
	case ObsSegmentation:
		return miniflow.Named{Name: "segmentation", Space: miniflow.NewBox(miniflow.Uint8, 0, 255, height, width, 3)}
	case ObsPose:
		return miniflow.Named{Name: "pose", Space: miniflow.NewBox(miniflow.Float32, -1e6, 1e6, poseSize(things))}
	case ObsTopDown:
		return miniflow.Named{Name: "topdown", Space: miniflow.NewBox(miniflow.Uint8, 0, 255, height, width, 3)}
	case ObsText:
		return miniflow.Named{Name: "mission", Space: miniflow.Text{MaxLen: 256}}
	}
	return miniflow.Named{Name: "image", Space: miniflow.NewBox(miniflow.Uint8, 0, 255, height, width, 3)}
}
