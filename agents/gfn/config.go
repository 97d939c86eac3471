package gfn

import (
	"cmp"
	"fmt"
	"math"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/agents"
	"github.com/miniflow-rl/miniflow/internal/spelling"
)

// Objective names what an [Agent] minimises. Each is a registered algorithm.
type Objective string

// The objectives.
const (
	ObjectiveTB              Objective = "tb"       // [TB]
	ObjectiveVarGrad         Objective = "vargrad"  // [VarGrad]
	ObjectiveDB              Objective = "db"       // [DB]
	ObjectiveFLDB            Objective = "fldb"     // forward-looking [DB]
	ObjectiveModifiedDB      Objective = "mdb"      // [ModifiedDB]
	ObjectiveSubTB           Objective = "subtb"    // [SubTB]
	ObjectiveFM              Objective = "fm"       // [FM]
	ObjectiveRTB             Objective = "rtb"      // [RTB], with the policy of Config.Prior
	ObjectiveRelativeVarGrad Objective = "rvargrad" // [RelativeVarGrad], likewise
	ObjectiveTrustPCL        Objective = "trustpcl" // [TrustPCL], likewise
	ObjectiveSoftQ           Objective = "softq"    // [SoftQ]
	ObjectiveMLE             Objective = "mle"      // [MLE], of Config.Data
)

// Objectives are all of them.
var Objectives = []Objective{ObjectiveTB, ObjectiveVarGrad, ObjectiveDB, ObjectiveFLDB, ObjectiveModifiedDB, ObjectiveSubTB, ObjectiveFM,
	ObjectiveRTB, ObjectiveRelativeVarGrad, ObjectiveTrustPCL, ObjectiveSoftQ, ObjectiveMLE}

// Backward says what the backward policy is.
type Backward uint8

// The backward policies.
const (
	// BackwardTied is learned by the objective, as a head of the forward policy's
	// network.
	BackwardTied Backward = iota
	// BackwardFree is learned by the objective, with a network of its own.
	BackwardFree
	// BackwardLikelihood is BackwardTied, but learned by [BackwardMLE].
	BackwardLikelihood
	// BackwardUniform chooses evenly among parents.
	BackwardUniform
	// BackwardMaxEntropy makes all constructions of an object equally probable: a
	// parent in proportion to the number of paths to it (Mohammadpour et al. 2024,
	// arXiv 2312.14331). The states must be few enough to enumerate.
	BackwardMaxEntropy
)

var backwardNames = []string{"tied", "free", "likelihood", "uniform", "maxent"}

// String returns the name.
func (b Backward) String() string {
	if int(b) < len(backwardNames) {
		return backwardNames[b]
	}
	return fmt.Sprintf("Backward(%d)", uint8(b))
}

