// Package linkcheck holds testimonials against what is known of a goal: whether their
// searches still find all that counts, whether the changes that they link are still part
// of it, and whether their projects are followed. It asks nothing of Gerrit and makes no
// addresses: a check names what it is about, and dashboard links it.
//
// Only dashboard imports it.
package linkcheck

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/dashboard/testimonials"
	"github.com/eventlet-removal/headway/store"
)

// Verdict is whether what a testimonial says of Gerrit holds.
type Verdict string

const (
	Holds   Verdict = "up to date"
	Broken  Verdict = "needs a look"
	Unknown Verdict = "can't be checked"
)

// Check is one line of the link check. Page, What, Text and Address hold foreign text.
type Check struct {
	Verdict Verdict
	Page    string // a file's name or an address
	Line    int    // 0: the whole page
	What    string // the search or the link; "" for the page itself
	Text    string

	// Where What leads: a search of Gerrit, or an address as the page has it.
	Query   string
	Address string

	// What helps to mend it.
	Change *store.Change // the change that is meant; nil: none
	Missed []int         // numbers of the changes that a search should find and does not
	All    string        // a search that finds all; "" if nothing is missed
}

// Status is what we know of a change that a testimonial links.
type Status string

const (
	StatusTracked Status = ""
	StatusLeft    Status = "left"
	StatusGone    Status = "gone"
	StatusOutside Status = "not counted"
	StatusUnknown Status = "not tracked"
)

// Code is the status in one word, for programs.
func (s Status) Code() string {
	if s == StatusTracked {
		return "tracked"
	}
	return strings.ReplaceAll(string(s), " ", "-")
}

// problem is what is wrong with a link, "" if it is fine.
func (s Status) problem() string {
	switch s {
	case StatusTracked:
		return ""
	case StatusLeft:
		return "It is no longer part of this goal: its topic has changed."
	case StatusGone:
		return "It is gone: Gerrit answers 404."
	case StatusOutside:
		return "It is not part of this goal and does not count."
	}
	return "It is not tracked here: the link may be dead, or the change lack the topic."
}

// Link is a link of a testimonial to a change or commit, and where it leads.
type Link struct {
	Reference testimonials.Reference
	Change    *store.Change    // nil: we know of none
	Member    *progress.Change // nil: it is not and never was a member of this goal
	Status    Status
}

// Name is what the link is called: a change's number, or the beginning of a commit.
func (l Link) Name() string {
	switch {
	case l.Change != nil:
		return strconv.Itoa(l.Change.Number)
	case l.Reference.Number != 0:
		return strconv.Itoa(l.Reference.Number)
	}
	return l.Reference.Commit[:min(len(l.Reference.Commit), 10)]
}

// Checker compares testimonials with what is known of one goal. It is not for use by
// several goroutines at once.
type Checker struct {
	goal      *progress.Result
	snap      *store.Snapshot
	elsewhere func(project string) bool

	patchSets []patchSet // of all members, by commit; nil until a commit is asked for
}

type patchSet struct {
	commit string
	member *progress.Change
}

// New prepares the checks of a goal, all of whose changes have been read. Elsewhere
// reports whether another goal knows a project.
func New(goal *progress.Result, snap *store.Snapshot, elsewhere func(project string) bool) *Checker {
	return &Checker{goal: goal, snap: snap, elsewhere: elsewhere}
}

// Pages returns the pages that concern this goal: they speak of one of its projects, or
// of no project of any goal, so that somebody sees them.
func (c *Checker) Pages(set testimonials.Set) []*testimonials.Page {
	var out []*testimonials.Page
	for _, p := range set.Pages {
		here := slices.ContainsFunc(p.Projects, func(name string) bool { return c.goal.Project(name) != nil })
		if here || !slices.ContainsFunc(p.Projects, c.elsewhere) {
			out = append(out, p)
		}
	}
	return out
}

// Check looks at all pages of this goal: what is broken first, then by page and line.
func (c *Checker) Check(set testimonials.Set) []Check {
	var out []Check
	others := map[string]bool{}
	for _, p := range set.Pages {
		others[p.Name] = true
	}
	for _, p := range c.Pages(set) {
		delete(others, p.Name)
		out = append(out, c.projects(p)...)
		out = append(out, c.searches(p)...)
		out = append(out, c.changes(p)...)
	}
	for _, p := range set.Problems {
		if !others[p.File] {
			out = append(out, Check{Verdict: Broken, Page: p.File, Line: p.Line, Text: p.Text})
		}
	}
	order := []Verdict{Broken, Unknown, Holds}
	slices.SortStableFunc(out, func(a, b Check) int {
		return cmp.Or(
			cmp.Compare(slices.Index(order, a.Verdict), slices.Index(order, b.Verdict)),
			strings.Compare(a.Page, b.Page), cmp.Compare(a.Line, b.Line))
	})
	return out
}

