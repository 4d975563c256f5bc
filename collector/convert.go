package collector

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/eventlet-removal/headway/collector/gerrit"
	"github.com/eventlet-removal/headway/store"
)

// toRow converts what a listing row has.
func toRow(c gerrit.Change) store.Row {
	return store.Row{
		Number:       c.Number,
		Project:      c.Project,
		Branch:       c.Branch,
		ChangeID:     c.ChangeID,
		Subject:      store.WithoutAddresses(c.Subject),
		Topic:        c.Topic,
		Status:       c.Status,
		WIP:          c.WorkInProgress,
		Created:      c.Created.Time,
		Updated:      c.Updated.Time,
		Submitted:    c.Submitted.Time,
		Owner:        c.Owner.AccountID,
		MetaRevID:    c.MetaRevID,
		PatchSet:     c.CurrentRevisionNumber,
		RevertOf:     c.RevertOf,
		CherryPickOf: c.CherryPickOfChange,
		Unresolved:   c.UnresolvedCommentCount,
	}
}

// toChange converts a change that was fetched with all options at now.
func toChange(c gerrit.Change, now time.Time) store.Change {
	out := store.Change{Row: toRow(c)}
	out.Detailed, out.Extraction = now, store.Extraction
	out.Mergeable, out.Submittable = c.Mergeable, c.Submittable
	people := accounts{}
	people.add(c.Owner)
	for sha, rev := range c.Revisions {
		people.add(rev.Uploader)
		out.PatchSets = append(out.PatchSets, store.PatchSet{
			Number: rev.Number, Commit: sha, Kind: store.WordOf(rev.Kind), Created: store.MomentOf(rev.Created.Time), Uploader: rev.Uploader.AccountID,
		})
	}
	slices.SortFunc(out.PatchSets, func(a, b store.PatchSet) int { return cmp.Compare(a.Number, b.Number) })
	if current, ok := c.Revisions[c.CurrentRevision]; ok {
		out.PatchSet = current.Number
		if current.Commit != nil {
			for _, p := range current.Commit.Parents {
				out.Parents = append(out.Parents, p.Commit)
			}
			message := store.WithoutAddresses(current.Commit.Message)
			out.DependsOn, out.RevertText = dependsOnLines(message), revertText(message)
		}
	}
	out.Labels = toLabels(c.Labels, people)
	for _, m := range c.Messages {
		if m.Author != nil {
			people.add(*m.Author)
		}
		out.Messages = append(out.Messages, toMessage(m))
	}
	readTopics(out.Messages, c.Messages, c.Topic)
	for _, r := range c.SubmitRequirements {
		out.Requirements = append(out.Requirements, store.Requirement{Name: r.Name, Status: r.Status})
	}
	out.Accounts = people
	return out
}

// toLabels keeps each label's range and the votes that are not zero.
func toLabels(in map[string]gerrit.Label, people accounts) []store.Label {
	var out []store.Label
	for _, name := range slices.Sorted(maps.Keys(in)) {
		label := store.Label{Name: name, Unknown: in[name].Summary()}
		label.Min, label.Max, _ = in[name].Range()
		for _, a := range in[name].All {
			if a.Value == nil || *a.Value == 0 {
				continue
			}
			people.add(a.Account)
			label.Votes = append(label.Votes, store.Vote{Account: a.AccountID, Value: *a.Value, Date: store.MomentOf(a.Date.Time), Tag: store.WordOf(a.Tag)})
		}
		out = append(out, label)
	}
	return out
}

// accounts collects everybody that a change names, by account id.
type accounts map[int]store.Account

// add keeps the first description that has a name: a Gerrit that refused
// DETAILED_ACCOUNTS gives only numbers.
func (all accounts) add(a gerrit.Account) {
	if a.AccountID == 0 || all[a.AccountID].Name != "" {
		return
	}
	all[a.AccountID] = store.Account{
		ID: a.AccountID, Name: store.WithoutAddresses(a.Name), Username: store.WithoutAddresses(a.Username), Service: a.Service(),
	}
}
