package minigrid

// Missions are put together once, so that a reset allocates no text.

// thingTexts holds a text about each key, ball and box.
type thingTexts [numCells]string

// newThingTexts returns texts such as "go to the red ball".
func newThingTexts(prefix string) *thingTexts {
	texts := new(thingTexts)
	for _, t := range thingTypes {
		for c := range numColors {
			cell := MakeThing(t, c).Cell
			texts[cell] = prefix + " " + cell.String()
		}
	}
	return texts
}

var (
	goToThing  = newThingTexts("go to the")
	pickUpThe  = newThingTexts("pick up the")
	fetchTexts = [...]*thingTexts{
		newThingTexts("get a"), newThingTexts("go get a"), newThingTexts("fetch a"),
		newThingTexts("go fetch a"), newThingTexts("you must fetch a"),
	}
)

// goToDoorTexts is indexed by colour.
var goToDoorTexts = func() (texts [numColors]string) {
	for c := range numColors {
		texts[c] = "go to the " + c.String() + " door"
	}
	return texts
}()
