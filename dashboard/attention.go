package dashboard

import (
	"cmp"
	"time"

	"github.com/eventlet-removal/headway/dashboard/progress"
)

// actor is one of those who must act, with what waits on them.
type actor struct {
	figure
	Code   string
	Who    string // as in "waits on the author"
	Next   string // what clears it
	Oldest when   // absent: nothing waits
	Page   string // the attention page where they stand
}

// actorOrder puts first whom a reader can help.
var actorOrder = []progress.WaitsOn{progress.Reviewers, progress.Author, progress.Dependency, progress.CI, progress.Gate}

// actorPhrases follow "wait on".
var actorPhrases = map[progress.WaitsOn]string{
	progress.Reviewers: "reviewers", progress.Author: "the author", progress.Dependency: "another change",
	progress.CI: "CI", progress.Gate: "the gate",
}

// waitsOn is whom a change waits on, to follow "on".
func waitsOn(w progress.WaitsOn) string { return cmp.Or(actorPhrases[w], string(w)) }

// actors are those who must act on the changes in flight of this scope.
func (s scope) actors() []actor {
	a := s.n.Attention
	counts := map[progress.WaitsOn]int{
		progress.Reviewers: a.Reviewers, progress.Author: a.Author, progress.Dependency: a.Dependency,
		progress.CI: a.CI, progress.Gate: a.Gate,
	}
	oldest := map[progress.WaitsOn]time.Time{}
	for _, c := range s.changes((*progress.Change).InReview) {
		if t := oldest[c.WaitsOn]; !c.WaitingSince.IsZero() && (t.IsZero() || c.WaitingSince.Before(t)) {
			oldest[c.WaitsOn] = c.WaitingSince
		}
	}
	var out []actor
	for _, w := range actorOrder {
		if !s.result.MayWait(w) {
			continue
		}
		m := progress.MeaningOf(progress.Waits, string(w))
		f := s.figure("attention."+string(w), counts[w], "waits_on", string(w))
		out = append(out, actor{
			figure: f, Code: m.Code, Who: waitsOn(w), Next: m.Next,
			Oldest: ago(s.result, oldest[w]), Page: s.links.Attention(s.result.Goal.Name, s.filter()...) + "#" + m.Code,
		})
	}
	return out
}
