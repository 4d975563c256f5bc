package dashboard

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/eventlet-removal/headway/dashboard/order"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/dashboard/when"
)

// actor is one of those who must act, with what waits on them.
type actor struct {
	figure
	Code   string
	Who    string    // as in "waits on the author"
	Oldest when.Time // absent: nothing waits
	Page   string    // the attention page where they stand
}

// waits is what waits in a scope, and for whom.
type waits struct {
	Actors   []actor // people, who can be helped
	Machines []actor // CI and gate, as far as something waits on them
	Stuck    *figure // how much is stuck in the gate; nil: nothing
	StuckFor when.Time
	Longest  []changeRow
	All      figure // what is not merged, of which those are the longest
	Page     string // the attention page
	Project  bool   // the rows are of several projects
	unjudged
}

// unjudged is how many changes in flight nobody can tell of who must act.
type unjudged struct {
	Unknown int // too little is known of them
	NoVotes int // Gerrit left their votes out
}

func unjudgedOf(changes []*progress.Change) (u unjudged) {
	for _, c := range changes {
		switch {
		case c.WaitsOn != "":
		case c.VotesUnknown:
			u.NoVotes++
		default:
			u.Unknown++
		}
	}
	return u
}

// machines are waited for without anybody acting, as a rule.
var machines = []progress.WaitsOn{progress.CI, progress.Gate}

// actorPhrases follow "wait on".
var actorPhrases = map[progress.WaitsOn]string{
	progress.Reviewers: "reviewers", progress.Author: "the author", progress.Dependency: "another change",
	progress.CI: "CI", progress.Gate: "the gate",
}

// waitsOn is whom a change waits on, to follow "on".
func waitsOn(w progress.WaitsOn) string { return cmp.Or(actorPhrases[w], string(w)) }

// waits are nil where nothing can wait: while loading, on past days, and with nothing
// in review.
func (q *request) waits(of scope) *waits {
	if of.n.Loading != nil || of.result.Past() || of.n.Counts.InFlight() == 0 {
		return nil
	}
	w := &waits{All: of.inReview(), Page: of.links.Attention(of.result.Goal.Name, of.filter()...), Project: of.Project == ""}
	for _, a := range of.actors() {
		if !slices.Contains(machines, progress.WaitsOn(a.Code)) {
			w.Actors = append(w.Actors, a)
		} else if a.URL != "" {
			w.Machines = append(w.Machines, a)
		}
	}
	changes := of.result.InReview(of.Scope)
	w.unjudged = unjudgedOf(changes)
	for _, c := range order.Longest(changes) {
		w.Longest = append(w.Longest, q.changeRow(of.result, c))
	}
	stuck := 0
	for _, c := range changes {
		if c.Reason.Code == progress.ReasonGateStuck {
			if stuck++; stuck == 1 {
				w.StuckFor = when.Ago(of.result, c.WaitingSince)
			}
		}
	}
	if stuck > 0 {
		w.Stuck = &figure{Text: strconv.Itoa(stuck), Stale: of.n.Stale, URL: of.rows("reason", string(progress.ReasonGateStuck))}
	}
	return w
}

// actors are those who must act on the changes in flight of this scope.
func (s scope) actors() []actor {
	oldest := map[progress.WaitsOn]time.Time{}
	for _, c := range s.result.InReview(s.Scope) {
		if t := oldest[c.WaitsOn]; !c.WaitingSince.IsZero() && (t.IsZero() || c.WaitingSince.Before(t)) {
			oldest[c.WaitsOn] = c.WaitingSince
		}
	}
	var out []actor
	for _, w := range order.Actors {
		if !s.result.MayWait(w) {
			continue
		}
		f := s.figure("attention."+string(w), order.WaitingOn(s.n.Attention, w), "waits_on", string(w))
		out = append(out, actor{
			figure: f, Code: string(w), Who: waitsOn(w),
			Oldest: when.Ago(s.result, oldest[w]), Page: s.links.Attention(s.result.Goal.Name, s.filter()...) + "#" + string(w),
		})
	}
	return out
}
