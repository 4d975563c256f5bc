package report

import (
	"cmp"
	"slices"
	"strings"

	"github.com/eventlet-removal/headway/dashboard/event"
)

// Person is somebody and how many changes.
type Person struct {
	Name   string `json:"name"`
	Merged int    `json:"merged"`
}

// by is who owns the merged changes, whoever has most first; nil where no name is shown.
func (w *writer) by(events []event.Event) []Person {
	names, merged := map[int]string{}, map[int]int{}
	for _, e := range events {
		c := e.Change
		if name := w.person(c.Change, c.Owner); name != "" {
			names[c.Owner] = name // the last one: people change their names
			merged[c.Owner]++
		}
	}
	var out []Person
	for account, name := range names {
		out = append(out, Person{name, merged[account]})
	}
	slices.SortFunc(out, func(a, b Person) int {
		return cmp.Or(cmp.Compare(b.Merged, a.Merged), cmp.Compare(a.Name, b.Name))
	})
	return out
}

// WithoutNames leaves out the names of people.
func (d Digest) WithoutNames() Digest {
	d.By = nil
	for _, l := range []**List{&d.Merged, &d.Uploaded, &d.Abandoned, &d.Reverted, &d.Left, &d.Stuck} {
		if *l == nil {
			continue
		}
		anonymous := List{(*l).Count, slices.Clone((*l).Projects), (*l).All}
		for i := range anonymous.Projects {
			p := &anonymous.Projects[i]
			p.Changes = withoutPeople(p.Changes)
		}
		*l = &anonymous
	}
	if d.Attention != nil {
		d.Attention = &Attention{d.Attention.Waits, withoutPeople(d.Attention.Longest)}
	}
	return d
}

func withoutPeople(changes []Change) []Change {
	out := slices.Clone(changes)
	for i := range out {
		c := &out[i]
		if c.Reason != nil && c.Voter != nil {
			c.Reason = new(strings.Replace(*c.Reason, " of "+*c.Voter, "", 1)) // where Reason.Named put it
		}
		c.Owner, c.Voter = nil, nil
	}
	return out
}
