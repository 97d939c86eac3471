//go:build !js

package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Fprintln(os.Stderr, "miniflow-web: this is the player of a web page: run miniflow play --web")
	os.Exit(1)
}
