// Package chains orders changes that wait for one another: what has to merge first stands
// first, and below it what waits for it. It is pure. dashboard imports it.
package chains

import (
	"maps"
	"slices"

	"github.com/eventlet-removal/headway/dashboard/progress"
)

// Link is a change of a chain, with those that wait for it, by number.
type Link struct {
	Number int
	State  progress.State
	Others []int // what else it waits for
	Next   []Link
}

// Of are the chains of some changes in review, which show so many changes at most; hidden
// is how many more there are. What has merged is left out, and so is who waits for
// nobody. A change stands below the first only of those it waits for.
func Of(changes []*progress.Change, most int) (links []Link, hidden int) {
	b := builder{most: most, before: map[int][]int{}, after: map[int][]int{}, state: map[int]progress.State{}, shown: map[int]bool{}}
	for _, c := range changes {
		b.add(c)
	}
	links = b.build()
	return links, len(b.state) - len(b.shown)
}

type builder struct {
	most   int
	before map[int][]int // what a change waits for
	after  map[int][]int // what waits for a change
	state  map[int]progress.State
	shown  map[int]bool
}

func (b *builder) add(c *progress.Change) {
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
func (b *builder) build() []Link {
	var out []Link
	numbers := slices.Sorted(maps.Keys(b.state))
	for _, free := range []bool{true, false} {
		for _, n := range numbers {
			if !b.shown[n] && len(b.shown) < b.most && len(b.after[n]) > 0 && free == (len(b.before[n]) == 0) {
				out = append(out, b.link(n, 0))
			}
		}
	}
	return out
}

func (b *builder) link(number, below int) Link {
	b.shown[number] = true
	l := Link{Number: number, State: b.state[number]}
	for _, n := range b.before[number] {
		if n != below {
			l.Others = append(l.Others, n)
		}
	}
	for _, n := range slices.Sorted(slices.Values(b.after[number])) {
		if !b.shown[n] && len(b.shown) < b.most {
			l.Next = append(l.Next, b.link(n, number))
		}
	}
	return l
}
