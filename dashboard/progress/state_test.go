package progress_test

import (
	"testing"
	"time"

	"github.com/eventlet-removal/headway/store"
)

func TestStates(t *testing.T) {
	departed := func(gone bool) func(*store.Member) {
		return func(m *store.Member) { m.Departed = &store.Departure{Gone: gone, At: ago(1), Seen: ago(1)} }
	}
	for _, tt := range []struct {
		name   string
		change *history
		want   string
	}{
		{"new is open", newChange(1, ago(9)), "1:open"},
		{"new with the flag is wip", newChange(1, ago(9)).wip(ago(8)), "1:wip"},
		{"merged", newChange(1, ago(9)).merge(ago(1)), "1:merged"},
		{"abandoned", newChange(1, ago(9)).abandon(ago(1)), "1:abandoned"},
		{"restored is open", newChange(1, ago(9)).abandon(ago(2)).restore(ago(1)), "1:open"},
		{"the flag stays on abandoned changes and does not count", newChange(1, ago(9)).wip(ago(8)).abandon(ago(1)), "1:abandoned"},
		{"a failed submit leaves a submit time on an abandoned change", newChange(1, ago(9)).abandon(ago(1)).
			with(func(m *store.Member) { m.Submitted = ago(2) }), "1:abandoned"},
		{"an unknown status is open", newChange(1, ago(9)).with(func(m *store.Member) { m.Status = "DRAFT" }), "1:open"},
		{"left, though merged", newChange(1, ago(9)).merge(ago(2)).with(departed(false)), "1:left"},
		{"gone", newChange(1, ago(9)).with(departed(true)), "1:gone"},
		{"stable branch", newChange(1, ago(9)).on("stable/2026.1"), "1:openB"},
		{"the star matches a slash", newChange(1, ago(9)).on("bugfix/30.0/x"), "1:openB"},
		{"a pattern matches the whole branch", newChange(1, ago(9)).on("feature/stable/1"), "1:open"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := states(compute([]*history{tt.change})); got != tt.want {
				t.Errorf("states = %s, want %s", got, tt.want)
			}
		})
	}
}

func TestPatterns(t *testing.T) {
	for _, tt := range []struct {
		pattern, branch string
		want            bool
	}{
		{"stable/*", "stable/", true},
		{"stable/*", "stable", false},
		{"*", "master", true},
		{"release", "release", true},
		{"release", "release-1", false},
		{"a*b", "ab", true},
		{"ab*b", "ab", false},
		{"*-eol", "2024.1-eol", true},
		{"a*b*c", "axxbyyc", true},
		{"a*b*c", "axxcyyb", false},
		{"a*bc*c", "abc", false},
		{"v*.*", "v1.2/x", true},
		{"stable/*", "refs/heads/stable/1", true},
	} {
		t.Run(tt.pattern+" "+tt.branch, func(t *testing.T) {
			g := newGoal()
			g.Backports = []string{tt.pattern}
			r := computeFor(g, newChange(1, ago(9)).on(tt.branch))
			if got := r.Changes[0].Backport; got != tt.want {
				t.Errorf("backport = %v, want %v", got, tt.want)
			}
		})
	}
}

