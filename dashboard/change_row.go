package dashboard

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/eventlet-removal/headway/dashboard/progress"
)

// changeRow is a change in a table.
type changeRow struct {
	Number   int
	URL      string // in Gerrit
	Subject  string
	Project  string
	Page     string // the project's page
	Branch   string
	Backport bool
	State    pill
	Reason   string // why it waits and what comes next
	Who      string // who must act, "" if nobody or unknown
	Unknown  bool   // nobody knows who must act, because Gerrit left the votes out
	Waiting  when
	Owner    string
	Updated  when
	Merged   when
	Note     string // reverts 12345; cherry-pick of 12345; left for another topic
	PatchSet int
	Copies   []changeRow // its backports, where they stand beside it
}

func (q *request) changeRow(result *progress.Result, c *progress.Change) changeRow {
	r := changeRow{
		Number: c.Change.Number, URL: q.links.Change(c.Change.Project, c.Change.Number),
		Subject: c.Subject, Project: c.Change.Project, Page: q.links.Project(result.Goal.Name, c.Change.Project),
		Branch: c.Branch, Backport: c.Backport, State: statePill(c.State),
		Reason: c.Reason.Text, Waiting: ago(result, c.WaitingSince), Owner: q.server.person(c.Change, c.Owner),
		Updated: ago(result, c.Updated), Merged: ago(result, c.MergedAt), PatchSet: c.PatchSet,
		Unknown: c.VotesUnknown,
	}
	if c.WaitsOn != "" {
		r.Who = waitsOn(c.WaitsOn)
	}
	r.Note = changeNote(c)
	return r
}

func changeNote(c *progress.Change) string {
	var notes []string
	if len(c.Undoes) > 0 {
		var numbers []string
		for _, n := range c.Undoes {
			numbers = append(numbers, strconv.Itoa(n))
		}
		notes = append(notes, "reverts "+strings.Join(numbers, ", "))
	}
	if c.CherryPickOf != 0 {
		notes = append(notes, "cherry-pick of "+strconv.Itoa(c.CherryPickOf))
	}
	if c.Departed != nil && !c.Departed.Gone {
		if c.Departed.Topic == "" {
			notes = append(notes, "has no topic now")
		} else {
			notes = append(notes, "topic is now "+c.Departed.Topic)
		}
	}
	if c.Quarantined != "" {
		notes = append(notes, "details unknown: "+c.Quarantined)
	}
	return strings.Join(notes, "; ")
}

// changeSort is how lists of changes can be sorted; the first is the default. A
// minus in front turns the others round.
var changeSort = []sortKey{
	{"attention", "what needs attention"}, {"-number", "newest"}, {"number", "oldest"}, {"-updated", "last updated"},
	{"-merged", "last merged"}, {"project", "project"}, {"state", "state"}, {"owner", "owner"},
}

// sortChanges sorts stably by a key of changeSort, then by number.
func (q *request) sortChanges(changes []*progress.Change, key string) {
	compare := map[string]func(a, b *progress.Change) int{
		"attention": func(a, b *progress.Change) int {
			return cmp.Or(compareWaiting(a.WaitingSince, b.WaitingSince), b.Updated.Compare(a.Updated))
		},
		"-updated": func(a, b *progress.Change) int { return b.Updated.Compare(a.Updated) },
		"-merged":  func(a, b *progress.Change) int { return b.MergedAt.Compare(a.MergedAt) },
		"project":  func(a, b *progress.Change) int { return cmp.Compare(a.Change.Project, b.Change.Project) },
		"state":    func(a, b *progress.Change) int { return cmp.Compare(stateRank(a.State), stateRank(b.State)) },
		"owner": func(a, b *progress.Change) int {
			return cmp.Compare(strings.ToLower(q.server.person(a.Change, a.Owner)), strings.ToLower(q.server.person(b.Change, b.Owner)))
		},
		"-number": func(a, b *progress.Change) int { return cmp.Compare(b.Change.Number, a.Change.Number) },
	}[key]
	slices.SortStableFunc(changes, func(a, b *progress.Change) int {
		if compare != nil {
			if c := compare(a, b); c != 0 {
				return c
			}
		}
		return cmp.Compare(a.Change.Number, b.Change.Number)
	})
}

func stateRank(state progress.State) int {
	return slices.IndexFunc(progress.States, func(m progress.Meaning) bool { return m.Code == string(state) })
}
