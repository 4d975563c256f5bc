//go:build gerrit

package gerrittest_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/eventlet-removal/headway/collector/gerrit/gerrittest"
	"github.com/eventlet-removal/headway/collector/replay"
	"github.com/eventlet-removal/headway/collector/replay/demo"
)

// The demonstration topic, and a change for what no change of it has, are served
// as they were recorded.
func TestImport(t *testing.T) {
	topic := recorded(t)
	s := gerrittest.Start(t)
	s.Import(t, topic.Changes)
	for batch := range slices.Chunk(topic.Changes, 50) {
		served := details(t, s, batch)
		for _, want := range batch {
			diff := cmp.Diff(comparable(want), comparable(served[want.Number]), cmpopts.IgnoreFields(replay.Account{}, "Email"), cmpopts.EquateEmpty())
			if diff != "" {
				t.Errorf("change %d (-recorded +served):\n%s", want.Number, diff)
			}
		}
	}
}

// recorded is the demonstration topic and some odd changes.
func recorded(t *testing.T) *replay.Topic {
	t.Helper()
	now := time.Now()
	demo, _, err := demo.Topic(now)
	if err != nil {
		t.Fatal(err)
	}
	s := replay.New(demo, replay.Config{})
	author, reviewer := demo.Changes[0].Owner.ID, demo.Changes[1].Owner.ID
	if author == reviewer {
		t.Fatal("the first two changes are one author's")
	}
	at := now.Add(-time.Hour)
	later := func() time.Time { at = at.Add(time.Second); return at }
	create := func(subject string) int {
		number, err := s.Create(later(), replay.NewChange{Project: "openstack/nova", Subject: subject, Topic: "pushed", Owner: author, Insertions: 3, Deletions: 2})
		must(t, err)
		return number
	}

	votes := create("Votes that were copied, given, and given before")
	must(t, s.Vote(later(), votes, reviewer, "Workflow", 1))
	must(t, s.Vote(later(), votes, reviewer, "Code-Review", -2))
	must(t, s.Upload(later(), votes, author, replay.Patch{Kind: replay.KindTrivialRebase, Button: true}))
	must(t, s.Report(later(), votes, replay.Build{Outcome: replay.Failed}))

	odd := create("Moved, tagged, commented, and its topic pushed twice")
	again := "pushed-again"
	must(t, s.SetTopic(later(), odd, author, "by-hand"))
	must(t, s.Upload(later(), odd, author, replay.Patch{Topic: &again}))
	must(t, s.AddHashtags(later(), odd, author, "one", "two"))
	must(t, s.Move(later(), odd, author, "stable/2025.1"))
	must(t, s.Reply(later(), odd, reviewer, replay.Reply{Text: "Hm.", Comments: 3, Unresolved: 2}))
	must(t, s.AddReviewer(later(), odd, author, replay.Zuul.ID))

	closed := create("Restored, set to work in progress, and abandoned with votes")
	must(t, s.Abandon(later(), closed, author, "No time."))
	must(t, s.Restore(later(), closed, reviewer, ""))
	must(t, s.SetWIP(later(), closed, author))
	must(t, s.Vote(later(), closed, reviewer, "Code-Review", -1))
	must(t, s.Abandon(later(), closed, author, ""))
	return s.Topic(now)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// details asks for changes as they are recorded, by number.
func details(t *testing.T, s *gerrittest.Server, changes []*replay.Change) map[int]*replay.Change {
	t.Helper()
	var terms []string
	for _, c := range changes {
		terms = append(terms, query(c.Number))
	}
	parameters := url.Values{"q": {strings.Join(terms, " OR ")}, "o": {
		"ALL_REVISIONS", "CURRENT_COMMIT", "MESSAGES", "REVIEWER_UPDATES", "LABELS", "SUBMIT_REQUIREMENTS", "DETAILED_ACCOUNTS",
	}}
	response, err := http.Get(s.URL + "changes/?" + parameters.Encode())
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	var list []*replay.Change
	if err := json.Unmarshal([]byte(strings.TrimPrefix(string(body), ")]}'\n")), &list); err != nil || len(list) != len(changes) {
		t.Fatalf("%s: %v, %d changes, want %d\n%.500s", response.Status, err, len(list), len(changes), body)
	}
	served := map[int]*replay.Change{}
	for _, c := range list {
		served[c.Number] = c
	}
	return served
}

// comparable takes out of a change what an import makes up (names of commits, and
// what git can't keep of a person's name) and what Gerrit works out by itself from
// the rest (how labels and open changes stand).
func comparable(c *replay.Change) *replay.Change {
	c.MetaRevID, c.CurrentRevision, c.SubmitType = "", "", ""
	slices.Sort(c.Hashtags) // Gerrit tells them in any order
	revisions := map[string]replay.Revision{}
	for _, r := range c.Revisions {
		r.Fetch, r.Branch = nil, ""
		if r.Commit != nil {
			r.Commit.Parents = nil
			r.Commit.Message = commitName.ReplaceAllString(r.Commit.Message, "COMMIT")
			for _, p := range []*replay.Person{&r.Commit.Author, &r.Commit.Committer} {
				p.Name, p.Email = strings.NewReplacer("<", "", ">", "").Replace(p.Name), ""
			}
		}
		revisions[strconv.Itoa(r.Number)] = r
	}
	c.Revisions = revisions
	for i := range c.Messages {
		c.Messages[i].ID = ""
		c.Messages[i].Message = commitName.ReplaceAllString(c.Messages[i].Message, "COMMIT")
	}
	for name, l := range c.Labels {
		all := slices.DeleteFunc(l.All, func(a replay.Approval) bool { return a.Value == nil || *a.Value == 0 })
		slices.SortFunc(all, func(a, b replay.Approval) int { return a.ID - b.ID })
		c.Labels[name] = replay.Label{All: all}
	}
	if c.Status == "NEW" {
		c.SubmitRecords = nil
	}
	slices.SortFunc(c.SubmitRequirements, func(a, b replay.Requirement) int { return strings.Compare(a.Name, b.Name) })
	return c
}

var commitName = regexp.MustCompile("[0-9a-f]{40}")
