package dashboard

import (
	"strconv"
	"time"

	"github.com/eventlet-removal/headway/dashboard/progress"
)

// headline is the first thing a reader sees: one number, and beside it the second that
// keeps it honest.
type headline struct {
	Percent   figure
	Sentence  string // what the percentage is of
	Merged    figure
	Of        string // the denominator
	Total     figure
	InReview  figure
	Open, WIP figure
	Remaining string // of what was expected; "" if nothing is
	Empty     bool   // nothing to speak of yet
	Loading   bool
	Failed    bool // loading, and the last try failed
}

func (s scope) headline() headline {
	n := s.n
	h := headline{
		Percent: s.percent(), Merged: s.merged(), Of: strconv.Itoa(n.Denominator),
		Total:    s.figure("counts.total", n.Counts.Total),
		InReview: s.inReview(),
		Open:     s.figure("counts.open", n.Counts.Open, "state", string(progress.Open)),
		WIP:      s.figure("counts.wip", n.Counts.WIP, "state", string(progress.WIP)),
		Sentence: "of the changes uploaded so far are merged",
		Loading:  n.Loading != nil, Empty: n.Loading == nil && n.Progress == nil,
	}
	h.Failed = h.Loading && n.Loading.Failure != nil
	if s.result.Past() {
		h.Sentence = "of the changes uploaded by then were merged"
	}
	if n.Expected != nil && n.Loading == nil {
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
		Backports: s.figure("backports.total", n.Backports.Total, "class", backport),
		Left:      s.figure("left", n.Left, "state", string(progress.Left)),
		Gone:      s.figure("gone", n.Gone, "state", string(progress.Gone)),
		PatchSets: s.figure("patch_sets", n.PatchSets),
		Search:    s.links.SearchOr(n.Query, s.rows("class", allClasses)),
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

// deadlineRow is a deadline and how far away it is.
type deadlineRow struct {
	Name string
	Date string // "" if it has none yet
	In   string
	Of   string // the cycle it was given as
	Past bool
}

func deadlines(result *progress.Result) []deadlineRow {
	var out []deadlineRow
	for _, d := range result.Goal.Deadlines {
		row := deadlineRow{Name: d.Name, Of: d.Of}
		if !d.Due.IsZero() {
			away := d.Due.Sub(result.Until())
			row.Date, row.Past = date(d.Due), away < 0
			row.In = "in " + span(away)
			if row.Past {
				row.In = span(-away) + " ago"
			}
		}
		out = append(out, row)
	}
	return out
}

// forecast is when what is in review may be cleared, in words.
func forecast(n *progress.Numbers) string {
	if n.Loading != nil || n.Counts.InFlight() == 0 {
		return ""
	}
	month, quarter := strconv.Itoa(progress.MonthDays/7), strconv.Itoa(progress.QuarterDays/7)
	if n.ETA == nil {
		return "Nothing was merged in the last " + quarter + " weeks: there is no estimate of when what is in review will be merged."
	}
	from := date(n.ETA.From)
	switch {
	case n.ETA.To.IsZero():
		return "At the pace of the last " + quarter + " weeks, what is in review will be merged by " + from + " at the earliest; the end is open."
	case n.ETA.To.Sub(n.ETA.From) < 48*time.Hour:
		return "At the pace of the last weeks, what is in review will be merged around " + from + "."
	}
	return "At the pace of the last " + month + " and " + quarter + " weeks, what is in review will be merged between " + from + " and " + date(n.ETA.To) + "."
}

type summaryPage struct {
	scopePage
	Selector  string
	Deadlines []deadlineRow
	Groups    []group
	Projects  int
	Teams     []row
	Sorts     []navLink
	ReadMore  string // the page of testimonials
	States    string
	Attention string
	Badge     string
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
	order, err := parseSort(q, projectSort)
	if err != nil {
		return nil, err
	}
	of := q.scope(result, progress.Scope{})
	g := result.Goal.Name
	p := summaryPage{
		scopePage: q.scopePage(of, "summary"), Selector: result.Goal.Selector, Deadlines: deadlines(result),
		Projects: len(result.Projects), Groups: q.groups(result, result.ProjectsOf(of.Scope), order),
		Sorts:  sortLinks(func(sort string) string { return q.links.Summary(g, "sort", sort) }, projectSort, order),
		States: q.links.States(g), Attention: q.links.Attention(g), Badge: q.links.Badge(g, ""),
		ReadMore: q.links.Testimonials(g),
	}
	for i := range result.Teams {
		p.Teams = append(p.Teams, q.teamRow(result, &result.Teams[i]))
	}
	resp, err := q.page("summary", p)
	return notKept(resp, of), err
}

// windowTitle puts the number first: a row of tabs shows little more.
func windowTitle(of scope, name string) string {
	switch p := of.percent(); {
	case of.n.Loading != nil:
		return "Loading · " + name
	case p.Text != "" && of.result.Past():
		return p.Text + " merged on " + date(of.result.Day()) + " · " + name
	case p.Text != "":
		return p.Text + " merged · " + name
	}
	return name
}

// notKept marks a page that is still loading: nobody shall keep it.
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
