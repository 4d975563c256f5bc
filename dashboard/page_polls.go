package dashboard

import (
	"fmt"
	"strconv"
	"time"

	"github.com/eventlet-removal/headway/dashboard/api"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store"
)

// longestSuspects is how many quarantined or missing changes the page names; the
// API has them all.
const longestSuspects = 50

type pollsPage struct {
	basePage
	Heading  string
	Filter   []navLink // the goals, if there are several
	Goals    []syncSection
	Several  bool // goals in the log
	Rows     []pollRow
	Log      string // how many there are
	Page     int
	Pages    int
	Previous string
	Next     string
	API      string
}

// syncSection is how far one goal is.
type syncSection struct {
	ID          string
	Title       string
	URL         string
	Next        when
	Due         string // when the next poll is due, in words
	Pending     string // "" if nothing is
	Outdated    string // changes to fetch again, "" if none
	Loading     *api.Loading
	Selectors   []selectorRow
	Quarantined []suspectRow
	Missing     []suspectRow
	Unmatched   []string // configured names that nothing matches, a sentence each
	More        string   // quarantined and missing ones that are not shown
}

type selectorRow struct {
	Name    string
	URL     string
	Query   string
	AsOf    when
	Pill    pill
	Failed  when
	Error   string
	Blocked string // "" if nothing is
	Fix     string
	Loading *api.Loading
	Started bool
}

type suspectRow struct {
	Number  int
	URL     string
	Subject string
	Project string
	Page    string
	Reason  string
	Since   when
}

type pollRow struct {
	Start   when
	Second  string // the start, to the second
	Goal    string
	Listed  string
	Took    string
	Pill    pill
	Error   string
	Version string
	Counts  []pollCount
	Bytes   string
}

type pollCount struct {
	Name string
	N    int
}

// polls is the sync log: what was asked of Gerrit, what came, and what is wrong.
func (s *Server) polls(q *request) (*response, error) {
	goals, err := s.chosenGoals(q)
	if err != nil {
		return nil, err
	}
	log := pollsOf(q.snap, goals)
	pages := max((len(log)+pageSize-1)/pageSize, 1)
	number, err := wholeNumber(q.values, "page", 1, pages)
	if err != nil {
		return nil, err
	}
	var result *progress.Result // whose navigation is shown
	if len(goals) == 1 {
		result = q.result(goals[0])
	}
	chosen := q.values.Get("goal")
	p := pollsPage{
		basePage: q.base(result, "Sync log", "polls"), Heading: "Sync log", Several: len(goals) > 1,
		Log: plural(len(log), "poll", "polls"), Page: number, Pages: pages, API: q.links.APIPolls(chosen),
	}
	if len(s.cfg.Goals) > 1 {
		p.Filter = append(p.Filter, navLink{"all goals", q.links.Polls(), chosen == ""})
		for _, g := range s.cfg.Goals {
			p.Filter = append(p.Filter, navLink{g.Title, q.links.Polls("goal", g.Name), chosen == g.Name})
		}
	}
	loading := false
	for _, g := range goals {
		p.Goals = append(p.Goals, q.syncSection(g))
		loading = loading || q.result(g).Loading != nil
	}
	first := (number - 1) * pageSize
	for _, poll := range log[first:min(first+pageSize, len(log))] {
		p.Rows = append(p.Rows, s.pollRow(poll, q.now))
	}
	if number > 1 {
		p.Previous = q.links.Polls("goal", chosen, "page", strconv.Itoa(number-1))
	}
	if number < pages {
		p.Next = q.links.Polls("goal", chosen, "page", strconv.Itoa(number+1))
	}
	resp, err := q.page("polls", p)
	if resp != nil && loading {
		resp.cache = noStore
	}
	return resp, err
}

func (q *request) syncSection(g *progress.Goal) syncSection {
	sync := api.SyncOf(q.result(g), q.snap, q.now, q.links, q.server.cfg.HidePeople)
	out := syncSection{ID: "goal-" + g.Name, Title: g.Title, URL: q.links.Summary(g.Name), Due: "not yet known: none has run"}
	if n := q.result(g).Loading; n != nil {
		out.Loading = &api.Loading{Done: n.Done, Of: n.Of}
	}
	if sync.NextPoll != nil {
		out.Next, out.Due = whenAt(*sync.NextPoll, q.now), due(*sync.NextPoll, q.now)
	}
	if sync.Pending > 0 {
		out.Pending = changesWord(sync.Pending)
	}
	if sync.Outdated > 0 {
		out.Outdated = changesWord(sync.Outdated)
	}
	for _, sel := range sync.Selectors {
		out.Selectors = append(out.Selectors, q.selectorRow(g, sel, q.now))
	}
	out.Quarantined = q.suspectRows(g, sync.Quarantined, q.now)
	out.Missing = q.suspectRows(g, sync.Missing, q.now)
	out.Unmatched = sync.Unmatched
	if hidden := len(sync.Quarantined) + len(sync.Missing) - len(out.Quarantined) - len(out.Missing); hidden > 0 {
		out.More = plural(hidden, "more change", "more changes")
	}
	return out
}

