package replay_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/eventlet-removal/headway/collector/replay"
	"github.com/eventlet-removal/headway/store"
)

// written is a small topic as a file.
func written(t testing.TB, topic *replay.Topic) string {
	var b bytes.Buffer
	if err := replay.WriteTopic(&b, topic, store.WithoutAddresses); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTopicRoundTrip(t *testing.T) {
	s := library(t)
	topic := s.Topic(after(60))
	text := written(t, topic)
	read, err := replay.ReadTopic(strings.NewReader(text))
	must(t, err)
	if diff := cmp.Diff(topic.Changes, read.Changes); diff != "" {
		t.Errorf("changes (-written +read):\n%s", diff)
	}
	if !read.RecordedAt.Equal(after(60)) || read.Version != 1 {
		t.Errorf("header %+v", read.Header)
	}
	again := replay.New(read, replay.Config{})
	a, b := serve(t, s), serve(t, again)
	if diff := cmp.Diff(a.query("-is:private", "o=MESSAGES", "o=LABELS", "o=ALL_REVISIONS", "o=DETAILED_ACCOUNTS"),
		b.query("-is:private", "o=MESSAGES", "o=LABELS", "o=ALL_REVISIONS", "o=DETAILED_ACCOUNTS")); diff != "" {
		t.Errorf("served (-first +again):\n%s", diff)
	}
}

func TestReadTopicRefuses(t *testing.T) {
	const (
		header = `{"format":"headway-topic","version":1,"gerrit":"https://x/","selector":"topic:x","recorded_at":"2026-01-10T08:00:00Z"}` + "\n"
		sha    = "0123456789012345678901234567890123456789"
		change = `{"id":"p~1","project":"p","branch":"master","change_id":"I1","subject":"s","status":"NEW","created":"2026-01-10 08:00:00.000000000","updated":"2026-01-10 08:00:00.000000000","_number":1,"owner":{"_account_id":5},"current_revision_number":1,"current_revision":"` + sha + `","revisions":{"` + sha + `":{"_number":1,"kind":"REWORK","created":"2026-01-10 08:00:00.000000000","uploader":{"_account_id":5}}}}`
	)
	if got, err := replay.ReadTopic(strings.NewReader(header + change + "\n")); err != nil || len(got.Changes) != 1 {
		t.Fatalf("the sound one: %v", err)
	}
	edit := func(old, new string) string { return header + strings.Replace(change, old, new, 1) + "\n" }
	for _, tt := range []struct{ name, text, want string }{
		{"empty", "", "topic: line 1: header missing"},
		{"no header", change + "\n", `topic: line 1: header: json: unknown field "id"`},
		{"other format", strings.Replace(header, "headway-topic", "tape", 1), `topic: line 1: header: format "tape", must be "headway-topic"`},
		{"newer", strings.Replace(header, `"version":1`, `"version":2`, 1), "topic: line 1: header: version 2, this program reads 1"},
		{"no gerrit", strings.Replace(header, "https://x/", "", 1), "topic: line 1: header: gerrit missing"},
		{"no time", strings.Replace(header, `,"recorded_at":"2026-01-10T08:00:00Z"`, "", 1), "topic: line 1: header: recorded_at missing"},
		{"header twice", strings.TrimSpace(header) + header, "topic: line 1: header: more than one value"},
		{"half a line", header + change[:90], "topic: line 2: change: unexpected end of JSON input"},
		{"blank line", header + "\n" + change, "topic: line 2: change: unexpected end of JSON input"},
		{"no project", edit(`"project":"p",`, ""), "topic: line 2: change 1: project missing"},
		{"no number", edit(`"_number":1,"owner"`, `"owner"`), "topic: line 2: change 0: _number missing"},
		{"no owner", edit(`{"_account_id":5},"current`, `{},"current`), "topic: line 2: change 1: owner missing"},
		{"bad time", edit("08:00:00.000000000", "08:00"), `topic: line 2: change: timestamp "2026-01-10 08:00" is not of the form "2006-01-02 15:04:05.000000000"`},
		{"wrong type", edit(`"_number":1`, `"_number":"1"`), "topic: line 2: change: json: cannot unmarshal string into Go struct field Change._number of type int"},
		{"unknown current", edit(`"current_revision":"0`, `"current_revision":"f`), `topic: line 2: change 1: current_revision "f123456789012345678901234567890123456789" is not among its revisions`},
		{"other current", edit(`"current_revision_number":1`, `"current_revision_number":2`), "topic: line 2: change 1: current_revision_number 2, but the current revision is 1"},
		{"updated first", edit(`"updated":"2026`, `"updated":"2025`), "topic: line 2: change 1: updated 2025-01-10 08:00:00.000000000 before created"},
		{"twice", header + change + "\n" + change + "\n", "topic: line 3: change 1: follows 1, must be by rising number"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := replay.ReadTopic(strings.NewReader(tt.text))
			if err == nil || err.Error() != tt.want {
				t.Errorf("got  %v\nwant %s", err, tt.want)
			}
		})
	}
}