// Backports that are told by their original, and the development branches they
// could be taken for.
func TestBackports(t *testing.T) {
	pick := func(n, of int, branch string) *history {
		return newChange(n, ago(5)).on(branch).with(func(m *store.Member) { m.CherryPickOf = of })
	}
	left := func(m *store.Member) { m.Departed = &store.Departure{At: ago(1)} }
	for _, tt := range []struct {
		name    string
		changes []*history
		refs    []*history
		want    string
	}{
		{"without an original", []*history{newChange(1, ago(9)).on("stable/1")}, nil, "1:openB"},
		{"cherry-pick on a development branch", []*history{newChange(1, ago(9)), pick(2, 1, "feature/a")}, nil, "1:open 2:openB"},
		{"Change-Id on many branches", []*history{
			newChange(1, ago(9)).id("I"), newChange(2, ago(8)).id("I").on("feature/a"),
			newChange(3, ago(8)).id("I").on("stable/1"), newChange(4, ago(8)).id("I").on("feature/b"),
		}, nil, "1:open 2:openB 3:openB 4:openB"},
		{"Change-Id in another project", []*history{newChange(1, ago(9)).id("I"), newChange(2, ago(8)).id("I").in("a/b")}, nil, "1:open 2:open"},
		{"abandoned original", []*history{newChange(1, ago(9)).id("I").abandon(ago(8)), newChange(2, ago(7)).id("I").on("feature/a"), newChange(3, ago(6)).id("I").on("feature/b")}, nil,
			"1:abandoned 2:open 3:openB"},
		{"abandoned original of a pick", []*history{newChange(1, ago(9)).abandon(ago(8)), pick(2, 1, "feature/a")}, nil, "1:abandoned 2:open"},
		{"abandoned pick", []*history{newChange(1, ago(9)), pick(2, 1, "feature/a").abandon(ago(1))}, nil, "1:open 2:abandonedB"},
		{"original that left", []*history{newChange(1, ago(9)).with(left), pick(2, 1, "feature/a")}, nil, "1:left 2:open"},
		{"original that is no member", []*history{pick(2, 1, "feature/a")}, []*history{newChange(1, ago(9))}, "2:open"},
		{"development work picked from a stable branch", []*history{newChange(1, ago(9)).on("stable/1"), pick(2, 1, "master")}, nil, "1:openB 2:open"},
		{"copy of a copy", []*history{newChange(1, ago(9)), pick(2, 1, "feature/a"), pick(3, 2, "feature/b")}, nil, "1:open 2:openB 3:openB"},
		{"picked onto an older change", []*history{pick(1, 2, "feature/a").id("I"), newChange(2, ago(9)).id("I")}, nil, "1:openB 2:open"},
		{"picked from each other", []*history{pick(1, 2, "feature/a"), pick(2, 1, "master")}, nil, "1:open 2:openB"},
		{"picked from a ring", []*history{pick(1, 2, "feature/a"), pick(2, 1, "master"), pick(3, 2, "feature/b")}, nil, "1:open 2:openB 3:openB"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := states(compute(tt.changes, tt.refs...)); got != tt.want {
				t.Errorf("states = %s, want %s", got, tt.want)
			}
		})
	}
}

func TestReverts(t *testing.T) {
	merged := func(n int, hours float64) *history { return newChange(n, ago(200)).merge(ago(hours)) }
	of := func(n int, hours float64, target int) *history {
		return merged(n, hours).with(func(m *store.Member) { m.RevertOf = target })
	}
	names := func(n int, hours float64, shas ...string) *history {
		return merged(n, hours).with(func(m *store.Member) { m.Reverts = shas })
	}
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
		{"a commit nobody knows", []*history{merged(1, 9), names(2, 8, "cafe")}, nil, "1:merged 2:merged"},
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
		{"a commit of another branch that never came here", []*history{merged(1, 9), names(2, 8, sha(1, 1)).on("stable/1")}, nil, "1:merged 2:mergedB"},
		{"one commit pushed to two branches", []*history{
			merged(1, 9).id("I"), merged(2, 9).id("J").on("stable/1").with(func(m *store.Member) { m.PatchSets[0].Commit = sha(1, 1) }), names(3, 8, sha(1, 1)).on("stable/1"),
		}, nil, "1:merged 2:revertedB 3:revertedB"},
		{"names itself", []*history{names(1, 9, sha(1, 1))}, nil, "1:merged"},
		{"merged without a submit record", []*history{
			merged(1, 9), of(2, 8, 1).with(noSubmit).comment(ago(1), alice), of(3, 7, 2),
		}, nil, "1:merged 2:reverted 3:reverted"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := states(compute(tt.changes, tt.refs...)); got != tt.want {
				t.Errorf("states = %s, want %s", got, tt.want)
			}
		})
	}
}
