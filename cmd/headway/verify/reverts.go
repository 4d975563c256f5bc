package verify

import (
	"context"
	"fmt"
	"slices"

	"github.com/eventlet-removal/headway/collector/gerrit"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store/query"
)

// revertDepth is how far reverts of reverts are followed.
const revertDepth = 10

// revertText is how a commit message names what it reverts, before the commit.
const revertText = "This reverts commit"

// findReverts asks for the merged reverts of all merged changes, and for theirs,
// until there are no more. Most are outside the selectors.
func (r *recount) findReverts(ctx context.Context) error {
	asked := map[int]bool{}
	for range revertDepth {
		var merged []int
		for _, n := range r.known() {
			if r.change(n).state == progress.Merged && !asked[n] {
				merged, asked[n] = append(merged, n), true
			}
		}
		rows, err := r.anyOf(ctx, "is:merged", query.Numbered("revertof", merged))
		if err != nil || len(rows) == 0 {
			return err
		}
		for _, row := range rows {
			r.addMerged(row)
		}
	}
	return nil
}

// addMerged notes a merged change that counts for our numbers, member or not.
func (r *recount) addMerged(row gerrit.Change) {
	if r.found[row.Number] == nil {
		r.outside[row.Number] = &found{Change: row, state: progress.Merged}
	}
}

// askMerged asks for a change that nothing was heard of yet.
func (r *recount) askMerged(ctx context.Context, n int) error {
	if r.change(n) != nil {
		return nil
	}
	rows, err := r.byNumber(ctx, "is:merged", []int{n})
	for _, row := range rows {
		r.addMerged(row)
	}
	return err
}

// findTexts looks for reverts made by hand: merged members whose commit message
// names what they revert, and revert_of does not. Rows have no message, so Gerrit
// is asked which of our commits theirs names.
func (r *recount) findTexts(ctx context.Context) error {
	for _, q := range r.queries {
		rows, err := r.list(ctx, "("+q.text+") is:merged message:"+query.Quote(revertText))
		if err != nil {
			return err
		}
		for _, row := range rows {
			if f := r.found[row.Number]; f == nil || len(r.targets(row.Number)) > 0 {
				continue
			}
			if err := r.bisect(ctx, row, r.revertible(row)); err != nil {
				return err
			}
		}
	}
	return nil
}

// revertible are the changes that a revert made by hand may mean: merged members
// of its project, and those that left, whose state we don't know yet.
func (r *recount) revertible(revert gerrit.Change) []int {
	var candidates []int
	for n, c := range r.shown.changes {
		t := r.found[n]
		merged := t != nil && t.state == progress.Merged && t.Project == revert.Project
		left := t == nil && c.state == progress.Left && c.project == revert.Project
		if (merged || left) && n != revert.Number && len(c.commits) > 0 {
			candidates = append(candidates, n)
		}
	}
	slices.Sort(candidates)
	return candidates
}

// bisect finds out which of the candidates the message of a revert names, by
// halves.
func (r *recount) bisect(ctx context.Context, revert gerrit.Change, candidates []int) error {
	var terms []string
	for _, n := range candidates {
		terms = append(terms, revertTerms(r.shown.changes[n].commits)...)
	}
	rows, err := r.anyOf(ctx, fmt.Sprintf("change:%d", revert.Number), terms)
	switch {
	case err != nil || len(rows) == 0:
		return err
	case len(candidates) == 1:
		r.noteRevertText(revert.Number, candidates[0])
		return r.askMerged(ctx, candidates[0])
	}
	half := len(candidates) / 2
	if err := r.bisect(ctx, revert, candidates[:half]); err != nil {
		return err
	}
	return r.bisect(ctx, revert, candidates[half:])
}

func revertTerms(commits []string) []string {
	var terms []string
	for _, sha := range commits {
		terms = append(terms, "message:"+query.Quote(revertText+" "+sha))
	}
	return terms
}

// noteRevertText notes that the message of a commit names what it reverts.
func (r *recount) noteRevertText(revert, target int) {
	if revert != target && !slices.Contains(r.texts[revert], target) {
		r.texts[revert] = append(r.texts[revert], target)
	}
}