// due is how far away a poll is. A moment of delay is nothing to speak of.
func due(next, now time.Time) string {
	switch away := next.Sub(now); {
	case away >= time.Minute:
		return "in " + span(away)
	case away > 0:
		return "in less than a minute"
	case away > -time.Minute:
		return "now"
	default:
		return "overdue for " + span(-away)
	}
}

func (q *request) selectorRow(g *progress.Goal, sel api.Selector, now time.Time) selectorRow {
	row := selectorRow{Name: "All of the goal", URL: q.links.Summary(g.Name), Query: sel.Query, Loading: sel.Loading}
	if sel.Project != nil {
		row.Name, row.URL = *sel.Project, q.links.Project(g.Name, *sel.Project)
	}
	if sel.AsOf != nil {
		row.AsOf = whenAt(*sel.AsOf, now)
	}
	if sel.FailedAt != nil {
		row.Failed, row.Error = whenAt(*sel.FailedAt, now), text(sel.Error)
	}
	switch {
	case sel.Blocked > 0:
		row.Pill = pill{Word: "Blocked", Class: "state-reverted"}
		row.Blocked, row.Fix = changesWord(sel.Blocked)+" missing at once", text(sel.BlockedFix)
	case sel.FailedAt != nil:
		row.Pill = pill{Word: "Failed", Class: "state-reverted"}
	case sel.Loading != nil:
		row.Pill = pill{Word: "First reading", Class: "planning"}
		row.Started = sel.Loading.Of > 0
	case sel.Stale && progress.Ahead(*sel.AsOf, now):
		row.Pill = pill{Word: "The clock was set back", Class: "planning"}
	case sel.Stale:
		row.Pill = pill{Word: "Not up to date", Class: "planning"}
	default:
		row.Pill = pill{Word: "Up to date", Class: "completed"}
	}
	return row
}

func (q *request) suspectRows(g *progress.Goal, list []api.Suspect, now time.Time) []suspectRow {
	var out []suspectRow
	for _, c := range list[:min(len(list), longestSuspects)] {
		row := suspectRow{
			Number: c.Number, URL: c.URL, Subject: c.Subject, Project: c.Project,
			Reason: c.Reason,
		}
		if q.result(g).Project(c.Project) != nil {
			row.Page = q.links.Project(g.Name, c.Project)
		}
		if c.Since != nil {
			row.Since = whenAt(*c.Since, now)
		}
		out = append(out, row)
	}
	return out
}

func (s *Server) pollRow(p store.Poll, now time.Time) pollRow {
	row := pollRow{
		Start: whenAt(p.Start, now), Second: p.Start.UTC().Format("2 Jan 2006, 15:04:05 UTC"), Goal: s.goals[p.Goal].Title, Listed: "what moved", Took: took(p.Duration),
		Pill: pill{Word: "Complete", Class: "completed"}, Error: p.Error, Version: p.Version, Bytes: size(p.Bytes),
		Counts: []pollCount{
			{"New", p.New}, {"Changed", p.Changed}, {"Left", p.Left}, {"Gone", p.Gone},
			{"Pending", p.Pending}, {"Quarantined", p.Quarantined}, {"Requests", p.Requests},
		},
	}
	if p.Full {
		row.Listed = "everything"
	}
	if !p.OK {
		row.Pill = pill{Word: "Incomplete", Class: "state-reverted"}
	}
	return row
}

// took is a duration as precise as it is worth.
func took(d time.Duration) string {
	switch {
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < time.Minute:
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	d = d.Truncate(time.Second)
	return fmt.Sprintf("%d min %d s", int(d.Minutes()), int(d.Seconds())%60)
}

// size is a number of bytes in its largest sensible unit.
func size(bytes int64) string {
	switch b := float64(bytes); {
	case b >= 1e6:
		return fmt.Sprintf("%.1f MB", b/1e6)
	case b >= 1e3:
		return fmt.Sprintf("%.1f kB", b/1e3)
	}
	return fmt.Sprintf("%d B", bytes)
}

// text is an optional text, "" if it is absent.
func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
