package dashboard

import (
	"slices"
	"strconv"
	"strings"

	"github.com/eventlet-removal/headway/dashboard/link"
	"github.com/eventlet-removal/headway/dashboard/linkcheck"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/dashboard/quotes"
	"github.com/eventlet-removal/headway/dashboard/testimonials"
	"github.com/eventlet-removal/headway/dashboard/when"
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
	Number          string // of testimonials
	Told            string // what they are on: testimonials on 7 of 28 projects
	Share           string
	Wanted          string // how many of the finished projects have one; "" if none is finished
	Testimonials    []testimonialRow
	ProjectsWithout []projectWithout
	MoreWithout     string // how many are not shown
	Checks          []check
	MoreChecks      string
	Fine            string // what the link check says in sum
	Loading         bool
	People          bool // they are shown
}

// testimonialRow is one testimonial and how its projects and changes stand.
type testimonialRow struct {
	excerpt
	ID      string // of its place on the page
	Rows    []row
	Changes []testimonialChange
	Sum     string // of the changes: 7 linked changes: 5 merged, 2 open
	More    string // how many changes are not shown
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
	shelf := s.shelf()
	c := s.checker(result, q.snap, q.now)
	p := testimonialsPage{
		basePage: q.base(result, "Testimonials · "+result.Goal.Title, "testimonials"),
		Loading:  of.n.Loading != nil, People: !s.cfg.HidePeople,
	}
	p.AsOf = asOfNumbers(result, of.n, result.LoadingProjects)
	for _, page := range c.Pages(shelf.Set) {
		if slices.ContainsFunc(page.Projects, func(name string) bool { return result.Project(name) != nil }) {
			p.Testimonials = append(p.Testimonials, q.testimonialRow(result, c, shelf, page))
		}
	}
	if !p.Loading {
		count := shelf.Count(result)
		p.Number, p.Told, _ = strings.Cut(count.String(), " ")
		without, wanted := shelf.Without(result)
		p.ProjectsWithout = q.projectsWithout(result, without)
		if wanted > 0 {
			p.Share, p.Wanted = strconv.Itoa(wanted-len(without)), "of "+when.Plural(wanted, "finished project has", "finished projects have")+" a testimonial"
		}
		for _, found := range c.Check(shelf.Set) {
			p.Checks = append(p.Checks, q.checked(result, found))
		}
	}
	p.Fine = sumUp(p.Checks)
	if more := len(p.ProjectsWithout) - mostWithout; more > 0 {
		p.ProjectsWithout, p.MoreWithout = p.ProjectsWithout[:mostWithout], when.Plural(more, "more project", "more projects")
	}
	if more := len(p.Checks) - mostChecked; more > 0 {
		p.Checks, p.MoreChecks = p.Checks[:mostChecked], when.Plural(more, "more line", "more lines")
	}
	resp, err := q.page("testimonials", p)
	return notKept(resp, of), err
}

func (q *request) testimonialRow(result *progress.Result, c *linkcheck.Checker, shelf quotes.Shelf, page *testimonials.Page) testimonialRow {
	t := testimonialRow{excerpt: q.excerpt(result, shelf.Excerpt(result, page)), ID: "t-" + page.Slug}
	for _, name := range page.Projects {
		if n := result.Project(name); n != nil {
			t.Rows = append(t.Rows, q.projectRow(result, n))
		}
	}
	if result.Loading != nil {
		return t
	}
	t.Facts = nil // the rows say more
	links := c.Links(page)
	t.Sum = sumOf(links)
	for _, l := range links[:min(len(links), mostLinked)] {
		t.Changes = append(t.Changes, q.testimonialChange(l))
	}
	if more := len(links) - mostLinked; more > 0 {
		t.More = when.Plural(more, "more change", "more changes")
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

// sumOf says how the changes stand that a testimonial links.
func sumOf(links []linkcheck.Link) string {
	count := map[string]int{}
	for _, l := range links {
		if l.Member != nil {
			count[string(l.Member.State)]++
		}
	}
	var parts []string
	for _, m := range progress.States {
		if n := count[m.Code]; n > 0 {
			parts = append(parts, strconv.Itoa(n)+" "+m.Title)
		}
	}
	sum := when.Plural(len(links), "linked change", "linked changes")
	if len(parts) > 0 {
		sum += ": " + strings.Join(parts, ", ")
	}
	return sum
}

// projectsWithout are finished projects that no testimonial speaks of.
func (q *request) projectsWithout(result *progress.Result, projects []*progress.ProjectNumbers) []projectWithout {
	var out []projectWithout
	for _, p := range projects {
		row := projectWithout{
			Name: p.Name, URL: q.links.Project(result.Goal.Name, p.Name),
			Pill: statusPill(p.Declared, p.Measured), Merged: q.scope(result, progress.Scope{Project: p.Name}).merged(),
		}
		for _, who := range result.Contributors(p.Name) {
			if name := q.server.person(who.Change, who.Account); name != "" && len(row.Ask) < mostAsked {
				row.Ask = append(row.Ask, name+" ("+when.Plural(who.Merged, "change", "changes")+")")
			}
		}
		out = append(out, row)
	}
	return out
}

// sumUp is what the link check says in one sentence.
func sumUp(checks []check) string {
	count := map[linkcheck.Verdict]int{}
	for _, c := range checks {
		count[c.Verdict]++
	}
	if count[linkcheck.Holds] == len(checks) {
		return "All links are up to date"
	}
	var parts []string
	if n := count[linkcheck.Broken]; n > 0 {
		parts = append(parts, when.Plural(n, "thing needs a look", "things need a look"))
	}
	if n := count[linkcheck.Unknown]; n > 0 {
		parts = append(parts, when.Plural(n, "can't be checked", "can't be checked"))
	}
	if n := count[linkcheck.Holds]; n > 0 {
		parts = append(parts, when.Plural(n, "is up to date", "are up to date"))
	}
	return strings.Join(parts, ", ")
}
