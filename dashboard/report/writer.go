package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/eventlet-removal/headway/dashboard/event"
	"github.com/eventlet-removal/headway/dashboard/filter"
	"github.com/eventlet-removal/headway/dashboard/link"
	"github.com/eventlet-removal/headway/dashboard/order"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/dashboard/when"
	"github.com/eventlet-removal/headway/store"
)

// writer makes a digest.
type writer struct {
	Digest
	period Period
	scope  progress.Scope
	then   *progress.Result // as of the last day
	now    *progress.Result
	links  link.Links
	person func(*store.Change, int) string
}

// Of is the digest of a time of a scope that there is. Person is the name of an account of
// a change, "" if it is not to be shown.
func Of(r *progress.Result, s progress.Scope, p Period, l link.Links, person func(*store.Change, int) string) Digest {
	now := r.Live()
	w := &writer{period: p, scope: s, now: now, then: now.On(p.Last()), links: l, person: person}
	n := now.NumbersOf(s)
	w.Digest = Digest{
		Goal: r.Goal.Name, Project: given(s.Project), Team: given(s.Team), Title: titleOf(r, s), Since: iso(p.Since), Until: iso(p.Until),
		Cycle: given(p.Cycle), Stale: n.Stale, AsOf: timeOf(n.AsOf),
	}
	if l.External() != "" {
		w.URL = new(l.Absolute(l.Report(r.Goal.Name, "project", s.Project, "team", s.Team, "since", w.Since, "until", w.Until)))
	}
	switch first := beginning(now, s); {
	case n.Loading != nil:
		w.Loading, w.AsOf = &Loading{n.Loading.Done, n.Loading.Of}, nil
		w.note("There is nothing to report yet. %s", n.Loading.Sentence())
	case p.Since.After(now.Now):
		w.note("This time is still to come: there is nothing to report yet.")
	case first.IsZero():
		w.note("No change has been uploaded yet: there is nothing to report.")
	case !first.Before(p.Until) && s != (progress.Scope{}):
		w.note("This was before %s began: its first change was uploaded on %s.", r.TitleOf(s), when.Date(first))
	case !first.Before(p.Until):
		w.note("This was before the goal began: its first change was uploaded on %s.", when.Date(first))
	default:
		w.write()
	}
	return w.Digest
}

func (w *writer) note(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if w.Note != nil {
		text = *w.Note + " " + text
	}
	w.Note = &text
}

// titleOf is what a part of a goal is called.
func titleOf(r *progress.Result, s progress.Scope) string {
	if name := r.TitleOf(s); name != "" {
		return name + ", " + r.Goal.Title
	}
	return r.Goal.Title
}

// beginning is the day of the first event; zero if there was none.
func beginning(r *progress.Result, s progress.Scope) time.Time {
	if days := r.History(s); len(days) > 0 {
		return days[0].Date
	}
	return time.Time{}
}

// past reports whether votes and declarations of the report's end are no longer known:
// it ends before today began.
func (w *writer) past() bool { return w.period.Until.Before(midnight(w.now.Now)) }

