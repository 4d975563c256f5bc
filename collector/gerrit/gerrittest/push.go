//go:build gerrit

package gerrittest

import (
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
	remote := u.remote(t, current.Project)
	dir := t.TempDir()
	u.git(t, dir, "init", "-q")
	for _, revision := range current.Revisions {
		u.git(t, dir, "fetch", "-q", remote, revision.Ref)
	}
	u.git(t, dir, "checkout", "-q", "FETCH_HEAD")
	name := u.server.newFileName()
	write(t, filepath.Join(dir, name), []byte(name+"\n"))
	u.git(t, dir, "add", name)
	u.git(t, dir, "commit", "-q", "--amend", "--no-edit")
	target := "HEAD:refs/for/" + current.Branch
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
