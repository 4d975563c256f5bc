package progress_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/eventlet-removal/headway/store"
)

func TestReverts(t *testing.T) {
	merged := func(n int, hours float64) *history { return newChange(n, ago(200)).merge(ago(hours)) }
	of := func(n int, hours float64, target int) *history {
		return merged(n, hours).with(func(m *store.Member) { m.RevertOf = target })
	}
	withText := func(n int, hours float64, text string) *history {
		return merged(n, hours).with(func(m *store.Member) { m.Extraction, m.RevertText = store.Extraction, []string{text} })
	}
	names := func(n int, hours float64, shas ...string) *history {
		return withText(n, hours, "This reverts commits "+strings.Join(shas, " and ")+".")
	}
	before := func(n int, hours float64, shas ...string) *history { // as an older headway kept it
		return merged(n, hours).with(func(m *store.Member) { m.Reverts = shas })
	}
	left := func(m *store.Member) { m.Departed = &store.Departure{At: ago(1), Seen: ago(1)} }
	const id, otherID = "Iaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "Ibbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
	const nobody = "cafecafecafecafecafecafecafecafecafecafe"
	open := func(h *history) *history {
		return h.with(func(m *store.Member) { m.Status, m.Submitted = store.StatusNew, time.Time{} })
	}
	noSubmit := func(m *store.Member) { m.Submitted = time.Time{} }
	for _, tt := range []struct {
		name    string
		changes []*history
		refs    []*history
		want    string
	}{
		{"by revert_of", []*history{merged(1, 9), of(2, 8, 1)}, nil, "1:reverted 2:reverted"},
		{"by the commit of the current patch set", []*history{merged(1, 9), names(2, 8, sha(1, 1))}, nil, "1:reverted 2:reverted"},
		{"by the commit of an old patch set", []*history{newChange(1, ago(99)).upload(ago(50), owner).merge(ago(9)), names(2, 8, sha(1, 1))}, nil, "1:reverted 2:reverted"},
		{"two at once", []*history{merged(1, 9), merged(2, 9), names(3, 8, sha(1, 1), sha(2, 1))}, nil, "1:reverted 2:reverted 3:reverted"},
		{"a commit nobody knows", []*history{merged(1, 9), names(2, 8, nobody)}, nil, "1:merged 2:merged"},
		{"a commit of another project", []*history{merged(1, 9).in("a/b"), names(2, 8, sha(1, 1))}, nil, "1:merged 2:merged"},
		{"revert of a revert", []*history{merged(1, 9), of(2, 8, 1), of(3, 7, 2)}, nil, "1:merged 2:reverted 3:reverted"},
		{"revert of a revert of a revert", []*history{merged(1, 9), of(2, 8, 1), of(3, 7, 2), names(4, 6, sha(3, 1))}, nil, "1:reverted 2:reverted 3:reverted 4:reverted"},
		{"reverted twice, one of them undone", []*history{merged(1, 9), of(2, 8, 1), of(3, 7, 2), of(4, 6, 1)}, nil, "1:reverted 2:reverted 3:reverted 4:reverted"},
		{"order is by merge, not by number", []*history{merged(5, 9), of(4, 8, 5), of(3, 7, 4)}, nil, "3:reverted 4:reverted 5:merged"},
		{"reland with a new Change-Id", []*history{merged(1, 9), of(2, 8, 1), merged(3, 7)}, nil, "1:reverted 2:reverted 3:merged"},
		{"open revert", []*history{merged(1, 9), open(of(2, 8, 1))}, nil, "1:merged 2:open"},
		{"abandoned revert", []*history{merged(1, 9), of(2, 8, 1).abandon(ago(7))}, nil, "1:merged 2:abandoned"},
		{"of something that did not merge", []*history{newChange(1, ago(9)), of(2, 8, 1)}, nil, "1:open 2:merged"},
		{"outside the selector", []*history{merged(1, 9)}, []*history{of(2, 8, 1)}, "1:reverted"},
		{"of a reference", []*history{of(2, 8, 1)}, []*history{merged(1, 9)}, "2:reverted"},
		{"undone outside the selector", []*history{merged(1, 9), of(2, 8, 1)}, []*history{of(3, 7, 2)}, "1:merged 2:reverted"},
		{"on a stable branch only", []*history{
			merged(1, 9).id("I"), merged(2, 8).id("I").on("stable/1"), names(3, 7, sha(2, 1)).on("stable/1"),
		}, nil, "1:merged 2:revertedB 3:revertedB"},
		{"a commit of another branch means the change on this one", []*history{
			merged(1, 9).id("I"), merged(2, 8).id("I").on("stable/1"), names(3, 7, sha(1, 1)).on("stable/1"),
		}, nil, "1:merged 2:revertedB 3:revertedB"},
		{"revert_of another branch means the change on this one", []*history{
			merged(1, 9).id("I"), merged(2, 8).id("I").on("stable/1"), of(3, 7, 1).on("stable/1"),
		}, nil, "1:merged 2:revertedB 3:revertedB"},
		{"a commit of before the branch was cut", []*history{merged(1, 9), names(2, 8, sha(1, 1)).on("stable/1")}, nil, "1:merged 2:revertedB"},
		{"and undone", []*history{merged(1, 9), names(2, 8, sha(1, 1)).on("stable/1"), of(3, 7, 2).on("stable/1")}, nil, "1:merged 2:revertedB 3:revertedB"},
		{"of before the branch was cut, of a reference", []*history{names(2, 8, sha(1, 1)).on("stable/1")}, []*history{merged(1, 9)}, "2:revertedB"},
		{"an abandoned backport is not on the branch", []*history{
			merged(1, 9).id(id), newChange(2, ago(9)).id(id).on("stable/1").abandon(ago(8)), names(3, 7, sha(1, 1)).on("stable/1"),
		}, nil, "1:merged 2:abandonedB 3:revertedB"},
		{"a commit of another branch that did not merge", []*history{newChange(1, ago(9)), names(2, 8, sha(1, 1)).on("stable/1")}, nil, "1:open 2:mergedB"},
		{"of this branch and of before it was cut", []*history{merged(1, 9), merged(2, 8).on("stable/1"), names(3, 7, sha(1, 1), sha(2, 1)).on("stable/1")}, nil,
			"1:merged 2:revertedB 3:revertedB"},
		{"a reland on the branch has the same Change-Id", []*history{
			merged(1, 9).id(id), names(2, 8, sha(1, 1)).on("stable/1"), merged(3, 7).id(id).on("stable/1"),
		}, nil, "1:merged 2:revertedB 3:mergedB"},

		{"abbreviated", []*history{merged(1, 9), names(2, 8, sha(1, 1)[:7])}, nil, "1:reverted 2:reverted"},
		{"abbreviated in capitals", []*history{merged(171, 9), names(172, 8, strings.ToUpper(sha(171, 1)[:9]))}, nil, "171:reverted 172:reverted"},
		{"abbreviated, fits two patch sets", []*history{newChange(1, ago(99)).upload(ago(50), owner).merge(ago(9)), names(2, 8, sha(1, 1)[:39])}, nil, "1:merged 2:merged"},
		{"abbreviated, fits a change of another project too", []*history{
			merged(1, 9), newChange(3, ago(9)).in("a/b").with(func(m *store.Member) { m.PatchSets[0].Commit = sha(1, 2) }), names(2, 8, sha(1, 1)[:7]),
		}, nil, "1:reverted 2:reverted 3:open"},
		{"abbreviated, one commit of two branches", []*history{
			merged(1, 9).id("I"), merged(2, 9).id("J").on("stable/1").with(func(m *store.Member) { m.PatchSets[0].Commit = sha(1, 1) }), names(3, 8, sha(1, 1)[:7]),
		}, nil, "1:reverted 2:mergedB 3:reverted"},
		{"by Change-Id", []*history{merged(1, 9).id(id), merged(2, 9).id(otherID), withText(3, 8, "This reverts change "+id+".")}, nil, "1:reverted 2:merged 3:reverted"},
		{"by Change-Id, on its branch", []*history{merged(1, 9).id(id), merged(2, 9).id(id).on("stable/1"), withText(3, 8, "this reverts change "+id).on("stable/1")}, nil,
			"1:merged 2:revertedB 3:revertedB"},
		{"by Change-Id, of before the branch was cut", []*history{merged(1, 9).id(id), withText(3, 8, "This reverts change "+id).on("stable/1")}, nil, "1:merged 3:revertedB"},
		{"by Change-Id, of another project", []*history{merged(1, 9).id(id).in("a/b"), withText(2, 8, "This reverts change "+id)}, nil, "1:merged 2:merged"},
		{"by Change-Id, of another project too", []*history{merged(1, 9).id(id).in("a/b"), merged(2, 9).id(id), withText(3, 8, "This reverts change "+id)}, nil, "1:merged 2:reverted 3:reverted"},
		{"revert_of another project", []*history{merged(1, 9).in("a/b"), of(2, 8, 1)}, nil, "1:merged 2:merged"},
		{"of before the branch was cut, with the same Change-Id", []*history{merged(1, 9).id(id), names(2, 8, sha(1, 1)).id(id).on("stable/1")}, nil, "1:merged 2:revertedB"},
		{"by Change-Id, its own", []*history{withText(2, 8, "This reverts change "+id).id(id)}, nil, "2:merged"},
		{"by Change-Id, brought back with it", []*history{merged(1, 9).id(id), withText(2, 8, "This reverts change "+id), merged(3, 7).id(id)}, nil, "1:reverted 2:reverted 3:mergedB"},
		{"a list over lines", []*history{merged(1, 9), merged(2, 9), withText(3, 8, "This reverts commits:\n- "+sha(1, 1)+"\n- "+sha(2, 1))}, nil, "1:reverted 2:reverted 3:reverted"},
		{"quoted", []*history{merged(1, 9), withText(2, 8, "> This reverts commit "+sha(1, 1))}, nil, "1:merged 2:merged"},
		{"set in", []*history{merged(1, 9), withText(2, 8, "  This reverts commit "+sha(1, 1))}, nil, "1:merged 2:merged"},
		{"reland that quotes its revert", []*history{merged(1, 9), of(2, 8, 1), withText(3, 7, "> This reverts commit "+sha(1, 1)+".")}, nil, "1:reverted 2:reverted 3:merged"},

		{"kept by an older headway", []*history{merged(1, 9), before(2, 8, sha(1, 1))}, nil, "1:reverted 2:reverted"},
		{"kept by an older headway, abbreviated", []*history{merged(1, 9), before(2, 8, sha(1, 1)[:7])}, nil, "1:merged 2:merged"},
		{"what an older headway kept goes when read anew", []*history{merged(1, 9), before(2, 8, sha(1, 1)).with(func(m *store.Member) { m.Extraction = 1 })}, nil, "1:merged 2:merged"},

		{"revert of a revert of a reference", []*history{of(2, 8, 1), of(3, 7, 2)}, []*history{merged(1, 9)}, "2:reverted 3:merged"},
		{"revert of a revert outside, of a reference", []*history{of(3, 7, 2)}, []*history{merged(1, 9), of(2, 8, 1)}, "3:merged"},
		{"revert of a revert of what nobody knows", []*history{of(2, 8, 77), of(3, 7, 2)}, nil, "2:reverted 3:merged"},
		{"revert of a revert of a commit nobody knows", []*history{names(2, 8, nobody), names(3, 7, sha(2, 1))}, nil, "2:reverted 3:merged"},
		{"revert of a revert of one that left", []*history{merged(1, 9).with(left), of(2, 8, 1), of(3, 7, 2)}, nil, "1:left 2:reverted 3:merged"},
		{"revert of what carries the work", []*history{of(2, 8, 77), of(3, 7, 2), of(4, 6, 3)}, nil, "2:merged 3:reverted 4:reverted"},
		{"and that reverted: the first carries it again", []*history{of(3, 7, 2), of(4, 6, 3), of(5, 5, 4)}, []*history{merged(1, 9), of(2, 8, 1)}, "3:merged 4:reverted 5:reverted"},
		{"four deep, of a member", []*history{merged(1, 9), of(5, 5, 4)}, []*history{of(2, 8, 1), of(3, 7, 2), of(4, 6, 3)}, "1:merged 5:reverted"},
		{"four deep, of a reference", []*history{of(5, 5, 4)}, []*history{merged(1, 9), of(2, 8, 1), of(3, 7, 2), of(4, 6, 3)}, "5:merged"},
		{"three deep takes work out", []*history{of(4, 6, 3)}, []*history{merged(1, 9), of(2, 8, 1), of(3, 7, 2)}, "4:reverted"},
		{"three deep, of what nobody knows", []*history{of(4, 6, 3)}, []*history{of(2, 8, 77), of(3, 7, 2)}, "4:reverted"},
		{"carries, and takes out a member", []*history{merged(5, 9), of(2, 8, 77), names(3, 7, sha(2, 1), sha(5, 1))}, nil, "2:reverted 3:reverted 5:reverted"},
		{"revert of a revert of before the branch was cut", []*history{of(3, 7, 2).on("stable/1")}, []*history{merged(1, 9), of(2, 8, 1)}, "3:mergedB"},
		{"revert of a revert of a member of before the branch was cut", []*history{merged(1, 9), of(2, 8, 1), of(3, 7, 2).on("stable/1")}, nil, "1:reverted 2:reverted 3:revertedB"},
		{"revert of a revert that is not merged", []*history{open(of(2, 8, 77)), of(3, 7, 2)}, nil, "2:open 3:merged"},
		{"a target that fits two, undone", []*history{newChange(1, ago(99)).upload(ago(50), owner).merge(ago(9)), names(2, 8, sha(1, 1)[:39]), of(3, 7, 2)}, nil, "1:merged 2:reverted 3:reverted"},
		{"a commit of another project, undone", []*history{merged(1, 9).in("a/b"), names(2, 8, sha(1, 1)), of(3, 7, 2)}, nil, "1:merged 2:reverted 3:reverted"},
		{"an abbreviated commit of another project, undone", []*history{merged(1, 9).in("a/b"), names(2, 8, sha(1, 1)[:9]), of(3, 7, 2)}, nil, "1:merged 2:reverted 3:reverted"},
		{"revert_of another project, undone", []*history{merged(1, 9).in("a/b"), of(2, 8, 1), of(3, 7, 2)}, nil, "1:merged 2:reverted 3:reverted"},
		{"a Change-Id of another project, undone", []*history{merged(1, 9).id(id).in("a/b"), withText(2, 8, "This reverts change "+id), of(3, 7, 2)}, nil, "1:merged 2:reverted 3:reverted"},
		{"an abbreviated commit nobody knows, undone", []*history{names(2, 8, nobody[:9]), of(3, 7, 2)}, nil, "2:reverted 3:merged"},
		{"one commit pushed to two branches", []*history{
			merged(1, 9).id("I"), merged(2, 9).id("J").on("stable/1").with(func(m *store.Member) { m.PatchSets[0].Commit = sha(1, 1) }), names(3, 8, sha(1, 1)).on("stable/1"),
		}, nil, "1:merged 2:revertedB 3:revertedB"},
		{"names itself", []*history{names(1, 9, sha(1, 1))}, nil, "1:merged"},
		{"merged without a submit record", []*history{
			merged(1, 9), of(2, 8, 1).with(noSubmit).comment(ago(1), alice), of(3, 7, 2),
		}, nil, "1:merged 2:reverted 3:reverted"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := compute(tt.changes, tt.refs...)
			if got := states(r); got != tt.want {
				t.Errorf("states = %s, want %s", got, tt.want)
			}
			for _, c := range r.Changes {
				if slices.Contains(c.Undoes, c.Change.Number) {
					t.Errorf("change %d reverts %v: nothing reverts itself", c.Change.Number, c.Undoes)
				}
			}
		})
	}
}
