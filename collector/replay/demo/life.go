package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/eventlet-removal/headway/collector/replay"
)

// Bounds of a Life, so that it can go on forever: changes that it made and that
// are still there, messages of one change, and changes of its own under review.
const (
	lifeChanges  = 400
	lifeMessages = 60
	lifeInReview = 12
)

// Life keeps the changes of a Server moving: uploads, reports of CI, votes,
// merges, new changes, abandoned and restored ones, reverts, topics that come and
// go. What happens depends on the seed and on the Server only, so that one seed
// gives one history; when it happens is the clock's. It mostly works on changes it
// made itself, to leave the others as examples.
//
// Past lifeChanges it merges no more: what it makes is in the end abandoned, and
// its oldest abandoned one deleted before it makes another.
type Life struct {
	Every time.Duration // between two events; 4 seconds
	Seed  uint64        // 1

	server *replay.Server
	rand   *rand.Rand
	newest int // numbers above are its own
}

// NewLife has something happen to s. Its fields may be changed before Run.
func NewLife(s *replay.Server) *Life {
	newest := 0
	s.Each(func(c *replay.Change) { newest = max(newest, c.Number) })
	return &Life{Every: 4 * time.Second, Seed: 1, server: s, newest: newest}
}

// String names it among a program's tasks.
func (l *Life) String() string { return "life of the replayed Gerrit" }

// Run lives until ctx ends, and then returns nil. It returns an error if the
// Server refuses what should be possible.
func (l *Life) Run(ctx context.Context) error {
	l.rand = rand.New(rand.NewPCG(l.Seed, 1))
	tick := time.NewTicker(l.Every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			if err := l.step(time.Now()); err != nil {
				return fmt.Errorf("life: %w", err)
			}
		}
	}
}

// step makes one thing happen.
func (l *Life) step(at time.Time) error {
	own, others, closed := l.look()
	total := len(own) + closed.count
	full := total >= lifeChanges
	switch chance := l.rand.IntN(100); {
	case chance < 12 && len(own) < lifeInReview, len(own) == 0:
		if total < lifeChanges+lifeInReview { // some room beyond full, for those that come and go
			return l.create(at)
		}
		if len(closed.abandoned) > 0 {
			return l.server.Delete(closed.abandoned[0])
		}
	case chance < 13 && len(others) > 0:
		return l.server.Abandon(at, pick(l.rand, others), l.person(), "No answer for a long time, please restore when you are back.")
	case chance < 15 && len(own) > 0:
		return l.server.Abandon(at, pick(l.rand, own), l.person(), "Done elsewhere.")
	case chance < 17 && len(closed.abandoned) > 0:
		return l.server.Restore(at, pick(l.rand, closed.abandoned), l.person(), "")
	case chance < 18 && len(closed.merged) > 0 && !full:
		_, err := l.server.Revert(at, pick(l.rand, closed.merged), l.person(), "The gate is red since this merged.")
		return err
	case chance < 21 && len(own) > 0:
		return l.move(at, pick(l.rand, own))
	case chance < 93 && len(own) > 0:
		return l.advance(at, pick(l.rand, own), full)
	case len(others) > 0:
		return l.advance(at, pick(l.rand, others), full)
	}
	return nil
}

// closedChanges are Life's own changes that are no longer in review: how many,
// and the numbers of the abandoned and of the newest merged ones.
type closedChanges struct {
	count             int
	abandoned, merged []int
}

// look sorts the changes that Life may touch: those under review, its own and
// others, and the closed ones of its own.
func (l *Life) look() (own, others []int, closed closedChanges) {
	l.server.Each(func(c *replay.Change) {
		n := c.Number
		isOwn := n > l.newest
		switch {
		case isOwn && c.Status == replay.StatusNew:
			own = append(own, n)
		case isOwn:
			closed.count++
			if c.Status == replay.StatusAbandoned {
				closed.abandoned = append(closed.abandoned, n)
			} else if len(c.Messages) < lifeMessages && c.RevertOf == 0 {
				closed.merged = append(closed.merged, n)
			}
		case c.Status == replay.StatusNew && !c.Private && len(c.Messages) < lifeMessages:
			others = append(others, n)
		}
	})
	for _, list := range [][]int{own, others, closed.abandoned, closed.merged} {
		slices.Sort(list)
	}
	closed.merged = closed.merged[max(0, len(closed.merged)-3):]
	return own, others, closed
}

func pick(r *rand.Rand, from []int) int { return from[r.IntN(len(from))] }

func (l *Life) person() int { return people[l.rand.IntN(reviewers)].ID }

// Words that make a new change.
var (
	lifeProjects = strings.Fields(`nova nova nova cinder cinder glance manila watcher swift blazar neutron oslo.service
		oslo.messaging oslo.log taskflow networking-generic-switch ironic`)
	lifeVerbs  = []string{"Remove eventlet from", "Use native threads in", "Stop monkey patching", "Bound the thread pool of", "Drop greenthreads from", "Test threading mode of"}
	lifeThings = []string{"the periodic tasks", "the RPC workers", "the unit tests", "the functional jobs", "the heartbeat", "the WSGI entry point",
		"the backdoor", "the lock helpers", "the image conversion", "the agent's main loop", "the console proxy", "the devstack plugin"}
)

