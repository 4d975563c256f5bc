package verify

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/eventlet-removal/headway/dashboard/api"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store/query"
)

// Report is what came of verifying one goal.
type Report struct {
	Goal        string
	Loading     string // why there are no numbers; "" if there are
	Agree       int    // counted changes
	Projects    int    // that they are in
	AsOf        time.Time
	Differences []Finding
	Pending     []Finding
	Unmatched   []string // as in Claims
}

// Finding is one difference between what we show and what Gerrit says.
type Finding struct {
	Number       int // 0: of a sum
	Project      string
	Ours, Theirs string
	Because      string // pending: why it proves nothing
	Link         string
}

func (f Finding) String() string {
	if f.Number == 0 {
		return fmt.Sprintf("%s: %s, %s", f.Project, f.Ours, f.Theirs)
	}
	text := fmt.Sprintf("%d %s: we have %s; Gerrit has %s", f.Number, f.Project, f.Ours, f.Theirs)
	if f.Because != "" {
		text += "; " + f.Because
	}
	return text + ": " + f.Link
}

// String is the report in lines: differences, what is pending, and the sum.
func (r *Report) String() string {
	if r.Loading != "" {
		return fmt.Sprintf("%s: nothing to verify yet. %s\n", r.Goal, r.Loading)
	}
	var b strings.Builder
	for _, f := range r.Differences {
		fmt.Fprintf(&b, "difference: %s\n", f)
	}
	for _, f := range r.Pending {
		fmt.Fprintf(&b, "pending: %s\n", f)
	}
	fmt.Fprintf(&b, "%s: %s in %s agree with Gerrit; %d pending; %s; as of %s\n", r.Goal,
		count(r.Agree, "change"), count(r.Projects, "project"), len(r.Pending), count(len(r.Differences), "difference"),
		r.AsOf.UTC().Format("2006-01-02 15:04 UTC"))
	if r.Agree == 0 && len(r.Differences) == 0 {
		fmt.Fprintf(&b, "%s: nothing was compared, and that proves nothing\n", r.Goal)
	}
	return b.String()
}

// Proven reports whether something was compared and all of it agrees.
func (r *Report) Proven() bool {
	return r.Loading == "" && len(r.Differences) == 0 && r.Agree > 0
}

// count is a number with its noun.
func count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}

// compare holds what we show of every change against what Gerrit says, and our
// sums against our own list: where both hold, the sums are Gerrit's.
func (r *recount) compare() *Report {
	out := &Report{Goal: r.shown.Goal.Name, AsOf: valueOf(r.shown.Summary.AsOf), Unmatched: r.shown.Unmatched}
	numbers := maps.Clone(r.shown.changes)
	for n := range r.found {
		numbers[n] = r.shown.changes[n]
	}
	for n := range r.bad {
		numbers[n] = r.shown.changes[n]
	}
	projects := map[string]bool{}
	for _, n := range slices.Sorted(maps.Keys(numbers)) {
		ours, theirs := r.differ(n)
		switch {
		case ours == theirs && r.shown.changes[n].counted() && r.found[n] != nil:
			out.Agree++
			projects[r.found[n].Project] = true
			continue
		case ours == theirs:
			continue // a former member, here and there
		}
		f := Finding{Number: n, Project: r.projectOf(n), Ours: ours, Theirs: theirs, Because: r.because(n), Link: r.link(n)}
		if f.Because != "" {
			out.Pending = append(out.Pending, f)
		} else {
			out.Differences = append(out.Differences, f)
		}
	}
	out.Projects = len(projects)
	out.Differences = append(out.Differences, r.sums()...)
	return out
}

// differ returns what we have and what Gerrit has of a change, as far as that is not
// the same.
func (r *recount) differ(n int) (ours, theirs string) {
	c, known := r.shown.changes[n]
	f := r.found[n]
	switch {
	case f == nil && !known:
		return "nothing", r.elsewhere(n)
	case f == nil && c.counted():
		return standing(c.state, c.backport), r.elsewhere(n)
	case f == nil && c.state == progress.Gone && r.outside[n] != nil:
		return standing(c.state, false), r.elsewhere(n)
	case f == nil:
		return "", ""
	case !known:
		return "nothing", standing(f.state, f.backport)
	}
	var here, there []string
	note := func(differs bool, a, b string) {
		if differs {
			here, there = append(here, a), append(there, b)
		}
	}
	note(c.state != f.state || c.backport != f.backport, standing(c.state, c.backport), standing(f.state, f.backport))
	if c.counted() {
		for _, field := range []struct{ name, ours, theirs string }{
			{"project", c.project, f.Project},
			{"branch", c.branch, f.Branch},
			{"topic", c.topic, f.Topic},
			{"subject", c.subject, f.Subject},
			{"Change-Id", c.changeID, f.ChangeID},
		} {
			note(field.ours != field.theirs, fmt.Sprintf("%s %q", field.name, field.ours), fmt.Sprintf("%s %q", field.name, field.theirs))
		}
		if now := f.CurrentRevisionNumber; now != 0 && c.patchSet != 0 {
			note(c.patchSet != now, fmt.Sprintf("patch set %d", c.patchSet), fmt.Sprintf("patch set %d", now))
		}
		note(!c.updated.Equal(f.Updated.Time), "updated "+moment(c.updated), "updated "+moment(f.Updated.Time))
	}
	return strings.Join(here, ", "), strings.Join(there, ", ")
}

