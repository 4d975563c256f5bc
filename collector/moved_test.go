package collector_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/eventlet-removal/headway/collector"
	"github.com/eventlet-removal/headway/collector/replay"
)

// A Gerrit at another address is the same one if it shows the changes we know.
func TestSameGerrit(t *testing.T) {
	another := func(project, id string, from int) func(w *world, n []int) *replay.Server {
		return func(w *world, n []int) *replay.Server {
			g := replay.New(&replay.Topic{}, replay.Config{})
			g.Account(replay.Account{ID: 1, Name: "Ada"})
			for _, number := range n[from:] {
				c, _ := w.gerrit.Change(number)
				create := replay.NewChange{Number: number, Project: c.Project, ChangeID: c.ChangeID, Subject: "x", Owner: 1}
				if number == n[len(n)-1] {
					create.Project, create.ChangeID = strings.ReplaceAll(project, "same", c.Project), strings.ReplaceAll(id, "same", c.ChangeID)
				}
				_, err := g.Create(w.tick(), create)
				w.must(err)
			}
			return g
		}
	}
	const otherID = "I0123456789012345678901234567890123456789"
	for _, tt := range []struct {
		name    string
		changes int
		there   func(w *world, n []int) *replay.Server
		want    string // of the error; "" if it is the same
	}{
		{"the same server", 60, func(w *world, _ []int) *replay.Server { return w.gerrit }, ""},
		{"few changes", 3, another("same", "same", 0), ""},
		{"nine of ten", 20, another("same", "same", 2), ""},
		{"fewer than nine of ten", 20, another("same", "same", 3), "it knows 17 of 20 changes of the database"},
		{"none of them", 5, func(*world, []int) *replay.Server { return replay.New(&replay.Topic{}, replay.Config{}) }, "it knows 0 of 5 changes"},
		{"one in another project", 20, another("openstack/zaqar", "same", 0), "is another Gerrit: change 20 is I"},
		{"one with another Change-Id", 20, another("same", otherID, 0), "is another Gerrit: change 20 is " + otherID + " of openstack/nova there"},
		{"nothing to compare", 0, func(w *world, _ []int) *replay.Server { return w.gerrit }, "begin a new one"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			n := w.changes(tt.changes)
			if len(n) == 0 {
				w.create(replay.NewChange{Topic: "another"})
			}
			w.poll()
			moved := httptest.NewServer(tt.there(w, n))
			t.Cleanup(moved.Close)
			cfg := w.config.Gerrit
			cfg.URL = moved.URL
			err := collector.SameGerrit(t.Context(), cfg, w.db.Snapshot(), w.config.Goals)
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
}

// The sample is of all projects and years, not of the newest alone.
func TestSampleIsSpread(t *testing.T) {
	w := newWorld(t)
	for i := range 120 {
		project := "openstack/nova"
		if i == 0 {
			project = "openstack/heat"
		}
		w.create(replay.NewChange{Project: project, Topic: "eventlet-removal"})
		if i == 1 {
			w.now = w.now.AddDate(1, 0, 0)
		}
	}
	w.poll()
	w.gerrit.ResetLog()
	w.must(collector.SameGerrit(t.Context(), w.config.Gerrit, w.db.Snapshot(), w.config.Goals))
	query := w.gerrit.Requests()[0].Queries[0]
	if got := strings.Count(query, "change:"); got != 50 || !strings.Contains(query, "change:1 ") || !strings.Contains(query, "change:2 ") {
		t.Errorf("asked for %d changes: %s", got, query)
	}
}