// projects reports what a page speaks of that nobody here knows.
func (c *Checker) projects(p *testimonials.Page) []Check {
	if len(p.Projects) == 0 {
		return []Check{{Verdict: Broken, Page: p.Name, Text: "It speaks of no project that is followed here: name them in its front matter, as projects: [openstack/nova]."}}
	}
	var out []Check
	for _, name := range p.Projects {
		if c.goal.Project(name) != nil || c.elsewhere(name) {
			continue
		}
		k := Check{Verdict: Broken, Page: p.Name, What: name, Text: "The page speaks of this project. It is not followed here: it is not configured, and no change of it is known."}
		for _, e := range p.Evidence {
			if e.Project == name {
				k.Line = e.Line
				break
			}
		}
		out = append(out, k)
	}
	return out
}

// changes reports the links to changes that are not what they were, and counts the
// others.
func (c *Checker) changes(p *testimonials.Page) []Check {
	var out []Check
	fine := 0
	for _, l := range c.Links(p) {
		k := Check{Verdict: Broken, Page: p.Name, Line: l.Reference.Line, What: l.Name(), Address: l.Reference.URL, Text: l.Status.problem()}
		switch {
		case k.Text != "":
			out = append(out, k)
		case l.Reference.Project != "" && l.Reference.Project != l.Change.Project:
			k.Text = fmt.Sprintf("It is a change of %s, and the link says %s.", l.Change.Project, l.Reference.Project)
			k.Change = l.Change
			out = append(out, k)
		default:
			fine++
		}
	}
	if fine > 0 {
		out = append(out, Check{Verdict: Holds, Page: p.Name, Text: plural(fine, "linked change is tracked here.", "linked changes are tracked here.")})
	}
	if n := len(p.Foreign); n > 0 {
		out = append(out, Check{Verdict: Unknown, Page: p.Name, Line: p.Foreign[0].Line, Text: plural(n, "link leads", "links lead") + " to another Gerrit."})
	}
	return out
}

// Links returns the links of a page to changes, each change once, in the page's order.
func (c *Checker) Links(p *testimonials.Page) []Link {
	var out []Link
	seen := map[string]bool{}
	for _, ref := range p.References {
		if ref.Number == 0 && ref.Commit == "" {
			continue
		}
		l := c.follow(ref)
		if !seen[l.Name()] {
			seen[l.Name()] = true
			out = append(out, l)
		}
	}
	return out
}

// follow finds the change that a link means.
func (c *Checker) follow(ref testimonials.Reference) Link {
	l := Link{Reference: ref, Status: StatusUnknown}
	if ref.Number != 0 {
		l.Member, l.Change = c.goal.Change(ref.Number), c.snap.Change(ref.Number)
	} else {
		l.Member = c.ofCommit(ref.Commit)
	}
	if l.Member == nil {
		if l.Change != nil {
			l.Status = StatusOutside
		}
		return l
	}
	l.Change = l.Member.Change
	switch l.Member.State {
	case progress.Left:
		l.Status = StatusLeft
	case progress.Gone:
		l.Status = StatusGone
	default:
		l.Status = StatusTracked
	}
	return l
}

// ofCommit finds the only member that had a commit as one of its patch sets. Commits
// in links may be abbreviated.
func (c *Checker) ofCommit(commit string) *progress.Change {
	if c.patchSets == nil {
		c.patchSets = []patchSet{}
		for _, m := range c.goal.Changes {
			for _, ps := range m.PatchSets {
				c.patchSets = append(c.patchSets, patchSet{ps.Commit, m})
			}
		}
		slices.SortFunc(c.patchSets, func(a, b patchSet) int { return strings.Compare(a.commit, b.commit) })
	}
	i, _ := slices.BinarySearchFunc(c.patchSets, commit, func(p patchSet, commit string) int { return strings.Compare(p.commit, commit) })
	var found *progress.Change
	for ; i < len(c.patchSets) && strings.HasPrefix(c.patchSets[i].commit, commit); i++ {
		if found != nil && found != c.patchSets[i].member {
			return nil // two changes: no guess
		}
		found = c.patchSets[i].member
	}
	return found
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}
