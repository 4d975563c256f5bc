package api

import (
	"fmt"
	"time"

	"github.com/eventlet-removal/headway/dashboard/progress"
)

// Goals is a list of goals.
type Goals struct {
	Goals []Summary `json:"goals"`
}

// Summary is a goal in numbers.
type Summary struct {
	Goal  string `json:"goal"`
	Title string `json:"title"`
	Numbers
	Projects []ProjectSummary `json:"projects,omitzero"` // by name; absent in a list of goals
	Teams    []TeamSummary    `json:"teams,omitzero"`    // in the order of the configuration; absent in a list of goals
}

// WithoutParts leaves out projects and teams.
func (s Summary) WithoutParts() Summary {
	s.Projects, s.Teams = nil, nil
	return s
}

// ProjectSummary is a project of a goal in numbers.
type ProjectSummary struct {
	Goal    string `json:"goal"`
	Project string `json:"project"`
	Status
	Numbers
}

// TeamSummary is a team of a goal in numbers: the sum of its projects.
type TeamSummary struct {
	Goal     string   `json:"goal"`
	Team     string   `json:"team"`
	Title    string   `json:"title"`
	Projects []string `json:"projects"`
	Status
	Numbers
}

// Status is what a project or team says of itself, and what the counts say.
type Status struct {
	Declared       *string         `json:"declared"`
	Measured       *string         `json:"measured"`
	Contradictions []Contradiction `json:"contradictions"`
	Since          *string         `json:"since"`    // free text of the configuration
	Approach       *string         `json:"approach"` // free text of the configuration
}

// Contradiction is a declared status that the counts do not bear out.
type Contradiction struct {
	Code string `json:"code"`
	Text string `json:"text"`
}

// Numbers are the fields that goals, projects and teams share. All numbers are
// null while the first backfill is under way. Attention, query_url and declared
// have no past: they are null on a past day.
type Numbers struct {
	AsOf            *time.Time `json:"as_of"`
	Stale           bool       `json:"stale"`
	QueryURL        *string    `json:"query_url"` // finds counts.total + backports.total changes
	Counts          Counts     `json:"counts"`    // development changes
	Backports       Counts     `json:"backports"`
	Left            *int       `json:"left"`
	Gone            *int       `json:"gone"`
	Progress        *float64   `json:"progress"`  // 0 to 1, of the changes uploaded so far
	InFlight        *int       `json:"in_flight"` // open + wip
	Expected        *int       `json:"expected"`
	Remaining       *int       `json:"remaining"`
	Loading         *Loading   `json:"loading"`
	LoadingProjects []string   `json:"loading_projects"`
	Cycles          []Cycle    `json:"cycles"`
	Pace            *Pace      `json:"pace"`
	ETA             *ETA       `json:"eta"`
	Deadlines       []Deadline `json:"deadlines"`
	PatchSets       *int       `json:"patch_sets"`
	Attention       Attention  `json:"attention"`
	LastMerged      *time.Time `json:"last_merged"`
	OldestWaiting   *time.Time `json:"oldest_waiting"`
	On              *string    `json:"on"`   // the past day the numbers are of, at its end in UTC; null: now
	Note            *string    `json:"note"` // what else there is to say: of a past day, or of a selector that matches nothing
}

// Counts are changes by state; total is the sum of the others.
type Counts struct {
	Total     *int `json:"total"`
	Merged    *int `json:"merged"`
	Reverted  *int `json:"reverted"`
	Open      *int `json:"open"`
	WIP       *int `json:"wip"`
	Abandoned *int `json:"abandoned"`
}

// Loading is how far the first backfill is, in changes, and why the last try failed,
// if it did.
type Loading struct {
	Done     int        `json:"done"`
	Of       int        `json:"of"`
	FailedAt *time.Time `json:"failed_at,omitempty"`
	Error    *string    `json:"error,omitempty"`
	NextPoll *time.Time `json:"next_poll,omitempty"` // when the next try is due
}

// NewLoading is nil for nil.
func NewLoading(l *progress.Loading) *Loading {
	if l == nil {
		return nil
	}
	out := &Loading{Done: l.Done, Of: l.Of}
	if f := l.Failure; f != nil {
		out.FailedAt, out.Error = &f.At, &f.Why
		if !f.Next.IsZero() {
			out.NextPoll = &f.Next
		}
	}
	return out
}

// Failure is why the first reading failed and when the next try is, as part of a
// sentence; "" if it did not fail.
func (l *Loading) Failure() string {
	if l.FailedAt == nil || l.Error == nil {
		return ""
	}
	read := ""
	if l.Of > 0 {
		read = fmt.Sprintf(" with %d of %d changes read", l.Done, l.Of)
	}
	text := fmt.Sprintf("the first reading failed on %s%s: %s", l.FailedAt.UTC().Format(minute), read, *l.Error)
	if l.NextPoll != nil {
		text += "; next try on " + l.NextPoll.UTC().Format(minute)
	}
	return text
}

const minute = "2006-01-02 15:04 UTC"

// Cycle is a development cycle, [Start, End), and what was merged in it.
type Cycle struct {
	Name   string    `json:"name"`
	Start  time.Time `json:"start"`
	End    time.Time `json:"end"`
	Landed *int      `json:"landed"`
}

// ETA is when what is in review may be cleared; without To it is open-ended.
type ETA struct {
	From time.Time  `json:"from"`
	To   *time.Time `json:"to"`
}

// Deadline is a date the goal set itself; Due is null if it has none yet.
type Deadline struct {
	Name string     `json:"name"`
	Due  *time.Time `json:"due"`
}

// Attention is who must act on the development changes in flight.
type Attention struct {
	Author     *int `json:"author"`
	Reviewers  *int `json:"reviewers"`
	CI         *int `json:"ci"`
	Gate       *int `json:"gate"`
	Dependency *int `json:"dependency"`
}

// Pace is how long reviews took: medians of the development changes that are merged.
type Pace struct {
	Merged            int     `json:"merged"` // how many they are taken from
	MedianDaysToMerge float64 `json:"median_days_to_merge"`
	MedianPatchSets   float64 `json:"median_patch_sets"`
}
