package api

import (
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
	ProjectsByStatus map[string]int   `json:"projects_by_status"` // how many projects have which status; null while loading and of a past day
	Projects         []ProjectSummary `json:"projects,omitzero"`  // by name; absent in a list of goals
	Teams            []TeamSummary    `json:"teams,omitzero"`     // in the order of the configuration; absent in a list of goals
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
	ProjectsByStatus map[string]int `json:"projects_by_status"`
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
	InFlight        *int       `json:"in_flight"` // not merged yet: open + wip
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
	Open      *int `json:"open"` // in review
	WIP       *int `json:"wip"`  // work in progress
	Abandoned *int `json:"abandoned"`
}

// Loading is why there are no numbers: how far the first backfill is, in changes, and
// why the last try failed, if it did; or how many changes the database can't read.
type Loading struct {
	Done       int        `json:"done"`
	Of         int        `json:"of"`
	Text       string     `json:"text"` // all of it, for people
	FailedAt   *time.Time `json:"failed_at"`
	Error      *string    `json:"error"`
	NextPoll   *time.Time `json:"next_poll"`  // when the next try is due
	Unreadable int        `json:"unreadable"` // above 0: not the first reading, these are lost until they are fetched again
}

// NewLoading is nil for nil.
func NewLoading(l *progress.Loading) *Loading {
	if l == nil {
		return nil
	}
	out := &Loading{Done: l.Done, Of: l.Of, Text: l.Sentence(), Unreadable: l.Unreadable}
	if f := l.Failure; f != nil {
		out.FailedAt, out.Error = &f.At, &f.Why
		if !f.Next.IsZero() {
			out.NextPoll = &f.Next
		}
	}
	return out
}

// Cycle is a development cycle, [Start, End), and what was merged in it.
type Cycle struct {
	Name   string    `json:"name"`
	Start  time.Time `json:"start"`
	End    time.Time `json:"end"`
	Merged *int      `json:"merged"`
}

// ETA is when what is not merged yet may be cleared; without To it is open-ended.
type ETA struct {
	From time.Time  `json:"from"`
	To   *time.Time `json:"to"`
}

// Deadline is a date the goal set itself; Due is null if it has none yet.
type Deadline struct {
	Name      string     `json:"name"`
	Due       *time.Time `json:"due"`
	Judgement *Judgement `json:"judgement"` // null while loading and of a past day
}

// Judgement is how a deadline stands by the present pace.
type Judgement struct {
	Code string `json:"code"`
	Text string `json:"text"` // to follow the deadline's name
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
