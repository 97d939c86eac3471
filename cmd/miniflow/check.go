package main

import (
	"errors"
	"fmt"

	"github.com/miniflow-rl/miniflow"
)

type checkCmd struct {
	ID  []string `arg:"" optional:"" help:"Environments to check. The default is all."`
	All bool     `help:"Check all registered environments."`
}

// Run runs the conformance check in all three autoreset modes.
func (c *checkCmd) Run(a *app) error {
	ids := c.ID
	if len(ids) == 0 || c.All {
		ids = miniflow.IDs()
	}
	failed := 0
	for _, id := range ids {
		if _, err := miniflow.Lookup(id); err != nil {
			return err
		}
		var faults []error
		for _, mode := range []miniflow.Autoreset{miniflow.NextStep, miniflow.SameStep, miniflow.Disabled} {
			if a.ctx.Err() != nil {
				return errors.New("stopped before all environments were checked")
			}
			if err := miniflow.CheckID(id, miniflow.WithAutoreset(mode)); err != nil {
				faults = append(faults, fmt.Errorf("autoreset %v: %w", mode, err))
			}
		}
		if len(faults) == 0 {
			fmt.Fprintf(a.out, "ok    %s\n", id)
			continue
		}
		failed++
		fmt.Fprintf(a.out, "FAIL  %s\n%v\n", id, errors.Join(faults...))
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d environments have faults", failed, len(ids))
	}
	return nil
}
