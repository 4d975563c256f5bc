// Package order puts lists of changes and projects into the orders that an address
// can ask for, and writes the heads of tables that lead to them. It is pure and its orders
// are stable. dashboard imports it.
package order

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/eventlet-removal/headway/dashboard/parameter"
	"github.com/eventlet-removal/headway/dashboard/progress"
)

// Attention is the order of a list that nobody sorted: what needs attention first.
const Attention = "attention"

// The orders that lists have, each in the direction in which it is asked for first. A
// minus in front begins with the greatest; with it taken off, or put before others,
// the order turns round.
var (
	Changes  = []string{Attention, "-number", "project", "state", "owner", "-updated", "-merged"}
	Projects = []string{Attention, "name", "-progress", "-in-review", "-wait", "-last-merge"}
)

// Turn is an order the other way round.
func Turn(key string) string {
	if base, ok := strings.CutPrefix(key, "-"); ok {
		return base
	}
	return "-" + key
}

// Parse reads which order of a list is asked for; the first goes without saying.
func Parse(values url.Values, keys []string) (string, error) {
	key, err := parameter.One(values, "sort")
	switch {
	case err != nil:
		return "", err
	case key == "":
		return keys[0], nil
	case key == keys[0], slices.Contains(keys[1:], key), slices.Contains(keys[1:], Turn(key)):
		return key, nil
	}
	return "", parameter.Bad("sort", "there is no order %q; there are %s, and all but the first with or without the minus", key, strings.Join(keys, ", "))
}

// SortChanges sorts by a key of Changes, then by number; person is the name of an
// owner.
func SortChanges(changes []*progress.Change, key string, person func(*progress.Change) string) {
	base, down := direction(key)
	compare := map[string]func(a, b *progress.Change) int{
		Attention: func(a, b *progress.Change) int {
			if c := times(a.WaitingSince, b.WaitingSince, false); c != 0 {
				return c
			}
			return b.Updated.Compare(a.Updated)
		},
		"updated": func(a, b *progress.Change) int { return times(a.Updated, b.Updated, down) },
		"merged":  func(a, b *progress.Change) int { return times(a.MergedAt, b.MergedAt, down) },
		"project": func(a, b *progress.Change) int { return turned(down, cmp.Compare(a.Change.Project, b.Change.Project)) },
		"state": func(a, b *progress.Change) int {
			return turned(down, cmp.Compare(stateRank(a.State), stateRank(b.State)))
		},
		"owner": func(a, b *progress.Change) int {
			return turned(down, cmp.Compare(strings.ToLower(person(a)), strings.ToLower(person(b))))
		},
		"number": func(a, b *progress.Change) int { return turned(down, cmp.Compare(a.Change.Number, b.Change.Number)) },
	}[base]
	slices.SortFunc(changes, func(a, b *progress.Change) int { // no two have one number
		if c := compare(a, b); c != 0 {
			return c
		}
		return cmp.Compare(a.Change.Number, b.Change.Number)
	})
}

// mostLongest is how many of the changes that wait longest pages and reports name.
const mostLongest = 5

// Longest are those changes that wait longest on somebody, five at most, the longest wait
// first. It sorts the changes by Attention.
func Longest(changes []*progress.Change) []*progress.Change {
	SortChanges(changes, Attention, nil)
	var out []*progress.Change
	for _, c := range changes {
		if c.WaitsOn != "" && len(out) < mostLongest {
			out = append(out, c)
		}
	}
	return out
}

// Actors are all who may have to act on a change, first those whom a reader can help.
var Actors = []progress.WaitsOn{progress.Reviewers, progress.Author, progress.Dependency, progress.CI, progress.Gate}

// WaitingOn is how many changes wait on one of them.
func WaitingOn(a progress.Attention, w progress.WaitsOn) int {
	switch w {
	case progress.Reviewers:
		return a.Reviewers
	case progress.Author:
		return a.Author
	case progress.Dependency:
		return a.Dependency
	case progress.CI:
		return a.CI
	case progress.Gate:
		return a.Gate
	}
	return 0
}

func stateRank(state progress.State) int {
	return slices.IndexFunc(progress.States, func(m progress.Meaning) bool { return m.Code == string(state) })
}

// Need is what decides how soon a project needs attention.
type Need struct {
	Stalled     bool
	Contradicts bool      // what it declares
	Waits       time.Time // since when its oldest change waits; zero: none does
}

// Compare puts first what needs attention: stalled projects, then those that contradict
// themselves, then long waits.
func (n Need) Compare(other Need) int {
	return cmp.Or(last(!n.Stalled, !other.Stalled), last(!n.Contradicts, !other.Contradicts), times(n.Waits, other.Waits, false))
}

func needOf(p *progress.ProjectNumbers) Need {
	return Need{p.Measured == progress.MeasuredStalled, len(p.Contradictions) > 0, p.OldestWaiting}
}

// SortProjects sorts by a key of Projects, then by name.
func SortProjects(projects []*progress.ProjectNumbers, key string) {
	base, down := direction(key)
	compare := map[string]func(a, b *progress.ProjectNumbers) int{
		Attention:  func(a, b *progress.ProjectNumbers) int { return needOf(a).Compare(needOf(b)) },
		"name":     func(a, b *progress.ProjectNumbers) int { return turned(down, cmp.Compare(a.Name, b.Name)) },
		"progress": func(a, b *progress.ProjectNumbers) int { return ratios(a, b, down) },
		"in-review": func(a, b *progress.ProjectNumbers) int {
			return turned(down, cmp.Compare(a.Counts.InFlight(), b.Counts.InFlight()))
		},
		"wait":       func(a, b *progress.ProjectNumbers) int { return times(a.OldestWaiting, b.OldestWaiting, !down) },
		"last-merge": func(a, b *progress.ProjectNumbers) int { return times(a.LastMerged, b.LastMerged, down) },
	}[base]
	slices.SortStableFunc(projects, func(a, b *progress.ProjectNumbers) int {
		return cmp.Or(compare(a, b), cmp.Compare(a.Name, b.Name))
	})
}

func direction(key string) (base string, down bool) {
	base, down = strings.CutPrefix(key, "-")
	return base, down
}

func turned(down bool, c int) int {
	if down {
		return -c
	}
	return c
}

// last puts behind all others what answers true.
func last(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// times puts behind all others what has no time, whichever way round.
func times(a, b time.Time, down bool) int {
	return cmp.Or(last(a.IsZero(), b.IsZero()), turned(down, a.Compare(b)))
}

// ratios puts behind all others what has no progress, whichever way round.
func ratios(a, b *progress.ProjectNumbers, down bool) int {
	none := func(p *progress.ProjectNumbers) bool { return p.Progress == nil || p.Loading != nil }
	if none(a) || none(b) {
		return last(none(a), none(b))
	}
	return turned(down, cmp.Compare(*a.Progress, *b.Progress))
}
