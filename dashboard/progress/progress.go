package progress

import (
	"slices"
	"time"

	"github.com/eventlet-removal/headway/dashboard/progress/ci"
	"github.com/eventlet-removal/headway/dashboard/progress/reading"
	"github.com/eventlet-removal/headway/store"
)

// State is where a member of a goal is. Every member has exactly one.
type State string

const (
	Merged    State = "merged"
	Reverted  State = "reverted"
	Open      State = "open"
	WIP       State = "wip"
	Abandoned State = "abandoned"
	Left      State = "left" // the selector no longer matches; a former member
	Gone      State = "gone" // Gerrit answers 404; a former member
)

// Counted reports whether a change in this state is a member still, and so part of
// the totals.
func (s State) Counted() bool { return s != Left && s != Gone }

// InFlight reports whether a change in this state is not merged yet: in review, or work in
// progress.
func (s State) InFlight() bool { return s == Open || s == WIP }

// HasMerged reports whether a change in this state is in the project's history,
// taken back since or not: nothing waits for it any more.
func (s State) HasMerged() bool { return s == Merged || s == Reverted }

// Counts are changes by state. Total is the sum of the others.
type Counts struct {
	Total, Merged, Reverted, Open, WIP, Abandoned int
}

// InFlight is what is not merged yet: open + wip.
func (c Counts) InFlight() int { return c.Open + c.WIP }

// WaitsOn is who must act next on an open or wip change.
type WaitsOn string

const (
	Author     WaitsOn = "author"
	Reviewers  WaitsOn = "reviewers"
	CI         WaitsOn = "ci"
	Gate       WaitsOn = "gate"
	Dependency WaitsOn = "dependency"
)

// Attention counts the development changes in flight by who must act. A change
// whose details were never fetched is in none of them unless it is wip, nor is one that
// votes decide on where votes are unknown: the parts add up to Counts.InFlight where
// all is known.
type Attention struct {
	Author, Reviewers, CI, Gate, Dependency int
}

// Measured is what the counts say of a project.
type Measured string

const (
	MeasuredNone            Measured = "none"
	MeasuredPlanning        Measured = "planning"
	MeasuredInProgress      Measured = "in-progress"
	MeasuredNothingInReview Measured = "nothing-in-review"
	MeasuredStalled         Measured = "stalled"
)

// Contradiction is a declared status that the counts do not bear out.
type Contradiction struct {
	Code string // completed-in-flight, nothing-in-review, no-merge-90d, not-affected-live
	Text string // one sentence
}

// Loading is why there are no numbers.
type Loading = reading.Loading

// CycleCount is the number of development changes merged within a cycle.
type CycleCount struct {
	Cycle  Cycle
	Merged int
}

// Numbers are what is known of a project, a team or a goal. While Loading is set
// they are not known yet: all counts are then meaningless and must be shown as
// absent, not as zero.
type Numbers struct {
	AsOf    time.Time // zero: never complete
	Stale   bool
	Loading *Loading

	Counts    Counts // development
	Backports Counts
	Left      int // development
	Gone      int // development

	Denominator int      // of progress; 0: there is no progress to speak of
	Progress    *float64 // Counts.Merged / Denominator; nil when Denominator is 0
	Expected    *int     // sum of the declared expectations; nil when nothing is declared
	Remaining   *int     // Denominator - Counts.Merged; nil when Expected is

	PatchSets     int // sum of the current patch-set numbers of development changes
	Attention     Attention
	LastMerged    time.Time    // newest merge of those that are still merged; zero: none
	OldestWaiting time.Time    // zero: nothing waits
	Cycles        []CycleCount // one for each configured cycle
	Merged28      int          // merged within the last 28 days and not reverted since
	Merged84      int          // the same of 84 days
	Pace          *Pace        // nil: nothing merged
	ETA           *ETA         // nil: no estimate, or nothing in flight

	// Query finds exactly Counts.Total + Backports.Total in Gerrit's own search. It
	// is given while loading, too, for what will be counted.
	Query string
}

