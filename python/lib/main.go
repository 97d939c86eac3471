// Command lib is the C library of the Python package, built with
//
//	go build -buildmode=c-shared -o libminiflow.so ./python/lib
//
// exports.go says what each function does. Functions return a number that is
// negative where they failed; mfError then has the sentence to show. No Go panic
// leaves the library.
package main

func main() {}
