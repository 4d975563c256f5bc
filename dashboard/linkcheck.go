package dashboard

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

// verdict is whether what a testimonial says of Gerrit holds.
type verdict string

const (
	holds   verdict = "holds"
	broken  verdict = "needs a look"
	unknown verdict = "can't be checked"
)

// check is one line of the link check. Page, What and Text hold foreign text.
type check struct {
	Verdict verdict
	Page    string // a file's name or an address
	Line    int    // 0: the whole page
	What    string // the search or the link; "" for the page itself
	URL     string // where What leads; "" nowhere
	Text    string
	More    []navLink // what helps to mend it

	// Of a search that could be checked.
	query     string
	finds, of int
}

// Class is how the verdict is coloured; it is a word as well.
func (k check) Class() string {
	return map[verdict]string{holds: "completed", broken: "planning"}[k.Verdict]
}

// fate is what we know of a change that a testimonial links.
type fate struct {
	word    string
	problem string // "" if the link is fine
}

var (
	tracked    = fate{}
	hasLeft    = fate{"left", "It is no longer part of this goal: its topic has changed."}
	isGone     = fate{"gone", "It is gone: Gerrit answers 404."}
	isStranger = fate{"not counted", "It is not part of this goal and does not count."}
	isUnknown  = fate{"not tracked", "It is not tracked here: the link may be dead, or the change lack the topic."}
)

// linkedChange is a link of a testimonial to a change or commit, and where it leads.
type linkedChange struct {
	ref    testimonials.Reference
	change *store.Change    // nil: we know of none
	member *progress.Change // nil: it is no member of this goal, nor ever was one
	fate   fate
}

// name is what the link is called.
func (l linkedChange) name() string {
	switch {
	case l.change != nil:
		return strconv.Itoa(l.change.Number)
	case l.ref.Number != 0:
		return strconv.Itoa(l.ref.Number)
	}
	return l.ref.Commit[:min(len(l.ref.Commit), 10)]
}

// checker compares testimonials with what is known of one goal.
type checker struct {
	server *Server
	q      *request
	view   *view

	patchSets []patchSet // of all members, by commit; nil until a commit is asked for
}

type patchSet struct {
	commit string
	member *progress.Change
}

func newChecker(s *Server, q *request, v *view) *checker { return &checker{server: s, q: q, view: v} }

// pages are those that concern this goal: they speak of one of its projects, or of
// no project of any goal, so that somebody is told.
func (c *checker) pages(set testimonials.Set) []*testimonials.Page {
	var out []*testimonials.Page
	for _, p := range set.Pages {
		here := slices.ContainsFunc(p.Projects, func(name string) bool { return c.view.result.Project(name) != nil })
		if here || !slices.ContainsFunc(p.Projects, c.elsewhere) {
			out = append(out, p)
		}
	}
	return out
}

// elsewhere tells whether another goal knows the project.
func (c *checker) elsewhere(project string) bool {
	return slices.ContainsFunc(c.server.cfg.Goals, func(g *progress.Goal) bool {
		return g != c.view.goal && c.q.view(g).result.Project(project) != nil
	})
}

// check looks at all pages of this goal: what is broken first, then by page and line.
func (c *checker) check(set testimonials.Set) []check {
	var out []check
	elsewhere := map[string]bool{}
	for _, p := range set.Pages {
		elsewhere[p.Name] = true
	}
	for _, p := range c.pages(set) {
		delete(elsewhere, p.Name)
		out = append(out, c.projects(p)...)
		out = append(out, c.searches(p)...)
		out = append(out, c.changes(p)...)
	}
	for _, p := range set.Problems {
		if !elsewhere[p.File] {
			out = append(out, check{Verdict: broken, Page: p.File, Line: p.Line, Text: p.Text})
		}
	}
	order := []verdict{broken, unknown, holds}
	slices.SortStableFunc(out, func(a, b check) int {
		return cmp.Or(
			cmp.Compare(slices.Index(order, a.Verdict), slices.Index(order, b.Verdict)),
			strings.Compare(a.Page, b.Page), cmp.Compare(a.Line, b.Line))
	})
	return out
}

// projects reports what a page speaks of that nobody here knows.
func (c *checker) projects(p *testimonials.Page) []check {
	if len(p.Projects) == 0 {
		return []check{{Verdict: broken, Page: p.Name, Text: "It speaks of no project that is followed here: name them in its front matter, as projects: [openstack/nova]."}}
	}
	var out []check
	for _, name := range p.Projects {
		if c.view.result.Project(name) != nil || c.elsewhere(name) {
			continue
		}
		k := check{Verdict: broken, Page: p.Name, What: name, Text: "The page speaks of this project. It is not followed here: it is not configured, and no change of it is known."}
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
func (c *checker) changes(p *testimonials.Page) []check {
	var out []check
	fine := 0
	for _, l := range c.linked(p) {
		k := check{Verdict: broken, Page: p.Name, Line: l.ref.Line, What: l.name(), URL: webLink(l.ref.URL), Text: l.fate.problem}
		switch {
		case l.fate.problem != "":
			out = append(out, k)
		case l.ref.Project != "" && l.ref.Project != l.change.Project:
			k.Text = fmt.Sprintf("It is a change of %s, and the link says %s.", l.change.Project, l.ref.Project)
			k.More = []navLink{{Text: "The change", URL: c.server.links.change(l.change.Project, l.change.Number)}}
			out = append(out, k)
		default:
			fine++
		}
	}
	if fine > 0 {
		out = append(out, check{Verdict: holds, Page: p.Name, Text: plural(fine, "linked change is tracked here.", "linked changes are tracked here.")})
	}
	if n := len(p.Foreign); n > 0 {
		out = append(out, check{Verdict: unknown, Page: p.Name, Line: p.Foreign[0].Line, Text: plural(n, "link leads", "links lead") + " to another Gerrit."})
	}
	return out
}

// linked are the changes that a page links, each once, in its order.
func (c *checker) linked(p *testimonials.Page) []linkedChange {
	var out []linkedChange
	seen := map[string]bool{}
	for _, ref := range p.References {
		if ref.Number == 0 && ref.Commit == "" {
			continue
		}
		l := c.follow(ref)
		if !seen[l.name()] {
			seen[l.name()] = true
			out = append(out, l)
		}
	}
	return out
}

// follow finds the change that a link means.
func (c *checker) follow(ref testimonials.Reference) linkedChange {
	l := linkedChange{ref: ref, fate: isUnknown}
	if ref.Number != 0 {
		l.member, l.change = c.view.result.Change(ref.Number), c.q.snap.Change(ref.Number)
	} else {
		l.member = c.ofCommit(ref.Commit)
	}
	if l.member == nil {
		if l.change != nil {
			l.fate = isStranger
		}
		return l
	}
	l.change = l.member.Change
	switch l.member.State {
	case progress.Left:
		l.fate = hasLeft
	case progress.Gone:
		l.fate = isGone
	default:
		l.fate = tracked
	}
	return l
}

// ofCommit finds the only member that had a commit as one of its patch sets. Commits
// in links may be abbreviated.
func (c *checker) ofCommit(commit string) *progress.Change {
	if c.patchSets == nil {
		c.patchSets = []patchSet{}
		for i := range c.view.result.Changes {
			m := &c.view.result.Changes[i]
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
