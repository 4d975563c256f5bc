package api

import (
	"slices"
	"time"

	"github.com/eventlet-removal/headway/dashboard/link"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/dashboard/progress/reading"
	"github.com/eventlet-removal/headway/store"
)

// Polls is the sync log, and how far each goal is with Gerrit.
type Polls struct {
	Polls      []Poll  `json:"polls"`       // newest first
	NextCursor *string `json:"next_cursor"` // null: this was the last page
	Goals      []Sync  `json:"goals"`       // in the order of the configuration
}

// Poll is one round of polling.
type Poll struct {
	ID              uint64    `json:"id"`
	Goal            string    `json:"goal"`
	Start           time.Time `json:"start"`
	DurationSeconds float64   `json:"duration_seconds"`
	Full            bool      `json:"full"` // listed everything, not only what moved
	OK              bool      `json:"ok"`   // every selector was complete
	Version         *string   `json:"version"`
	Requests        int       `json:"requests"`
	Bytes           int64     `json:"bytes"` // received
	New             int       `json:"new"`
	Changed         int       `json:"changed"`
	Left            int       `json:"left"`
	Gone            int       `json:"gone"`
	Pending         int       `json:"pending"` // details still to fetch when it ended
	Quarantined     int       `json:"quarantined"`
	Error           *string   `json:"error"`
}

// Sync is how far a goal is with Gerrit.
type Sync struct {
	Goal        string     `json:"goal"`
	Title       string     `json:"title"`
	NextPoll    *time.Time `json:"next_poll"` // when the next one is due; in the past: it runs, or nobody polls
	Pending     int        `json:"pending"`   // details still to fetch
	Outdated    int        `json:"outdated"`  // changes to fetch again, some in each poll: an older headway kept less of their commit messages
	Selectors   []Selector `json:"selectors"`
	Quarantined []Suspect  `json:"quarantined"` // changes whose details can't be had; the listing's facts hold, and if there are none it is not counted
	Missing     []Suspect  `json:"missing"`     // changes that may be gone; until that is confirmed they keep their state
	Unmatched   []string   `json:"unmatched"`   // configured names that no change bears out, a sentence each
}

// Selector is one query of a goal and how far it is.
type Selector struct {
	Project    *string    `json:"project"` // null: the goal's own
	Query      string     `json:"query"`
	AsOf       *time.Time `json:"as_of"`
	Stale      bool       `json:"stale"`
	ListedAt   *time.Time `json:"listed_at"`   // the last complete listing of everything
	FailedAt   *time.Time `json:"failed_at"`   // the last failure, if nothing was complete since
	Error      *string    `json:"error"`       // why
	Blocked    int        `json:"blocked"`     // changes missing at once that were not believed to be gone
	Loading    *Loading   `json:"loading"`     // the first reading is under way
	BlockedFix *string    `json:"blocked_fix"` // what an operator does about it
}

// Suspect is a change that is not as it should be.
type Suspect struct {
	Number  int        `json:"number"`
	Project string     `json:"project"`
	Subject string     `json:"subject"`
	URL     string     `json:"url"`
	Reason  string     `json:"reason"`
	Since   *time.Time `json:"since"`
}

// blockedFix is the way out for an operator when too many changes are missing.
const blockedFix = "If they are really gone, stop the server, run “headway poll --accept-missing” once, and start it again. If not, find out what hides them: a permission, an index, the query."

// PollOf is a logged poll.
func PollOf(p store.Poll) Poll {
	return Poll{
		ID: p.ID, Goal: p.Goal, Start: p.Start.UTC().Truncate(time.Second), DurationSeconds: p.Duration.Seconds(),
		Full: p.Full, OK: p.OK, Version: optional(p.Version), Requests: p.Requests, Bytes: p.Bytes,
		New: p.New, Changed: p.Changed, Left: p.Left, Gone: p.Gone, Pending: p.Pending, Quarantined: p.Quarantined,
		Error: optional(p.Error),
	}
}

// SyncOf is how far a result's goal is; configured names of accounts are left out if
// people are hidden.
func SyncOf(result *progress.Result, snap *store.Snapshot, now time.Time, l link.Links, hidePeople bool) Sync {
	g := result.Goal
	out := Sync{
		Goal: g.Name, Title: g.Title, NextPoll: optionalTime(nextPoll(snap, g)), Pending: snap.Pending(g.Name),
		Selectors: make([]Selector, 0, len(g.Queries)), Quarantined: []Suspect{}, Missing: []Suspect{}, Unmatched: []string{},
	}
	for _, n := range result.Unmatched() {
		if hidePeople {
			n = n.WithoutPeople()
		}
		if text := n.Unmatched(); !slices.Contains(out.Unmatched, text) {
			out.Unmatched = append(out.Unmatched, text)
		}
	}
	for range snap.Outdated(g.Name, g.Queries) {
		out.Outdated++
	}
	for _, q := range g.Queries {
		s := snap.Selector(g.Name, q)
		out.Selectors = append(out.Selectors, selectorOf(s, g, now))
		for _, u := range s.Unread {
			out.Quarantined = append(out.Quarantined, unreadOf(l, u))
		}
	}
	for _, c := range result.Changes {
		if c.Quarantined != "" {
			out.Quarantined = append(out.Quarantined, suspectOf(l, c, c.Quarantined, time.Time{}))
		}
		if c.Missing != nil {
			out.Missing = append(out.Missing, suspectOf(l, c, "Gerrit answered 404 once; a second one makes it gone.", c.Missing.Since))
		}
	}
	return out
}

// nextPoll is when the next poll of a goal is due after the last one that was
// logged; zero: none was, or nothing is scheduled.
func nextPoll(snap *store.Snapshot, g *progress.Goal) time.Time {
	if g.Schedule == nil {
		return time.Time{}
	}
	for _, p := range snap.Polls() {
		if p.Goal == g.Name {
			return g.Schedule.Next(p.Start).UTC()
		}
	}
	return time.Time{}
}

func selectorOf(s store.Selector, g *progress.Goal, now time.Time) Selector {
	out := Selector{
		Project: optional(s.Project), Query: s.Query, AsOf: optionalTime(s.AsOf), Stale: g.Stale(s.AsOf, now),
		ListedAt: optionalTime(s.Listed), FailedAt: optionalTime(s.Failed), Error: optional(s.Error), Blocked: s.Blocked,
	}
	if s.AsOf.IsZero() {
		l := &progress.Loading{Done: s.Done, Of: s.Of}
		if !s.Failed.IsZero() {
			l.Failure = &reading.Failure{At: s.Failed, Why: s.Error}
		}
		out.Loading = NewLoading(l)
	}
	if s.Blocked > 0 {
		out.BlockedFix = new(blockedFix)
	}
	return out
}

// unreadOf is a change of which nothing is known but its number, and perhaps its
// project.
func unreadOf(l link.Links, u store.Unread) Suspect {
	return Suspect{
		Number: u.Number, Project: u.Project, URL: l.Change(u.Project, u.Number),
		Reason: "not counted, because nothing of it can be read: " + u.Error, Since: optionalTime(u.Since),
	}
}

func suspectOf(l link.Links, c *progress.Change, reason string, since time.Time) Suspect {
	return Suspect{
		Number: c.Change.Number, Project: c.Change.Project, Subject: c.Subject,
		URL: l.Change(c.Change.Project, c.Change.Number), Reason: reason, Since: optionalTime(since),
	}
}
