package main

import (
	"encoding/json"
	"fmt"
	"runtime"

	"github.com/miniflow-rl/miniflow"
)

type versionCmd struct {
	JSON bool `name:"json" help:"Print JSON."`
}

// Run prints the version, and what the program was built with and for.
func (c *versionCmd) Run(a *app) error {
	v := struct {
		Version string `json:"version"`
		Go      string `json:"go"`
		OS      string `json:"os"`
		Arch    string `json:"arch"`
	}{miniflow.Version, runtime.Version(), runtime.GOOS, runtime.GOARCH}
	if c.JSON {
		return json.NewEncoder(a.out).Encode(v)
	}
	_, err := fmt.Fprintf(a.out, "miniflow %s (%s, %s/%s)\n", v.Version, v.Go, v.OS, v.Arch)
	return err
}
