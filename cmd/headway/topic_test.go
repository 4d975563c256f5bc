package main

import (
	"fmt"
	"net/http/httptest"
	"testing"

	"github.com/eventlet-removal/headway/collector/replay"
)

// topicGerrit is a replayed Gerrit with so many open changes of topic:x.
func topicGerrit(t *testing.T, changes int) (*replay.Server, string) {
	t.Helper()
	gerrit := replay.New(&replay.Topic{}, replay.Config{})
	gerrit.Account(replay.Account{ID: 1, Name: "Ada", Username: "ada"})
	for i := range changes {
		propose(t, gerrit, fmt.Sprintf("change %d", i))
	}
	srv := httptest.NewServer(gerrit)
	t.Cleanup(srv.Close)
	return gerrit, srv.URL
}

// propose makes one more.
func propose(t *testing.T, gerrit *replay.Server, subject string) {
	t.Helper()
	if _, err := gerrit.Create(day(2026, 5, 1), replay.NewChange{
		Project: "p", Branch: "master", Topic: "x", Subject: subject, Owner: 1,
	}); err != nil {
		t.Fatal(err)
	}
}
