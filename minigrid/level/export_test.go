package level

// What tests look at.
var Unpack = unpack

// Pack is the method pack.
func Pack(l *Level) []byte { return l.pack() }
