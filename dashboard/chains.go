package dashboard

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store"
)

// longestChain is how many changes all chains of a page show.
const longestChain = 12

// chains are the changes of a scope that wait for one another.
type chains struct {
	Links []chainLink
	More  string // those that are not shown
}

// chainLink is a change of a chain, with those that wait for it.
type chainLink struct {
	Number  int
	URL     string
	Subject string
	Project string // "" if it is that of the page
	State   pill
	Who     string
	Waiting when
	Note    string // where it belongs, if that is not here
	Others  string // what else it waits for; it stands below the first only
	Next    []chainLink
}

// chains are the changes of a scope that wait for one another: what has to merge
// first stands first, and below it what waits for it. What has merged is left out,
// and so is who waits for nobody.
func (q *request) chains(result *progress.Result, of scope) *chains {
	if of.n.Loading != nil || result.Past() {
		return nil
	}
	b := chainBuilder{request: q, result: result, of: of, before: map[int][]int{}, after: map[int][]int{}, state: map[int]progress.State{}}
	for _, c := range of.changes(func(c *progress.Change) bool { return !c.Backport && len(c.Depends) > 0 }) {
		b.add(c)
	}
	if len(b.state) == 0 {
		return nil
	}
	out := &chains{Links: b.build()}
	if hidden := len(b.state) - len(b.shown); hidden > 0 {
		out.More = plural(hidden, "more change", "more changes")
	}
	return out
}

type chainBuilder struct {
	request *request
	result  *progress.Result
	of      scope
	before  map[int][]int // what a change waits for
	after   map[int][]int // what waits for a change
	state   map[int]progress.State
	shown   map[int]bool
}

func (b *chainBuilder) add(c *progress.Change) {
	for _, d := range c.Depends {
		if d.State.HasMerged() {
			continue // it is in the project: nobody waits for it
		}
		n := c.Change.Number
		b.before[n] = append(b.before[n], d.Number)
		b.after[d.Number] = append(b.after[d.Number], n)
		b.state[n], b.state[d.Number] = c.State, d.State
	}
}

// build begins with what waits for nothing, and then with the lowest number of each
// ring: changes can depend on each other.
func (b *chainBuilder) build() []chainLink {
	b.shown = map[int]bool{}
	var out []chainLink
	numbers := slices.Sorted(maps.Keys(b.state))
	for _, free := range []bool{true, false} {
		for _, n := range numbers {
			if !b.shown[n] && len(b.shown) < longestChain && len(b.after[n]) > 0 && free == (len(b.before[n]) == 0) {
				out = append(out, b.link(n, 0))
			}
		}
	}
	return out
}

func (b *chainBuilder) link(number, below int) chainLink {
	b.shown[number] = true
	l := chainLink{Number: number, State: statePill(b.state[number])}
	if c := b.result.Change(number); c != nil {
		row := b.request.changeRow(b.result, c)
		l.Subject, l.Who, l.Waiting = row.Subject, row.Who, row.Waiting
		b.locate(&l, c.Change)
	} else if c := b.request.snap.Change(number); c != nil { // not of this goal
		l.Subject, l.Note = c.Subject, "not of this goal"
		b.locate(&l, c)
	}
	var others []string
	for _, n := range b.before[number] {
		if n != below {
			others = append(others, strconv.Itoa(n))
		}
	}
	l.Others = strings.Join(others, ", ")
	for _, n := range slices.SortedFunc(slices.Values(b.after[number]), cmp.Compare[int]) {
		if !b.shown[n] && len(b.shown) < longestChain {
			l.Next = append(l.Next, b.link(n, number))
		}
	}
	return l
}

func (b *chainBuilder) locate(l *chainLink, c *store.Change) {
	l.URL = b.request.links.Change(c.Project, c.Number)
	if of := b.of.Scope; of.Project != c.Project {
		l.Project = c.Project
	}
}
