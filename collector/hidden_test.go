package collector_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"path"
	"strings"
	"testing"

	"github.com/eventlet-removal/headway/collector"
	"github.com/eventlet-removal/headway/collector/replay"
	"github.com/eventlet-removal/headway/store"
)

// curtain is a Gerrit before which a curtain can be drawn: then it shows nothing to
// anonymous users, as one whose permission to read was taken away.
type curtain struct {
	http.Handler
	drawn bool
	asked []string // the queries since it was asked last
}

func (c *curtain) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query().Get("q")
	if q != "" {
		c.asked = append(c.asked, q)
	}
	switch name := path.Base(r.URL.Path); {
	case !c.drawn || strings.HasSuffix(r.URL.Path, "/version"):
		c.Handler.ServeHTTP(w, r)
	case q != "":
		w.Header().Set("Content-Type", "application/json; charset=UTF-8")
		io.WriteString(w, ")]}'\n[]\n")
	default:
		w.Header().Set("Content-Type", "text/plain; charset=UTF-8")
		w.WriteHeader(http.StatusNotFound)
		io.WriteString(w, "Not found: "+name)
	}
}

// behindCurtain is a world whose Gerrit has changes of the topic and others.
func behindCurtain(t *testing.T, members, others int, queries ...store.Query) (*world, *curtain) {
	t.Helper()
	w := newWorld(t, queries...)
	w.changes(members)
	for range others {
		w.create(replay.NewChange{Topic: "other-work"})
	}
	c := &curtain{Handler: w.gerrit}
	server := httptest.NewServer(c)
	t.Cleanup(server.Close)
	seen := connect(t, server.URL, w.goal)
	seen.gerrit, seen.now = w.gerrit, w.now
	return seen, c
}

const (
	sees   = "is:open OR is:closed"
	hidden = "this Gerrit shows nothing to anonymous users, it may want a login"
)

func count(queries []string, q string) int {
	n := 0
	for _, asked := range queries {
		if asked == q {
			n++
		}
	}
	return n
}

// TestFirstListingIsEmpty asks once whether anything at all can be seen, and only
// then is nothing zero.
func TestFirstListingIsEmpty(t *testing.T) {
	own := []store.Query{{Text: `(topic:none) -project:"p"`}, {Project: "p", Text: `project:"p" (topic:none)`}}
	for _, tc := range []struct {
		name            string
		members, others int
		drawn           bool
		queries         []store.Query
		asked           int    // how often whether anything can be seen
		want            string // in the poll's error; "": complete
	}{
		{"nothing is shown", 3, 2, true, nil, 1, hidden},
		{"an empty Gerrit", 0, 0, false, nil, 1, hidden},
		{"a selector that matches nothing", 0, 1, false, nil, 1, ""},
		{"two selectors that match nothing", 3, 0, false, own, 1, ""},
		{"two selectors, nothing is shown", 3, 0, true, own, 1, hidden},
		{"one selector of two matches something", 3, 0, false,
			[]store.Query{{Text: topic}, {Project: "p", Text: "topic:none"}}, 0, ""},
		{"a selector that matches something", 1, 0, false, nil, 0, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w, c := behindCurtain(t, tc.members, tc.others, tc.queries...)
			c.drawn = tc.drawn
			p := w.try(collector.PollOptions{})
			if got := count(c.asked, sees); got != tc.asked {
				t.Errorf("asked %d times whether anything can be seen, want %d", got, tc.asked)
			}
			if p.OK != (tc.want == "") || !strings.Contains(p.Error, tc.want) {
				t.Errorf("ok %t, error %q; want %q", p.OK, p.Error, tc.want)
			}
			for _, q := range w.goal.Queries {
				if s := w.db.Snapshot().Selector("g", q); s.AsOf.IsZero() != (tc.want != "") {
					t.Errorf("%s: as of %s, error %q", q.Text, s.AsOf, s.Error)
				}
			}
			// What was complete once is not asked again.
			c.asked = nil
			w.try(collector.PollOptions{})
			if got := count(c.asked, sees); tc.want == "" && got != 0 {
				t.Errorf("asked %d times more", got)
			}
			// The permission comes, and all is well.
			c.drawn = false
			if tc.members > 0 {
				w.poll()
			}
		})
	}
}

// TestBreakerAsksWhatIsSeen takes the permission away from a Gerrit that is followed:
// that is never many departures, whatever an operator says.
func TestBreakerAsksWhatIsSeen(t *testing.T) {
	for _, tc := range []struct {
		name            string
		members, others int
		options         collector.PollOptions
	}{
		{"a full listing", 4, 1, collector.PollOptions{Full: true}},
		{"one that was due for what moved", 4, 1, collector.PollOptions{}},
		{"accepted", 4, 1, collector.PollOptions{Full: true, AcceptMissing: true}},
		{"many", 120, 0, collector.PollOptions{Full: true}},
		{"one", 1, 0, collector.PollOptions{Full: true}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w, c := behindCurtain(t, tc.members, tc.others)
			w.poll()
			before := w.members()
			c.drawn, c.asked = true, nil
			for range 3 {
				p := w.try(tc.options)
				if p.OK || !strings.Contains(p.Error, hidden) || strings.Contains(p.Error, "--accept-missing") {
					t.Fatalf("ok %t, error %q; want that nothing is shown, and no advice to accept it", p.OK, p.Error)
				}
			}
			if got := count(c.asked, sees); got != 3 {
				t.Errorf("asked %d times in 3 polls whether anything can be seen", got)
			}
			w.wantMembers(before...)
			for _, n := range before {
				if s := w.db.Snapshot().Selector("g", w.goal.Queries[0]); s.Blocked != 0 {
					t.Errorf("%d are blocked, and an operator would be advised to accept that", s.Blocked)
				}
				if m := w.member(n); m.Missing != nil || m.Departed != nil {
					t.Errorf("change %d: missing %v, departed %v", n, m.Missing, m.Departed)
				}
			}
			c.drawn = false
			w.full()
			w.wantMembers(before...)
		})
	}
}
