package replay_test

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/eventlet-removal/headway/collector/replay"
)

// People of the tests.
const (
	alice = 1001
	bob   = 1002
	carol = 1003
)

var start = time.Date(2026, 1, 10, 8, 0, 0, 0, time.UTC)

// after is start and some minutes.
func after(minutes int) time.Time { return start.Add(time.Duration(minutes) * time.Minute) }

// newServer is an empty Gerrit with three people.
func newServer(t *testing.T, config replay.Config) *replay.Server {
	t.Helper()
	s := replay.New(&replay.Topic{Header: replay.Header{Gerrit: "https://review.example.org/"}}, config)
	s.Account(replay.Account{ID: alice, Name: "Alice Amber", Username: "alice"})
	s.Account(replay.Account{ID: bob, Name: "Bob Birch", Username: "bob"})
	s.Account(replay.Account{ID: carol, Name: "Carol Cedar", Username: "carol"})
	return s
}

// must fails the test for the error of a write.
func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// create makes a change in openstack/nova under the topic "threads".
func create(t *testing.T, s *replay.Server, at time.Time, n replay.NewChange) int {
	t.Helper()
	if n.Project == "" {
		n.Project = "openstack/nova"
	}
	if n.Subject == "" {
		n.Subject = "Use native threads"
	}
	if n.Owner == 0 {
		n.Owner = alice
	}
	number, err := s.Create(at, n)
	must(t, err)
	return number
}

// client talks to a Server over real HTTP without compression.
type client struct {
	t    *testing.T
	base string
	http *http.Client
}

func serve(t *testing.T, h http.Handler) *client {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	tr := &http.Transport{DisableCompression: true}
	t.Cleanup(tr.CloseIdleConnections)
	return &client{t, srv.URL, &http.Client{Transport: tr, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// reply is a response with its body.
type reply struct {
	*http.Response
	body string
}

func (c *client) do(method, target string, header ...string) reply {
	c.t.Helper()
	req, err := http.NewRequest(method, c.base+target, nil)
	must(c.t, err)
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := c.http.Do(req)
	must(c.t, err)
	defer res.Body.Close()
	var in io.Reader = res.Body
	if res.Header.Get("Content-Encoding") == "gzip" && method != http.MethodHead {
		in, err = gzip.NewReader(res.Body)
		must(c.t, err)
	}
	body, err := io.ReadAll(in)
	must(c.t, err)
	return reply{res, string(body)}
}

func (c *client) get(target string, header ...string) reply {
	c.t.Helper()
	return c.do(http.MethodGet, target, header...)
}

// decode reads the JSON of a good answer.
func (r reply) decode(t *testing.T, v any) {
	t.Helper()
	text, ok := strings.CutPrefix(r.body, ")]}'\n")
	if r.StatusCode != http.StatusOK || !ok {
		t.Fatalf("%s: %d %q", r.Request.URL, r.StatusCode, r.body)
	}
	must(t, json.Unmarshal([]byte(text), v))
}

// query runs a search with further parameters, such as "n=5" or "o=LABELS".
func (c *client) query(q string, more ...string) []*replay.Change {
	c.t.Helper()
	var found []*replay.Change
	c.get("/changes/?"+strings.Join(append([]string{"q=" + url.QueryEscape(q)}, more...), "&")).decode(c.t, &found)
	return found
}

// one asks for a single change as a query with options does.
func (c *client) one(number int, options ...string) *replay.Change {
	c.t.Helper()
	for i, o := range options {
		options[i] = "o=" + o
	}
	found := c.query(fmt.Sprintf("change:%d", number), options...)
	if len(found) != 1 {
		c.t.Fatalf("change:%d found %d changes", number, len(found))
	}
	return found[0]
}

var detail = []string{"ALL_REVISIONS", "CURRENT_COMMIT", "MESSAGES", "REVIEWER_UPDATES", "LABELS", "SUBMIT_REQUIREMENTS", "DETAILED_ACCOUNTS"}

func (c *client) detail(number int) *replay.Change {
	c.t.Helper()
	return c.one(number, append([]string{}, detail...)...)
}

func numbers(changes []*replay.Change) []int {
	out := []int{}
	for _, c := range changes {
		out = append(out, c.Number)
	}
	return out
}