// MarshalText implements encoding.TextMarshaler.
func (b Backward) MarshalText() ([]byte, error) { return []byte(b.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (b *Backward) UnmarshalText(text []byte) error {
	return spelling.Read(b, "backward policy", backwardNames, text)
}

func (b Backward) learned() bool { return b <= BackwardLikelihood }

// Config holds every setting; start from [DefaultConfig].
type Config struct {
	// Objective is also the algorithm's name, by which a run is opened.
	Objective Objective `json:"-"`
	// Lanes is the number of trajectories in an update, Epochs how many steps of the
	// optimiser are made along their gradients: those after the first learn from
	// trajectories of a policy that is no longer quite the present one, as from
	// replayed ones.
	Lanes  int `json:"lanes"`
	Epochs int `json:"epochs"`

	// Network is what the networks are, Hidden the sizes of their hidden layers: of
	// all but the MLP, whose layers have one size, Hidden[0] is the length of the
	// vectors and len(Hidden) the number of layers. Heads is the number of heads of
	// attention. Tabular replaces the networks by tables with an entry a state,
	// which must be few enough to enumerate.
	Network Network `json:"network"`
	Hidden  []int   `json:"hidden"`
	Heads   int     `json:"heads"`
	Tabular bool    `json:"tabular"`
	// Backward is the backward policy. SharedFlow makes log F a head of the forward
	// policy's network; without it, log F has a network of its own.
	Backward   Backward `json:"backward"`
	SharedFlow bool     `json:"shared_flow"`

	// LearningRate is Adam's, LogZRate that of log Z, FlowRate that of a network
	// for log F. Cooling is the factor that they reach along a cosine at the last
	// step, from the share CoolingFrom of the steps on; 1 keeps them.
	LearningRate float64 `json:"learning_rate"`
	LogZRate     float64 `json:"log_z_rate"`
	FlowRate     float64 `json:"flow_rate"`
	Cooling      float64 `json:"cooling"`
	CoolingFrom  float64 `json:"cooling_from"`
	// WarmUp is the number of updates over which the learning rate of policies rises
	// from 0 in a straight line. Only networks other than the MLP have it: an output of
	// theirs reaches all actions alike, so that the first steps, while log Z or log F
	// are far off, can make the policy build a single object for good. 0 means none.
	WarmUp int `json:"warm_up"`
	// Settle is the loss below which the learning rates also shrink, with the
	// eighth root of the loss: the steps that Adam makes do not depend on the size
	// of gradients, and where these vanish they grow too long to stay in the
	// minimum. 0 means never; nor do they with [BackwardLikelihood], whose part of
	// the loss does not vanish and, with densities, can be negative.
	Settle float64 `json:"settle"`
	// AdamBeta1 and AdamBeta2 are the shares that Adam's running means of gradients
	// and of their squares keep in a step.
	AdamBeta1 float64 `json:"adam_beta1"`
	AdamBeta2 float64 `json:"adam_beta2"`
	// AdamEps is Adam's epsilon. Where an objective reaches rounding errors, a
	// larger one than 1e-8 keeps Adam from making large steps of small gradients.
	AdamEps float64 `json:"adam_eps"`
	// MaxGradNorm limits the norm of the gradient. 0 means no limit.
	MaxGradNorm float64 `json:"max_grad_norm"`
	// Average is the weight of the newest parameters in the running mean of all
	// of them, with which the trained policy acts and is evaluated; learning does
	// not see it. With discrete rules the weight rises to 1 as the learning rates cool
	// and settle: then there is nothing left to average out. 0 means that the newest parameters act.
	Average float64 `json:"average"`
	// LogZ is where log Z starts.
	LogZ float64 `json:"log_z"`

	// LogZImportance lets the log Z of [TB] learn importance sampling's value of it
	// and not, as the square does, a lower bound: the two differ by what the policy
	// cannot learn, as edges of densities. Until the policy is near, it is the noisier.
	LogZImportance bool `json:"log_z_importance"`

	Regression Regression `json:"regression"`
	// Weighting and Lambda are those of [SubTB]; ForwardLooking too.
	Weighting      Weighting `json:"weighting"`
	Lambda         float64   `json:"lambda"`
	ForwardLooking bool      `json:"forward_looking"`
	// Alpha is that of [FM] and the temperature of [TrustPCL], Beta that of [RTB].
	Alpha float64 `json:"alpha"`
	Beta  float64 `json:"beta"`
	// Prior is the folder of a run whose policy is the prior of [RTB],
	// [RelativeVarGrad] and [TrustPCL]. The default (empty) is the uniform policy.
	Prior string `json:"prior"`
	// TargetRate is how far the target network of [SoftQ] moves in an update.
	TargetRate float64 `json:"target_rate"`

	// Explore is how trajectories are drawn; it fades to on-policy in a straight
	// line over the first ExploreSteps steps, 0 for never.
	Explore      Behaviour `json:"explore"`
	ExploreSteps int       `json:"explore_steps"`
	// Frontier is the share of an update's new trajectories that first go back to an
	// observation that is seldom seen, by the shortest history known to lead there,
	// and explore from there on; it fades as Explore does. It is for episodes of
	// environments that are no construction environments, see Horizon. The default
	// (zero) value is none.
	Frontier float64 `json:"frontier"`
	// Replay, Capacity, Cutoff and Norm are those of the [Buffer]; ReplayShare is
	// the share of an update's trajectories that comes from it, ReplayByReward
	// draws them in proportion to reward.
	Replay         Replay  `json:"replay"`
	Capacity       int     `json:"capacity"`
	Cutoff         float64 `json:"cutoff"`
	Norm           float64 `json:"norm"`
	ReplayShare    float64 `json:"replay_share"`
	ReplayByReward bool    `json:"replay_by_reward"`
	// LocalSearch redraws the last part of every trajectory: that share of its
	// steps is undone by the backward policy and built anew, and what is not worse
	// is learned from as well (Kim et al. 2024, arXiv 2310.02710). 0 means none.
	// LocalSearchRounds is how often. Metropolis accepts what is built so as the
	// Metropolis-Hastings algorithm does, also what is worse.
	LocalSearch       float64 `json:"local_search"`
	LocalSearchRounds int     `json:"local_search_rounds"`
	Metropolis        bool    `json:"metropolis"`
	// NoisyLayers is how many layers of every network, the last ones, have noise
	// (Fortunato et al. 2018, arXiv 1706.10295), drawn once an update; of a network
	// other than the MLP those that give outputs, for any number above 0. NoisySigma
	// is where its standard deviation starts, times sqrt(inputs of the layer).
	NoisyLayers int     `json:"noisy_layers"`
	NoisySigma  float64 `json:"noisy_sigma"`
	// Data is a file of objects, as [ReadObjects] reads it, to learn from;
	// DataShare is the share of an update's trajectories that leads to them.
	Data      string  `json:"data"`
	DataShare float64 `json:"data_share"`
	// MinLogReward is what lower log rewards, such as those of reward 0, count as.
	MinLogReward float64 `json:"min_log_reward"`

	// Horizon is the number of actions in an episode of environments that are no
	// construction environments: then the objects are episodes of the level of the
	// run's seed, with [History]'s rewards of scale ReturnScale and floor FailReward.
	// ReturnScale 0 is 3 times the environment's greatest number of steps: in
	// Minigrid a step then costs 2.7, more than the log of the number of its actions,
	// so that the many more long solutions together do not outweigh the short ones. FailReward 0 is
	// low enough that all episodes without a return together weigh less than one
	// solution.
	Horizon     int     `json:"horizon"`
	ReturnScale float64 `json:"return_scale"`
	FailReward  float64 `json:"fail_reward"`

	// Continuous are the settings for environments of continuous rules.
	Continuous Continuous `json:"continuous"`

	// EvalEvery is the number of updates between evaluations: exact ones, which there
	// are if there are at most EvalStates states, or those of continuous rules.
	EvalEvery  int `json:"eval_every"`
	EvalStates int `json:"eval_states"`
}

// DefaultConfig returns the settings that torchgfn and gfnx use on hypergrids:
// two layers of 256, batches of 16, learning rates 1e-3 and 0.1 for log Z. It
// fails if there is no such objective.
func DefaultConfig(o Objective) (Config, error) {
	c := Config{
		Objective: o, Lanes: 16, Epochs: 1, Hidden: []int{256, 256}, Heads: 4, LearningRate: 1e-3, LogZRate: 0.1, FlowRate: 1e-3, Cooling: 1,
		AdamBeta1: 0.9, AdamBeta2: 0.999, AdamEps: 1e-8,
		WarmUp: 200, Lambda: 0.9, Alpha: 1, Beta: 1, TargetRate: 0.05, Explore: Behaviour{Temperature: 1},
		Capacity: 10_000, Norm: 1, ReplayShare: 0.5, MinLogReward: -100, EvalEvery: 100, EvalStates: 1 << 16,
		Horizon: 32, LocalSearchRounds: 1, NoisySigma: 0.5, DataShare: 0.5, Continuous: defaultContinuous(),
	}
	switch o {
	case ObjectiveSoftQ:
		c.Backward = BackwardUniform
	case ObjectiveMLE:
		c.Backward, c.DataShare = BackwardUniform, 1
	}
	for _, known := range Objectives {
		if o == known {
			return c, nil
		}
	}
	return c, fmt.Errorf("gfn: objective %q is unknown: there are %v", o, Objectives)
}

// maxBeta keeps Adam's running means from never forgetting.
const maxBeta = 1 - 1e-9

var (
	_ agents.Borrower = (*Config)(nil)
	_ agents.Owner    = (*Config)(nil)
)

func init() {
	for _, o := range Objectives {
		agents.Register(string(o), func() agents.Algorithm {
			c, _ := DefaultConfig(o) // o is known
			return &c
		})
	}
}

// Name implements [agents.Algorithm].
func (c *Config) Name() string { return string(c.Objective) }

// Options implements [agents.Algorithm]: the agent walks through the rules by
// itself.
func (c *Config) Options() []miniflow.Option { return []miniflow.Option{miniflow.WithLanes(1)} }

// Owns implements [agents.Owner]: the rules of [History] step their environment.
func (c *Config) Owns(env miniflow.Env) bool {
	_, continuous := continuousRules(env)
	_, discrete := discreteRules(env)
	return !continuous && !discrete
}

// New implements [agents.Algorithm]: it returns an [Agent], or for environments of
// continuous rules a [ContinuousAgent]. Nobody can call SetData then: it fails if
// the objective is [MLE] and there is no Data.
func (c *Config) New(env miniflow.Env, seed uint64, steps int) (agents.Agent, error) {
	if _, ok := continuousRules(env); ok {
		return NewContinuous(env, *c, seed, steps)
	}
	if c.Objective == ObjectiveMLE && c.Data == "" {
		return nil, fmt.Errorf("gfn: %s on %s: %w", c.Objective, env.Spec().ID, errNoObjects)
	}
	return New(env, *c, seed, steps)
}

// Borrowed implements [agents.Borrower].
func (c *Config) Borrowed() map[string]*string {
	return map[string]*string{"prior": &c.Prior, "data": &c.Data}
}

// Check implements [agents.Algorithm].
func (c *Config) Check() error {
	if _, err := DefaultConfig(c.Objective); err != nil {
		return err
	}
	if err := cmp.Or(
		agents.InRange("lanes", float64(c.Lanes), 1, 1<<16),
		agents.InRange("epochs", float64(c.Epochs), 1, 1<<10),
		agents.InRange("heads", float64(c.Heads), 1, 1<<10),
		agents.InRange("learning_rate", c.LearningRate, 0, 10),
		agents.InRange("log_z_rate", c.LogZRate, 0, 10),
		agents.InRange("flow_rate", c.FlowRate, 0, 10),
		agents.InRange("cooling", c.Cooling, 0, 1),
		agents.InRange("cooling_from", c.CoolingFrom, 0, 1),
		agents.InRange("warm_up", float64(c.WarmUp), 0, 1e15),
		agents.InRange("settle", c.Settle, 0, 1e9),
		agents.InRange("adam_beta1", c.AdamBeta1, 0, maxBeta),
		agents.InRange("adam_beta2", c.AdamBeta2, 0, maxBeta),
		agents.InRange("adam_eps", c.AdamEps, 0, 1),
		agents.InRange("max_grad_norm", c.MaxGradNorm, 0, 1e9),
		agents.InRange("average", c.Average, 0, 1),
		agents.InRange("log_z", c.LogZ, -1e6, 1e6),
		agents.InRange("lambda", c.Lambda, 1e-6, 1e3),
		agents.InRange("alpha", c.Alpha, 0, 1e6),
		agents.InRange("beta", c.Beta, 0, 1e6),
		agents.InRange("target_rate", c.TargetRate, 0, 1),
		agents.InRange("explore.temperature", c.Explore.Temperature, 0, 1e9),
		agents.InRange("explore.epsilon", c.Explore.Epsilon, 0, 1),
		agents.InRange("explore.exit_bias", c.Explore.ExitBias, -1e6, 1e6),
		agents.InRange("explore_steps", float64(c.ExploreSteps), 0, 1e15),
		agents.InRange("frontier", c.Frontier, 0, 1),
		agents.InRange("capacity", float64(c.Capacity), 1, 1e9),
		agents.InRange("cutoff", c.Cutoff, 0, 1e9),
		agents.InRange("norm", c.Norm, 1e-3, 1e3),
		agents.InRange("replay_share", c.ReplayShare, 0, 1),
		agents.InRange("local_search", c.LocalSearch, 0, 1),
		agents.InRange("local_search_rounds", float64(c.LocalSearchRounds), 1, 1<<10),
		agents.InRange("noisy_layers", float64(c.NoisyLayers), 0, float64(len(c.Hidden)+1)),
		agents.InRange("noisy_sigma", c.NoisySigma, 0, 1e3),
		agents.InRange("data_share", c.DataShare, 0, 1),
		agents.InRange("min_log_reward", c.MinLogReward, -1e30, 1e30),
		agents.InRange("horizon", float64(c.Horizon), 1, 1<<12),
		agents.InRange("return_scale", c.ReturnScale, 0, 1e6),
		agents.InRange("fail_reward", c.FailReward, -1e6, 0),
		agents.InRange("eval_every", float64(c.EvalEvery), 1, 1e15),
		agents.InRange("eval_states", float64(c.EvalStates), 0, math.MaxInt32),
	); err != nil {
		return fmt.Errorf("gfn: %w", err)
	}
	if err := c.Continuous.check(); err != nil {
		return err
	}
	if err := agents.CheckLayers("hidden", c.Hidden, 1<<14); err != nil {
		return fmt.Errorf("gfn: %w", err)
	}
	if c.Objective == ObjectiveMLE && (c.Backward.learned() || c.DataShare < 1) {
		return fmt.Errorf("gfn: mle learns from objects only, by a fixed backward policy: want data_share 1 and backward uniform or maxent")
	}
	if c.LogZImportance && c.Objective != ObjectiveTB {
		return fmt.Errorf("gfn: %s has no log_z_importance: set it to false, or use %s", c.Objective, ObjectiveTB)
	}
	if c.Prior != "" && !c.prior() {
		return fmt.Errorf("gfn: %s has no prior: use %s, %s or %s", c.Objective, ObjectiveRTB, ObjectiveRelativeVarGrad, ObjectiveTrustPCL)
	}
	if c.Objective == ObjectiveTrustPCL && c.Alpha == 0 {
		return fmt.Errorf("gfn: alpha is 0: want a temperature above 0 for %s", c.Objective)
	}
	if c.Objective == ObjectiveVarGrad && c.Lanes < 2 || c.Objective == ObjectiveRelativeVarGrad && c.Lanes < 2 {
		return fmt.Errorf("gfn: %s compares the trajectories of an update: want at least 2 lanes", c.Objective)
	}
	return nil
}

// flows reports whether the objective has a log F, potentials whether it wants log
// rewards of unfinished states, logZ whether it has a log Z, and prior whether it
// has a reference policy in place of a backward one.
func (c *Config) flows() bool {
	switch c.Objective {
	case ObjectiveDB, ObjectiveFLDB, ObjectiveSubTB:
		return true
	}
	return false
}

func (c *Config) potentials() bool {
	return c.Objective == ObjectiveFLDB || c.Objective == ObjectiveModifiedDB || c.Objective == ObjectiveSubTB && c.ForwardLooking
}

func (c *Config) logZ() bool {
	return c.Objective == ObjectiveTB || c.Objective == ObjectiveRTB || c.Objective == ObjectiveTrustPCL
}

func (c *Config) prior() bool {
	return c.Objective == ObjectiveRTB || c.Objective == ObjectiveRelativeVarGrad || c.Objective == ObjectiveTrustPCL
}

// backwards reports whether the objective knows a backward policy.
func (c *Config) backwards() bool { return !c.prior() && c.Objective != ObjectiveFM }

// behaviour is the behaviour policy's settings after some steps, and how much of
// the exploration is left then, in [0,1].
func (c *Config) behaviour(steps int) (b Behaviour, left float64) {
	b, left = c.Explore, 1
	if b.Temperature == 0 {
		b.Temperature = 1
	}
	if n := c.ExploreSteps; n > 0 {
		left = max(0, 1-float64(steps)/float64(n))
		b.Epsilon *= left
		b.ExitBias *= left
		b.Temperature = 1 + (b.Temperature-1)*left
	}
	return b, left
}
