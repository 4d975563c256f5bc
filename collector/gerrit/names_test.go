package gerrit_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

// TestNames has the answers of a real Gerrit 3.10.2, and what others might answer.
func TestNames(t *testing.T) {
	const alice = ")]}'\n" + `{"_account_id":1000001,"name":"Alice Author","email":"alice@example.org","username":"alice"}` + "\n"
	const project = ")]}'\n" + `{"id":"team%2Fone","name":"team/one","state":"ACTIVE","labels":{"Verified":{"values":{" 0":"No score"}},"Code-Review":{}}}` + "\n"
	const isAccount, isProject = "account", "project"
	for _, tc := range []struct {
		name, kind, ask string
		status          int
		body            string
		want            bool
		err             string
	}{
		{"by username", isAccount, "alice", 200, alice, true, ""},
		{"by name", isAccount, "Alice Author", 200, alice, true, ""},
		{"by number", isAccount, "1000001", 200, alice, true, ""},
		{"by the beginning of the name", isAccount, "Ali", 200, alice, false, ""},
		{"no account", isAccount, "no such one", 404, "Account 'no such one' not found\n", false, ""},
		{"several", isAccount, "A", 404, "Account 'A' is ambiguous (at most 3 shown):\n1000000: Administrator <admin@example.com>\n", true, ""},
		{"inactive", isAccount, "old", 404, "Account 'old' only matches inactive accounts.\n", true, ""},
		{"another account's answer", isAccount, "bob", 404, "Account 'alice' not found\n", false, "404 Not Found"},
		{"a proxy", isAccount, "alice", 404, "404 page not found\n", false, "404 Not Found"},
		{"not an account", isAccount, "alice", 200, ")]}'\n[]\n", false, "want one account, got a list"},
		{"a project", isProject, "team/one", 200, project, true, ""},
		{"no project", isProject, "no/pe", 404, "Not found: no/pe\n", false, ""},
		{"a path that leads nowhere", isProject, "no/pe", 404, "Not Found\n", false, "404 Not Found"},
		{"another project's answer", isProject, "no/pe", 200, project, false, `want project no/pe, got "team/one"`},
		{"forbidden", isProject, "no/pe", 403, "Forbidden\n", false, "403 Forbidden"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var path string
			server := serve(t, func(w http.ResponseWriter, r *http.Request) {
				path = r.URL.EscapedPath()
				w.Header().Set("Content-Type", map[bool]string{true: "application/json; charset=UTF-8", false: "text/plain; charset=UTF-8"}[tc.status == 200])
				w.WriteHeader(tc.status)
				w.Write([]byte(tc.body))
			})
			client := server.client(t)
			var got bool
			var err error
			if tc.kind == isAccount {
				got, err = client.HasAccount(t.Context(), tc.ask)
			} else {
				var labels []string
				labels, got, err = client.Labels(t.Context(), tc.ask)
				if got && !slices.Equal(labels, []string{"Code-Review", "Verified"}) {
					t.Errorf("labels %q", labels)
				}
			}
			if got != tc.want || (err == nil) != (tc.err == "") || err != nil && !strings.Contains(err.Error(), tc.err) {
				t.Errorf("asked for %s: %t, %v; want %t, %q", path, got, err, tc.want, tc.err)
			}
			if strings.Contains(tc.ask, "/") != strings.Contains(path, "%2F") || strings.Contains(tc.ask, " ") != strings.Contains(path, "%20") {
				t.Errorf("asked %s for %q", path, tc.ask)
			}
		})
	}
}
