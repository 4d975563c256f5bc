//go:build gerrit

package gerrittest

import (
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Push uploads the next patch set with `git push`, as git-review does: the
// message says "Uploaded patch set N". Options go behind the branch: "wip",
// "ready", "topic=new-topic" (which leaves no message), "private".
func (u *User) Push(t testing.TB, number int, options ...string) {
	t.Helper()
	var current struct {
		Project   string `json:"project"`
		Branch    string `json:"branch"`
		Revisions map[string]struct {
			Ref string `json:"ref"`
		} `json:"revisions"`
	}
	u.Call(t, "GET", change(number)+"?o=CURRENT_REVISION", nil, &current)
	for _, revision := range current.Revisions {
		u.push(t, current.Project, revision.Ref, current.Branch, options, "--amend", "--no-edit")
	}
}

// pushNew uploads the change c with that message, which gets a Change-Id if it has
// none, and returns its number.
func (u *User) pushNew(t testing.TB, c NewChange, message string) int {
	t.Helper()
	_, id, found := strings.Cut(message, "\nChange-Id: ")
	if !found {
		id = fmt.Sprintf("I%040x", u.server.files.Load()+1)
		message += "\n\nChange-Id: " + id
	}
	var options []string
	if c.Topic != "" {
		options = append(options, "topic="+c.Topic)
	}
	if c.WIP {
		options = append(options, "wip")
	}
	if c.Private {
		options = append(options, "private")
	}
	from := "refs/heads/" + c.Branch
	if c.Parent != 0 {
		var parent struct {
			Current   string `json:"current_revision"`
			Revisions map[string]struct {
				Ref string `json:"ref"`
			} `json:"revisions"`
		}
		u.Call(t, "GET", change(c.Parent)+"?o=CURRENT_REVISION", nil, &parent)
		from = parent.Revisions[parent.Current].Ref
	}
	u.push(t, c.Project, from, c.Branch, options, "-m", message)
	var created struct {
		Number int `json:"_number"`
	}
	u.Call(t, "GET", "changes/"+url.PathEscape(c.Project+"~"+c.Branch+"~"+strings.TrimSpace(id)), nil, &created)
	return created.Number
}

// push adds a file to what is at from, commits it and uploads it for a branch.
func (u *User) push(t testing.TB, project, from, branch string, options []string, commit ...string) {
	t.Helper()
	remote := u.remote(t, project)
	dir := t.TempDir()
	u.git(t, dir, "init", "-q")
	u.git(t, dir, "fetch", "-q", remote, from)
	u.git(t, dir, "checkout", "-q", "FETCH_HEAD")
	name := u.server.newFileName()
	write(t, filepath.Join(dir, name), []byte(name+"\n"))
	u.git(t, dir, "add", name)
	u.git(t, dir, append([]string{"commit", "-q"}, commit...)...)
	target := "HEAD:refs/for/" + branch
	if len(options) > 0 {
		target += "%" + strings.Join(options, ",")
	}
	u.git(t, dir, "push", "-q", remote, target)
}

// remote is the address to push to as u.
func (u *User) remote(t testing.TB, project string) string {
	t.Helper()
	remote, err := url.Parse(u.server.URL + "a/" + project)
	if err != nil {
		t.Fatalf("gerrittest: address of %s: %v", project, err)
	}
	remote.User = url.UserPassword(u.Username, password)
	return remote.String()
}

// git runs git in dir, as u and without anybody's configuration.
func (u *User) git(t testing.TB, dir string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "git", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1", "GIT_TERMINAL_PROMPT=0",
		"GIT_AUTHOR_NAME="+u.Name, "GIT_AUTHOR_EMAIL="+u.email,
		// Gerrit refuses a committer who is not the one who pushes.
		"GIT_COMMITTER_NAME="+u.Name, "GIT_COMMITTER_EMAIL="+u.email)
	if output, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("gerrittest: git %s as %s: %v\n%s", strings.Join(args, " "), u.Username, err, output)
	}
}
