package dashboard

import (
	"fmt"
	"strconv"
	"time"

	"github.com/eventlet-removal/headway/dashboard/filter"
	"github.com/eventlet-removal/headway/dashboard/link"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/dashboard/when"
)

// movedDays is how far back "what moved" looks.
const movedDays = 7

// longestMoved is how many changes of a kind are shown; the rest is a click away.
const longestMoved = 5

// moved is what moved in the last days.
type moved struct {
	Heading string
	Kinds   []movedKind // those of which there is something, in a fixed order
}

type movedKind struct {
	Count figure
	Word  string
	Class string
	Rows  []movedRow
	More  string // how many are not shown
}

type movedRow struct {
	Number  int
	URL     string // in Gerrit
	Subject string
	Project string
	At      when.Time
}

// movedWords follow a number.
var movedWords = []struct {
	kind  progress.Kind
	word  string
	class progress.State
}{
	{progress.MovedMerged, "merged", progress.Merged}, {progress.MovedNew, "uploaded", progress.Open},
	{progress.MovedRestored, "restored", progress.Open}, {progress.MovedAbandoned, "abandoned", progress.Abandoned},
	{progress.MovedReverted, "reverted", progress.Reverted}, {progress.MovedLeft, "left the goal", progress.Left},
}

// moved is what moved in the seven days up to the result's time; nil while loading,
// and for a part of a goal in which nothing did.
func (s scope) moved() *moved {
	if s.n.Loading != nil {
		return nil
	}
	result := s.result
	since := result.Until().Add(-movedDays * 24 * time.Hour)
	byKind := map[progress.Kind][]progress.Move{}
	for _, m := range result.Moves(s.Scope, since) {
		byKind[m.Kind] = append(byKind[m.Kind], m)
	}
	out := &moved{Heading: fmt.Sprintf("What moved in the last %d days", movedDays)}
	if result.Past() {
		out.Heading = fmt.Sprintf("What moved in the %d days before", movedDays)
	}
	for _, w := range movedWords {
		moves := byKind[w.kind]
		if len(moves) == 0 {
			continue
		}
		k := movedKind{Word: w.word, Class: "state-" + string(w.class), Count: figure{Text: strconv.Itoa(len(moves)), Stale: s.n.Stale, URL: s.numbered(moves)}}
		for _, m := range moves[:min(len(moves), longestMoved)] {
			c := m.Change
			k.Rows = append(k.Rows, movedRow{c.Change.Number, s.links.Change(c.Change.Project, c.Change.Number), c.Subject, c.Change.Project, when.Ago(result, m.At)})
		}
		if hidden := len(moves) - len(k.Rows); hidden > 0 {
			k.More = strconv.Itoa(hidden) + " more"
		}
		out.Kinds = append(out.Kinds, k)
	}
	if len(out.Kinds) == 0 && s.Scope != (progress.Scope{}) { // worth a word of the whole goal only
		return nil
	}
	return out
}

// numbered is our list of exactly these changes, "" if there are too many to name.
func (s scope) numbered(moves []progress.Move) string {
	if len(moves) > filter.MaxNumbers {
		return ""
	}
	numbers := make([]int, len(moves))
	for i, m := range moves {
		numbers[i] = m.Change.Change.Number
	}
	states := "" // of members; former ones are found by their state only
	if moves[0].Kind == progress.MovedLeft {
		states = string(progress.Left) + "," + string(progress.Gone)
	}
	return s.links.Changes(s.result.Goal.Name, "numbers", link.Numbers(numbers), "state", states)
}
