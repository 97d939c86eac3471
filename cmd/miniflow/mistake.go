package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/miniflow-rl/miniflow/internal/spelling"
)

// mistake says what is wrong with a command line, and where to read what would be
// right.
func mistake(err error) error {
	parse := (*kong.ParseError)(nil)
	if !errors.As(err, &parse) {
		return err
	}
	command, node := "miniflow", parse.Context.Model.Node
	for _, p := range parse.Context.Path {
		if p.Command != nil {
			command, node = command+" "+p.Command.Name, p.Command
		}
	}
	says := err.Error()
	if i := strings.Index(says, ", did you mean"); i >= 0 { // of words of any length
		says = says[:i]
	}
	if word, ok := strings.CutPrefix(says, "unexpected argument "); ok && len(node.Children) > 0 {
		says = fmt.Sprintf("%s has no command %q: %s", command, word, hint(word, commands(node)))
	} else if word, ok := strings.CutPrefix(says, "unknown flag "); ok {
		if near := spelling.Nearest(word, flags(node), 1); len(near) > 0 {
			says += ": did you mean " + near[0] + "?"
		}
	}
	return fmt.Errorf("%s (see %s --help)", says, command)
}

// hint names what a word may have meant, or all that it could be.
func hint(word string, known []string) string {
	if near := spelling.Nearest(word, known, 1); len(near) > 0 {
		return "did you mean " + near[0] + "?"
	}
	return "there are " + strings.Join(known, ", ")
}

func commands(n *kong.Node) (names []string) {
	for _, c := range n.Children {
		names = append(names, c.Name)
	}
	return names
}

// flags are those of a command and of what it is a part of.
func flags(n *kong.Node) (names []string) {
	for _, group := range n.AllFlags(true) {
		for _, f := range group {
			names = append(names, "--"+f.Name)
		}
	}
	return names
}
