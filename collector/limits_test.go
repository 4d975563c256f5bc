package collector_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/eventlet-removal/headway/collector"
	"github.com/eventlet-removal/headway/collector/replay"
	"github.com/eventlet-removal/headway/store"
)

var operator = regexp.MustCompile(`\b[a-z]+:`)

// A server may take fewer terms in a query than we name in one, or a shorter address:
// then we name fewer.
func TestFewTerms(t *testing.T) {
	terms := func(most int) func(http.ResponseWriter, *http.Request) bool {
		return func(w http.ResponseWriter, r *http.Request) bool {
			n := len(operator.FindAllString(r.URL.Query().Get("q"), -1))
			if n <= most {
				return false
			}
			w.Header().Set("Content-Type", textType)
			w.WriteHeader(400)
			fmt.Fprintf(w, "too many terms in query: %d terms (max = %d)\n", n, most)
			return true
		}
	}
	for _, test := range []struct {
		name   string
		refuse func(http.ResponseWriter, *http.Request) bool
		most   int // requests of a poll in which two changes left
	}{
		{"1024", terms(1024), 4},
		{"20", terms(20), 12},
		{"8", terms(8), 24},
		{"3", terms(3), 60},
		{"a short address", func(w http.ResponseWriter, r *http.Request) bool {
			if len(r.RequestURI) < 400 {
				return false
			}
			w.Header().Set("Content-Type", htmlType)
			w.WriteHeader(http.StatusRequestURITooLong)
			return true
		}, 20},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			n := w.changes(40)
			b := w.breakable()
			asked := 0
			b.answer = func(rw http.ResponseWriter, r *http.Request) bool {
				asked++
				return test.refuse(rw, r)
			}
			w.poll()
			w.wantMembers(n...)
			w.now = w.now.Add(time.Hour)
			w.must(w.gerrit.SetTopic(w.tick(), n[3], 1, "other-work"))
			w.must(w.gerrit.SetTopic(w.tick(), n[31], 1, ""))
			last := w.changes(1)
			asked = 0
			p := w.poll()
			if p.Left != 2 || w.member(n[3]).Departed == nil || w.member(n[31]).Departed == nil {
				t.Errorf("%d left", p.Left)
			}
			if asked > test.most {
				t.Errorf("%d requests, want at most %d", asked, test.most)
			}
			w.must(w.gerrit.Delete(last[0]))
			w.full()
			if w.member(last[0]).Missing == nil {
				t.Error("a deleted change is not missed")
			}
		})
	}
}

// A server that asks for a long pause gets it: the poll ends at once, names the time,
// and what is published stays. Until then no other poll asks anything.
func TestLongPauseEndsThePoll(t *testing.T) {
	for _, test := range []struct {
		name string
		when func(r *http.Request, asked int) bool
	}{
		{"in the listing", func(r *http.Request, asked int) bool { return asked == 1 }},
		{"in the second listing", func(r *http.Request, asked int) bool { return asked == 2 }},
		{"in the details", func(r *http.Request, _ int) bool { return details(r) }},
		{"when asked whether one exists", func(r *http.Request, _ int) bool { return strings.Contains(r.URL.Path, "~") }},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t,
				store.Query{Text: `(` + topic + `) -project:"openstack/octavia"`},
				store.Query{Project: "openstack/octavia", Text: `project:"openstack/octavia" (message:eventlet)`})
			n := w.changes(3)
			w.create(replay.NewChange{Project: "openstack/octavia", Subject: "Drop eventlet"})
			b := w.breakable()
			w.poll()
			before := w.members()
			w.must(w.gerrit.Submit(w.tick(), n[0], 2))
			w.must(w.gerrit.Delete(n[1]))
			asked, paused := 0, false
			b.answer = func(rw http.ResponseWriter, r *http.Request) bool {
				if asked++; paused {
					t.Errorf("asked %s during the pause", r.URL)
				}
				paused = paused || test.when(r, asked)
				if paused {
					rw.Header().Set("Retry-After", "1500")
					http.Error(rw, "busy", http.StatusServiceUnavailable)
				}
				return paused
			}
			until := time.Now().Add(1500 * time.Second)
			p := w.try(collector.PollOptions{Full: true})
			named := strings.Contains(p.Error, "asked us to wait until "+until.UTC().Format("2006-01-02 15:")) ||
				strings.Contains(p.Error, "asked us to wait until "+until.Add(time.Minute).UTC().Format("2006-01-02 15:"))
			if !paused || p.OK || !p.Full || !named {
				t.Errorf("paused %t; %+v", paused, p)
			}
			w.wantMembers(before...)
			if p := w.try(collector.PollOptions{}); p.OK || p.Requests != 0 || !strings.Contains(p.Error, "asked us to wait until ") {
				t.Errorf("the next poll: %+v", p)
			}
		})
	}
}
