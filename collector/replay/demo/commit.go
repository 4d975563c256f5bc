package demo

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/eventlet-removal/headway/collector/replay"
)

// commitLines are the real commits, oldest merge first: what the repositories of
// OpenStack say of them, with authors' names replaced by pseudonyms.
//
//go:embed commits.jsonl
var commitLines string

// commit is one merged commit.
type commit struct {
	Project    string    `json:"project"` // without openstack/
	Branch     string    `json:"branch"`  // "" is master
	ChangeID   string    `json:"change_id"`
	Subject    string    `json:"subject"`
	Authored   time.Time `json:"authored"`
	Submitted  time.Time `json:"submitted"`
	Author     string    `json:"author"`
	Insertions int       `json:"insertions"`
	Deletions  int       `json:"deletions"`

	topic *string // of a made-up one; nil is the usual
	body  string
	by    int
}

func readCommits() ([]commit, error) {
	var commits []commit
	for line := range strings.Lines(commitLines) {
		var c commit
		if err := json.Unmarshal([]byte(line), &c); err != nil {
			return nil, fmt.Errorf("demo: commits.jsonl: line %d: %w", len(commits)+1, err)
		}
		commits = append(commits, c)
	}
	return commits, nil
}

// addCommit writes a merged change: patch sets, CI, reviews and the gate, fitted
// between the commit's authoring and its merge. It returns its number.
func (b *builder) addCommit(c commit) int {
	r := seededRand(c.Project, c.ChangeID, c.Branch)
	owner := c.by
	if owner == 0 {
		owner = b.developer(c.Author)
	}
	created := c.created(r)
	original := b.merged[c.Project+" "+c.ChangeID]
	if original != 0 {
		created = c.Submitted.Add(-c.Submitted.Sub(created) / 8)
		if o, _ := b.server.Change(original); created.Add(b.offset).Before(o.Submitted.Time) {
			original = 0 // pushed before the original was merged: no button made it
		}
	}
	counted := created
	if c.by != 0 { // made up: placed by its age
		counted = created.Add(b.untilUsualHour())
	}
	s := &mergeScript{changeScript: changeScript{builder: b, number: b.number(counted)}, commit: c, r: r, participants: newParticipants(r, owner),
		created: created, span: c.Submitted.Sub(created)}
	s.create(original)
	s.review()
	s.gate()
	s.run()
	if c.Branch == "" {
		b.merged[c.Project+" "+c.ChangeID] = s.number
	}
	return s.number
}

// created is the authoring, within reason: some commits were merged in the minute
// of their last rewording, some lay for years.
func (c commit) created(r *rand.Rand) time.Time {
	latest := c.Submitted.Add(-20*time.Hour - minutes(r, 0, 80*60))
	earliest := c.Submitted.Add(-time.Duration(200+r.IntN(100)) * day)
	switch {
	case c.Authored.After(latest):
		return latest
	case c.Authored.Before(earliest):
		return earliest
	}
	return c.Authored
}

// mergeScript is the script of a change that is merged.
type mergeScript struct {
	changeScript
	commit
	participants
	r       *rand.Rand
	created time.Time
	span    time.Duration // from created to the merge
	wip     bool          // at first
}

// part is a share of the way from the creation to the merge.
func (s *mergeScript) part(share float64) time.Time {
	return s.created.Add(time.Duration(share * float64(s.span))).Truncate(time.Second)
}

// create makes the change: by the button from original, or by a push, sometimes
// as work in progress, sometimes with the topic to come.
func (s *mergeScript) create(original int) {
	if original != 0 {
		s.on(s.created, func(at time.Time) error {
			_, err := s.builder.server.CherryPickAs(at, original, s.owner, s.number, s.Branch)
			return err
		})
		return
	}
	n := replay.NewChange{
		Number: s.number, Project: "openstack/" + s.Project, Branch: s.Branch, ChangeID: s.ChangeID, Subject: s.Subject, Body: s.body,
		Topic: topicName, Owner: s.owner, Insertions: s.Insertions, Deletions: s.Deletions,
	}
	switch chance := s.r.Float64(); {
	case s.topic != nil:
		n.Topic = *s.topic
	case chance < 0.06:
		n.Topic = topicName + "-tests"
	case chance < 0.10:
		n.Topic = "" // set by hand
		s.on(s.part(0.3), func(at time.Time) error { return s.builder.server.SetTopic(at, s.number, s.first, topicName) })
	case chance < 0.13:
		n.Topic = "threading-backend"
		s.on(s.part(0.4), func(at time.Time) error { return s.builder.server.SetTopic(at, s.number, s.owner, topicName) })
	}
	if s.wip = s.r.Float64() < 0.15; s.wip {
		n.WIP = true
		s.on(s.part(0.35), func(at time.Time) error { return s.builder.server.SetReady(at, s.number, s.owner) })
	}
	s.on(s.created, func(at time.Time) error {
		_, err := s.builder.server.Create(at, n)
		return err
	})
}

