package embeds

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/eventlet-removal/headway/dashboard/fit"
	"github.com/eventlet-removal/headway/dashboard/link"
	"github.com/eventlet-removal/headway/dashboard/progress"
)

const (
	// maxPicked is how many changes a widget lists: more would not fit into 10 kB.
	maxPicked = 30
	// subjectRoom is how many bytes of HTML the subjects of a list take together.
	subjectRoom = 3000
)

// outside is said of changes that a goal does not have: they may be of another one.
const outside = "not in this goal"

// Picked is one change of a list picked by hand.
type Picked struct {
	Number  int
	URL     string
	Subject string
	State   string // its code, "outside" if the goal does not have it
	Word    string
}

// ParsePicked reads the values of ?changes=, each number once and in the order given.
// Its error is for readers.
func ParsePicked(values []string) ([]int, error) {
	var numbers []int
	for part := range strings.SplitSeq(strings.Join(values, ","), ",") {
		n, err := strconv.Atoi(strings.TrimSpace(part))
		if err != nil || n <= 0 {
			return nil, fmt.Errorf("not a change number: %q", fit.Text(part, 40))
		}
		if !slices.Contains(numbers, n) {
			numbers = append(numbers, n)
		}
		if len(numbers) > maxPicked {
			return nil, fmt.Errorf("at most %d", maxPicked)
		}
	}
	return numbers, nil
}

// Pick tells what became of changes, and that of all of them in a few words.
func Pick(result *progress.Result, links link.Links, numbers []int) (rows []Picked, sum string) {
	counts := map[string]int{}
	for _, n := range numbers {
		// The short address, which Gerrit knows: a project's name may be long.
		row := Picked{Number: n, URL: links.ChangeNumber(n), State: "outside", Word: outside}
		if c := result.Change(n); c != nil {
			row.State = string(c.State)
			row.Subject = fit.Text(c.Subject, subjectRoom/len(numbers))
			row.Word = progress.MeaningOf(progress.States, row.State).Title
		}
		counts[row.Word]++
		rows = append(rows, row)
	}
	var parts []string
	for _, m := range slices.Concat(progress.States, []progress.Meaning{{Title: outside}}) {
		if n := counts[m.Title]; n > 0 {
			parts = append(parts, strconv.Itoa(n)+" "+m.Title)
		}
	}
	return rows, strings.Join(parts, ", ")
}
