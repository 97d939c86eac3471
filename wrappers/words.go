package wrappers

import (
	"strings"

	"github.com/miniflow-rl/miniflow"
)

// MinigridWords is the vocabulary of [DictObservationSpace], in the order of
// their indices.
var MinigridWords = []string{
	"red", "green", "blue", "yellow", "purple", "grey",
	"unseen", "empty", "wall", "floor", "box", "key", "ball", "door", "goal", "agent", "lava",
	"pick", "avoid", "get", "find", "put", "use", "open", "go", "fetch", "reach", "unlock", "traverse",
	"up", "the", "a", "at", ",", "square", "and", "then", "to", "of", "rooms", "near", "opening", "must", "you",
	"matching", "end", "hallway", "object", "from", "room", "maze",
}

// BabyAIWords is [MinigridWords] and what the missions of BabyAI need besides.
var BabyAIWords = append(append([]string(nil), MinigridWords...),
	"next", "after", "in", "front", "behind", "on", "your", "left", "right")

// DictObservationSpace turns the mission into the indices of its words: mission
// is int32 [maxWords], 1 + the word's place in words, then zeros. A comma is a
// word. Nil words are [MinigridWords]; the missions of BabyAI need [BabyAIWords].
// A mission with another word, or of maxWords words and more, makes the
// reset fail.
func DictObservationSpace(env miniflow.Env, maxWords int, words []string) (*Wrapper, error) {
	w := newWrapper(env, "words")
	src, s, err := w.obs("mission")
	if err != nil {
		return nil, err
	}
	if s.DType() != miniflow.TextType {
		return nil, w.fail("mission is %v: want text", s.DType())
	}
	if maxWords < 1 || maxWords > 1<<16 {
		return nil, w.fail("%d words: want 1 to %d: %w", maxWords, 1<<16, miniflow.ErrParam)
	}
	if words == nil {
		words = MinigridWords
	}
	index := make(map[string]int32, len(words))
	for k, word := range words {
		index[word] = int32(k + 1)
	}
	nvec := make([]int, maxWords)
	for k := range nvec {
		nvec[k] = len(words) + 1
	}
	dst := w.set("mission", miniflow.MultiDiscrete{NVec: nvec})
	codes := miniflow.NewArray(miniflow.Int32, env.Len(), maxWords)
	encode := func(mission string, row []int32) error {
		clear(row)
		n := 0
		for word := range strings.FieldsSeq(strings.ReplaceAll(mission, ",", " , ")) {
			k, ok := index[word]
			if !ok {
				return w.fail("mission %q: the word %q is not in the vocabulary", mission, word)
			}
			if n++; n >= maxWords {
				return w.fail("mission %q has %d words or more", mission, maxWords)
			}
			row[n-1] = k
		}
		return nil
	}
	w.begin = func(i int) error { return encode(w.in.Obs[src].Text[i], codes.RowI32(i)) }
	w.write = func(i int, to, _ []miniflow.Array) { to[dst].CopyRow(i, &codes, i) }
	w.saveMission(src, func(i int, mission string) error { return encode(mission, codes.RowI32(i)) })
	return w.build(), nil
}
