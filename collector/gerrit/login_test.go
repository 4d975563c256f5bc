package gerrit_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/eventlet-removal/headway/collector/gerrit"
)

const password = "sesame/+ öffne=dich"

// passwordFile makes a file that holds a text.
func passwordFile(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// loggedIn gives a client with a login, of a server on this machine.
func loggedIn(t *testing.T, answer http.HandlerFunc) (*gerrit.Client, *[]*http.Request) {
	t.Helper()
	var seen []*http.Request
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, r)
		answer(w, r)
	}))
	t.Cleanup(server.Close)
	client, err := gerrit.New(gerrit.Config{
		URL: server.URL + "/r/", RequestsPerSecond: 1000, Timeout: time.Minute, RetryPause: time.Microsecond,
		Username: "tracker", PasswordFile: passwordFile(t, password+"\r\n"),
	})
	if err != nil {
		t.Fatal(err)
	}
	return client, &seen
}

// TestLoginRequests: with a login all requests go below /a/ and leave out what is private.
func TestLoginRequests(t *testing.T) {
	client, seen := loggedIn(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/version") {
			document(`"3.10.2"`).ServeHTTP(w, r)
			return
		}
		list(change(1, "2026-01-05 10:00:00", `"topic":"x"`)).ServeHTTP(w, r)
	})
	for _, ask := range []func() error{
		func() error { _, err := client.Version(t.Context()); return err },
		func() error { _, err := client.List(t.Context(), "topic:x OR topic:y", time.Time{}); return err },
		func() error {
			_, err := client.List(t.Context(), "topic:x", time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
			return err
		},
		func() error { _, err := client.Details(t.Context(), []int{1, 2}); return err },
		func() error { _, err := client.Sees(t.Context()); return err },
	} {
		if err := ask(); err != nil {
			t.Error(err)
		}
	}
	var asked []string
	for _, r := range *seen {
		asked = append(asked, strings.TrimSpace(r.URL.Path+" "+r.URL.Query().Get("q")))
		if user, pass, _ := r.BasicAuth(); user != "tracker" || pass != password {
			t.Errorf("%s: asked as %q with %q", r.URL, user, pass)
		}
	}
	want := []string{
		"/r/a/config/server/version",
		"/r/a/changes/ (topic:x OR topic:y) -is:private",
		`/r/a/changes/ ((topic:x) after:"2026-01-01 00:00:00") -is:private`,
		"/r/a/changes/ (change:1 OR change:2) -is:private",
		"/r/a/changes/ (is:open OR is:closed) -is:private",
	}
	if diff := cmp.Diff(want, asked); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

// TestPrivateIsNotThere: a change that became private after it was found comes all the
// same, and is as good as a 404. Its row still counts for where a page ends.
func TestPrivateIsNotThere(t *testing.T) {
	hidden := change(2, "2026-01-04 10:00:00", `"is_private":true`)
	for _, test := range []struct {
		name string
		rows []string
		want []int
		bad  []int
	}{
		{"among others", []string{change(3, "2026-01-05 10:00:00", ""), hidden, change(1, "2026-01-03 10:00:00", "")}, []int{1, 3}, nil},
		{"alone", []string{hidden}, nil, nil},
		{"broken", []string{`{"_number":2,"project":"p","is_private":true}`}, nil, nil},
		{"broken, beside one that is not private", []string{`{"_number":2,"project":"p","is_private":true}`, `{"_number":4,"project":"p"}`}, nil, []int{4}},
	} {
		t.Run(test.name, func(t *testing.T) {
			client, _ := loggedIn(t, list(test.rows...).ServeHTTP)
			listing, err := client.ListAll(t.Context(), "topic:x")
			if err != nil {
				t.Fatal(err)
			}
			var got, bad []int
			for _, c := range listing.Changes {
				got = append(got, c.Number)
			}
			for _, b := range listing.Bad {
				bad = append(bad, b.Number)
			}
			if diff := cmp.Diff(test.want, got); diff != "" || !slices.Equal(bad, test.bad) {
				t.Errorf("bad %v, want %v; listed (-want +got):\n%s", bad, test.bad, diff)
			}
			details, err := client.Details(t.Context(), []int{1, 2, 3, 4})
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Contains(details.Missing, 2) || slices.ContainsFunc(details.Changes, func(c gerrit.Change) bool { return c.Number == 2 }) {
				t.Errorf("details: %+v", details)
			}
		})
	}
	client, _ := loggedIn(t, document(`{"_number":2,"project":"p","is_private":true}`).ServeHTTP)
	if there, err := client.Exists(t.Context(), "p", 2); there || err != nil {
		t.Errorf("exists: %v, %v", there, err)
	}
}

// TestLoginStaysWhereItBelongs: no redirect takes a password anywhere.
func TestLoginStaysWhereItBelongs(t *testing.T) {
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the other server was asked") }))
	defer other.Close()
	for name, target := range map[string]string{
		"on the host": "/moved/config/server/version", "to another host": other.URL + "/r/?token=1", "to https": "https://localhost/r/",
	} {
		client, seen := loggedIn(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, target, http.StatusFound) })
		_, err := client.Version(t.Context())
		if err == nil || !strings.Contains(err.Error(), "refused a redirect to ") || !strings.Contains(err.Error(), "a login is sent to the configured URL only") || strings.Contains(err.Error(), "token") {
			t.Errorf("%s: got error %v", name, err)
		}
		if len(*seen) != 1 {
			t.Errorf("%s: %d requests", name, len(*seen))
		}
	}
}