func (w *writer) write() {
	w.Begin, w.End = w.point(w.now.On(w.period.Since.AddDate(0, 0, -1))), w.point(w.then)
	var merged, uploaded, abandoned, reverted, left, stuck []event.Event
	steps := w.then.Steps(w.scope)
	for _, s := range last(steps, w.period) {
		if s.came.State.InFlight() {
			uploaded = append(uploaded, event.Event{At: s.came.At, Change: s.change})
		}
		if !w.period.Holds(s.at) {
			continue
		}
		e := event.Event{At: s.at, Change: s.change}
		switch s.state {
		case progress.Abandoned:
			abandoned = append(abandoned, e)
		case progress.Reverted:
			reverted = append(reverted, e)
		case "":
			left = append(left, e)
		}
	}
	for _, c := range w.then.Select(w.scope, func(c *progress.Change) bool {
		return !c.Backport && c.State == progress.Merged && w.period.Holds(c.MergedAt)
	}) {
		merged = append(merged, event.Event{At: c.MergedAt, Change: c})
	}
	w.By = w.by(merged)
	for _, e := range event.Finishes(w.then, steps) {
		if w.period.Holds(e.At) {
			name := e.Change.Change.Project
			w.NothingNow = append(w.NothingNow, Project{name, e.At.UTC().Truncate(time.Second), w.links.Absolute(w.links.Project(w.Goal, name))})
		}
	}
	if !w.past() {
		w.writeNow()
		stuck = w.stuck()
	}
	room := share(Most-w.longest(), len(merged), len(uploaded), len(abandoned), len(reverted), len(left), len(stuck))
	w.Merged, w.Uploaded = w.list(merged, room[0], "state", string(progress.Merged), "cycle", w.period.Cycle, "sort", "-merged"), w.list(uploaded, room[1], "sort", "-number")
	w.Abandoned, w.Reverted = w.list(abandoned, room[2], "state", string(progress.Abandoned), "sort", "-updated"), w.list(reverted, room[3], "state", string(progress.Reverted), "sort", "-updated")
	w.Left = w.list(left, room[4], "state", string(progress.Left)+","+string(progress.Gone), "sort", "-updated")
	if !w.past() {
		w.Stuck = w.list(stuck, room[5], "state", filter.InFlight)
	}
	w.cycles()
	if w.empty() {
		w.note("Nothing was merged, uploaded, abandoned or reverted in this time, and nothing left.")
	}
	if w.past() {
		w.note("Votes and declarations have no past: who had to act, what was stuck and which projects contradicted themselves is not known of this time.")
	}
	if loading := w.now.LoadingIn(w.scope); len(loading) > 0 {
		w.note("Still being read, and not in this report: %s.", strings.Join(loading, ", "))
	}
	if w.period.Until.After(w.now.Now) {
		w.note("The time is not over: this is how far it is.")
	}
}

// stuck are the changes that have waited for too long since a day of the period, dated by
// the beginning of their wait.
func (w *writer) stuck() (stuck []event.Event) {
	for _, e := range event.Stucks(w.now, w.scope) {
		if w.period.Holds(e.At) {
			e.At = e.Change.WaitingSince
			stuck = append(stuck, e)
		}
	}
	return stuck
}

// writeNow fills in what only today knows, but for what is stuck.
func (w *writer) writeNow() {
	w.Now, w.Answer = w.point(w.now), given(answerOf(w.now, w.scope))
	w.Contradictions = []Contradiction{}
	for _, p := range w.now.ProjectsOf(w.scope) {
		for _, c := range p.Contradictions {
			w.Contradictions = append(w.Contradictions, Contradiction{p.Name, c.Code, c.Text})
		}
	}
	w.ProjectsByStatus, w.Deadlines = w.now.ByStatus(w.scope), deadlines(w.now, w.scope)
	w.Attention = &Attention{Waits: waits(w.now, w.now.NumbersOf(w.scope)), Longest: []Change{}}
	for _, c := range order.Longest(w.now.InReview(w.scope)) {
		w.Attention.Longest = append(w.Attention.Longest, w.change(c, c.WaitingSince))
	}
}

// waits are those who must act on something, in the order in which pages name them.
func waits(r *progress.Result, n *progress.Numbers) []Wait {
	out := []Wait{}
	for _, w := range order.Actors {
		if r.MayWait(w) {
			out = append(out, Wait{string(w), order.WaitingOn(n.Attention, w)})
		}
	}
	return out
}

// deadlines are those of a goal as one part of it stands; nil while loading and of past
// days, because what was judged then nobody knows.
func deadlines(r *progress.Result, s progress.Scope) []Deadline {
	out := []Deadline{}
	for _, d := range r.Deadlines(s) {
		if d.Judgement == nil {
			return nil
		}
		out = append(out, Deadline{d.Name, timeOf(d.Due), &Judgement{string(d.Judgement.Code), d.Judgement.Text}})
	}
	return out
}

// longest is how many changes the attention names.
func (w *writer) longest() int {
	if w.Attention == nil {
		return 0
	}
	return len(w.Attention.Longest)
}