func (l *Life) create(at time.Time) error {
	topic := topicName
	if l.rand.IntN(5) == 0 {
		topic += "-followup"
	}
	_, err := l.server.Create(at, replay.NewChange{
		Project: "openstack/" + lifeProjects[l.rand.IntN(len(lifeProjects))],
		Subject: lifeVerbs[l.rand.IntN(len(lifeVerbs))] + " " + lifeThings[l.rand.IntN(len(lifeThings))],
		Topic:   topic, Owner: people[l.rand.IntN(authors)].ID, WIP: l.rand.IntN(5) == 0,
		Insertions: 1 + l.rand.IntN(150), Deletions: l.rand.IntN(90),
	})
	return err
}

// move takes a change out of the topic, or back into it.
func (l *Life) move(at time.Time, n int) error {
	c, _ := l.server.Change(n)
	topic := "threading-followups"
	if c.Topic == topic {
		topic = topicName
	}
	return l.server.SetTopic(at, n, c.Owner.ID, topic)
}

// advance does to a change what comes next: it is made ready, tested, reviewed,
// corrected, approved and merged, or, when full, abandoned in the end.
func (l *Life) advance(at time.Time, n int, full bool) error {
	c, _ := l.server.Change(n)
	owner := c.Owner.ID
	if len(c.Messages) >= lifeMessages {
		return l.server.Abandon(at, n, owner, "Let's start afresh.")
	}
	if c.WIP {
		if l.rand.IntN(2) == 0 {
			return l.server.Upload(at, n, owner, replay.Patch{})
		}
		return l.server.SetReady(at, n, owner)
	}
	if parent := l.openParent(c); parent != 0 {
		return l.advance(at, parent, full)
	}
	ci, verified := ci(c)
	switch {
	case ci == "Starting gate jobs":
		return l.finish(at, c, full)
	case ci == "":
		return l.server.Report(at, n, replay.Build{Outcome: l.outcome()})
	case verified < 0 || lowest(c) < 0:
		return l.server.Upload(at, n, owner, replay.Patch{Kind: []string{replay.KindRework, replay.KindTrivialRebase}[l.rand.IntN(2)]})
	case c.UnresolvedComments > 0:
		return l.server.Reply(at, n, owner, replay.Reply{Comments: c.UnresolvedComments, Unresolved: -c.UnresolvedComments, Text: "Done."})
	}
	return l.review(at, c)
}

// openParent is the change that c stands on, if that is under review.
func (l *Life) openParent(c *replay.Change) int {
	parents := c.Commit().Parents
	number := 0
	l.server.Each(func(other *replay.Change) {
		if other.Status == replay.StatusNew && slices.ContainsFunc(parents, func(p replay.Parent) bool {
			_, has := other.Revisions[p.Commit]
			return has
		}) {
			number = other.Number
		}
	})
	return number
}

func (l *Life) outcome() replay.Outcome {
	if l.rand.IntN(6) == 0 {
		return replay.Failed
	}
	return replay.Succeeded
}

// review has somebody vote who has not, until the change can go into the gate.
func (l *Life) review(at time.Time, c *replay.Change) error {
	reviewer := l.person()
	twos := 0
	for _, a := range c.Labels["Code-Review"].All {
		if a.Vote() == 2 {
			twos++
		}
	}
	switch chance := l.rand.IntN(8); {
	case reviewer == c.Owner.ID || c.VoteOf("Code-Review", reviewer) == 2 && twos < 2:
		return l.server.Comment(at, c.Number, storageCI, "Build succeeded.\n\n- storage-lab-1 : SUCCESS in 58m")
	case twos < 2 && chance == 0:
		return l.server.Reply(at, c.Number, reviewer, replay.Reply{Votes: map[string]int{"Code-Review": -1}, Comments: 1, Unresolved: 1, Text: "Please see inline."})
	case twos < 2 && chance == 1:
		return l.server.Vote(at, c.Number, reviewer, "Code-Review", 1)
	case twos < 2:
		return l.server.Vote(at, c.Number, reviewer, "Code-Review", 2)
	case c.Labels["Workflow"].Approved.ID == 0:
		return l.server.Vote(at, c.Number, reviewer, "Workflow", 1)
	}
	return l.server.Report(at, c.Number, replay.Build{Pipeline: "gate", Outcome: replay.Started})
}

// finish ends what stands in the gate.
func (l *Life) finish(at time.Time, c *replay.Change, full bool) error {
	if full {
		return l.server.Abandon(at, c.Number, c.Owner.ID, "Done elsewhere.")
	}
	return l.server.Report(at, c.Number, replay.Build{Pipeline: "gate", Outcome: l.outcome()})
}

// ci is how Zuul's newest message on the current patch set begins, "" if there is
// none, and its vote.
func ci(c *replay.Change) (text string, verified int) {
	for _, m := range c.Messages {
		if m.PatchSet == c.PatchSet && strings.HasPrefix(m.Tag, "autogenerated:zuul:") {
			_, body, _ := strings.Cut(m.Message, "\n\n")
			text, _, _ = strings.Cut(body, ".")
		}
	}
	return text, c.VoteOf("Verified", replay.Zuul.ID)
}

// lowest is the worst review.
func lowest(c *replay.Change) int {
	v := 0
	for _, a := range c.Labels["Code-Review"].All {
		v = min(v, a.Vote())
	}
	return v
}
