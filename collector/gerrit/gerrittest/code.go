//go:build gerrit

package gerrittest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/eventlet-removal/headway/collector/replay"
)

// code is what the changes of one project propose: commits that have as many
// inserted and deleted lines as the recorded ones, and patch sets of their kinds.
type code struct {
	stream  *stream
	changes []*replay.Change
	names   map[string]string // of commits, by the recorded name
	first   string            // what all others come from
}

// A patchSet is one recorded patch set.
type patchSet struct {
	change *replay.Change
	sha    string // as recorded
	replay.Revision
}

func newCode(s *stream, changes []*replay.Change) *code {
	return &code{stream: s, changes: changes, names: map[string]string{}}
}

// patchSets of a change, oldest first.
func patchSets(c *replay.Change) []patchSet {
	var sets []patchSet
	for sha, r := range c.Revisions {
		sets = append(sets, patchSet{c, sha, r})
	}
	slices.SortFunc(sets, func(a, b patchSet) int { return a.Number - b.Number })
	return sets
}

// write writes all patch sets on top of head, in the order of their uploads: so
// what a commit builds on, or quotes, is there before it.
func (k *code) write(t testing.TB, head string) {
	t.Helper()
	old := map[string]string{"old/none.txt": ""}
	var all []patchSet
	for _, c := range k.changes {
		old[oldFile(c)] = strings.Repeat("old\n", c.Deletions)
		all = append(all, patchSets(c)...)
	}
	slices.SortStableFunc(all, func(a, b patchSet) int { return a.Created.Compare(b.Created.Time) })
	by := ident{"Base", "base@example.org", all[0].Created.Time}
	k.first = k.stream.write(t, commit{"refs/heads/master", head, by, by, "Base of all changes\n", old})
	for _, p := range all {
		k.writePatchSet(t, p)
	}
}

func oldFile(c *replay.Change) string { return fmt.Sprintf("old/%d.txt", c.Number) }

// writePatchSet writes one patch set. Gerrit finds out its kind by comparing it
// with the one before.
func (k *code) writePatchSet(t testing.TB, p patchSet) {
	t.Helper()
	c := p.change
	content, rebases, rewordings := 0, 0, 0
	for _, q := range patchSets(c) {
		switch {
		case q.Number <= p.Number && q.Kind == replay.KindTrivialRebase:
			rebases++
		case q.Number <= p.Number && q.Kind == replay.KindRework:
			content++
		case q.Number > p.Number && q.Kind == replay.KindNoCodeChange:
			rewordings++
		}
	}
	message := k.rename(message(c))
	if rewordings > 0 {
		subject, rest, _ := strings.Cut(message, "\n")
		message = fmt.Sprintf("%s\n\nTo be reworded %d times.\n%s", subject, rewordings, rest)
	}
	files := map[string]string{
		oldFile(c):                                  "",
		fmt.Sprintf("new/%d.txt", c.Number):         strings.Repeat(fmt.Sprintf("%d\n", content), c.Insertions),
		fmt.Sprintf("new/%d/%d", c.Number, content): "", // tells contents apart where nothing is inserted
	}
	by := ident{p.Uploader.Name, p.Uploader.Username + "@example.org", p.Created.Time}
	author := by
	if p.Commit != nil {
		author.name, author.at = p.Commit.Author.Name, p.Commit.Author.Date.Time
	}
	k.names[p.sha] = k.stream.write(t, commit{changeRef(c.Number, fmt.Sprint(p.Number)), k.parent(t, p, rebases), author, by, message, files})
}

// parent is the commit that a patch set builds on: that of another change if it is
// known, else one that no other change builds on.
func (k *code) parent(t testing.TB, p patchSet, rebases int) string {
	t.Helper()
	if p.Commit != nil && len(p.Commit.Parents) == 1 {
		if name, ok := k.names[p.Commit.Parents[0].Commit]; ok {
			return name
		}
	}
	by := ident{"Base", "base@example.org", p.change.Created.Time}
	return k.stream.write(t, commit{
		"refs/bases/import", k.first, by, by, "Base of another change\n",
		map[string]string{fmt.Sprintf("base/%d", p.change.Number): fmt.Sprintln("rebased", rebases, "times")},
	})
}

// message is the current commit's.
func message(c *replay.Change) string {
	if r := c.Revisions[c.CurrentRevision]; r.Commit != nil {
		return r.Commit.Message
	}
	return c.Subject + "\n\nChange-Id: " + c.ChangeID + "\n"
}

var commitName = regexp.MustCompile(`\b[0-9a-f]{40}\b`)

// rename puts the names of the commits that were written for the recorded ones.
func (k *code) rename(text string) string {
	return commitName.ReplaceAllStringFunc(text, func(name string) string {
		if written, ok := k.names[name]; ok {
			return written
		}
		return name
	})
}