// TestAddresses: a topic file never holds an e-mail address, wherever one hides.
func TestAddresses(t *testing.T) {
	const address = "somebody@mail.example.org"
	make := func() *replay.Topic {
		s := newServer(t, replay.Config{})
		n := create(t, s, after(0), replay.NewChange{Topic: "x"})
		must(t, s.Comment(after(1), n, bob, "hm"))
		return s.Topic(after(2))
	}
	for _, tt := range []struct {
		name string
		hide func(*replay.Change)
	}{
		{"owner", func(c *replay.Change) { c.Owner.Email = address }},
		{"name", func(c *replay.Change) { c.Owner.Name = address }},
		{"subject", func(c *replay.Change) { c.Subject = "Mail " + address }},
		{"topic", func(c *replay.Change) { c.Topic = address }},
		{"message", func(c *replay.Change) { c.Messages[0].Message = "Mail <" + address + ">." }},
		{"author of a message", func(c *replay.Change) { c.Messages[1].Author.Email = address }},
		{"commit message", func(c *replay.Change) { commit(c).Message = "x\n\nSigned-off-by: Some Body <" + address + ">\n" }},
		{"commit author", func(c *replay.Change) { commit(c).Author.Email = address }},
		{"committer's name", func(c *replay.Change) { commit(c).Committer.Name = address }},
		{"parent", func(c *replay.Change) { commit(c).Parents[0].Subject = address }},
		{"reviewer", func(c *replay.Change) { c.ReviewerUpdates[0].Reviewer.Email = address }},
		{"vote", func(c *replay.Change) {
			c.Labels["Workflow"] = replay.Label{All: []replay.Approval{{Account: replay.Account{ID: 1, Email: address}}}}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			topic := make()
			tt.hide(topic.Changes[0])
			var b bytes.Buffer
			if err := replay.WriteTopic(&b, topic, store.WithoutAddresses); err == nil || !strings.Contains(err.Error(), "e-mail address in") {
				t.Errorf("written with an address: %v", err)
			}
			topic.Changes[0].Redact(store.WithoutAddresses)
			if text := written(t, topic); strings.Contains(text, "@") {
				t.Errorf("after Redact: %s", text)
			}
		})
	}
}

func commit(c *replay.Change) *replay.Commit { return c.Revisions[c.CurrentRevision].Commit }

// FuzzReadTopic: what can be read can be served and, without addresses, written
// and read again to the same.
func FuzzReadTopic(f *testing.F) {
	s := replay.New(&replay.Topic{Header: replay.Header{Gerrit: "https://x/"}}, replay.Config{})
	n, err := s.Create(after(0), replay.NewChange{Project: "p", Subject: "s", Owner: alice})
	if err == nil {
		err = s.Vote(after(1), n, bob, "Code-Review", 1)
	}
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(written(f, s.Topic(after(60)))))
	f.Add([]byte(`{"format":"headway-topic","version":1,"gerrit":"x","selector":"","recorded_at":"2026-01-10T08:00:00Z"}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		topic, err := replay.ReadTopic(bytes.NewReader(text))
		if err != nil {
			if !strings.HasPrefix(err.Error(), "topic: line ") {
				t.Errorf("error without a place: %v", err)
			}
			return
		}
		replay.New(topic, replay.Config{}).Topic(time.Now())
		for _, c := range topic.Changes {
			c.Redact(store.WithoutAddresses)
		}
		var b bytes.Buffer
		if err := replay.WriteTopic(&b, topic, store.WithoutAddresses); err != nil {
			t.Fatalf("write what was read: %v", err)
		}
		again, err := replay.ReadTopic(&b)
		if err != nil {
			t.Fatalf("read what was written: %v", err)
		}
		if diff := cmp.Diff(topic.Changes, again.Changes); diff != "" {
			t.Errorf("changed on the way (-first +again):\n%s", diff)
		}
	})
}

// zeros are a file that has no end, as a device.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// TestReadTopicIsBounded: whoever names a device by mistake is told so, and the machine
// goes on.
func TestReadTopicIsBounded(t *testing.T) {
	if _, err := replay.ReadTopic(zeros{}); err == nil || err.Error() != "topic: line 1: longer than 33554432 bytes" {
		t.Errorf("/dev/zero: %v", err)
	}
	text := written(t, library(t).Topic(after(60)))
	size, lines := int64(len(text)), strings.Count(text, "\n")
	if got, err := replay.ReadTopicUpTo(strings.NewReader(text), size); err != nil || len(got.Changes) != lines-1 {
		t.Errorf("as long as it may be: %v", err)
	}
	want := fmt.Sprintf("topic: longer than %d bytes", size-1)
	if _, err := replay.ReadTopicUpTo(strings.NewReader(text), size-1); err == nil || err.Error() != want {
		t.Errorf("a byte longer: %v, want %s", err, want)
	}
}
