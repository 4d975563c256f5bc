package dashboard

import (
	"strconv"
	"strings"

	"github.com/eventlet-removal/headway/dashboard/order"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/dashboard/when"
)

// changeTable is a table of changes with those columns that have something in them.
type changeTable struct {
	Heads []order.Head
	Rows  []changeRow

	Project, State, Waits, Owner bool
}

// columns are those of a table, and the orders that their heads lead to.
func (t changeTable) columns(merged bool) []order.Column {
	out := []order.Column{{Text: "Change", Class: "what", Key: "-number"}}
	if t.Project {
		out[0].Also = &order.Column{Text: "Project", Key: "project"}
	}
	if t.State {
		out = append(out, order.Column{Text: "State", Class: "state", Key: "state"})
	}
	if t.Waits {
		out = append(out, order.Column{Text: "Waits on", Class: "waits", Key: order.Attention})
	}
	if t.Owner {
		out = append(out, order.Column{Text: "Owner", Class: "who", Key: "owner"})
	}
	if merged {
		return append(out, order.Column{Text: "Merged", Class: "date", Key: "-merged"})
	}
	return append(out, order.Column{Text: "Updated", Class: "date", Key: "-updated"})
}

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
	Waiting  when.Time
	Owner    string
	Updated  when.Time
	Merged   when.Time
	Note     string      // reverts 12345; cherry-pick of 12345; left for another topic
	Copies   []changeRow // its backports, where they stand beside it
}

func (q *request) changeRow(result *progress.Result, c *progress.Change) changeRow {
	r := changeRow{
		Number: c.Change.Number, URL: q.links.Change(c.Change.Project, c.Change.Number),
		Subject: c.Subject, Project: c.Change.Project, Page: q.links.Project(result.Goal.Name, c.Change.Project),
		Branch: c.Branch, Backport: c.Backport, State: statePill(c.State),
		Reason: c.Reason.Named(q.server.person(c.Change, c.Reason.By)), Waiting: when.Ago(result, c.WaitingSince), Owner: q.server.person(c.Change, c.Owner),
		Updated: when.Ago(result, c.Updated), Merged: when.Ago(result, c.MergedAt),
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

// sortChanges sorts stably by a key of order.Changes.
func (q *request) sortChanges(changes []*progress.Change, key string) {
	order.SortChanges(changes, key, func(c *progress.Change) string { return q.server.person(c.Change, c.Owner) })
}
