package verify

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/eventlet-removal/headway/collector/gerrit"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store/query"
)

const (
	// revertDepth is how far reverts of reverts are followed.
	revertDepth = 10

	// mostMessages is how many commit messages one request asks for.
	mostMessages = 25
)

// revertWords find the messages that may name what they revert.
var revertWords = `(message:"reverts commit" OR message:"reverts commits" OR message:"reverts change" OR message:"reverts changes")`

// text is what the commit message of a merged change names as reverted.
type text struct {
	numbers []int    // by commit
	ids     []string // by Change-Id
	unknown bool     // a commit that is not of a change we track, of any project
	names   []string // all of it, as written
}

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
	if n == 0 || r.change(n) != nil {
		return nil
	}
	rows, err := r.byNumber(ctx, "is:merged", []int{n})
	for _, row := range rows {
		r.addMerged(row)
	}
	return err
}

// findTexts looks for what commit messages name as reverted: those of merged members
// that Gerrit finds by the words, and those of all reverts outside.
func (r *recount) findTexts(ctx context.Context) error {
	var numbers []int
	for _, q := range r.queries {
		rows, err := r.list(ctx, "("+q.text+") is:merged "+revertWords)
		if err != nil {
			return err
		}
		for _, row := range rows {
			if r.found[row.Number] != nil {
				numbers = append(numbers, row.Number)
			}
		}
	}
	return r.readTexts(ctx, numbers)
}

