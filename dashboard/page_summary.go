package dashboard

import (
	"strconv"

	"github.com/eventlet-removal/headway/dashboard/filter"
	"github.com/eventlet-removal/headway/dashboard/order"
	"github.com/eventlet-removal/headway/dashboard/preview"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/dashboard/progress/statuses"
	"github.com/eventlet-removal/headway/dashboard/when"
)

// headline is the first thing a reader sees: one number, and beside it the second that
// keeps it honest.
type headline struct {
	Percent   figure
	Sentence  string // what the percentage is of
	Merged    figure
	Of        string // the denominator
	InReview  figure
	Open, WIP figure
	Remaining string // of what was expected; "" if nothing is
	Empty     bool   // nothing to speak of yet
	Loading   bool
}

func (s scope) headline() headline {
	n := s.n
	h := headline{
		Percent: s.percent(), Merged: s.merged(), Of: strconv.Itoa(n.Denominator),
		InReview: s.inReview(),
		Open:     s.figure("counts.open", n.Counts.Open, "state", string(progress.Open)),
		WIP:      s.figure("counts.wip", n.Counts.WIP, "state", string(progress.WIP)),
		Sentence: "of the changes uploaded so far are merged",
		Loading:  n.Loading != nil, Empty: n.Loading == nil && n.Progress == nil,
	}
	if s.result.Past() {
		h.Sentence = "of the changes uploaded by then were merged"
	}
	switch {
	case h.Empty && s.result.Past():
		h.Sentence = "Nothing was merged, in review or work in progress then"
	case h.Empty:
		h.Sentence = "Nothing is merged, in review or work in progress"
	case n.Expected != nil && n.Loading == nil:
		h.Sentence = "of the changes uploaded or expected so far are merged"
		if s.result.Past() {
			h.Sentence = "of the changes uploaded by then, or expected today, were merged"
		}
		h.Remaining = strconv.Itoa(*n.Remaining)
	}
	return h
}

// beside are the numbers that stand outside of progress.
type beside struct {
	Backports figure
	Left      figure
	Gone      figure
	PatchSets figure
	Search    string // Gerrit's own search for all of it
	Copies    string // and for the backports
	Former    string // and for what left
}

func (s scope) beside() beside {
	n := s.n
	b := beside{
		Backports: s.figure("backports.total", n.Backports.Total, "class", filter.Backports),
		Left:      s.figure("left", n.Left, "state", string(progress.Left)),
		Gone:      s.figure("gone", n.Gone, "state", string(progress.Gone)),
		PatchSets: s.figure("patch_sets", n.PatchSets),
		Search:    s.links.SearchOr(n.Query, s.rows("class", filter.AllClasses)),
	}
	b.PatchSets.URL = ""
	if n.Backports.Total > 0 {
		b.Copies = s.inGerrit(true)
	}
	if n.Left > 0 {
		b.Former = s.inGerrit(false, progress.Left)
	}
	return b
}

type summaryPage struct {
	scopePage
	About     string // what the goal is about, "" if nobody wrote it down
	Link      string // what says more
	Selector  string
	NoChanges bool // Gerrit found none at all
	Statuses  []statusLink
	List      projectList
	Teams     projectTable
	Voice     *voice // the testimonial of the day; nil if there is none
	States    string
	CSV       string
}

// statusLink is a part of the sentence on how many projects have which status.
type statusLink struct {
	statuses.Part
	URL string
}

// statuses lead to the projects of each status.
func (s scope) statusLinks() []statusLink {
	var out []statusLink
	for _, part := range s.result.ByStatus(s.Scope).Parts() {
		l := statusLink{Part: part}
		if part.Projects > 0 {
			l.URL = s.address(s.links, "status", part.Code) + "#projects"
		}
		out = append(out, l)
	}
	return out
}

// summary is the page that maintainers open every morning.
func (s *Server) summary(q *request) (*response, error) {
	result, err := q.goal()
	if err != nil {
		return nil, err
	}
	return q.summaryPage(result)
}

func (q *request) summaryPage(result *progress.Result) (*response, error) {
	of := q.scope(result, progress.Scope{})
	list, err := q.projectList(of)
	if err != nil {
		return nil, err
	}
	g := result.Goal.Name
	p := summaryPage{
		scopePage: q.scopePage(of, "summary"), About: result.Goal.About, Link: result.Goal.Link, Selector: result.Goal.Selector,
		NoChanges: of.n.Loading == nil && len(result.Changes) == 0 && !result.Past(),
		Statuses:  of.statusLinks(), List: list, Teams: projectTable{Heads: order.Heads(projectColumns, "", nil)},
		States: q.links.States(g), Voice: q.voice(result), CSV: q.links.ProjectsCSV(g),
	}
	for i := range result.Teams {
		p.Teams.Rows = append(p.Teams.Rows, q.teamRow(result, &result.Teams[i]))
	}
	p.Teams.drawYears()
	resp, err := q.page("summary", p)
	return notKept(resp, of), err
}

// windowTitle puts the number first: a row of tabs shows little more.
func windowTitle(of scope, name string) string { return preview.Late(of.n, numberFirst(of, name)) }

func numberFirst(of scope, name string) string {
	switch p := of.percent(); {
	case of.n.Loading != nil:
		return "Not known yet · " + name
	case p.Text != "" && of.result.Past():
		return p.Text + " merged on " + when.Date(of.result.Day()) + " · " + name
	case p.Text != "":
		return p.Text + " merged · " + name
	}
	return name
}

// notKept marks an answer of what is still loading: nobody shall keep it.
func notKept(r *response, of scope) *response {
	if r != nil && of.n.Loading != nil {
		r.cache = noStore
	}
	return r
}

func names(projects []*progress.ProjectNumbers) []string {
	out := make([]string, len(projects))
	for i, p := range projects {
		out[i] = p.Name
	}
	return out
}
