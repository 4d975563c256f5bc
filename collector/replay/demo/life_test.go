package demo_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/eventlet-removal/headway/collector/replay"
	"github.com/eventlet-removal/headway/collector/replay/demo"
)

// live runs a Life for so long and returns its Server.
func live(t *testing.T, seed uint64, long time.Duration) *replay.Server {
	t.Helper()
	topic, _ := topicAt(t, time.Now())
	s := replay.New(topic, replay.Config{})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	life := demo.NewLife(s)
	life.Seed = seed
	go func() { done <- life.Run(ctx) }()
	time.Sleep(long) // of the bubble's clock
	cancel()
	must(t, <-done)
	return s
}

// count finds how many a query lists.
func count(t *testing.T, s *replay.Server, q string) int {
	t.Helper()
	n, err := s.Query(q)
	must(t, err)
	return len(n)
}

// TestLifeMoves: within ten minutes every number of the page has moved.
func TestLifeMoves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin, _ := topicAt(t, time.Now())
		before := replay.New(begin, replay.Config{})
		after := live(t, 7, 20*time.Minute)
		const topic = `prefixtopic:"eventlet-removal" `
		for _, q := range []string{topic, topic + "is:merged", topic + "is:abandoned", topic + "is:open", `topic:threading-followups`} {
			if a, b := count(t, before, q), count(t, after, q); a == b {
				t.Errorf("%s found %d before and after", q, a)
			}
		}
		// The examples are still there.
		if n := count(t, after, `is:open before:"`+time.Now().Add(-30*time.Minute).UTC().Format(time.DateTime)+`"`); n < 35 {
			t.Errorf("only %d open changes were left alone", n)
		}
		newest := after.Topic(time.Now()).Changes
		if got := newest[len(newest)-1].Updated; time.Since(got.Time) > 20*time.Minute {
			t.Errorf("the newest change is of %s", got)
		}
	})
}

func TestLifeIsTheSameForASeed(t *testing.T) {
	history := func(seed uint64) (text string) {
		synctest.Test(t, func(t *testing.T) { text = written(t, live(t, seed, 20*time.Minute).Topic(time.Now())) })
		return text
	}
	first := history(1)
	if first != history(1) {
		t.Error("one seed gave two histories")
	}
	if first == history(2) {
		t.Error("two seeds gave one history")
	}
}

// TestLifeIsBounded: after twelve hours it still moves, and holds no more than it may.
func TestLifeIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begin, _ := topicAt(t, time.Now())
		s := live(t, 3, 12*time.Hour)
		topic := s.Topic(time.Now())
		if n := len(topic.Changes) - len(begin.Changes); n < 400 || n > 412 {
			t.Errorf("%d changes were added, want as many as may be", n)
		}
		for _, c := range topic.Changes {
			if len(c.Messages) > 70 {
				t.Errorf("%d has %d messages", c.Number, len(c.Messages))
			}
		}
		if n := count(t, s, `after:"`+time.Now().Add(-time.Hour).UTC().Format(time.DateTime)+`"`); n < 5 {
			t.Errorf("%d changes moved within the last hour", n)
		}
	})
}

// TestLifeEndsLongChanges: a change with more messages than it may have is
// abandoned, not continued.
func TestLifeEndsLongChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const owner, reviewer = 1001, 1002
		s := replay.New(&replay.Topic{}, replay.Config{})
		life := demo.NewLife(s)
		n, err := s.Create(time.Now(), replay.NewChange{Project: "openstack/nova", Subject: "Use native threads", Owner: owner})
		must(t, err)
		for range 60 {
			must(t, s.Comment(time.Now(), n, reviewer, "and another thing"))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		must(t, life.Run(ctx))
		if c, _ := s.Change(n); c.Status == "MERGED" || c.PatchSet > 1 {
			t.Errorf("%s at patch set %d with %d messages", c.Status, c.PatchSet, len(c.Messages))
		}
	})
}