// explainReverted asks further for members that we call reverted and that no
// revert found so far explains: a revert outside the selectors that only its
// message names, or the target of a member's revert.
func (r *recount) explainReverted(ctx context.Context) error {
	asked := map[int]bool{}
	for range revertDepth {
		r.judge()
		var open []int
		for n, c := range r.shown.changes {
			if f := r.found[n]; c.state == progress.Reverted && f != nil && f.state == progress.Merged && !asked[n] {
				open, asked[n] = append(open, n), true
			}
		}
		if len(open) == 0 {
			return nil
		}
		slices.Sort(open)
		for _, n := range open {
			if err := r.explain(ctx, n); err != nil {
				return err
			}
		}
		r.resetStates()
		if err := r.findReverts(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (r *recount) explain(ctx context.Context, n int) error {
	if of := r.found[n].RevertOf; of != 0 {
		if err := r.askMerged(ctx, of); err != nil {
			return err
		}
	}
	where := "is:merged project:" + query.Quote(r.found[n].Project)
	rows, err := r.anyOf(ctx, where, revertTerms(r.shown.changes[n].commits))
	for _, row := range rows {
		r.addMerged(row)
		r.noteRevertText(row.Number, n)
	}
	return err
}

// resetStates takes back what judge decided, before more is known.
func (r *recount) resetStates() {
	for _, f := range r.found {
		if f.state == progress.Reverted {
			f.state = progress.Merged
		}
	}
}

// judge decides, from what Gerrit has, what is reverted and what is a backport. It
// is written without a look at package progress, which it checks.
func (r *recount) judge() {
	r.resetStates()
	undone := r.undone()
	var reverted []*found
	for n, f := range r.found {
		if f.state == progress.Merged && (undone[n] || len(r.targets(n)) > 0) {
			reverted = append(reverted, f)
		}
	}
	for _, f := range reverted {
		f.state = progress.Reverted
	}
	r.judgeBackports()
}

// undone are the merged changes that an effective revert took back: one that was
// not taken back itself.
func (r *recount) undone() map[int]bool {
	by := map[int][]int{} // target -> its reverts
	for _, n := range r.known() {
		for _, t := range r.targets(n) {
			by[t] = append(by[t], n)
		}
	}
	undone, visited := map[int]bool{}, map[int]bool{}
	var visit func(n int) bool
	visit = func(n int) bool {
		if visited[n] {
			return undone[n]
		}
		visited[n] = true
		for _, revert := range by[n] {
			if !visit(revert) {
				undone[n] = true
			}
		}
		return undone[n]
	}
	for n := range by {
		visit(n)
	}
	return undone
}

// targets are the merged changes that a merged change reverts, on its own branch.
func (r *recount) targets(n int) []int {
	f := r.change(n)
	if f.state != progress.Merged {
		return nil
	}
	var out []int
	for _, t := range append([]int{f.RevertOf}, r.texts[n]...) {
		t = r.onBranch(t, f)
		if t != 0 && t != n && r.change(t).state == progress.Merged && !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return out
}

// onBranch is the change that a revert on a branch means by a change, which may be of
// another branch: then it is the one with the same Change-Id. 0: there is none.
func (r *recount) onBranch(of int, revert *found) int {
	t := r.change(of)
	switch {
	case t == nil || t.Project != revert.Project:
		return 0
	case t.Branch == revert.Branch:
		return of
	}
	best := 0
	for _, n := range r.known() {
		if c := r.change(n); c.ChangeID == t.ChangeID && c.Project == t.Project && c.Branch == revert.Branch && c.state == progress.Merged {
			best = n
		}
	}
	return best
}

// judgeBackports decides what is a backport: by branch, else cherry-picks of a development
// member that is not abandoned.
func (r *recount) judgeBackports() {
	numbers := r.known()
	original := func(n int) int {
		f := r.found[n]
		if f == nil || f.stable {
			return 0
		}
		o := r.found[f.CherryPickOfChange]
		if o == nil || o.stable || o.state == progress.Abandoned || o.Project != f.Project {
			return 0
		}
		return o.Number
	}
	type key struct{ project, id string }
	first := map[key]bool{}
	for _, n := range numbers {
		f := r.found[n]
		if f == nil {
			continue
		}
		f.backport = f.stable || original(n) != 0 && !lowestOfRing(n, original)
		if f.backport {
			continue
		}
		k := key{f.Project, f.ChangeID}
		f.backport = first[k] && f.ChangeID != ""
		first[k] = first[k] || f.state != progress.Abandoned
	}
}

// lowestOfRing reports whether changes that were picked from each other in a ring
// begin with n.
func lowestOfRing(n int, original func(int) int) bool {
	for o, steps := original(n), 0; o != 0 && steps < 100; o, steps = original(o), steps+1 {
		if o == n {
			return true
		}
		if o < n && inRing(o, original) {
			return false
		}
	}
	return false
}

func inRing(n int, original func(int) int) bool {
	for o, steps := original(n), 0; o != 0 && steps < 100; o, steps = original(o), steps+1 {
		if o == n {
			return true
		}
	}
	return false
}

// newest is when the latest of all changes moved that the state and class of a
// change depend on: its reverts, theirs, what it reverts, and its copies.
func (r *recount) newest(n int) *found {
	related := map[int][]int{}
	join := func(a, b int) {
		if a != b && r.change(a) != nil && r.change(b) != nil {
			related[a], related[b] = append(related[a], b), append(related[b], a)
		}
	}
	ids := map[string]int{}
	for _, m := range r.known() {
		f := r.change(m)
		for _, o := range append([]int{f.RevertOf, f.CherryPickOfChange}, r.texts[m]...) {
			join(m, o)
		}
		if first, ok := ids[f.Project+" "+f.ChangeID]; ok {
			join(first, m)
		} else {
			ids[f.Project+" "+f.ChangeID] = m
		}
	}
	seen, queue := map[int]bool{n: true}, []int{n}
	var newest *found
	for len(queue) > 0 {
		m := queue[0]
		queue = queue[1:]
		if f := r.change(m); f != nil && (newest == nil || f.Updated.After(newest.Updated.Time)) {
			newest = f
		}
		for _, o := range related[m] {
			if !seen[o] {
				seen[o], queue = true, append(queue, o)
			}
		}
	}
	return newest
}
