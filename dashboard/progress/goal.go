package progress

import (
	"time"

	"github.com/eventlet-removal/headway/dashboard/progress/backports"
	"github.com/eventlet-removal/headway/store"
)

// Goal is the configured side of a goal: what is followed and by which rules.
type Goal struct {
	Name     string // in URLs and labels
	Title    string
	About    string        // one line under the title, "" if there is none
	Link     string        // an address that says more, "" if there is none
	Selector string        // the goal's selector as configured
	Queries  []store.Query // what is sent to Gerrit: the goal's query first, then one for each project with its own selector

	Projects  []Project // listed ones, in the order of the configuration; others join by discovery
	Teams     []Team
	Backports []string // branch patterns; * matches any run of characters, / included
	Labels    Labels
	Bots      []string // accounts by name, username or number
	Cycles    []Cycle  // by start
	Deadlines []Deadline
	Named     []Named // names that the configuration writes out

	Schedule Schedule      // when polls are due
	Timeout  time.Duration // of one request to Gerrit, allowed on top of the schedule before numbers are stale
}

// MatchesBranch reports whether a branch matches a pattern of a goal's Backports.
func MatchesBranch(pattern, branch string) bool {
	return backports.NewPatterns([]string{pattern}).Match(branch)
}

// Schedule tells the next due time after t; a cron.Schedule is one.
type Schedule interface{ Next(t time.Time) time.Time }

// Project is what the configuration says of one project.
type Project struct {
	Name     string
	Declared Declared
	Since    string // free text, shown as it is
	Approach string
	Expected int // changes the project thinks it needs; 0: not said
}

// Team is a named set of projects.
type Team struct {
	Name     string
	Title    string
	Declared Declared
	Since    string
	Approach string
	Projects []string
}

// Labels names the review labels that decide who must act.
type Labels struct {
	CI            string // "": there is no CI
	Review        string
	Approve       string // "": Gerrit's submit requirements decide
	ReviewsNeeded int
	CIAccounts    []string // by name, username or number; only their messages and votes are CI results. None: service users, and whoever votes on the CI label
	Recheck       string   // the comment that starts CI again, "" if none does
}

// reviewed are the labels that reviewers vote on.
func (l Labels) reviewed() []string { return []string{l.Review, l.Approve} }

// Cycle is a development cycle, [Start, End) in UTC.
type Cycle struct {
	Name       string
	Start, End time.Time
}

// Holds reports whether a time lies within the cycle.
func (c Cycle) Holds(t time.Time) bool { return !t.Before(c.Start) && t.Before(c.End) }

// Deadline is a date the goal set itself; Due is zero when it names a cycle that
// the configuration does not know, and Name of that cycle is then in Of.
type Deadline struct {
	Name string
	Due  time.Time
	Of   string // the cycle it was given as, "" for a date
}

// Declared is what a project says of itself, by configuration.
type Declared string

const (
	Undeclared          Declared = ""
	DeclaredCompleted   Declared = "completed"
	DeclaredInProgress  Declared = "in-progress"
	DeclaredPlanning    Declared = "planning"
	DeclaredNotStarted  Declared = "not-started"
	DeclaredNotAffected Declared = "not-affected"
)
