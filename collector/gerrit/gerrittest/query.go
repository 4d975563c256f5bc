//go:build gerrit

package gerrittest

import (
	"net/http"
	"net/url"
	"strconv"
	"testing"
)

// A Change is what an anonymous search returns of a change.
type Change struct {
	Number    int    `json:"_number"`
	Project   string `json:"project"`
	Branch    string `json:"branch"`
	Topic     string `json:"topic"`
	Subject   string `json:"subject"`
	Status    string `json:"status"`
	WIP       bool   `json:"work_in_progress"`
	PatchSet  int    `json:"current_revision_number"` // before 3.10 from the revision
	Updated   string `json:"updated"`
	MetaRev   string `json:"meta_rev_id"`
	RevertOf  int    `json:"revert_of"`
	PickOf    int    `json:"cherry_pick_of_change"`
	Mergeable *bool  `json:"mergeable"` // nil: not sent
	More      bool   `json:"_more_changes"`
}

// Query is the anonymous answer to a search, newest first. It is an oracle for
// tests: net/http and a few fields, page by page with offsets, nothing of the
// client that is tested.
func (s *Server) Query(t testing.TB, query string) []Change {
	t.Helper()
	var all []Change
	for {
		parameters := url.Values{"q": {query}, "n": {"500"}, "S": {strconv.Itoa(len(all))}}
		if Before(t, 10) {
			parameters.Set("o", "CURRENT_REVISION")
		}
		var page []struct {
			Change
			Revisions map[string]struct {
				Number int `json:"_number"`
			} `json:"revisions"`
		}
		s.get(t, "changes/?"+parameters.Encode(), &page)
		for _, row := range page {
			for _, current := range row.Revisions {
				row.PatchSet = current.Number
			}
			all = append(all, row.Change)
		}
		if len(page) == 0 || !page[len(page)-1].More {
			return all
		}
	}
}

// Count is the number of changes that anonymous users find.
func (s *Server) Count(t testing.TB, query string) int {
	t.Helper()
	return len(s.Query(t, query))
}

// Messages are a change's messages, oldest first.
func (s *Server) Messages(t testing.TB, number int) []Message {
	t.Helper()
	var messages []Message
	s.get(t, change(number, "messages"), &messages)
	return messages
}

// Version is what the server calls itself.
func (s *Server) Version(t testing.TB) string {
	t.Helper()
	var version string
	s.get(t, "config/server/version", &version)
	return version
}

// get decodes what anonymous users are answered into out.
func (s *Server) get(t testing.TB, path string, out any) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+path, nil)
	if err != nil {
		t.Fatalf("gerrittest: GET %s: %v", path, err)
	}
	answer(t, request, out)
}

// A Message is one of a change's messages.
type Message struct {
	Tag      string `json:"tag"`
	Text     string `json:"message"`
	PatchSet int    `json:"_revision_number"`
	Author   struct {
		Number int      `json:"_account_id"`
		Tags   []string `json:"tags"`
	} `json:"author"`
}
