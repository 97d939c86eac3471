package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/miniflow-rl/miniflow"
	"github.com/miniflow-rl/miniflow/wrappers"
)

type wrappersCmd struct {
	JSON bool `name:"json" help:"Print the wrappers with all their parameters as JSON, one array."`
}

// Run lists what --wrap takes.
func (c *wrappersCmd) Run(a *app) error {
	if c.JSON {
		type wrapperJSON struct {
			Name   string           `json:"name"`
			Doc    string           `json:"doc"`
			Params []miniflow.Param `json:"params,omitempty"`
		}
		var list []wrapperJSON
		for _, w := range wrappers.List() {
			list = append(list, wrapperJSON{w.Name, w.Doc, w.Params})
		}
		enc := json.NewEncoder(a.out)
		enc.SetIndent("", "  ")
		return enc.Encode(list)
	}
	t := tabwriter.NewWriter(a.out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(t, "NAME\tDEFAULTS\tWHAT IT SHOWS, REWARDS OR ACCEPTS")
	for _, w := range wrappers.List() {
		var defaults []string
		for _, p := range w.Params {
			defaults = append(defaults, fmt.Sprintf("%s=%s", p.Name, strings.Trim(fmt.Sprint(p.Value), "[]")))
		}
		fmt.Fprintf(t, "%s\t%s\t%s\n", w.Name, strings.Join(defaults, ":"), w.Doc)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintln(a.out, "\nSeveral go one around the other: --wrap rgb_partial:tile=8,img")
	return err
}
