package demo

import (
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/eventlet-removal/headway/collector/replay"
)

// opendev is the Gerrit that the topic is shown as recorded from.
const opendev = "https://review.opendev.org/"

// topicName is what the demonstration's changes carry, or begin with.
const topicName = "eventlet-removal"

const day = 24 * time.Hour

// Topic is a migration well under way: 196 real merged commits of OpenStack's
// eventlet removal, whose reviews are made up around the real dates, authors being
// pseudonyms, and about as many changes that are made up altogether, so that
// every state and every reason to wait occurs. It is the same at every run but
// for its times: those of the commits, and whatever else happened on a calendar,
// are moved by offset, a whole number of days, so that the newest real commit was
// merged within the last day before now; the made-up changes are placed by their
// age at now.
func Topic(now time.Time) (topic *replay.Topic, offset time.Duration, err error) {
	commits, err := readCommits()
	if err != nil {
		return nil, 0, err
	}
	newest := commits[len(commits)-1].Submitted
	offset = now.Sub(newest).Truncate(day)
	if newest.Add(offset).After(now) {
		offset -= day
	}
	now = now.UTC().Truncate(time.Second)
	b := &builder{
		server: replay.New(&replay.Topic{Header: replay.Header{
			Gerrit: opendev, Selector: `prefixtopic:"` + topicName + `"`,
			Note: "Demonstration. The merged commits of dev-NNN are real, their dates moved; all else is made up and counts for no one.",
		}}, replay.Config{}),
		now: now, offset: offset, usual: newest.Add(day / 2), merged: map[string]int{},
	}
	for _, a := range people {
		b.server.Account(a)
	}
	for _, c := range commits {
		b.addCommit(c)
	}
	for _, e := range examples {
		b.addExample(e)
	}
	if b.err != nil {
		return nil, 0, fmt.Errorf("demo: %w", b.err)
	}
	return b.server.Topic(now), offset, nil
}

// people of the demonstration, all made up. The first nine review. The robots
// differ in how one knows them: by Gerrit's tag, or only by name.
var people = []replay.Account{
	{ID: 40001, Name: "Robin Vale", Username: "rvale"},
	{ID: 40002, Name: "Sam Okoro", Username: "sokoro"},
	{ID: 40003, Name: "Kim Larsen", Username: "klarsen"},
	{ID: 40004, Name: "Noor Haddad", Username: "nhaddad"},
	{ID: 40005, Name: "Ines Duarte", Username: "iduarte"},
	{ID: 40006, Name: "Taro Minami", Username: "tminami"},
	{ID: 40007, Name: "Lena Brook", Username: "lbrook"},
	{ID: 40008, Name: "Ravi Menon", Username: "rmenon"},
	{ID: 40009, Name: "Mila Novak", Username: "mnovak"},
	{ID: 40010, Name: "Ada Fern", Username: "afern"},
	{ID: 40011, Name: "Jo Castell", Username: "jcastell"},
	{ID: 40012, Name: "Uli Stein", Username: "ustein"},
	{ID: 40013, Name: "Zoë Márquez", Username: "zmarquez"},
	{ID: 40014, Name: "葉 Ming", Username: "ming"},
	{ID: 40015, Name: "Amir Q. <amir>", Username: "amirq"},
	{ID: storageCI, Name: "Example Storage CI", Username: "example-storage-ci", Tags: []string{"SERVICE_USER"}},
	{ID: proposalBot, Name: "OpenStack Proposal Bot", Username: "proposal-bot"},
}

const (
	reviewers   = 9 // first of people
	authors     = 15
	storageCI   = 40101
	proposalBot = 40102
)

// builder writes a history into a server. Its clock is that of the real commits;
// offset moves it to the present. After the first error it does nothing more.
type builder struct {
	server *replay.Server
	now    time.Time      // where all ends
	offset time.Duration  // from the commits' time to the shown one
	usual  time.Time      // the end in the commits' time, at the usual hour: numbers depend on it
	merged map[string]int // project and Change-Id of a commit on master → number
	last   int            // change of the last example
	err    error
}

// event is one write of a script, at a time of the commits' clock.
type event struct {
	at time.Time
	do func(at time.Time) error
}

// changeScript is the events of one change.
type changeScript struct {
	builder *builder
	number  int
	events  []event
}

func (s *changeScript) on(at time.Time, do func(at time.Time) error) {
	s.events = append(s.events, event{at, do})
}

// run writes the events in the order of their times, none of them in the future.
func (s *changeScript) run() {
	slices.SortStableFunc(s.events, func(a, b event) int { return a.at.Compare(b.at) })
	for _, e := range s.events {
		at := e.at.Add(s.builder.offset)
		if s.builder.err != nil || at.After(s.builder.now) {
			return
		}
		if err := e.do(at); err != nil {
			s.builder.err = fmt.Errorf("change %d at %s: %w", s.number, at.Format(time.DateTime), err)
		}
	}
	s.events = nil
}

// number is a free one in the manner of a Gerrit that hands out three an hour, so
// that a later change has a greater one.
func (b *builder) number(created time.Time) int {
	n := 870000 + int(created.Sub(time.Date(2022, 1, 1, 0, 0, 0, 0, time.UTC)).Hours()*3)
	for {
		if _, taken := b.server.Change(n); !taken {
			return n
		}
		n++
	}
}

// untilUsualHour is from the end to the usual hour.
func (b *builder) untilUsualHour() time.Duration { return b.usual.Sub(b.now.Add(-b.offset)) }

// seededRand gives the same numbers for the same words at every run.
func seededRand(words ...string) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(strings.Join(words, "\x00")))
	return rand.New(rand.NewPCG(h.Sum64(), 20260821))
}

// minutes is a duration between two numbers of minutes.
func minutes(r *rand.Rand, from, to int) time.Duration {
	return time.Duration(from*60+r.IntN((to-from)*60)) * time.Second
}

// changeID is a made-up Change-Id.
func changeID(project, subject string) string {
	sum := sha1.Sum([]byte("made up\x00" + project + "\x00" + subject))
	return "I" + hex.EncodeToString(sum[:])
}

// participants are an owner and three reviewers who are not the owner.
type participants struct{ owner, first, second, third int }

func newParticipants(r *rand.Rand, owner int) participants {
	if owner == 0 {
		owner = people[r.IntN(authors)].ID
	}
	var ids []int
	for _, i := range r.Perm(reviewers) {
		if people[i].ID != owner {
			ids = append(ids, people[i].ID)
		}
	}
	return participants{owner, ids[0], ids[1], ids[2]}
}

// developer is the account of a commit's pseudonym, dev-NNN.
func (b *builder) developer(name string) int {
	n, err := strconv.Atoi(strings.TrimPrefix(name, "dev-"))
	if err != nil && b.err == nil {
		b.err = fmt.Errorf("not a pseudonym: %q", name)
	}
	b.server.Account(replay.Account{ID: 30000 + n, Name: name, Username: name})
	return 30000 + n
}
