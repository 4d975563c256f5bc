package feed

import (
	"cmp"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/eventlet-removal/headway/dashboard/event"
	"github.com/eventlet-removal/headway/dashboard/link"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store"
)

// Most is how many entries a feed has at most. A reader that comes once a week misses
// nothing in a goal in which fifty things a week happen.
const Most = 50

// Feed is a feed before it has a form.
type Feed struct {
	ID      string
	Title   string
	Note    string // as of when, in a sentence
	Home    string // the page that it is about; "" if nobody knows where readers find us
	Atom    string // its own addresses, "" as above
	JSON    string
	Updated time.Time
	Entries []Entry // newest first
}

// Entry is one event.
type Entry struct {
	ID     string
	Kind   string // a word of package event
	Title  string
	Text   string
	URL    string // the change in Gerrit, or the project's page; always absolute
	Author string // "" if there is none to show
	At     time.Time
}

// Of is the feed of a scope that there is, of now. Person is the name of an account of a
// change, "" if it is not to be shown.
func Of(r *progress.Result, s progress.Scope, l link.Links, person func(*store.Change, int) string) Feed {
	goal, n := r.Goal, r.NumbersOf(s)
	f := Feed{Title: goal.Title, Note: note(n), Updated: n.AsOf.UTC()}
	page := l.Summary(goal.Name)
	switch {
	case s.Project != "":
		f.Title, page = s.Project+" · "+goal.Title, l.Project(goal.Name, s.Project)
	case s.Team != "":
		f.Title, page = r.Team(s.Team).Title+" · "+goal.Title, l.Team(goal.Name, s.Team)
	}
	if l.External() != "" {
		f.Home = l.Absolute(page)
		f.Atom, f.JSON = l.Absolute(l.FeedAtom(goal.Name, s.Project, s.Team)), l.Absolute(l.FeedJSON(goal.Name, s.Project, s.Team))
	}
	id := idOf(l.Gerrit(), goal.Name)
	f.ID = id("feed", cmp.Or(link.Escape(s.Project), s.Team, "all"))
	events := event.Of(r, s)
	for _, e := range events[:min(len(events), Most)] {
		entry := Entry{
			Kind: string(e.Kind), At: e.At.UTC().Truncate(time.Second),
			URL: l.Change(e.Change.Change.Project, e.Change.Change.Number), Author: person(e.Change.Change, e.Change.Owner),
		}
		entry.ID = id(entry.Kind, fmt.Sprint(e.Change.Change.Number), entry.At.Format("20060102T150405Z"))
		entry.Title, entry.Text = words(e, goal, entry.Author, person(e.Change.Change, e.Change.Reason.By))
		if e.Kind == event.Finished {
			entry.Author = ""
			if l.External() != "" {
				entry.URL = l.Absolute(l.Project(goal.Name, e.Change.Change.Project))
			}
		}
		f.Entries = append(f.Entries, entry)
	}
	if len(f.Entries) > 0 {
		f.Updated = f.Entries[0].At
	}
	return f
}

// idOf makes ids: tags of the host of Gerrit, which stays when our own address changes.
func idOf(gerrit, goal string) func(parts ...string) string {
	host := "gerrit"
	if u, err := url.Parse(gerrit); err == nil && u.Hostname() != "" {
		host = strings.NewReplacer(":", "-", "%", "-").Replace(u.Hostname())
	}
	return func(parts ...string) string {
		return "tag:" + host + ",2026:headway/" + goal + "/" + strings.Join(parts, "/")
	}
}

// note is what the entries are worth.
func note(n *progress.Numbers) string {
	switch {
	case n.Loading != nil:
		return n.Loading.Sentence()
	case n.Stale:
		return "As of " + exact(n.AsOf) + ", not up to date: the polls since then failed or did not come."
	}
	return "As of " + exact(n.AsOf) + "."
}

// words are an event's title and what there is to say of it. Author and voter may be "".
func words(e event.Event, goal *progress.Goal, author, voter string) (title, text string) {
	c := e.Change
	project, subject := c.Change.Project, oneLine(c.Subject)
	change := fmt.Sprintf("Change %d of %s", c.Change.Number, project)
	if author != "" {
		change += " by " + author
	}
	at := exact(e.At)
	switch e.Kind {
	case event.Merged:
		return "Merged in " + project + ": " + subject, change + " was merged on " + at + "."
	case event.Finished:
		became := "merged"
		if c.State == progress.Abandoned {
			became = "abandoned"
		}
		return "Nothing left in review in " + project,
			fmt.Sprintf("Since change %d (%s) was %s on %s, no change of %s is in review for %s. Declare the project completed if nothing else is to come.", c.Change.Number, subject, became, at, project, goal.Title)
	case event.Reverted:
		return "Reverted in " + project + ": " + subject, change + " was taken back on " + at + " by a later change."
	case event.Stuck:
		return fmt.Sprintf("Waiting for %d days in %s: %s", int(progress.OldAfter/(24*time.Hour)), project, subject),
			change + " has waited since " + exact(c.WaitingSince) + ". " + c.Reason.Named(voter)
	case event.Left:
		if c.State == progress.Gone {
			return "Gone from " + project + ": " + subject, change + " was deleted, made private or hidden; Gerrit has not shown it since " + at + "."
		}
		text = change + " is no longer part of " + goal.Title + " since " + at
		if c.Departed != nil && c.Departed.Topic != "" {
			text += "; its topic is now “" + oneLine(c.Departed.Topic) + "”"
		}
		return "No longer in " + goal.Title + ": " + subject, text + "."
	}
	return string(e.Kind) + " in " + project + ": " + subject, change + ", " + at + "."
}

func exact(t time.Time) string { return t.UTC().Format("2 Jan 2006, 15:04 UTC") }

// oneLine is somebody's text as part of a sentence.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
