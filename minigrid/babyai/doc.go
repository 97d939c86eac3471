// Package babyai holds the language worlds of BabyAI: levels of connected rooms
// with an instruction in a small English, and a verifier that knows when it has
// been carried out. Importing it registers all BabyAI-* ids.
//
// An instruction is data. Its text can be parsed back:
//
//	instr, err := babyai.Parse("put the red ball next to a box on your left")
//
// The language, from Chevalier-Boisvert et al., "BabyAI: A Platform to Study the
// Sample Efficiency of Grounded Language Learning" (ICLR 2019), figure 2:
//
//	sentence = clause | clause ", then " clause | clause " after you " clause
//	clause   = action | action " and " action
//	action   = "go to " D | "pick up " D | "open " D | "put " D " next to " D
//	D        = ("the" | "a") [colour] (type | "object") [place]
//	place    = "in front of you" | "behind you" | "on your left" | "on your right"
//
// "the" says that one thing in the level fits, "a" that several do. Places are
// relative to where the agent starts, and in the room where it starts.
package babyai