// review uploads patch sets until CI and two reviewers agree.
func (s *mergeScript) review() {
	server, n := s.builder.server, s.number
	patchSets := 1 + s.r.IntN(2)
	if s.span > 4*day {
		patchSets = 1 + s.r.IntN(4)
	}
	if s.span > 30*day {
		patchSets = 2 + s.r.IntN(7)
	}
	for i := range patchSets {
		at := s.part(0.62 * float64(i) / float64(patchSets))
		isLast := i == patchSets-1
		if i > 0 {
			kind := []string{replay.KindRework, replay.KindRework, replay.KindTrivialRebase, replay.KindNoCodeChange}[s.r.IntN(4)]
			s.on(at, func(at time.Time) error { return server.Upload(at, n, s.owner, replay.Patch{Kind: kind}) })
		}
		result := replay.Succeeded
		if !isLast && s.r.Float64() < 0.4 {
			result = replay.Failed
		}
		s.on(at.Add(minutes(s.r, 50, 130)), func(at time.Time) error { return server.Report(at, n, replay.Build{Outcome: result}) })
		if !isLast && s.r.Float64() < 0.5 {
			s.on(at.Add(s.span/time.Duration(4*patchSets)), func(at time.Time) error {
				return server.Reply(at, n, s.third, replay.Reply{Votes: map[string]int{"Code-Review": -1}, Comments: 1, Unresolved: 1, Text: "One question inline."})
			})
		}
	}
	s.on(s.part(0.75), func(at time.Time) error {
		c, _ := server.Change(n)
		return server.Reply(at, n, s.owner, replay.Reply{Comments: c.UnresolvedComments, Unresolved: -c.UnresolvedComments, Text: "Done, thanks."})
	})
	s.on(s.part(0.78), func(at time.Time) error { return server.Vote(at, n, s.third, "Code-Review", 1) })
	s.on(s.part(0.82), func(at time.Time) error { return server.Vote(at, n, s.first, "Code-Review", 2) })
}

// gate approves and merges, sometimes at the second try.
func (s *mergeScript) gate() {
	server, n := s.builder.server, s.number
	try := func(start time.Time) {
		s.on(start, func(at time.Time) error {
			return server.Report(at, n, replay.Build{Pipeline: "gate", Outcome: replay.Started})
		})
	}
	start := s.Submitted.Add(-minutes(s.r, 40, 100))
	approve := start.Add(-20 * time.Second)
	if s.span > 3*day && s.r.Float64() < 0.12 {
		approve = s.part(0.93)
		try(approve.Add(20 * time.Second))
		s.on(approve.Add(50*time.Minute), func(at time.Time) error {
			return server.Report(at, n, replay.Build{Pipeline: "gate", Outcome: replay.Failed})
		})
		s.on(start.Add(-20*time.Second), func(at time.Time) error { return server.Comment(at, n, s.owner, "recheck unrelated timeout") })
	}
	s.on(approve, func(at time.Time) error {
		return server.Reply(at, n, s.second, replay.Reply{Votes: map[string]int{"Code-Review": 2, "Workflow": 1}})
	})
	try(start)
	s.on(s.Submitted, func(at time.Time) error {
		return server.Report(at, n, replay.Build{Pipeline: "gate", Outcome: replay.Succeeded})
	})
	s.on(s.Submitted.Add(3*time.Minute), func(at time.Time) error {
		return server.Report(at, n, replay.Build{Pipeline: "promote", Outcome: replay.Succeeded})
	})
}
