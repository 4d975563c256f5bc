package dashboard

import (
	"time"

	"github.com/eventlet-removal/headway/dashboard/filter"
	"github.com/eventlet-removal/headway/dashboard/link"
	"github.com/eventlet-removal/headway/dashboard/parameter"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/dashboard/report"
	"github.com/eventlet-removal/headway/dashboard/results"
	"github.com/eventlet-removal/headway/store"
)

// These choose a part of a goal and a time, and on pages a form.
var (
	apiReportParameters = append([]string{"project", "team"}, report.Parameters...)
	reportParameters    = append([]string{"format"}, apiReportParameters...)
)

// Reports are those of the goals of cfg for a time, which is read for each of them by
// its own cycles; of a project or a team those of the goals that have it, of which there
// has to be one.
func Reports(cfg Config, snap *store.Snapshot, now time.Time, c report.Choice, s progress.Scope) (out []report.Digest, unknown error) {
	for _, g := range cfg.Goals {
		result := results.Compute(g, snap, now)
		if _, err := filter.Scope(result, s.Project, s.Team); err != nil {
			unknown = err
			continue
		}
		period, err := report.ParsePeriod(g, now, c)
		if err != nil {
			return nil, err
		}
		out = append(out, report.Of(result, s, period, link.New(cfg.ExternalURL, cfg.Gerrit), persons(cfg.HidePeople)))
	}
	if len(out) > 0 {
		unknown = nil
	}
	return out, unknown
}

// reportUntil is the end of the report that a past day's pages lead to, "" for the last
// week.
func reportUntil(result *progress.Result) string {
	if !result.Past() {
		return ""
	}
	return result.Day().AddDate(0, 0, 1).Format(time.DateOnly)
}

type reportPage struct {
	basePage
	Report               report.Document
	Text, Markdown, JSON string // the same in other forms
	Digest               report.Digest
	Times                []report.Time
	All                  string // the report of all of the goal; "" if this one is
}

// report is a digest of some days, as a page or as text.
func (s *Server) report(q *request) (*response, error) {
	of, period, err := q.period()
	if err != nil {
		return nil, err
	}
	result := of.result
	format, err := parameter.Choice(q.values, "format", forms)
	if err != nil {
		return nil, err
	}
	if format != "html" {
		digest := report.Of(result, of.Scope, period, q.links.Now(), s.person)
		return notKept(q.pasted(digest.Document(), format), of), nil
	}
	digest := report.Of(result, of.Scope, period, q.links.Local(), s.person)
	at := append(of.filter(), "since", digest.Since, "until", digest.Until)
	p := reportPage{
		basePage: q.base(result, "", "report"), Report: digest.Document(),
		Text:     q.links.Report(digest.Goal, append(at, "format", "text")...),
		Markdown: q.links.Report(digest.Goal, append(at, "format", "markdown")...),
		JSON:     q.links.APIReport(digest.Goal, at...),
		Digest:   digest, Times: report.Times(result.Goal, of.Scope, period, q.now, q.links),
	}
	if of.Scope != (progress.Scope{}) {
		p.All = q.links.Report(digest.Goal, "since", digest.Since, "until", digest.Until)
	}
	p.Title = p.Report.Title + " · headway"
	p.AsOf = asOfNumbers(result, of.n, result.LoadingIn(of.Scope))
	resp, err := q.page("report", p)
	return notKept(resp, of), err
}

func (s *Server) apiReport(q *request) (*response, error) {
	of, period, err := q.period()
	if err != nil {
		return nil, err
	}
	return jsonResponse(report.Of(of.result, of.Scope, period, q.links.Now(), s.person), of.n.Loading != nil), nil
}

// period is the part of a goal that the address names, and the time that it asks a
// report of.
func (q *request) period() (of scope, p report.Period, err error) {
	result, err := q.goal()
	if err != nil {
		return of, p, err
	}
	if of, err = q.askedScope(result); err != nil {
		return of, p, err
	}
	p, err = report.AskedPeriod(result.Goal, q.now, q.values)
	return of, p, err
}
