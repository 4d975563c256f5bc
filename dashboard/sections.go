package dashboard

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/eventlet-removal/headway/dashboard/filter"
	"github.com/eventlet-removal/headway/dashboard/order"
	"github.com/eventlet-removal/headway/dashboard/progress"
)

// longestClosed is how many changes a section shows that is collapsed at first.
const longestClosed = 5

// section is a part of a project's changes: one state, or the backports.
type section struct {
	ID       string
	Title    string
	Note     string
	Table    changeTable
	All      figure   // how many there are, and where
	Gerrit   string   // the same in Gerrit's own search, "" if it has no words for it
	Branches []string // backports: how many there are on each branch
	Closed   bool     // collapsed at first
}

// sectionKinds are the parts of a project's page, what can be acted on first. Each
// shows so many changes that all of them stay below 100 kB; the rest is a click away.
var sectionKinds = []struct {
	state  progress.State
	title  string
	note   string
	order  string
	most   int
	closed bool
}{
	{progress.Open, "In review", "", order.Attention, 20, false},
	{progress.WIP, "Work in progress", "", order.Attention, 10, false},
	{progress.Merged, "Merged", "", "-merged", 20, false},
	{progress.Reverted, "Reverted", "They merged and were taken back, or took others back. They count neither as done nor as work to do.", "-merged", longestClosed, true},
	{progress.Abandoned, "Abandoned", "Nobody works on them. They count neither as done nor as work to do.", "-updated", longestClosed, true},
	{progress.Left, "Left", "Their topic has changed since: they are no longer part of this goal.", "-updated", longestClosed, true},
	{progress.Gone, "Gone", "Gerrit no longer shows them: deleted, private or hidden.", "-updated", longestClosed, true},
}

// sections are a project's changes by state, its backports behind the merged ones
// that they are copies of. Empty ones are left out.
func (q *request) sections(result *progress.Result, of scope) []section {
	if of.n.Loading != nil {
		return nil
	}
	originals := result.Originals(of.Project)
	var out []section
	for _, kind := range sectionKinds {
		changes := of.changes(func(c *progress.Change) bool { return !c.Backport && c.State == kind.state })
		state := string(kind.state)
		a := section{
			ID: state, Title: kind.title, Note: kind.note, Closed: kind.closed,
			Table: changeTable{Waits: kind.state.InFlight() && !result.Past()},
			All:   of.figure(field(kind.state), len(changes), "state", state), Gerrit: of.inGerrit(false, kind.state),
		}
		out = q.appendSection(out, result, a, changes, kind.order, kind.most)
		if kind.state == progress.Merged {
			copies := of.changes(func(c *progress.Change) bool { return c.Backport && c.State.Counted() })
			a := section{
				ID: "backports", Title: "Backports", Closed: true, Branches: branches(copies), Table: changeTable{State: true},
				Note: "Copies on stable branches, beside their originals. They are never part of the progress.",
				All:  of.figure("backports.total", len(copies), "class", filter.Backports), Gerrit: of.inGerrit(true),
			}
			out = q.appendSection(out, result, a, copies, "-updated", longestClosed)
		}
	}
	q.besideOriginals(result, of, originals, out)
	return out
}

// field is where the API has the number of changes in a state.
func field(s progress.State) string {
	if !s.Counted() {
		return string(s)
	}
	return "counts." + string(s)
}

func (q *request) appendSection(to []section, result *progress.Result, a section, changes []*progress.Change, by string, most int) []section {
	if len(changes) == 0 {
		return to
	}
	q.sortChanges(changes, by)
	for _, c := range changes[:min(len(changes), most)] {
		a.Table.Rows = append(a.Table.Rows, q.changeRow(result, c))
	}
	a.Table.Owner = !q.server.cfg.HidePeople
	a.Table.Heads = order.Heads(a.Table.columns(a.ID == string(progress.Merged) || a.ID == string(progress.Reverted)), "", nil)
	return append(to, a)
}

// besideOriginals puts the backports of a scope into the rows of their originals.
func (q *request) besideOriginals(result *progress.Result, of scope, originals map[int]int, sections []section) {
	copies := map[int][]changeRow{}
	for _, c := range of.changes(func(c *progress.Change) bool { return c.Backport && c.State.Counted() }) {
		if n := originals[c.Change.Number]; n != 0 {
			copies[n] = append(copies[n], q.changeRow(result, c))
		}
	}
	for _, rows := range copies {
		slices.SortStableFunc(rows, func(a, b changeRow) int { return cmp.Compare(b.Branch, a.Branch) }) // the newest branch first
	}
	for i := range sections {
		rows := sections[i].Table.Rows
		for j := range rows {
			rows[j].Copies = copies[rows[j].Number]
		}
	}
}

// branches tells how many changes there are on each branch, the newest first.
func branches(changes []*progress.Change) []string {
	counts := map[string]int{}
	for _, c := range changes {
		counts[c.Branch]++
	}
	var out []string
	for name, n := range counts {
		out = append(out, name+": "+strconv.Itoa(n))
	}
	slices.SortFunc(out, func(a, b string) int { return cmp.Compare(b, a) })
	return out
}

// changes are those of a scope that are wanted, by number.
func (s scope) changes(want func(*progress.Change) bool) []*progress.Change {
	return s.result.Select(s.Scope, want)
}

// inGerrit is Gerrit's own search for one number of this scope; "" if there is
// none, or if it is too long for a link.
func (s scope) inGerrit(backports bool, states ...progress.State) string {
	if s.n.Loading != nil {
		return ""
	}
	return s.links.Search(s.result.Search(s.Scope, backports, states...))
}