// answerOf says whether a project or a team is done; "" for a goal.
func answerOf(r *progress.Result, s progress.Scope) string {
	if answer := r.Answer(s); s != (progress.Scope{}) && answer != "" {
		return r.TitleOf(s) + " " + answer + "."
	}
	return ""
}

// point is where the scope is on a result's day.
func (w *writer) point(r *progress.Result) *Point { return pointIn(r.NumbersOf(w.scope)) }

// came is how a change came into the set in a period.
type came struct {
	At    time.Time
	State progress.State // "": it did not
}

// lastStep is where a change is at the end of a period, and since when.
type lastStep struct {
	change *progress.Change
	at     time.Time
	state  progress.State
	came   came // within the period
}

// last sums up the steps of each change, in the order in which they first appear.
func last(steps []progress.Step, p Period) []*lastStep {
	at := map[int]*lastStep{}
	var out []*lastStep
	for _, s := range steps {
		l := at[s.Change.Change.Number]
		if l == nil {
			l = &lastStep{change: s.Change}
			at[s.Change.Change.Number], out = l, append(out, l)
			if p.Holds(s.At) {
				l.came = came{s.At, s.To}
			}
		}
		l.at, l.state = s.At, s.To
	}
	return out
}

// share divides room among lists of some lengths: the short ones get what they need, the
// others equal parts of what is left.
func share(room int, lengths ...int) []int {
	shortest := make([]int, len(lengths))
	for i := range shortest {
		shortest[i] = i
	}
	slices.SortStableFunc(shortest, func(a, b int) int { return cmp.Compare(lengths[a], lengths[b]) })
	out := make([]int, len(lengths))
	for served, i := range shortest {
		out[i] = min(lengths[i], room/(len(lengths)-served))
		room -= out[i]
	}
	return out
}

// list groups events by project, and names at most so many of them; all is the filter
// that finds them in the list of changes.
func (w *writer) list(events []event.Event, most int, all ...string) *List {
	slices.SortStableFunc(events, func(a, b event.Event) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Change.Change.Number, b.Change.Change.Number))
	})
	all = append([]string{"project", w.scope.Project, "team", w.scope.Team}, all...)
	l := &List{Count: len(events), Projects: []Part{}, All: w.links.Absolute(w.links.Changes(w.Goal, all...))}
	at := map[string]int{}
	for _, e := range events {
		name := e.Change.Change.Project
		i, ok := at[name]
		if !ok {
			i = len(l.Projects)
			at[name], l.Projects = i, append(l.Projects, Part{Project: name, Changes: []Change{}})
		}
		l.Projects[i].Count++
		l.Projects[i].Changes = append(l.Projects[i].Changes, w.change(e.Change, e.At))
	}
	slices.SortFunc(l.Projects, func(a, b Part) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Project, b.Project))
	})
	left := most
	for i := range l.Projects {
		p := &l.Projects[i]
		p.Changes = p.Changes[:min(len(p.Changes), left)]
		left -= len(p.Changes)
	}
	return l
}

func (w *writer) change(c *progress.Change, at time.Time) Change {
	out := Change{
		Number: c.Change.Number, Project: c.Change.Project, Subject: c.Subject,
		URL: w.links.Change(c.Change.Project, c.Change.Number), At: timeOf(at),
	}
	if name := w.person(c.Change, c.Owner); name != "" {
		out.Owner = &name
	}
	if c.WaitsOn != "" {
		out.WaitsOn, out.Reason = new(string(c.WaitsOn)), new(c.Reason.Text)
		if voter := w.person(c.Change, c.Reason.By); voter != "" && c.Reason.Vote != "" {
			out.Reason, out.Voter = new(c.Reason.Named(voter)), &voter
		}
	}
	return out
}

// given is nil for "".
func given(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func iso(t time.Time) string { return t.UTC().Format(time.DateOnly) }

// timeOf is nil for the zero time. Gerrit counts whole seconds.
func timeOf(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC().Truncate(time.Second)
	return &t
}
