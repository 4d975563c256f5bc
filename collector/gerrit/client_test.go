package gerrit_test

import (
	"errors"
	"math"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/eventlet-removal/headway/collector/gerrit"
)

func TestNewRefuses(t *testing.T) {
	good := gerrit.Config{URL: "https://review.example.org/", RequestsPerSecond: 1, Timeout: time.Minute}
	for _, test := range []struct {
		name string
		edit func(*gerrit.Config)
		want string
	}{
		{"no URL", func(c *gerrit.Config) { c.URL = "" }, "want http:// or https:// and a host"},
		{"no scheme", func(c *gerrit.Config) { c.URL = "review.example.org" }, "want http:// or https:// and a host"},
		{"ssh", func(c *gerrit.Config) { c.URL = "ssh://review.example.org:29418/" }, "want http:// or https:// and a host"},
		{"no host", func(c *gerrit.Config) { c.URL = "https:///r/" }, "want http:// or https:// and a host"},
		{"a search page's URL", func(c *gerrit.Config) { c.URL = "https://review.example.org/?q=topic:x" }, "without ? and #"},
		{"an old page's URL", func(c *gerrit.Config) { c.URL = "https://review.example.org/#/q/topic:x" }, "without ? and #"},
		{"credentials", func(c *gerrit.Config) { c.URL = "https://me:sesame@review.example.org/" }, "no credentials"},
		{"credentials that don't parse", func(c *gerrit.Config) { c.URL = "https://me:ses/ame%zz@review.example.org:1/" }, "no credentials"},
		{"a user", func(c *gerrit.Config) { c.URL = "https://sesame@review.example.org/" }, "no credentials"},
		{"no rate", func(c *gerrit.Config) { c.RequestsPerSecond = 0 }, "requests per second must be above zero"},
		{"a rate that is not a number", func(c *gerrit.Config) { c.RequestsPerSecond = math.NaN() }, "requests per second must be above zero"},
		{"no timeout", func(c *gerrit.Config) { c.Timeout = 0 }, "the timeout must be above zero"},
		{"negative limit", func(c *gerrit.Config) { c.MaxBody = -1 }, "a limit is below zero"},
	} {
		t.Run(test.name, func(t *testing.T) {
			cfg := good
			test.edit(&cfg)
			_, err := gerrit.New(cfg)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got error %v, want %q", err, test.want)
			}
			if err != nil && strings.Contains(err.Error(), "ses") {
				t.Errorf("%v shows the password", err)
			}
		})
	}
	if _, err := gerrit.New(good); err != nil {
		t.Error(err)
	}
}

func TestBasePath(t *testing.T) {
	for base, want := range map[string]string{
		"":      "/config/server/version",
		"/":     "/config/server/version",
		"/r":    "/r/config/server/version",
		"/r/":   "/r/config/server/version",
		"/a%2F": "/a%2F/config/server/version",
	} {
		t.Run(base, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := serve(t, document(`"3.10.2"`).ServeHTTP)
				s.base = base
				if _, err := s.client(t).Version(t.Context()); err != nil {
					t.Fatal(err)
				}
				if got := s.requests()[0].RequestURI; got != want {
					t.Errorf("asked for %s, want %s", got, want)
				}
			})
		})
	}
}

func TestVersion(t *testing.T) {
	for in, want := range map[string]string{
		`"3.10.2"`:                  "3.10.2",
		`"(dev)"`:                   "(dev)",
		`"3.11.1-23-gabcdef-dirty"`: "3.11.1-23-gabcdef-dirty",
		`" odd\n"`:                  "odd",
		`""`:                        "",
	} {
		t.Run(in, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				got, err := serve(t, document(in).ServeHTTP).client(t).Version(t.Context())
				if err != nil || got != want {
					t.Errorf("got %q, error %v, want %q", got, err, want)
				}
			})
		})
	}
}

