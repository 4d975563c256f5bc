//go:build gerrit

package gerrittest

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
)

// A NewChange is what CreateChange makes: zero values are absent.
type NewChange struct {
	Project string
	Branch  string // master if empty
	Subject string
	Body    string // the rest of the message, without the Change-Id that Gerrit adds
	Topic   string
	Parent  int // number of the open change it depends on
	WIP     bool
	Private bool
}

// CreateChange uploads a change that adds a file of its own, and returns its
// number. A topic given here leaves no message, as with one that was pushed.
func (u *User) CreateChange(t testing.TB, c NewChange) int {
	t.Helper()
	if c.Branch == "" {
		c.Branch = "master"
	}
	message := c.Subject
	if c.Body != "" {
		message += "\n\n" + c.Body
	}
	if Before(t, 7) { // REST knows no patch: the change would be empty
		return u.pushNew(t, c, message)
	}
	in := map[string]any{
		"project": c.Project, "branch": c.Branch, "subject": message, "topic": c.Topic,
		"work_in_progress": c.WIP, "is_private": c.Private,
		"patch": map[string]any{"patch": newFile(u.server.newFileName(), c.Subject)},
	}
	if c.Parent != 0 {
		in["base_change"] = fmt.Sprint(c.Parent)
	}
	var created struct {
		Number int `json:"_number"`
	}
	u.Call(t, "POST", "changes/", in, &created)
	return created.Number
}

// newFileName names a file that no other change of the server touches.
func (s *Server) newFileName() string {
	return fmt.Sprintf("notes/%d.txt", s.files.Add(1))
}

// newFile is a patch that adds a file with one line.
func newFile(name, line string) string {
	return fmt.Sprintf("diff --git a/%[1]s b/%[1]s\nnew file mode 100644\n--- /dev/null\n+++ b/%[1]s\n@@ -0,0 +1 @@\n+%[2]s\n", name, line)
}

// change is the address of a change below /a/.
func change(number int, rest ...string) string {
	return fmt.Sprintf("changes/%d", number) + strings.Join(append([]string{""}, rest...), "/")
}

// PublishEdit uploads the next patch set with the web editor: the message says
// "Published edit on patch set N".
func (u *User) PublishEdit(t testing.TB, number int) {
	t.Helper()
	name := u.server.newFileName()
	u.send(t, "PUT", change(number, "edit", url.PathEscape(name)), "text/plain", []byte(name+"\n"), nil)
	u.Call(t, "POST", change(number, "edit:publish"), struct{}{}, nil)
}

// EditMessage uploads the next patch set with another commit message, whose
// Change-Id footer is kept. No code changes: votes are copied.
func (u *User) EditMessage(t testing.TB, number int, message string) {
	t.Helper()
	var current struct {
		ChangeID string `json:"change_id"`
	}
	u.Call(t, "GET", change(number), nil, &current)
	u.Call(t, "PUT", change(number, "message"), map[string]any{
		"message": strings.TrimSpace(message) + "\n\nChange-Id: " + current.ChangeID + "\n",
	}, nil)
}

// SetTopic sets or changes the topic; the change gets a setTopic message.
func (u *User) SetTopic(t testing.TB, number int, topic string) {
	t.Helper()
	u.Call(t, "PUT", change(number, "topic"), map[string]any{"topic": topic}, nil)
}

// DeleteTopic removes the topic.
func (u *User) DeleteTopic(t testing.TB, number int) {
	t.Helper()
	u.Call(t, "DELETE", change(number, "topic"), nil, nil)
}

// Hashtags adds and removes hashtags.
func (u *User) Hashtags(t testing.TB, number int, add, remove []string) {
	t.Helper()
	u.Call(t, "POST", change(number, "hashtags"), map[string]any{"add": add, "remove": remove}, nil)
}

// Abandon abandons a new change.
func (u *User) Abandon(t testing.TB, number int, message string) {
	t.Helper()
	u.Call(t, "POST", change(number, "abandon"), map[string]any{"message": message}, nil)
}

// Restore makes an abandoned change new again.
func (u *User) Restore(t testing.TB, number int, message string) {
	t.Helper()
	u.Call(t, "POST", change(number, "restore"), map[string]any{"message": message}, nil)
}

// WIP marks a change as work in progress by the button, with a tagged message.
func (u *User) WIP(t testing.TB, number int) {
	t.Helper()
	u.Call(t, "POST", change(number, "wip"), struct{}{}, nil)
}

// Ready marks a change as ready for review by the button, with a tagged message.
func (u *User) Ready(t testing.TB, number int) {
	t.Helper()
	u.Call(t, "POST", change(number, "ready"), struct{}{}, nil)
}

// Submit merges a change that has the votes for it.
func (u *User) Submit(t testing.TB, number int) {
	t.Helper()
	u.Call(t, "POST", change(number, "submit"), struct{}{}, nil)
}

// Revert uploads a change that reverts a merged one, and returns its number. It
// has the topic given here: without one Gerrit makes up a topic.
func (u *User) Revert(t testing.TB, number int, topic string) int {
	t.Helper()
	var created struct {
		Number int `json:"_number"`
	}
	u.Call(t, "POST", change(number, "revert"), map[string]any{"topic": topic}, &created)
	return created.Number
}

// CherryPick uploads the current patch set to another branch, as the button does,
// and returns the new change's number. Its topic is the old one, a hyphen and
// the branch.
func (u *User) CherryPick(t testing.TB, number int, branch string) int {
	t.Helper()
	var created struct {
		Number int `json:"_number"`
	}
	u.Call(t, "POST", change(number, "revisions", "current", "cherrypick"), map[string]any{"destination": branch}, &created)
	return created.Number
}

// Move moves an open change to another branch.
func (u *User) Move(t testing.TB, number int, branch string) {
	t.Helper()
	u.Call(t, "POST", change(number, "move"), map[string]any{"destination_branch": branch}, nil)
}

// Private hides a change from all but its owner, reviewers and administrators.
func (u *User) Private(t testing.TB, number int) {
	t.Helper()
	u.Call(t, "POST", change(number, "private"), struct{}{}, nil)
}

// Public undoes Private.
func (u *User) Public(t testing.TB, number int) {
	t.Helper()
	u.Call(t, "DELETE", change(number, "private"), nil, nil)
}

// Delete deletes an open or abandoned change for good.
func (u *User) Delete(t testing.TB, number int) {
	t.Helper()
	u.Call(t, "DELETE", change(number), nil, nil)
}
