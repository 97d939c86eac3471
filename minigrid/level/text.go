package level

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/miniflow-rl/miniflow/minigrid/babyai"
)

// header begins a map in letters that says more than its cells.
const header = "miniflow level 1"

// Text returns the level as a map in letters, one a cell:
//
//	miniflow level 1
//	mission: use the key to open the door and then get to the goal
//	steps: 250
//	k = yellow key
//	D = locked yellow door
//
//	#####
//	#>#.#
//	#.D.#
//	#k#G#
//	#####
//
// '#' is a grey wall, '.' an empty cell, 'G' a green goal, '~' lava and one of
// "> v < ^" the agent; the head names every other letter. Origin and certificate
// are left out.
func (l *Level) Text() string {
	rows, ls := l.rows()
	var out strings.Builder
	line := func(key string, value any) { fmt.Fprintf(&out, "%s: %v\n", key, value) }
	out.WriteString(header + "\n")
	if l.Name != "" {
		line("name", l.Name)
	}
	if l.Mission != "" {
		line("mission", l.Mission)
	}
	if l.Instruction != "" {
		line("instruction", l.Instruction)
	}
	if len(l.Strict) > 0 {
		values := make([]string, len(l.Strict))
		for k, s := range l.Strict {
			values[k] = yesNo(s)
		}
		line("strict", strings.Join(values, " "))
	}
	if r := l.Rooms; r != (babyai.Rooms{}) {
		line("rooms", fmt.Sprintf("%d %d %d", r.Size, r.Rows, r.Cols))
	}
	line("steps", l.MaxSteps)
	if l.SeeThrough {
		line("see through walls", yesNo(true))
	}
	if l.Hands.Cell != 0 {
		line("hands", words(l.Hands))
	}
	for _, r := range ls.keys {
		fmt.Fprintf(&out, "%c = %s\n", r, ls.used[r])
	}
	out.WriteByte('\n')
	for _, row := range rows {
		out.WriteString(row + "\n")
	}
	return out.String()
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// ParseText reads what [Level.Text] writes, or a bare map without a head, whose
// task is to reach a goal within 4*width*height steps. An error wraps
// [ErrLevel] and names line and column.
func ParseText(data []byte) (*Level, error) {
	if !utf8.Valid(data) {
		return nil, fmt.Errorf("level: the text is not UTF-8: %w", ErrLevel)
	}
	text := strings.ReplaceAll(string(bytes.TrimPrefix(data, []byte("\ufeff"))), "\r\n", "\n")
	lines := strings.Split(text, "\n")
	l := &Level{}
	leg, first := legend{}, 0
	at := func(line int, err error) error { return fmt.Errorf("level: line %d: %w", line+1, err) }
	if lines[0] == header {
		for first = 1; first < len(lines) && strings.TrimSpace(lines[first]) != ""; first++ {
			if err := l.head(lines[first], leg); err != nil {
				return nil, at(first, err)
			}
		}
	} else if rest, ok := strings.CutPrefix(lines[0], "miniflow level "); ok {
		return nil, at(0, fmt.Errorf("version %q: this program reads version 1: %w", rest, ErrLevel))
	}
	for first < len(lines) && strings.TrimSpace(lines[first]) == "" {
		first++
	}
	rows := lines[first:]
	for len(rows) > 0 && strings.TrimSpace(rows[len(rows)-1]) == "" {
		rows = rows[:len(rows)-1]
	}
	err := l.read(rows, leg, func(row, column int) string {
		if column < 0 {
			return fmt.Sprintf("line %d", first+row+1)
		}
		return fmt.Sprintf("line %d, column %d", first+row+1, column+1)
	})
	if err != nil {
		return nil, fmt.Errorf("level: %w", err)
	}
	if l.MaxSteps == 0 {
		l.MaxSteps = 4 * l.Grid.Width() * l.Grid.Height()
	}
	if first == 0 {
		l.Mission = goalMission
	}
	return l, l.Validate()
}

// head reads a line of the head.
func (l *Level) head(line string, leg legend) error {
	if r, n := utf8.DecodeRuneInString(line); strings.HasPrefix(line[n:], " = ") {
		if _, twice := leg[r]; twice {
			return fmt.Errorf("letter %q is explained twice: remove one: %w", r, ErrLevel)
		}
		leg[r] = strings.TrimSpace(line[n+3:])
		return nil
	}
	key, value, ok := strings.Cut(line, ":")
	value = strings.TrimSpace(value)
	if !ok {
		return fmt.Errorf("%q: want \"key: value\", \"letter = thing\", or an empty line before the map: %w", line, ErrLevel)
	}
	var err error
	switch key {
	case "name":
		l.Name = value
	case "mission":
		l.Mission = value
	case "instruction":
		l.Instruction = value
	case "strict":
		for _, word := range strings.Fields(value) {
			var b bool
			b, err = parseYesNo(word)
			l.Strict = append(l.Strict, b)
		}
	case "rooms":
		n := strings.Fields(value)
		if len(n) != 3 {
			return fmt.Errorf("rooms %q: want three numbers: cells a side, rows, columns: %w", value, ErrLevel)
		}
		for k, p := range []*int{&l.Rooms.Size, &l.Rooms.Rows, &l.Rooms.Cols} {
			if *p, err = strconv.Atoi(n[k]); err != nil || *p < 1 || *p > MaxSide {
				return fmt.Errorf("rooms %q: want numbers in [1,%d]: %w", value, MaxSide, ErrLevel)
			}
		}
	case "steps":
		if l.MaxSteps, err = strconv.Atoi(value); err != nil || l.MaxSteps < 1 || l.MaxSteps > maxLimit {
			return fmt.Errorf("steps %q: want a number in [1,%d]: %w", value, maxLimit, ErrLevel)
		}
	case "see through walls":
		l.SeeThrough, err = parseYesNo(value)
	case "hands":
		if l.Hands, err = parseThing(value); err != nil {
			return fmt.Errorf("hands: %v: %w", err, ErrLevel)
		}
	default:
		return fmt.Errorf("%q is unknown: the keys are name, mission, instruction, strict, rooms, steps, see through walls and hands: %w", key, ErrLevel)
	}
	return err
}

func parseYesNo(s string) (bool, error) {
	if s != "yes" && s != "no" {
		return false, fmt.Errorf("%q: want yes or no: %w", s, ErrLevel)
	}
	return s == "yes", nil
}
