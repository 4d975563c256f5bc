package collector_test

import (
	"bytes"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/eventlet-removal/headway/collector"
	"github.com/eventlet-removal/headway/collector/replay"
	"github.com/eventlet-removal/headway/store"
)

// damage flips a bit in each copy of a text in the database.
func (w *world) damage(text string) {
	w.t.Helper()
	path, url := w.db.Path(), w.config.Gerrit.URL
	w.must(w.db.Close())
	data, err := os.ReadFile(path)
	w.must(err)
	if !bytes.Contains(data, []byte(text)) {
		w.t.Fatalf("%q is not in the file", text)
	}
	data = bytes.ReplaceAll(data, []byte(text), append([]byte{text[0] ^ 1}, text[1:]...))
	w.must(os.WriteFile(path, data, 0o600))
	w.open(path, url)
	w.config.Now = func() time.Time { return w.now }
}

func (w *world) wantUnreadable(numbers ...int) {
	w.t.Helper()
	var got []int
	for m := range w.db.Snapshot().Unreadable("g", w.goal.Queries) {
		got = append(got, m.Number)
	}
	if !slices.Equal(got, numbers) {
		w.t.Fatalf("unreadable %v, want %v", got, numbers)
	}
}

// A change that the database can't read is fetched with the next poll, and only it.
func TestUnreadableIsFetched(t *testing.T) {
	w := newWorld(t)
	w.changes(5)
	n := w.create(replay.NewChange{Topic: "eventlet-removal", Subject: "Drop the hub"})
	w.must(w.gerrit.Submit(w.tick(), n, 2))
	w.poll()
	w.now = w.now.Add(time.Hour) // no listing shows it again
	w.poll()
	w.damage("Drop the hub")
	w.wantUnreadable(n)
	if got := w.requests(func() { w.poll() }); got[replay.KindDetails] != 1 {
		t.Errorf("requests %v", got)
	}
	w.wantUnreadable()
	if c := w.db.Snapshot().Change(n); c == nil || c.Status != store.StatusMerged || c.Subject != "Drop the hub" {
		t.Errorf("change %+v", c)
	}
	if got := w.requests(func() { w.poll() }); got[replay.KindDetails] != 0 {
		t.Errorf("later requests %v", got)
	}
}

// What can't be read and is not there any more is gone at last, like any other.
func TestUnreadableAndGone(t *testing.T) {
	w := newWorld(t)
	w.changes(5)
	n := w.create(replay.NewChange{Topic: "eventlet-removal", Subject: "Drop the hub"})
	w.poll()
	w.damage("Drop the hub")
	w.must(w.gerrit.Delete(n))
	w.try(collector.PollOptions{})
	w.wantUnreadable(n)
	w.full()
	w.now = w.now.Add(2 * time.Hour)
	w.full()
	w.wantUnreadable()
	if m := w.member(n); m.Departed == nil || !m.Departed.Gone {
		t.Errorf("membership %+v", m)
	}
}

// What can't be read and left the topic is a change that left.
func TestUnreadableAndLeft(t *testing.T) {
	w := newWorld(t)
	w.changes(5)
	n := w.create(replay.NewChange{Topic: "eventlet-removal", Subject: "Drop the hub"})
	w.poll()
	w.damage("Drop the hub")
	w.must(w.gerrit.SetTopic(w.tick(), n, 1, "other"))
	w.full()
	w.wantUnreadable()
	if m := w.member(n); m.Departed == nil || m.Departed.Gone || m.Departed.Topic != "other" {
		t.Errorf("membership %+v, departed %+v", m, m.Departed)
	}
}
