package main

import (
	"bytes"
	"testing"
	"time"

	"github.com/eventlet-removal/headway/collector/replay"
)

// topicFile is a topic and its text. Nothing in it looks like an address.
func topicFile(t *testing.T, size int, seed uint64) (*replay.Topic, []byte) {
	t.Helper()
	topic, err := demoTopic(size, seed, time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := replay.WriteTopic(&b, topic, func(s string) string { return s }); err != nil {
		t.Fatal(err)
	}
	return topic, b.Bytes()
}

func TestDemoTopic(t *testing.T) {
	topic, text := topicFile(t, 1200, 1)
	if _, again := topicFile(t, 1200, 1); !bytes.Equal(text, again) {
		t.Error("one seed gave two topics")
	}
	if _, other := topicFile(t, 1200, 2); bytes.Equal(text, other) {
		t.Error("two seeds gave one topic")
	}
	if len(topic.Changes) != 1200 {
		t.Errorf("%d changes, want 1200", len(topic.Changes))
	}
	commits, ids, numbers, reverts := map[string]int{}, map[string]int{}, map[int]bool{}, 0
	for _, c := range topic.Changes {
		numbers[c.Number] = true
		commits[c.CurrentRevision]++
		ids[c.ChangeID+c.Branch+c.Project]++
	}
	for _, c := range topic.Changes {
		if c.RevertOf != 0 && numbers[c.RevertOf] {
			reverts++
		}
	}
	if len(commits) != 1200 || len(ids) != 1200 || len(numbers) != 1200 {
		t.Errorf("%d commits, %d Change-Ids, %d numbers; want 1200 of each", len(commits), len(ids), len(numbers))
	}
	if reverts < 6 {
		t.Errorf("%d reverts of changes of the topic, want those of each copy", reverts)
	}
	// The replay takes it, and finds what it shows.
	g, err := startGerrit(topic, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer g.close()
	if len(g.open) < 40 || len(g.open) > 300 {
		t.Errorf("%d open changes", len(g.open))
	}
	if err := g.touch(20, time.Now()); err != nil {
		t.Error(err)
	}
}