// readTexts reads the commit messages of some changes and of all that are outside,
// each once.
func (r *recount) readTexts(ctx context.Context, numbers []int) error {
	for n, f := range r.outside {
		if f.state == progress.Merged {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	numbers = slices.DeleteFunc(slices.Compact(numbers), func(n int) bool { return r.texts[n] != nil })
	messages, err := r.messages(ctx, numbers)
	if err != nil {
		return err
	}
	for _, n := range numbers {
		t := &text{}
		for _, name := range revertedNames(messages[n]) {
			if err := r.resolve(ctx, r.change(n), t, name, false); err != nil {
				return err
			}
		}
		r.texts[n] = t
	}
	return nil
}

// messages are the current commit messages of some changes, without those that
// Gerrit can't give.
func (r *recount) messages(ctx context.Context, numbers []int) (map[int]string, error) {
	messages := map[int]string{}
	changes, err := r.details(ctx, numbers)
	for _, c := range changes {
		if commit := c.Revisions[c.CurrentRevision].Commit; commit != nil {
			messages[c.Number] = commit.Message
		}
	}
	return messages, err
}

func (r *recount) details(ctx context.Context, numbers []int) ([]gerrit.Change, error) {
	var all []gerrit.Change
	for chunk := range slices.Chunk(numbers, mostMessages) {
		details, err := r.auditor.client.Details(ctx, chunk)
		var failed *gerrit.Error
		switch {
		case err == nil:
			all = append(all, details.Changes...)
			if rest := details.Missing; len(rest) > 0 && len(details.Changes) > 0 { // a smaller limit than ours
				more, err := r.details(ctx, rest)
				if err != nil {
					return nil, err
				}
				all = append(all, more...)
			}
		case errors.As(err, &failed) && failed.Status == http.StatusInternalServerError && len(chunk) > 1:
			for _, n := range chunk { // one that it can't format spoils the whole answer
				one, err := r.details(ctx, []int{n})
				if err != nil {
					return nil, err
				}
				all = append(all, one...)
			}
		case errors.As(err, &failed) && failed.Status == http.StatusInternalServerError:
		default:
			return nil, err
		}
	}
	return all, nil
}

// resolve asks Gerrit which change a message means by a name. What we don't track
// counts only if any may be meant.
func (r *recount) resolve(ctx context.Context, revert *found, t *text, name string, any bool) error {
	if !slices.Contains(t.names, name) {
		t.names = append(t.names, name)
	}
	operator := "commit:"
	if name[0] == 'i' {
		name, operator = "I"+name[1:], "change:"
	}
	rows, err := r.list(ctx, operator+name)
	if err != nil {
		return err
	}
	rows = slices.DeleteFunc(rows, func(row gerrit.Change) bool {
		_, shown := r.shown.changes[row.Number]
		return row.Number == revert.Number && operator == "change:" || !any && !shown && r.change(row.Number) == nil
	})
	tracked := len(rows)
	rows = slices.DeleteFunc(rows, func(row gerrit.Change) bool { return row.Project != revert.Project })
	for _, row := range rows {
		if row.Status == "MERGED" {
			r.addMerged(row)
		}
	}
	switch {
	case operator == "change:":
		t.ids = append(t.ids, name)
		return nil
	case len(rows) == 0:
		t.unknown = t.unknown || tracked == 0
		return nil
	}
	if len(name) < 40 {
		two, err := r.fitsTwo(ctx, rows, name)
		if err != nil || two {
			return err
		}
	}
	of := rows[0].Number
	for _, row := range slices.Backward(rows) {
		if row.Branch == revert.Branch {
			of = row.Number
		}
	}
	t.numbers = append(t.numbers, of)
	return nil
}

// fitsTwo reports whether an abbreviated commit may be either of two.
func (r *recount) fitsTwo(ctx context.Context, rows []gerrit.Change, name string) (bool, error) {
	var numbers []int
	for _, row := range rows {
		numbers = append(numbers, row.Number)
	}
	changes, err := r.details(ctx, numbers)
	fits := map[string]bool{}
	for _, c := range changes {
		for sha := range c.Revisions {
			if strings.HasPrefix(sha, name) {
				fits[sha] = true
			}
		}
	}
	return len(fits) > 1, err
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
		r.resetStates()
		for _, n := range open {
			if err := r.explain(ctx, n); err != nil {
				return err
			}
		}
		if err := r.findReverts(ctx); err != nil {
			return err
		}
		if err := r.readTexts(ctx, nil); err != nil {
			return err
		}
	}
	return nil
}

// explain asks for what a member reverts, if we did not track that, and for those
// whose message names one of its commits.
func (r *recount) explain(ctx context.Context, n int) error {
	f := r.found[n]
	for of, steps := f.RevertOf, 0; of != 0 && steps < revertDepth; steps++ {
		if err := r.askMerged(ctx, of); err != nil {
			return err
		}
		if r.change(of) == nil {
			break
		}
		of = r.change(of).RevertOf
	}
	if t := r.texts[n]; t != nil && (t.unknown || len(t.ids) > 0) {
		anew := &text{}
		for _, name := range t.names {
			if err := r.resolve(ctx, f, anew, name, true); err != nil {
				return err
			}
		}
		r.texts[n] = anew
	}
	c := r.shown.changes[n]
	rows, err := r.anyOf(ctx, "is:merged project:"+query.Quote(f.Project), namedTerms(c))
	if err != nil {
		return err
	}
	rows = slices.DeleteFunc(rows, func(row gerrit.Change) bool { return row.Number == n || r.change(row.Number) != nil })
	var numbers []int
	for _, row := range rows {
		numbers = append(numbers, row.Number)
	}
	messages, err := r.messages(ctx, numbers)
	for _, row := range rows {
		if slices.ContainsFunc(revertedNames(messages[row.Number]), c.named) {
			r.addMerged(row)
		}
	}
	return err
}

// namedTerms find the messages that name a change: by a commit, whole or in one of
// the lengths that git abbreviates to, or by its Change-Id.
func namedTerms(c claim) []string {
	terms := []string{"message:" + query.Quote(c.changeID)}
	for _, sha := range c.commits {
		for _, length := range []int{7, 8, 9, 10, 11, 12, 40} {
			if length <= len(sha) {
				terms = append(terms, "message:"+query.Quote(sha[:length]))
			}
		}
	}
	return terms
}

// named reports whether a name in a message may mean the change.
func (c claim) named(name string) bool {
	return name == strings.ToLower(c.changeID) || slices.ContainsFunc(c.commits, func(sha string) bool { return strings.HasPrefix(sha, name) })
}