// TestLoginRefused: 401 and 403 say what to do, and nothing shows the password.
func TestLoginRefused(t *testing.T) {
	for _, test := range []struct {
		answer reply
		want   string
	}{
		{line(401, "Unauthorized"), "version /r/a/config/server/version: 401 Unauthorized: Unauthorized; the login was refused: compare gerrit.username and gerrit.password_file with the HTTP credentials in the account's settings"},
		{html(401), "version /r/a/config/server/version: 401 Unauthorized (text/html); the login was refused: compare gerrit.username and gerrit.password_file with the HTTP credentials in the account's settings"},
		{line(403, "read not permitted"), "version /r/a/config/server/version: 403 Forbidden: read not permitted; the account of gerrit.username may not do this: give it the right to read, or name another"},
	} {
		client, seen := loggedIn(t, test.answer.ServeHTTP)
		_, err := client.Version(t.Context())
		if err == nil || err.Error() != test.want {
			t.Errorf("got  %v\nwant %s", err, test.want)
		}
		if len(*seen) != 1 { // a password that is tried too often locks an account
			t.Errorf("%d requests", len(*seen))
		}
		whole, _ := json.Marshal(err)
		for _, text := range []string{fmt.Sprintf("%+v", err), fmt.Sprintf("%#v", err), string(whole), fmt.Sprintf("%+v", client), fmt.Sprintf("%#v", client), client.Hidden().Error()} {
			if strings.Contains(text, "sesame") || strings.Contains(text, "c2VzYW1l") {
				t.Errorf("the password is in %s", text)
			}
		}
	}
}

func TestNewRefusesALogin(t *testing.T) {
	good := passwordFile(t, "sesame")
	for _, test := range []struct {
		name, url, username, file string
		want                      string
	}{
		{"https", "https://review.example.org/", "me", good, ""},
		{"this machine", "http://localhost:8080/", "me", good, ""},
		{"this machine, by number", "http://127.8.9.10/", "me", good, ""},
		{"this machine, IPv6", "http://[::1]:8080/", "me", good, ""},
		{"in the clear", "http://review.example.org/", "me", good, "a login needs https://"},
		{"a host that begins like this machine", "http://localhost.example.org/", "me", good, "a login needs https://"},
		{"another machine, by number", "http://10.0.0.1/", "me", good, "a login needs https://"},
		{"no file", "https://review.example.org/", "me", "", "both a user name and a password file"},
		{"no name", "https://review.example.org/", "", good, "both a user name and a password file"},
		{"colon", "https://review.example.org/", "me:sesame", good, "neither a colon"},
		{"no such file", "https://review.example.org/", "me", "testdata/no-such", "password file: open testdata/no-such: "},
		{"empty", "https://review.example.org/", "me", passwordFile(t, "\n"), " is empty"},
		{"two lines", "https://review.example.org/", "me", passwordFile(t, "user: me\npassword: sesame\n"), "has several lines"},
		{"no end", "https://review.example.org/", "me", passwordFile(t, strings.Repeat("sesame", 1000)), "has more than 4096 bytes"},
		{"a directory", "https://review.example.org/", "me", t.TempDir(), "is a directory"},
	} {
		_, err := gerrit.New(gerrit.Config{URL: test.url, RequestsPerSecond: 1000, Timeout: time.Minute, Username: test.username, PasswordFile: test.file})
		switch {
		case test.want == "" && err != nil:
			t.Errorf("%s: %v", test.name, err)
		case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
			t.Errorf("%s: got error %v, want %q", test.name, err, test.want)
		case err != nil && strings.Contains(err.Error(), "sesame"):
			t.Errorf("%s: %v shows the password", test.name, err)
		}
	}
}
