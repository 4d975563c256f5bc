//go:build gerrit

package gerrittest

import (
	"fmt"
	"net/url"
	"testing"
)

// A User is an account of a Server. Its methods do what the account does; what
// Gerrit refuses ends the test.
type User struct {
	Number   int // _account_id
	Username string
	Name     string // full name, as pages show it

	email  string
	server *Server
}

// CreateUser adds an account that is a member of groups: ServiceUsers for a
// robot.
func (s *Server) CreateUser(t testing.TB, username, name string, groups ...string) *User {
	t.Helper()
	var account struct {
		Number int `json:"_account_id"`
	}
	email := username + "@example.org"
	s.Admin.Call(t, "PUT", "accounts/"+url.PathEscape(username), map[string]any{
		"name": name, "email": email, "http_password": password, "groups": groups,
	}, &account)
	return &User{Number: account.Number, Username: username, Name: name, email: email, server: s}
}

// CreateProject adds a project with an empty first commit on its branches,
// master and the named ones.
func (s *Server) CreateProject(t testing.TB, name string, branches ...string) {
	t.Helper()
	s.Admin.Call(t, "PUT", "projects/"+url.PathEscape(name), map[string]any{
		"create_empty_commit": true, "branches": append([]string{"master"}, branches...),
	}, nil)
}

// Rename changes the account's full name. It touches no change.
func (u *User) Rename(t testing.TB, name string) {
	t.Helper()
	u.server.Admin.Call(t, "PUT", fmt.Sprintf("accounts/%d/name", u.Number), map[string]any{"name": name}, nil)
	u.Name = name
}

// HideProject shows a project to those only who have signed in.
func (s *Server) HideProject(t testing.TB, name string) {
	t.Helper()
	read := map[string]any{"permissions": map[string]any{"read": map[string]any{
		"exclusive": true, "rules": map[string]any{"global:Registered-Users": map[string]any{"action": "ALLOW"}},
	}}}
	s.Admin.Call(t, "POST", "projects/"+url.PathEscape(name)+"/access", map[string]any{
		"add": map[string]any{"refs/*": read, "refs/heads/*": read}, // the more exact one decides
	}, nil)
}

// SetPassword gives the account another HTTP password, by which its methods can't sign in.
func (u *User) SetPassword(t testing.TB, password string) {
	t.Helper()
	u.server.Admin.Call(t, "PUT", fmt.Sprintf("accounts/%d/password.http", u.Number), map[string]any{"http_password": password}, nil)
}