// TestAnswersThatAreNone is about what must never be taken for "no changes", and
// about how often we ask when it comes.
func TestAnswersThatAreNone(t *testing.T) {
	for _, test := range []struct {
		name  string
		reply http.Handler
		want  string // the whole error
		asked int
	}{
		{"bad query", line(400, "Unsupported operator foo:bar"),
			"list /changes/?q=topic:x: 400 Bad Request: Unsupported operator foo:bar", 1},
		{"unauthorized", line(401, "Unauthorized"), "list /changes/?q=topic:x: 401 Unauthorized: Unauthorized; headway asks without a login; if this Gerrit wants one, give it gerrit.username and gerrit.password_file", 1},
		{"login needed", line(403, "Must be signed-in to use this operator"),
			"list /changes/?q=topic:x: 403 Forbidden: Must be signed-in to use this operator; headway asks without a login; if this Gerrit wants one, give it gerrit.username and gerrit.password_file", 1},
		{"proxy forbids", html(403), "list /changes/?q=topic:x: 403 Forbidden (text/html); headway asks without a login; if this Gerrit wants one, give it gerrit.username and gerrit.password_file", 1},
		{"no such path", html(404), "list /changes/?q=topic:x: 404 Not Found (text/html); is the URL right?", 1},
		{"no such path, in JSON", reply{status: 404, kind: "application/json", body: "{}"}, "list /changes/?q=topic:x: 404 Not Found (application/json); is the URL right?", 1},
		{"no such path, in text", line(404, "Not Found"), "list /changes/?q=topic:x: 404 Not Found: Not Found; is the URL right?", 1},
		{"conflict", line(409, "broken configuration"), "list /changes/?q=topic:x: 409 Conflict: broken configuration", 1},
		{"long URI", html(414), "list /changes/?q=topic:x: 414 Request URI Too Long (text/html)", 1},
		{"long header", html(431), "list /changes/?q=topic:x: 431 Request Header Fields Too Large (text/html)", 1},
		{"not modified", reply{status: 304}, "list /changes/?q=topic:x: 304 Not Modified", 1},
		{"no content", reply{status: 204, kind: "application/json"}, "list /changes/?q=topic:x: 204 No Content: the answer is empty (3 tries)", 3},
		{"server's deadline", line(408, "Client Provided Deadline Exceeded\n\nmore"),
			"list /changes/?q=topic:x: 408 Request Timeout: Client Provided Deadline Exceeded (3 tries)", 3},
		{"quota", line(429, "slow down"), "list /changes/?q=topic:x: 429 Too Many Requests: slow down (3 tries)", 3},
		{"client closed", line(499, "Client Closed Request"), "list /changes/?q=topic:x: 499: Client Closed Request (3 tries)", 3},
		{"internal", line(500, "Internal server error"), "list /changes/?q=topic:x: 500 Internal Server Error: Internal server error (3 tries)", 3},
		{"bad gateway", html(502), "list /changes/?q=topic:x: 502 Bad Gateway (text/html) (3 tries)", 3},
		{"lock", line(503, "Lock failure"), "list /changes/?q=topic:x: 503 Service Unavailable: Lock failure (3 tries)", 3},
		{"gateway timeout", html(504), "list /changes/?q=topic:x: 504 Gateway Timeout (text/html) (3 tries)", 3},
		{"HTML page", html(200), "list /changes/?q=topic:x: an HTML page answered; is the URL right?", 1},
		{"text", line(200, "Hello"), `list /changes/?q=topic:x: an answer of type "text/plain", not application/json; is the URL right?`, 1},
		{"no type", reply{body: ")]}'\n[]"}, `list /changes/?q=topic:x: an answer of type "", not application/json; is the URL right?`, 1},
		{"null", document("null"), "list /changes/?q=topic:x: want a list of changes, got null", 1},
		{"object", document("{}"), "list /changes/?q=topic:x: want a list of changes, got an object", 1},
		{"two queries' answer", document("[[],[]]"), "list /changes/?q=topic:x: none of 2 changes can be read, the first: want a change, got a list", 1},
		{"no prefix", reply{kind: "application/json", body: "[]"}, "list /changes/?q=topic:x: the answer lacks Gerrit's prefix )]}'; is the URL right?", 1},
		{"empty", reply{kind: "application/json"}, "list /changes/?q=topic:x: the answer is empty (3 tries)", 3},
		{"only the prefix", reply{kind: "application/json", body: ")]}'\n"}, "list /changes/?q=topic:x: the answer is not whole JSON (3 tries)", 3},
		{"half the prefix", reply{kind: "application/json", body: ")]}"}, "list /changes/?q=topic:x: the answer is cut short (3 tries)", 3},
		{"half a list", reply{kind: "application/json", body: ")]}'\n[" + change(1, "2026-01-05 10:00:00", "") + ","}, "list /changes/?q=topic:x: the answer is not whole JSON (3 tries)", 3},
		{"half a body, by its length", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("Content-Length", "100")
			w.Write([]byte(")]}'\n[]"))
		}), "list /changes/?q=topic:x: unexpected EOF (3 tries)", 3},
		{"hangs up in a chunk", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.Write([]byte(")]}'\n[]"))
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		}), "list /changes/?q=topic:x: unexpected EOF (3 tries)", 3},
		{"hangs up at once", http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
			panic(http.ErrAbortHandler)
		}), "list /changes/?q=topic:x: EOF (3 tries)", 3},
		{"control characters in the line", line(400, "a\x1b[31mred\x00"), "list /changes/?q=topic:x: 400 Bad Request: a [31mred", 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := serve(t, test.reply.ServeHTTP)
				got, err := s.client(t).List(t.Context(), "topic:x", time.Time{})
				if err == nil || err.Error() != test.want {
					t.Errorf("got error %v\nwant      %v", err, test.want)
				}
				if got != nil {
					t.Errorf("returned %+v with the error", got)
				}
				if asked := len(s.requests()); asked != test.asked {
					t.Errorf("asked %d times, want %d", asked, test.asked)
				}
				var failed *gerrit.Error
				if !errors.As(err, &failed) || failed.Temporary() != (test.asked == 3) {
					t.Errorf("the error is %#v", failed)
				}
			})
		})
	}
}

