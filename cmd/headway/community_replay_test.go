package main

import (
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/eventlet-removal/headway/collector/replay"
)

// replayCommunity is a community on the replay Gerrit. Its clock only moves when
// something happens.
type replayCommunity struct {
	t      *testing.T
	server *replay.Server
	url    string

	mu    sync.Mutex
	clock time.Time
	pause time.Duration // between two writes
}

var people = map[person]int{alice: 1, rob: 2, zuul: replay.Zuul.ID}

func newReplayCommunity(t *testing.T) *replayCommunity {
	t.Helper()
	r := &replayCommunity{t: t, server: replay.New(&replay.Topic{}, replay.Config{}), clock: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC), pause: 20 * time.Minute}
	r.server.Account(replay.Account{ID: 1, Name: "Alice Author", Username: "alice"})
	r.server.Account(replay.Account{ID: 2, Name: "Rob Reviewer", Username: "rob"})
	server := httptest.NewServer(r.server)
	t.Cleanup(server.Close)
	r.url = server.URL + "/"
	return r
}

func (r *replayCommunity) ReportTo(t *testing.T) { r.t = t }

func (r *replayCommunity) URL() string { return r.url }

// Now is within the second of the last write: whoever looks now looks early.
func (r *replayCommunity) Now() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.clock.Add(300 * time.Millisecond)
}

func (r *replayCommunity) tick() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.clock = r.clock.Add(r.pause)
	return r.clock
}

func (r *replayCommunity) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

func (r *replayCommunity) Create(p proposal) int {
	n, err := r.server.Create(r.tick(), replay.NewChange{
		Project: p.project, Branch: p.branch, ChangeID: p.changeID, Subject: p.subject, Body: p.body, Topic: p.topic, WIP: p.wip, Owner: people[alice],
	})
	r.must(err)
	return n
}

func (r *replayCommunity) Push(n int, p push) {
	var patch replay.Patch
	if p.topic != "" {
		patch.Topic = &p.topic
	}
	if p.wip || p.ready {
		patch.WIP = &p.wip
	}
	r.must(r.server.Upload(r.tick(), n, people[alice], patch))
}

func (r *replayCommunity) PublishEdit(n int) {
	r.must(r.server.Upload(r.tick(), n, people[alice], replay.Patch{Edit: true}))
}

func (r *replayCommunity) Reword(n int, message string) {
	r.must(r.server.Upload(r.tick(), n, people[alice], replay.Patch{Kind: replay.KindNoCodeChange, Message: message}))
}

func (r *replayCommunity) SetTopic(n int, topic string) {
	r.must(r.server.SetTopic(r.tick(), n, people[alice], topic))
}

func (r *replayCommunity) AddHashtag(n int, hashtag string) {
	r.must(r.server.AddHashtags(r.tick(), n, people[alice], hashtag))
}

func (r *replayCommunity) AddReviewer(n int) {
	r.must(r.server.AddReviewer(r.tick(), n, people[alice], people[rob]))
}

func (r *replayCommunity) Move(n int, branch string) {
	r.must(r.server.Move(r.tick(), n, people[alice], branch))
}

func (r *replayCommunity) Abandon(n int) { r.must(r.server.Abandon(r.tick(), n, people[alice], "")) }

func (r *replayCommunity) Restore(n int) { r.must(r.server.Restore(r.tick(), n, people[alice], "")) }

func (r *replayCommunity) SetWIP(n int) { r.must(r.server.SetWIP(r.tick(), n, people[alice])) }

func (r *replayCommunity) SetReady(n int) { r.must(r.server.SetReady(r.tick(), n, people[alice])) }

func (r *replayCommunity) SetPrivate(n int, private bool) {
	r.must(r.server.SetPrivate(r.tick(), n, people[alice], private))
}

func (r *replayCommunity) Delete(n int) { r.must(r.server.Delete(n)) }

func (r *replayCommunity) Reply(who person, n int, w words) {
	reply := replay.Reply{Votes: w.votes, Text: w.text, Tag: w.tag, Ready: w.ready}
	if w.unresolved != "" {
		reply.Comments, reply.Unresolved = 1, 1
	}
	r.must(r.server.Reply(r.tick(), n, people[who], reply))
}

func (r *replayCommunity) RemoveVote(n int, whose person, label string) {
	r.must(r.server.RemoveVote(r.tick(), n, people[alice], people[whose], label))
}

func (r *replayCommunity) DeleteMessage(n int, text string) {
	c, _ := r.server.Change(n)
	for i := len(c.Messages) - 1; i >= 0; i-- {
		if strings.Contains(c.Messages[i].Message, text) {
			r.must(r.server.DeleteMessage(n, people[alice], i))
			return
		}
	}
	r.t.Fatalf("change %d has no message with %q", n, text)
}

func (r *replayCommunity) Merge(n int) {
	r.Reply(rob, n, words{votes: map[string]int{"Code-Review": 2, "Verified": 2, "Workflow": 1}})
	r.must(r.server.Submit(r.tick(), n, people[rob]))
}

func (r *replayCommunity) Revert(n int, topic string) int {
	revert, err := r.server.Revert(r.tick(), n, people[alice], "It broke the gate.")
	r.must(err)
	if c, _ := r.server.Change(revert); c.Topic != topic {
		r.SetTopic(revert, topic)
	}
	return revert
}

func (r *replayCommunity) CherryPick(n int, branch string) int {
	picked, err := r.server.CherryPick(r.tick(), n, people[alice], branch)
	r.must(err)
	return picked
}

func (r *replayCommunity) AtOnce(_ int, f func()) bool {
	r.pause = 0
	defer func() { r.pause = 20 * time.Minute }()
	f()
	return true
}
