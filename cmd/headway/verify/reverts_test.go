package verify

import (
	"fmt"
	"math/rand/v2"
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
	sane := 0
	for seed := range uint64(5000) {
		h := randomHistory(rand.New(rand.NewPCG(seed, 1)))
		want := h.byProgress()
		got, ok := h.byVerify()
		if !ok {
			continue
		}
		sane++
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("seed %d: (-progress +verify)\n%s\nof %s", seed, diff, h)
		}
	}
	if sane < 4000 {
		t.Errorf("only %d histories were sane", sane)
	}
}

// history is some changes of one project, by number and in the order they merged.
type history []store.Change

func randomHistory(r *rand.Rand) history {
	pick := func(words ...string) string { return words[r.IntN(len(words))] }
	h := make(history, 1+r.IntN(9))
	for i := range h {
		at := time.Date(2026, 3, 1, 0, i, 0, 0, time.UTC)
		c := &h[i]
		*c = store.Change{
			Row: store.Row{
				Number: i + 1, Project: "openstack/nova", Branch: pick("master", "master", stableBranch, "feature/threads"),
				ChangeID: pick("I1", "I2", "I3", "I4", fmt.Sprint("I1", i)),
				Status:   pick(store.StatusMerged, store.StatusMerged, store.StatusMerged, store.StatusNew, store.StatusAbandoned),
				WIP:      r.IntN(4) == 0, Created: at, Updated: at, Submitted: at,
			},
			Detail: store.Detail{
				Detailed:  at,
				PatchSets: []store.PatchSet{{Number: 1, Commit: fmt.Sprintf("%040x", i+1), Created: at}},
			},
		}
		switch before := r.IntN(i + 1); {
		case r.IntN(3) == 0:
			c.RevertOf = before
		case before > 0 && r.IntN(3) == 0:
			c.Reverts = []string{fmt.Sprintf("%040x", before)}
		case r.IntN(3) == 0: // onto an existing change too: any number
			c.CherryPickOf = r.IntN(len(h) + 1)
		}
		if c.CherryPickOf == c.Number {
			c.CherryPickOf = 0
		}
	}
	return h
}

func (h history) String() string {
	var s string
	for _, c := range h {
		s += fmt.Sprintf("%d on %s, %s %s, revert of %d %v, picked from %d\n", c.Number, c.Branch, c.ChangeID, c.Status, c.RevertOf, c.Reverts, c.CherryPickOf)
	}
	return s
}

func (h history) byProgress() map[int]judged {
	goal := &progress.Goal{Name: "g", Queries: []store.Query{{Text: "q"}}, Backports: []string{"stable/*"}}
	in := progress.Input{Now: time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC), Selectors: []store.Selector{{Query: "q", AsOf: time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)}}}
	for i := range h {
		in.All = append(in.All, &h[i])
		in.Members = append(in.Members, store.Member{Membership: store.Membership{Number: h[i].Number, Query: "q"}, Change: &h[i]})
	}
	out := map[int]judged{}
	for _, c := range progress.Compute(goal, in).Changes {
		out[c.Change.Number] = judged{c.State, c.Backport}
	}
	return out
}

// byVerify judges a history and reports whether it is sane: nothing reverts what
// merged later, as the change of another branch that a commit stands for might.
func (h history) byVerify() (out map[int]judged, sane bool) {
	r := &recount{found: map[int]*found{}, outside: map[int]*found{}, texts: map[int][]int{}}
	for _, c := range h {
		row := gerrit.Change{
			Number: c.Number, Project: c.Project, Branch: c.Branch, ChangeID: c.ChangeID, Status: c.Status,
			WorkInProgress: c.WIP, RevertOf: c.RevertOf, CherryPickOfChange: c.CherryPickOf,
		}
		r.found[c.Number] = &found{Change: row, state: stateOfRow(row), stable: c.Branch == stableBranch}
		for _, sha := range c.Reverts {
			var target int
			fmt.Sscanf(sha, "%x", &target)
			r.noteRevertText(c.Number, target)
		}
	}
	sane = true
	for n := range r.found {
		for _, t := range r.targets(n) {
			sane = sane && t < n
		}
	}
	r.judge()
	out = map[int]judged{}
	for n, f := range r.found {
		out[n] = judged{f.state, f.backport}
	}
	return out, sane
}
