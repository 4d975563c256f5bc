package report

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/eventlet-removal/headway/dashboard/link"
	"github.com/eventlet-removal/headway/dashboard/order"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/dashboard/progress/forecast"
	"github.com/eventlet-removal/headway/dashboard/progress/statuses"
	"github.com/eventlet-removal/headway/dashboard/since"
	"github.com/eventlet-removal/headway/dashboard/when"
	"github.com/eventlet-removal/headway/store"
)

// Standing is where a goal, a project or a team is now, or was at the end of a past day,
// in words: what is copied from its page. There has to be such a scope.
func Standing(r *progress.Result, s progress.Scope, l link.Links, person func(*store.Change, int) string) Document {
	w := &writer{now: r.Live(), then: r, links: l, person: person}
	n := r.NumbersOf(s)
	d := Document{Title: standingTitle(r, s), AsOf: w.standingAsOf(s, n)}
	say := func(sentence string) { d.Lead = append(d.Lead, text(sentence)) }
	if n.Loading != nil {
		say(n.Loading.Sentence())
		return d
	}
	if answer := answerOf(r, s); answer != "" {
		say(answer)
	}
	if s.Project == "" {
		d.Lead = append(d.Lead, champions(r.ByStatus(s))...)
	}
	say(where(pointIn(n), !r.Past()))
	if s == (progress.Scope{}) && n.Remaining != nil && *n.Remaining > n.Counts.InFlight() {
		say(when.Plural(*n.Remaining-n.Counts.InFlight(), "more change is", "more changes are") + " expected and not uploaded.")
	}
	if moved := since.Sentence(r.History(s), r.Goal.Cycles); moved != "" {
		say(moved)
	}
	if alone := r.LoadingIn(s); len(alone) > 0 {
		say("Still being read, and not counted yet: " + strings.Join(alone, ", ") + ".")
	}
	add := func(id, heading string, blocks ...Block) {
		d.Sections = append(d.Sections, Section{id, heading, blocks})
	}
	if status := r.StatusOf(s); len(status.Contradictions) > 0 {
		var items []Paragraph
		for _, c := range status.Contradictions {
			items = append(items, text(c.Text))
		}
		add("contradictions", "Contradictions: "+strconv.Itoa(len(items)), Block{Items: items})
	}
	if !r.Past() && n.Counts.InFlight() > 0 {
		a := Attention{Waits: waits(r, n)}
		for _, c := range order.Longest(r.InReview(s)) {
			a.Longest = append(a.Longest, w.change(c, c.WaitingSince))
		}
		add("act", "What is waiting, and for whom", a.blocks()...)
	}
	if list := deadlines(r, s); len(list) > 0 {
		blocks := []Block{{Items: judged(list)}}
		if forecast := forecast.Sentence(n.Counts.InFlight(), n.ETA); forecast != "" {
			blocks = append(blocks, Block{Text: text(forecast)})
		}
		add("deadlines", "Deadlines", blocks...)
	}
	if projects := r.ProjectsOf(s); s.Project == "" && len(projects) > 0 {
		add("projects", "Projects: "+strconv.Itoa(len(projects)), Block{Table: projectTable(projects)})
	}
	if cycles := cyclesUntil(r, n); len(cycles) > 0 {
		add("cycles", "Merged in each cycle", Block{Items: cycles})
	}
	return d
}

func standingTitle(r *progress.Result, s progress.Scope) string {
	title := titleOf(r, s)
	if r.Past() {
		title += " on " + r.Day().Format("2 January 2006")
	}
	return title
}

func (w *writer) standingAsOf(s progress.Scope, n *progress.Numbers) Paragraph {
	var page *string
	if w.links.External() != "" {
		g, l := w.now.Goal.Name, w.links.Now()
		address := l.Summary(g)
		switch {
		case s.Project != "":
			address = l.Project(g, s.Project)
		case s.Team != "":
			address = l.Team(g, s.Team)
		}
		page = new(l.Absolute(address))
	}
	asOf := timeOf(n.AsOf)
	if n.Loading != nil {
		asOf = nil
	}
	return signature(asOf, n.Stale, page)
}

// pointIn is where a part of a goal is.
func pointIn(n *progress.Numbers) *Point {
	p := &Point{Merged: n.Counts.Merged, Open: n.Counts.Open, WIP: n.Counts.WIP, Of: n.Denominator, Expected: n.Expected, Progress: n.Progress}
	if percent, ok := n.Percent(); ok {
		p.Percent = &percent
	}
	return p
}

// projectTable has what needs attention first, as the page does.
func projectTable(projects []*progress.ProjectNumbers) *Table {
	order.SortProjects(projects, order.Attention)
	t := &Table{Head: []string{"Project", "Status", "Merged", "Not merged"}, Right: []bool{false, false, true, true}}
	for _, p := range projects {
		status, merged, left := "not known yet", "-", "-"
		if p.Loading == nil {
			status = statuses.Of(string(p.Declared), string(p.Measured))
			merged, left = strconv.Itoa(p.Counts.Merged), strconv.Itoa(p.Counts.InFlight())
			if percent, ok := p.Percent(); ok {
				merged += fmt.Sprintf(" (%d%%)", percent)
			}
		}
		t.Rows = append(t.Rows, []Span{{p.Name, ""}, {status, ""}, {merged, ""}, {left, ""}})
	}
	return t
}
