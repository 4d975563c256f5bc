package api

import (
	"slices"
	"strconv"
	"time"

	"github.com/eventlet-removal/headway/dashboard/link"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store"
)

// Changes is one page of a list of changes, newest number first.
type Changes struct {
	Changes    []Change `json:"changes"`     // null while loading
	NextCursor *string  `json:"next_cursor"` // null: this was the last page
	Loading    *Loading `json:"loading"`     // null: all are known
}

// Change is one change with the judgements on it.
type Change struct {
	Number       int                       `json:"number"`
	Project      string                    `json:"project"`
	Branch       string                    `json:"branch"`
	Backport     bool                      `json:"backport"`
	ChangeID     string                    `json:"change_id"`
	Subject      string                    `json:"subject"`
	Topic        *string                   `json:"topic"`
	State        string                    `json:"state"`
	Created      *time.Time                `json:"created"`
	Updated      *time.Time                `json:"updated"`
	MergedAt     *time.Time                `json:"merged_at"`
	Owner        *string                   `json:"owner"`
	PatchSet     *int                      `json:"patch_set"`  // number of the current one
	PatchSets    []PatchSet                `json:"patch_sets"` // null: details not known
	Votes        map[string]map[string]int `json:"votes"`      // label -> value -> how often; null: not known
	CI           *string                   `json:"ci"`
	WaitsOn      *string                   `json:"waits_on"`
	Reason       *Reason                   `json:"reason"`
	WaitingSince *time.Time                `json:"waiting_since"`
	LastHuman    *time.Time                `json:"last_human"`
	URL          string                    `json:"url"`
	RevertOf     *int                      `json:"revert_of"`
	CherryPickOf *int                      `json:"cherry_pick_of"`
	DependsOn    []DependsOn               `json:"depends_on"` // null on a past day
	Pending      *string                   `json:"pending"`    // why the change may not be as shown: missing, quarantined, outdated
}

// What Change.Pending can be.
const (
	PendingMissing     = "missing"     // absent from a full listing, not yet confirmed gone
	PendingQuarantined = "quarantined" // its details can't be had; the listing's facts hold
	PendingOutdated    = "outdated"    // an older headway kept less of its commit message; it will be fetched again
)

// PatchSet is one revision of a change.
type PatchSet struct {
	Number   int        `json:"number"`
	Created  *time.Time `json:"created"`
	Kind     *string    `json:"kind"`
	Commit   string     `json:"commit"`
	Uploader *string    `json:"uploader"`
}

// Reason says why a change waits and what comes next.
type Reason struct {
	Code string `json:"code"`
	Text string `json:"text"`
}

// DependsOn is a change that has to merge first.
type DependsOn struct {
	Number int     `json:"number"`
	URL    *string `json:"url"`
	State  *string `json:"state"`
}

// ChangeOf is a change of a result. Person is the name of an account of a change, "" if
// it is not to be shown.
func ChangeOf(result *progress.Result, c *progress.Change, snap *store.Snapshot, l link.Links, person func(*store.Change, int) string) Change {
	out := Change{
		Number: c.Change.Number, Project: c.Change.Project, Branch: c.Branch, Backport: c.Backport,
		ChangeID: c.ChangeID, Subject: c.Subject, Topic: optional(c.Topic), State: string(c.State),
		Created: optionalTime(c.Created), Updated: optionalTime(c.Updated), MergedAt: optionalTime(c.MergedAt),
		Owner: optional(person(c.Change, c.Owner)), PatchSet: optional(c.PatchSet),
		CI: optional(string(c.CI)), WaitsOn: optional(string(c.WaitsOn)),
		WaitingSince: optionalTime(c.WaitingSince), LastHuman: optionalTime(c.LastHuman),
		URL:      l.Change(c.Change.Project, c.Change.Number),
		RevertOf: optional(c.RevertOf), CherryPickOf: optional(c.CherryPickOf),
		DependsOn: make([]DependsOn, 0, len(c.Depends)),
	}
	if c.Reason.Code != "" {
		out.Reason = &Reason{Code: string(c.Reason.Code), Text: c.Reason.Named(person(c.Change, c.Reason.By))}
	}
	switch {
	case c.Missing != nil:
		out.Pending = new(PendingMissing)
	case c.Quarantined != "":
		out.Pending = new(PendingQuarantined)
	case c.Outdated():
		out.Pending = new(PendingOutdated)
	}
	for _, d := range c.Depends {
		out.DependsOn = append(out.DependsOn, dependsOn(l, snap, d))
	}
	if result.Past() {
		out.DependsOn = nil
	}
	if c.Detailed.IsZero() {
		return out
	}
	out.PatchSets = make([]PatchSet, 0, len(c.Change.PatchSets))
	for _, p := range c.Change.PatchSets {
		out.PatchSets = append(out.PatchSets, PatchSet{
			Number: p.Number, Created: optionalTime(p.Created.Time()), Kind: optional(p.Kind.String()), Commit: p.Commit,
			Uploader: optional(person(c.Change, p.Uploader)),
		})
	}
	if !result.Past() {
		out.Votes = votesOf(c.Labels)
	}
	return out
}

func dependsOn(l link.Links, snap *store.Snapshot, d progress.DependsOn) DependsOn {
	out := DependsOn{Number: d.Number, State: optional(string(d.State))}
	if c := snap.Change(d.Number); c != nil {
		out.URL = new(l.Change(c.Project, c.Number))
	}
	return out
}

// votesOf counts the votes on each label; nil where Gerrit left them out.
func votesOf(labels []store.Label) map[string]map[string]int {
	if slices.ContainsFunc(labels, func(l store.Label) bool { return l.Unknown }) {
		return nil
	}
	votes := make(map[string]map[string]int, len(labels))
	for _, label := range labels {
		for _, vote := range label.Votes {
			if votes[label.Name] == nil {
				votes[label.Name] = map[string]int{}
			}
			votes[label.Name][strconv.Itoa(vote.Value)]++
		}
	}
	return votes
}