// Percent is Progress rounded down, and whether there is one.
func (n *Numbers) Percent() (percent int, ok bool) {
	if n.Progress == nil {
		return 0, false
	}
	return 100 * n.Counts.Merged / n.Denominator, true
}

// ProjectNumbers is one project of a goal: listed, of a team, or discovered.
type ProjectNumbers struct {
	Project // Name only, for a discovered one
	Numbers
	Measured       Measured // "" while loading
	Contradictions []Contradiction
	Teams          []string // names of the teams it belongs to, in the order of the configuration
}

// TeamNumbers is one team of a goal: the sum of its projects that are not loading.
type TeamNumbers struct {
	Team
	Numbers
	Measured       Measured // "" while loading
	Contradictions []Contradiction
}

// Change is a member of a goal with the judgements on it.
type Change struct {
	store.Member
	State    State
	Backport bool

	// Set for open and wip changes only. Where the details were never fetched (or
	// are older than the row, see Membership.Quarantined) nothing is guessed: a wip
	// change waits on its author since a time unknown, for others all are empty. They
	// are empty, too, where the rules would need votes that Gerrit left out.
	WaitsOn      WaitsOn
	Reason       Reason
	WaitingSince time.Time
	VotesUnknown bool        // that is why they are empty
	Depends      []DependsOn // parents and Depends-On that we know, merged ones included

	Undoes    []int // numbers of the changes it reverts, whatever its own state
	CI        CIState
	LastHuman time.Time // last event whose author is not a robot; zero: none
	MergedAt  time.Time // Merged and Reverted only
}

// InReview reports whether a change is development in flight.
func (c *Change) InReview() bool { return !c.Backport && c.State.InFlight() }

// MergedIn reports whether a change is one of those that a cycle's number counts,
// of whichever class.
func (c *Change) MergedIn(cycle Cycle) bool {
	return c.State == Merged && cycle.Holds(c.MergedAt)
}

// Reason says why a change waits.
type Reason struct {
	Code ReasonCode
	Text string // one sentence with the next step
	Vote string // in Text, as there: what somebody has to take back, "" if that is not why
	By   int    // account that gave it
}

// DependsOn is a change that has to merge before another can.
type DependsOn struct {
	Number int
	State  State
}

// CIState is what the configured CI said of the current patch set; "" where it
// never spoke in the project.
type CIState = ci.State

const (
	CIPassed  = ci.Passed
	CIFailed  = ci.Failed
	CIRunning = ci.Running
	CIMissing = ci.Missing
)

// Input is all that Compute looks at beside the goal.
type Input struct {
	Now       time.Time
	Gerrit    string           // base URL, tells our Depends-On from those of another Gerrit; "": any host will do
	Members   []store.Member   // of this goal, departed ones included, by number
	All       []*store.Change  // every change the store knows, members and references, by number
	Selectors []store.Selector // one for each Goal.Queries, in that order

	Unreadable []store.Membership // of this goal, references too: no numbers without them
}

// Result is the whole answer for a goal.
type Result struct {
	Goal            *Goal
	Now             time.Time
	Numbers                          // of the goal
	LoadingProjects []string         // projects whose own selector never completed; left out of the goal's sums
	Projects        []ProjectNumbers // by name
	Teams           []TeamNumbers    // in the order of the configuration
	Changes         []*Change        // all members of projects that are not loading, by number

	view  *view            // what Compute looked at, for the past
	live  *Result          // behind a result of a past day; else nil
	parts map[string]*part // of a result of a past day, by project
	memo  *memo            // of a live result: what it has answered of the past
}

// Look gathers the Input of a goal from a snapshot.
func Look(s *store.Snapshot, g *Goal, now time.Time) Input {
	in := Input{Now: now, Gerrit: s.Gerrit()}
	for m := range s.Members(g.Name, g.Queries) {
		in.Members = append(in.Members, m)
	}
	for c := range s.Changes() {
		in.All = append(in.All, c)
	}
	for _, q := range g.Queries {
		in.Selectors = append(in.Selectors, s.Selector(g.Name, q))
	}
	in.Unreadable = slices.Collect(s.Unreadable(g.Name, g.Queries))
	return in
}