func TestErrorKinds(t *testing.T) {
	type kinds struct{ badRequest, notFound, denied, tooLong, temporary bool }
	for _, test := range []struct {
		name  string
		reply reply
		want  kinds
	}{
		{"Gerrit's 400", line(400, "query is empty"), kinds{badRequest: true}},
		{"a proxy's 400", html(400), kinds{}},
		{"Gerrit's 404", line(404, "Not found: 1"), kinds{notFound: true}},
		{"a proxy's 404", html(404), kinds{}},
		{"401", html(401), kinds{denied: true}},
		{"403", line(403, "no"), kinds{denied: true}},
		{"414", html(414), kinds{tooLong: true}},
		{"431", html(431), kinds{tooLong: true}},
		{"503", html(503), kinds{temporary: true}},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				_, err := serve(t, test.reply.ServeHTTP).client(t).Version(t.Context())
				var e *gerrit.Error
				if !errors.As(err, &e) {
					t.Fatalf("got error %v", err)
				}
				if got := (kinds{e.BadRequest(), e.NotFound(), e.Denied(), e.TooLong(), e.Temporary()}); got != test.want {
					t.Errorf("got %+v, want %+v", got, test.want)
				}
			})
		})
	}
}

func TestErrorShortensQuery(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(t, line(400, strings.Repeat("too many terms ", 100)).ServeHTTP)
		_, err := s.client(t).List(t.Context(), "topic:"+strings.Repeat("x", 6000), time.Time{})
		if err == nil || len(err.Error()) > 400 {
			t.Errorf("got error %v", err)
		}
	})
}

func TestExists(t *testing.T) {
	missing := "Not found: openstack/nova~943325"
	for _, test := range []struct {
		name  string
		reply http.Handler
		want  bool
		wrong string // in the error
	}{
		{"there", document(change(943325, "2026-01-05 10:00:00", "")), true, ""},
		{"gone", line(404, missing), false, ""},
		{"gone, by number", line(404, "Not found: 943325"), false, ""},
		{"another number", line(404, "Not found: 1943325"), false, "404 Not Found: Not found: 1943325"},
		{"the project's first half", line(404, "Not found: openstack"), false, "404"},
		{"unknown path", reply{status: 404, kind: "text/plain;charset=iso-8859-1", body: "Not Found\n"}, false, "404"},
		{"proxy's 404", html(404), false, "404 Not Found (text/html); is the URL right?"},
		{"404 without a type", reply{status: 404, body: missing}, false, "404"},
		{"404 as JSON", reply{status: 404, kind: "application/json", body: missing}, false, "404"},
		{"broken change", line(500, "Internal server error"), false, "500 Internal Server Error: Internal server error (3 tries)"},
		{"forbidden", line(403, "no"), false, "403"},
		{"gone elsewhere", line(410, missing), false, "410"},
		{"another change", document(change(7, "2026-01-05 10:00:00", "")), false, "want change 943325, got an object"},
		{"list", document("[]"), false, "want change 943325, got a list"},
		{"null", document("null"), false, "want change 943325, got null"},
		{"HTML page", html(200), false, "an HTML page answered"},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := serve(t, test.reply.ServeHTTP)
				got, err := s.client(t).Exists(t.Context(), "openstack/nova", 943325)
				switch {
				case got != test.want:
					t.Errorf("got %v, want %v", got, test.want)
				case test.wrong == "" && err != nil:
					t.Error(err)
				case test.wrong != "" && (err == nil || !strings.Contains(err.Error(), test.wrong)):
					t.Errorf("got error %v, want %q", err, test.wrong)
				}
				if got := s.requests()[0].RequestURI; got != "/changes/openstack%2Fnova~943325" {
					t.Errorf("asked for %s", got)
				}
			})
		})
	}
}

func TestExistsEscapes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := serve(t, line(404, "Not found: 1").ServeHTTP)
		s.base = "/r/"
		client := s.client(t)
		if _, err := client.Exists(t.Context(), "a/b c?d#e%2F+ü", 1); err != nil {
			t.Error(err)
		}
		if got, want := s.requests()[0].RequestURI, "/r/changes/a%2Fb%20c%3Fd%23e%252F+%C3%BC~1"; got != want {
			t.Errorf("asked for %s, want %s", got, want)
		}
		for _, bad := range []struct {
			project string
			number  int
		}{{"", 1}, {"openstack/nova", 0}, {"openstack/nova", -1}} {
			if _, err := client.Exists(t.Context(), bad.project, bad.number); err == nil {
				t.Errorf("%v is taken for a change", bad)
			}
		}
		if n := len(s.requests()); n != 1 {
			t.Errorf("made %d requests", n)
		}
	})
}
