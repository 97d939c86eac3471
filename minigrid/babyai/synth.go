package babyai

import "github.com/miniflow-rl/miniflow"

func init() {
	const mission = "{instruction}"
	all := generator{distractors: 18, lockedProb: 0.5, locations: true, unblocking: true, implicitUnlock: true, actions: allActions, kinds: allKinds}
	with := func(change func(g *generator)) generator {
		g := all
		change(&g)
		return g
	}
	sized := []miniflow.Param{roomSize(8, 5), numRows(3), numCols(3), numDists(18)}

	register(class("GoToSeq", "Go to things in an order.", mission, sized, generated(with(func(g *generator) {
		g.actions, g.lockedProb, g.locations, g.unblocking = []string{kindGoTo}, 0, false, false
	}), 0, 0)),
		row{"BabyAI-GoToSeq-v0", nil},
		row{"BabyAI-GoToSeqS5R2-v0", defaults{"room_size": 5, "num_rows": 2, "num_cols": 2, "num_dists": 4}})
	register(class("Synth", "Carry out one instruction of any kind, without places.", mission, sized, generated(with(func(g *generator) {
		g.kinds, g.locations, g.implicitUnlock = onlyAction, false, false
	}), 0, 0)),
		row{"BabyAI-Synth-v0", nil},
		row{"BabyAI-SynthS5R2-v0", defaults{"room_size": 5, "num_rows": 2}})
	boss := []miniflow.Param{roomSize(8, 5), numDists(18)}
	register(class("SynthLoc", "Carry out one instruction of any kind.", mission, boss, generated(with(func(g *generator) {
		g.kinds, g.implicitUnlock = onlyAction, false
	}), 3, 3)), row{"BabyAI-SynthLoc-v0", nil})
	register(class("SynthSeq", "Carry out up to four instructions in an order, none of them behind a locked door.", mission, boss, generated(with(func(g *generator) {
		g.implicitUnlock = false
	}), 3, 3)), row{"BabyAI-SynthSeq-v0", nil})
	register(class("MiniBossLevel", "Carry out up to four instructions on a small map.", mission,
		[]miniflow.Param{roomSize(5, 5), numDists(7)}, generated(with(func(g *generator) {
			g.lockedProb = 0.25
		}), 2, 2)), row{"BabyAI-MiniBossLevel-v0", nil})
	register(class("BossLevel", "Carry out up to four instructions of any kind.", mission, boss, generated(all, 3, 3)),
		row{"BabyAI-BossLevel-v0", nil})
	register(class("BossLevelNoUnlock", "Carry out up to four instructions; no door is locked.", mission, boss, generated(with(func(g *generator) {
		g.lockedProb, g.implicitUnlock = 0, false
	}), 3, 3)), row{"BabyAI-BossLevelNoUnlock-v0", nil})
}

// generated returns the level of a generator. Zero rows and columns are
// parameters; so are room_size and, where it is declared, num_dists.
func generated(g generator, rows, cols int) func(c *miniflow.Config) (levelSpec, error) {
	return func(c *miniflow.Config) (levelSpec, error) {
		g, rows, cols := g, rows, cols
		if rows == 0 {
			rows, cols = c.Int("num_rows"), c.Int("num_cols")
		}
		for _, p := range c.Spec.Params {
			if p.Name == "num_dists" {
				g.distractors = c.Int("num_dists")
			}
		}
		return levelSpec{size: c.Int("room_size"), rows: rows, cols: cols, unblocking: g.unblocking, draw: g.draw}, nil
	}
}
