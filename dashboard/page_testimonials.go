package dashboard

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/eventlet-removal/headway/dashboard/link"
	"github.com/eventlet-removal/headway/dashboard/linkcheck"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/dashboard/testimonials"
)

// Bounds of what the page shows; anybody may have written the pages it speaks of.
const (
	mostLinked  = 40  // changes of one testimonial
	mostWithout = 60  // projects without a testimonial
	mostChecked = 100 // findings of the link check
	mostAsked   = 2   // people to ask for a testimonial of a project
)

type testimonialsPage struct {
	basePage
	Heading         string
	Lead            string // how many of the finished projects have a testimonial; "" if none is finished
	Share           string
	Testimonials    []testimonialRow
	ProjectsWithout []projectWithout
	MoreWithout     string // how many are not shown
	Checks          []check
	MoreChecks      string
	Fine            string // what the link check says in sum
	Loading         bool
}

// testimonialRow is one testimonial and how its projects and changes stand.
type testimonialRow struct {
	excerpt
	ID      string // of its place on the page
	Rows    []testimonialProject
	Changes []testimonialChange
	More    string // how many changes are not shown
}

// testimonialProject is a project that a testimonial speaks of, as it is today.
type testimonialProject struct {
	row
	AsOf when
}

// testimonialChange is a change that a testimonial links, as it is today.
type testimonialChange struct {
	Text    string // its number, or a commit
	URL     string // "" if it leads nowhere
	Subject string // "" if we don't know the change
	State   pill
}

// projectWithout is a finished project that no testimonial speaks of.
type projectWithout struct {
	Name   string
	URL    string
	Pill   pill
	Merged figure
	Ask    []string // who merged most there, with how much
}

// testimonials shows the testimonials, how their projects stand now, which finished
// projects have none, and which links no longer say what they should.
func (s *Server) testimonials(q *request) (*response, error) {
	result, err := q.goal()
	if err != nil {
		return nil, err
	}
	of := q.scope(result, progress.Scope{})
	set := s.testimonialSet()
	c := q.checker(result)
	p := testimonialsPage{
		basePage: q.base(result, "Testimonials · "+result.Goal.Title, "testimonials"), Heading: "Those who have done it",
		Loading: of.n.Loading != nil,
	}
	p.AsOf = asOfNumbers(result, of.n, result.LoadingProjects)
	for _, page := range c.Pages(set) {
		if slices.ContainsFunc(page.Projects, func(name string) bool { return result.Project(name) != nil }) {
			p.Testimonials = append(p.Testimonials, q.testimonialRow(result, c, page))
		}
	}
	if !p.Loading {
		p.ProjectsWithout = q.projectsWithout(result, set)
		for _, found := range c.Check(set) {
			p.Checks = append(p.Checks, q.checked(result, found))
		}
	}
	p.Fine = sumUp(p.Checks)
	if done, without := finishedIn(result), len(p.ProjectsWithout); done > 0 && !p.Loading {
		p.Share, p.Lead = strconv.Itoa(done-without), "of the "+plural(done, "finished project has", "finished projects have")+" a testimonial"
	}
	if more := len(p.ProjectsWithout) - mostWithout; more > 0 {
		p.ProjectsWithout, p.MoreWithout = p.ProjectsWithout[:mostWithout], plural(more, "more project", "more projects")
	}
	if more := len(p.Checks) - mostChecked; more > 0 {
		p.Checks, p.MoreChecks = p.Checks[:mostChecked], plural(more, "more line", "more lines")
	}
	resp, err := q.page("testimonials", p)
	return notKept(resp, of), err
}

func (q *request) testimonialRow(result *progress.Result, c *linkcheck.Checker, page *testimonials.Page) testimonialRow {
	t := testimonialRow{excerpt: q.server.excerpt(page), ID: "t-" + page.Slug}
	for _, name := range page.Projects {
		if n := result.Project(name); n != nil {
			t.Rows = append(t.Rows, testimonialProject{q.projectRow(result, n), ago(result, n.AsOf)})
		}
	}
	if result.Loading != nil {
		return t
	}
	links := c.Links(page)
	for _, l := range links[:min(len(links), mostLinked)] {
		t.Changes = append(t.Changes, q.testimonialChange(l))
	}
	if more := len(links) - mostLinked; more > 0 {
		t.More = plural(more, "more change", "more changes")
	}
	return t
}

func (q *request) testimonialChange(l linkcheck.Link) testimonialChange {
	t := testimonialChange{Text: l.Name(), URL: link.Web(l.Reference.URL), State: pill{Word: string(l.Status), Class: "other"}}
	if l.Change != nil {
		t.URL, t.Subject = q.links.Change(l.Change.Project, l.Change.Number), l.Change.Subject
	}
	if l.Member != nil {
		t.State = statePill(l.Member.State)
	}
	return t
}

// projectsWithout are the finished projects that no testimonial speaks of, those first in
// which most was merged.
func (q *request) projectsWithout(result *progress.Result, set testimonials.Set) []projectWithout {
	var projects []*progress.ProjectNumbers
	for _, p := range result.ProjectsOf(progress.Scope{}) {
		if p.Finished() && len(set.About(p.Name)) == 0 {
			projects = append(projects, p)
		}
	}
	slices.SortStableFunc(projects, func(a, b *progress.ProjectNumbers) int {
		return cmp.Compare(b.Counts.Merged, a.Counts.Merged)
	})
	var out []projectWithout
	for _, p := range projects {
		row := projectWithout{
			Name: p.Name, URL: q.links.Project(result.Goal.Name, p.Name),
			Pill: statusPill(p.Declared, p.Measured), Merged: q.scope(result, progress.Scope{Project: p.Name}).merged(),
		}
		for _, who := range result.Contributors(p.Name) {
			if name := q.server.person(who.Change, who.Account); name != "" && len(row.Ask) < mostAsked {
				row.Ask = append(row.Ask, name+" ("+plural(who.Merged, "change", "changes")+")")
			}
		}
		out = append(out, row)
	}
	return out
}

func finishedIn(result *progress.Result) int {
	n := 0
	for _, p := range result.ProjectsOf(progress.Scope{}) {
		if p.Finished() {
			n++
		}
	}
	return n
}

// sumUp is what the link check says in one sentence.
func sumUp(checks []check) string {
	count := map[linkcheck.Verdict]int{}
	for _, c := range checks {
		count[c.Verdict]++
	}
	if count[linkcheck.Holds] == len(checks) {
		return "All that was checked holds"
	}
	var parts []string
	if n := count[linkcheck.Broken]; n > 0 {
		parts = append(parts, plural(n, "thing needs a look", "things need a look"))
	}
	if n := count[linkcheck.Unknown]; n > 0 {
		parts = append(parts, plural(n, "can't be checked", "can't be checked"))
	}
	if n := count[linkcheck.Holds]; n > 0 {
		parts = append(parts, plural(n, "holds", "hold"))
	}
	return strings.Join(parts, ", ")
}