// standing is where a change is, in words.
func standing(state progress.State, backport bool) string {
	if backport {
		return string(state) + " (backport)"
	}
	return string(state)
}

func moment(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }

// elsewhere is what Gerrit has of a change that no selector finds.
func (r *recount) elsewhere(n int) string {
	if b, ok := r.bad[n]; ok {
		return fmt.Sprintf("a row that can't be read (%v)", b.Err)
	}
	if f := r.outside[n]; f != nil {
		return fmt.Sprintf("it outside the selector (%s, branch %q, topic %q)", f.state, f.Branch, f.Topic)
	}
	return "no such change (deleted, private or hidden)"
}

// because is why a difference proves nothing, "" if it does.
func (r *recount) because(n int) string {
	if why := r.shown.unsure[n]; why != "" {
		return why
	}
	if _, ok := r.bad[n]; ok && r.found[n] == nil {
		return "nothing can be compared"
	}
	// Gerrit has whole seconds: what moved in the second of the round may have
	// moved after it.
	asOf := r.asOf(r.projectOf(n)).Add(r.auditor.skew).Truncate(time.Second)
	if f := r.newest(n); f != nil && !f.Updated.Before(asOf) {
		if f.Number != n {
			return fmt.Sprintf("change %d moved after we looked", f.Number)
		}
		return "it moved after we looked"
	}
	if c, f := r.shown.changes[n], r.found[n]; f != nil && c.state != f.state && c.state.HasMerged() && f.state.HasMerged() {
		for _, m := range r.related(n) {
			if r.shown.outdated[m] {
				return fmt.Sprintf("the message of change %d is still to be read anew", m)
			}
		}
	}
	return ""
}

// asOf is when the round began whose numbers are shown of a project.
func (r *recount) asOf(project string) time.Time {
	for _, p := range r.shown.Summary.Projects {
		if p.Project == project && p.AsOf != nil {
			return *p.AsOf
		}
	}
	return valueOf(r.shown.Summary.AsOf)
}

// projectOf is the project of a change: as Gerrit says, else as we do.
func (r *recount) projectOf(n int) string {
	if f := r.change(n); f != nil {
		return f.Project
	}
	if c, ok := r.shown.changes[n]; ok {
		return c.project
	}
	return r.bad[n].Project
}

func (r *recount) link(n int) string {
	return query.ChangePage(r.auditor.gerrit, r.projectOf(n), n)
}

// sum is what is counted of a project or the goal.
type sum struct {
	development, backports progress.Counts
	left, gone             int // development
}

func (s *sum) add(c claim) {
	to := &s.development
	switch {
	case c.backport && !c.counted():
		return
	case c.state == progress.Left:
		s.left++
		return
	case c.state == progress.Gone:
		s.gone++
		return
	case c.backport:
		to = &s.backports
	}
	to.Total++
	switch c.state {
	case progress.Merged:
		to.Merged++
	case progress.Reverted:
		to.Reverted++
	case progress.Open:
		to.Open++
	case progress.WIP:
		to.WIP++
	case progress.Abandoned:
		to.Abandoned++
	}
}

// sums compares the summary of each project and of the goal with our list of
// changes.
func (r *recount) sums() []Finding {
	var total sum
	byProject := map[string]*sum{}
	for _, c := range r.shown.changes {
		if byProject[c.project] == nil {
			byProject[c.project] = &sum{}
		}
		byProject[c.project].add(c)
		total.add(c)
	}
	var out []Finding
	check := func(name string, n api.Numbers, listed *sum) {
		if listed == nil {
			listed = &sum{}
		}
		if n.Loading != nil {
			return
		}
		if sums := summed(n); sums != *listed {
			out = append(out, Finding{Project: name, Ours: "its summary says " + sums.String(), Theirs: "its list of changes has " + listed.String()})
		}
	}
	for _, p := range r.shown.Summary.Projects {
		check(p.Project, p.Numbers, byProject[p.Project])
		delete(byProject, p.Project)
	}
	for _, name := range slices.Sorted(maps.Keys(byProject)) {
		out = append(out, Finding{Project: name, Ours: "it has no summary", Theirs: "its list of changes has " + byProject[name].String()})
	}
	check(r.shown.Goal.Name, r.shown.Summary.Numbers, &total)
	return out
}

func summed(n api.Numbers) sum {
	counts := func(c api.Counts) progress.Counts {
		return progress.Counts{
			Total: valueOf(c.Total), Merged: valueOf(c.Merged), Reverted: valueOf(c.Reverted),
			Open: valueOf(c.Open), WIP: valueOf(c.WIP), Abandoned: valueOf(c.Abandoned),
		}
	}
	return sum{counts(n.Counts), counts(n.Backports), valueOf(n.Left), valueOf(n.Gone)}
}

func (s sum) String() string {
	counts := func(c progress.Counts) string {
		return fmt.Sprintf("%d (%d merged, %d reverted, %d open, %d wip, %d abandoned)", c.Total, c.Merged, c.Reverted, c.Open, c.WIP, c.Abandoned)
	}
	return fmt.Sprintf("%s, backports %s, %d left, %d gone", counts(s.development), counts(s.backports), s.left, s.gone)
}
