//go:build browser || prometheus || jekyll || soak

package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/eventlet-removal/headway/collector/replay"
	"github.com/eventlet-removal/headway/collector/replay/demo"
	"github.com/eventlet-removal/headway/store"
)

// quietSite is `serve` with the goal of the demonstration and an empty one, on a
// Gerrit in which nothing happens but what a test does.
type quietSite struct {
	*running
	gerrit *replay.Server
	search string // where the Gerrit listens, with a slash at the end
}

const (
	mainGoal  = "eventlet-removal"
	emptyGoal = `
  - name: empty
    title: A goal without changes
    selector: 'topic:"nobody-has-this-topic"'
    schedule: "@every 10s"
`
	firstSelector = `topic:"a-goal-begun-today"`
	firstGoal     = `
  - name: first
    title: A goal begun today
    selector: '` + firstSelector + `'
`
)

func newQuietSite(t *testing.T) *quietSite {
	t.Helper()
	dir := t.TempDir()
	gerrit := demoChanges(t)
	server := httptest.NewServer(gerrit)
	t.Cleanup(server.Close)
	url := server.URL + "/"
	write(t, dir, "c.yml", siteYAML(t, url, "@every 10s", emptyGoal))
	s := &quietSite{start(t, dir, "serve", "--config.file=c.yml", "--web.listen-address=127.0.0.1:0"), gerrit, url}
	for _, goal := range []string{mainGoal, "empty"} {
		for s.asOf(t, goal) == nil {
			s.logged(t, `msg="poll done"`)
		}
	}
	return s
}

func (s *quietSite) asOf(t *testing.T, goal string) *time.Time {
	t.Helper()
	for _, g := range s.goals(t) {
		if g.Goal == goal {
			return g.AsOf
		}
	}
	t.Fatalf("the API has no goal %s", goal)
	return nil
}

// json reads an answer of the API.
func (r *running) json(t *testing.T, path string, into any) {
	t.Helper()
	code, body := r.get(t, path)
	if code != http.StatusOK {
		t.Fatalf("GET %s%s: %d %s", r.url, path, code, body)
	}
	if err := json.Unmarshal([]byte(body), into); err != nil {
		t.Fatalf("GET %s%s: %v", r.url, path, err)
	}
}

// newOutageSite is `serve` while no Gerrit answers: the main goal's numbers are
// three days old, and of another goal the first reading broke off.
func newOutageSite(t *testing.T) *running {
	t.Helper()
	dir := t.TempDir()
	gerrit := httptest.NewServer(demoChanges(t))
	url := gerrit.URL + "/"
	write(t, dir, "poll.yml", siteYAML(t, url, "@every 10m", ""))
	config := siteYAML(t, url, "@every 10m", firstGoal)
	write(t, dir, "c.yml", config)
	if got := headway(t, dir, "poll", "--config.file=poll.yml"); got.code != 0 {
		t.Fatalf("poll: %+v", got)
	}
	gerrit.Close()

	db, err := store.Open(filepath.Join(dir, "headway.db"), store.Options{Gerrit: url})
	if err != nil {
		t.Fatal(err)
	}
	r := store.Round{Poll: store.Poll{Goal: mainGoal, Start: time.Now().Add(-72 * time.Hour), OK: true}}
	for _, q := range load(t, config).Goals[0].Progress.Queries {
		s := db.Snapshot().Selector(mainGoal, q)
		s.AsOf = s.AsOf.Add(-72 * time.Hour)
		r.Selectors, r.Complete = append(r.Selectors, s), append(r.Complete, s.Project)
	}
	if err := db.Finish(mainGoal, r); err != nil {
		t.Fatal(err)
	}
	if err := db.Save("first", nil, []store.Selector{{Query: firstSelector, Done: 1200, Of: 2500}}); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return start(t, dir, "serve", "--config.file=c.yml", "--web.listen-address=127.0.0.1:0")
}

// demoChanges is a Gerrit that has the demonstration's changes, as they begin.
func demoChanges(t *testing.T) *replay.Server {
	t.Helper()
	topic, _, err := demo.Topic(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return replay.New(topic, replay.Config{})
}

// siteYAML is the built-in configuration for another Gerrit, asked as fast as it
// answers, with more goals.
func siteYAML(t *testing.T, gerrit, schedule, goals string) string {
	t.Helper()
	return strings.NewReplacer(
		"https://review.opendev.org/\n", gerrit+"\n",
		"requests_per_second: 1\n", "requests_per_second: 1000\n",
		`schedule: "@every 10m"`, `schedule: "`+schedule+`"`,
		"\ntestimonials:", goals+"\ntestimonials:",
	).Replace(builtinConfig(t))
}
