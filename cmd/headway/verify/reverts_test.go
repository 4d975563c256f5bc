package verify

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/eventlet-removal/headway/collector/gerrit"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store"
)

const stableBranch = "stable/2025.1"

// judged is what a judge decides of a change.
type judged struct {
	State    progress.State
	Backport bool
}

// TestTwoJudgesAgree gives random histories of reverts and cherry-picks to package
// progress and to verify, whose rules were written apart. A difference is a mistake
// of one of them.
func TestTwoJudgesAgree(t *testing.T) {
	for seed := range uint64(5000) {
		h := randomHistory(rand.New(rand.NewPCG(seed, 1)))
		if diff := cmp.Diff(h.byProgress(), h.byVerify()); diff != "" {
			t.Fatalf("seed %d: (-progress +verify)\n%s\nof %s", seed, diff, h)
		}
	}
}

// history is some changes of two projects, by number and in the order they merged.
type history []past

// past is a change, a member of the goal or not.
type past struct {
	store.Change
	outside bool
}

// commitOf begins with the same digits for three changes in a row.
func commitOf(number, patchSet int) string {
	return fmt.Sprintf("%07x%01x%032x", number/3, number%3, patchSet)
}

func idOf(n int) string { return fmt.Sprintf("I%040x", n) }

// sentences name commits or Change-Ids: A is the first, B another.
var sentences = []string{
	"This reverts commit A.", "this reverts Commit A", "This reverts commit A and commit B.", "This reverts commits A,\nB (\"x\")\n",
	"This reverts commits:\n\n- A Use threads\n- B\n", "This\nreverts\ncommit\nA", "tHIS reverts COMMITS\nA\nB", "This reverts commit A because of B.",
	"This reverts commit A, B broke it.", "This reverts commits A [x] and B (\"y :(\").", "This reverts commits:\n\n  A\n\n  B\n", "This reverts commit\n\nA stays",
	"> This reverts commit A.", "  This reverts commit A.", "It was said: This reverts commit A.", "It hangs.\nThis reverts commit A.\n> This reverts commit B.",
}

func randomHistory(r *rand.Rand) history {
	pick := func(words ...string) string { return words[r.IntN(len(words))] }
	h := make(history, 1+r.IntN(9))
	for i := range h {
		at := time.Date(2026, 3, 1, 0, i, 0, 0, time.UTC)
		h[i].outside = r.IntN(4) == 0
		c := &h[i].Change
		*c = store.Change{
			Row: store.Row{
				Number: i + 1, Project: pick("openstack/nova", "openstack/nova", "openstack/nova", "openstack/nova", "openstack/heat"),
				Branch:   pick("master", "master", stableBranch, "feature/threads"),
				ChangeID: idOf(r.IntN(5) + r.IntN(2)*10*(i+1)),
				Status:   pick(store.StatusMerged, store.StatusMerged, store.StatusMerged, store.StatusMerged, store.StatusNew, store.StatusAbandoned),
				WIP:      r.IntN(4) == 0, Created: at, Updated: at, Submitted: at,
			},
			Detail: store.Detail{
				Detailed: at, Extraction: store.Extraction,
				PatchSets: []store.PatchSet{{Number: 1, Commit: commitOf(i+1, 1), Created: store.MomentOf(at)}},
			},
		}
		if r.IntN(3) == 0 {
			c.PatchSets = append(c.PatchSets, store.PatchSet{Number: 2, Commit: commitOf(i+1, 2), Created: store.MomentOf(at)})
		}
		switch before := r.IntN(i + 1); {
		case r.IntN(3) == 0:
			c.RevertOf = before
		case r.IntN(2) == 0:
			c.RevertText = []string{strings.NewReplacer("A", h.name(r, pick), "B", h.name(r, pick)).Replace(pick(sentences...))}
		case r.IntN(3) == 0: // onto an existing change too: any number
			c.CherryPickOf = r.IntN(len(h) + 1)
		}
		if c.CherryPickOf == c.Number {
			c.CherryPickOf = 0
		}
	}
	return h
}

// name is what a message may call a change: any, also one still to come or of nobody.
func (h history) name(r *rand.Rand, pick func(...string) string) string {
	n := 1 + r.IntN(len(h)+1)
	whole := commitOf(n, 1+r.IntN(5)/4)
	return pick(whole, whole, whole[:7], whole[:8], whole[:39], idOf(n%6))
}

func (h history) String() string {
	var s string
	for _, c := range h {
		s += fmt.Sprintf("%d (outside %t) of %s on %s, %s %s, revert of %d %q, picked from %d\n", c.Number, c.outside, c.Project, c.Branch, c.ChangeID, c.Status, c.RevertOf, c.RevertText, c.CherryPickOf)
	}
	return s
}

func (h history) byProgress() map[int]judged {
	goal := &progress.Goal{Name: "g", Queries: []store.Query{{Text: "q"}}, Backports: []string{"stable/*"}}
	in := progress.Input{Now: time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC), Selectors: []store.Selector{{Query: "q", AsOf: time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)}}}
	for i := range h {
		c := &h[i].Change
		in.All = append(in.All, c)
		if !h[i].outside {
			in.Members = append(in.Members, store.Member{Membership: store.Membership{Number: c.Number, Query: "q"}, Change: c})
		}
	}
	out := map[int]judged{}
	for _, c := range progress.Compute(goal, in).Changes {
		out[c.Change.Number] = judged{c.State, c.Backport}
	}
	return out
}

func (h history) byVerify() map[int]judged {
	r := &recount{found: map[int]*found{}, outside: map[int]*found{}, texts: map[int]*text{}}
	for _, c := range h {
		row := gerrit.Change{
			Number: c.Number, Project: c.Project, Branch: c.Branch, ChangeID: c.ChangeID, Status: c.Status, Submitted: gerrit.Timestamp{Time: c.Submitted},
			WorkInProgress: c.WIP, RevertOf: c.RevertOf, CherryPickOfChange: c.CherryPickOf,
		}
		f := &found{Change: row, state: stateOfRow(row), stable: c.Branch == stableBranch}
		if c.outside {
			r.outside[c.Number] = f
		} else {
			r.found[c.Number] = f
		}
		r.texts[c.Number] = h.text(c)
	}
	r.judge()
	out := map[int]judged{}
	for n, f := range r.found {
		out[n] = judged{f.state, f.backport}
	}
	return out
}

// text is what Gerrit would answer for the names in a message.
func (h history) text(revert past) *text {
	t := &text{}
	for _, name := range revertedNames(strings.Join(revert.RevertText, "\n\n")) {
		if name[0] == 'i' {
			t.ids = append(t.ids, "I"+name[1:])
			continue
		}
		fits, foreign, of := map[string]bool{}, false, 0
		for _, c := range h {
			for _, p := range c.PatchSets {
				switch {
				case !strings.HasPrefix(p.Commit, name):
				case c.Project == revert.Project:
					fits[p.Commit], of = true, c.Number
				default:
					foreign = true
				}
			}
		}
		switch {
		case len(fits) == 1:
			t.numbers = append(t.numbers, of)
		case len(fits) == 0 && !foreign:
			t.unknown = true
		}
	}
	return t
}
