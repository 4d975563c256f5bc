//go:build gerrit

package gerrittest

import (
	"cmp"
	"fmt"
	"maps"
	"net/url"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/eventlet-removal/headway/collector/replay"
)

// Import gives the server the recorded changes with their accounts, projects and
// branches: written as NoteDb straight into git, so that they keep their numbers
// and times, and then indexed by the running server. (An offline reindex leaves the
// labels of abandoned changes empty until they are next touched.)
//
// It must come before the first change or account is made in another way, because
// a running server has drawn the next numbers already. What the record does not
// hold is made up: contents of files (with the recorded numbers of lines and kinds
// of patch sets), messages of outdated patch sets, texts of comments. So commits
// have other names than in the record; they are put for the recorded ones in all
// messages.
func (s *Server) Import(t testing.TB, changes []*replay.Change) {
	t.Helper()
	s.importAccounts(t, changes)
	projects := map[string][]*replay.Change{}
	last := 0
	for _, c := range changes {
		projects[c.Project] = append(projects[c.Project], c)
		last = max(last, c.Number)
	}
	setSequence(t, s.repository("All-Projects"), "changes", last+1)
	for _, project := range slices.Sorted(maps.Keys(projects)) {
		s.importProject(t, project, projects[project])
	}
	var ids []string
	for _, c := range changes {
		ids = append(ids, url.PathEscape(c.Project)+"~"+strconv.Itoa(c.Number))
	}
	s.Admin.Call(t, "POST", "config/server/index.changes", map[string]any{"changes": ids}, nil)
}

// repository is the directory of a project's repository.
func (s *Server) repository(project string) string {
	return filepath.Join(s.dir, "git", filepath.FromSlash(project)+".git")
}

// importAccounts makes all accounts that occur in the changes, by REST. Gerrit
// draws an account's number from a ref, one at a time; the ref is set before each.
func (s *Server) importAccounts(t testing.TB, changes []*replay.Change) {
	t.Helper()
	accounts := map[int]replay.Account{}
	for _, c := range changes {
		for a := range accountsOf(c) {
			if a.ID != 0 {
				accounts[a.ID] = a
			}
		}
	}
	repository := s.repository("All-Users")
	next := git(t, repository, "", "cat-file", "blob", "refs/sequences/accounts")
	for _, id := range slices.Sorted(maps.Keys(accounts)) {
		a := accounts[id]
		setSequence(t, repository, "accounts", id)
		var groups []string
		if slices.Contains(a.Tags, "SERVICE_USER") {
			groups = append(groups, ServiceUsers)
		}
		username := cmp.Or(a.Username, "account-"+strconv.Itoa(id))
		if made := s.CreateUser(t, username, a.Name, groups...); made.Number != id {
			t.Fatalf("gerrittest: account %s got the number %d, want %d", username, made.Number, id)
		}
	}
	number, err := strconv.Atoi(next)
	if err != nil {
		t.Fatalf("gerrittest: next account: %v", err)
	}
	setSequence(t, repository, "accounts", number)
}

// accountsOf walks the accounts of a change.
func accountsOf(c *replay.Change) func(yield func(replay.Account) bool) {
	all := []replay.Account{c.Owner, c.Submitter}
	for _, l := range c.Labels {
		for _, a := range l.All {
			all = append(all, a.Account)
		}
	}
	for _, u := range c.ReviewerUpdates {
		all = append(all, u.UpdatedBy, u.Reviewer)
	}
	for _, m := range c.Messages {
		all = append(all, m.Author)
		all = append(all, m.Accounts...)
	}
	for _, r := range c.Revisions {
		all = append(all, r.Uploader)
	}
	return slices.Values(all)
}

// importProject makes a project with its branches and writes its changes.
func (s *Server) importProject(t testing.TB, project string, changes []*replay.Change) {
	t.Helper()
	branches := map[string]bool{}
	for _, c := range changes {
		for _, name := range branchesOf(c) {
			branches[name] = true
		}
	}
	delete(branches, "master")
	s.CreateProject(t, project, slices.Sorted(maps.Keys(branches))...)

	dir := s.repository(project)
	code := newCode(newStream(t, dir), changes)
	code.write(t, git(t, dir, "", "rev-parse", "refs/heads/master"))
	code.stream.close(t)

	notes := newStream(t, dir)
	for _, c := range changes {
		writeNotes(t, notes, newLog(c, code))
	}
	notes.close(t)
}

// setSequence sets from which number the server goes on.
func setSequence(t testing.TB, repository, name string, next int) {
	t.Helper()
	blob := git(t, repository, strconv.Itoa(next), "hash-object", "-w", "--stdin")
	git(t, repository, "", "update-ref", "refs/sequences/"+name, blob)
}

// git runs git in a repository of the server and returns its output.
func git(t testing.TB, dir, stdin string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "git", args...)
	cmd.Dir = dir
	cmd.Stdin = strings.NewReader(stdin)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("gerrittest: git %s in %s: %v\n%s", strings.Join(args, " "), dir, err, &stderr)
	}
	return strings.TrimSpace(string(out))
}

// changeRef is refs/changes/NN/<number>/name.
func changeRef(number int, name string) string {
	return fmt.Sprintf("refs/changes/%02d/%d/%s", number%100, number, name)
}
