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
)

func TestImport(t *testing.T) {
	topic, _, err := replay.Demo(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	s := gerrittest.Start(t)
	start := time.Now()
	s.Import(t, topic.Changes)
	t.Logf("imported %d changes in %v", len(topic.Changes), time.Since(start))
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
