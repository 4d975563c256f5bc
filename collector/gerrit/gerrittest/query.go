//go:build gerrit

package gerrittest

import (
	"net/http"
	"net/url"
	"strconv"
	"testing"
)

// A Change is what an anonymous search tells about a change.
type Change struct {
	Number   int    `json:"_number"`
	Project  string `json:"project"`
	Branch   string `json:"branch"`
	Topic    string `json:"topic"`
	Subject  string `json:"subject"`
	Status   string `json:"status"`
	WIP      bool   `json:"work_in_progress"`
	PatchSet int    `json:"current_revision_number"`
	Updated  string `json:"updated"`
	MetaRev  string `json:"meta_rev_id"`
	RevertOf int    `json:"revert_of"`
	PickOf   int    `json:"cherry_pick_of_change"`
	More     bool   `json:"_more_changes"`
}

// Query is the anonymous answer to a search, newest first. It is an oracle for
// tests: net/http and a few fields, page by page with offsets, nothing of
// the client that is tested.
func (s *Server) Query(t testing.TB, query string) []Change {
	t.Helper()
	var all []Change
	for {
		parameters := url.Values{"q": {query}, "n": {"500"}, "S": {strconv.Itoa(len(all))}}
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+"changes/?"+parameters.Encode(), nil)
		if err != nil {
			t.Fatalf("gerrittest: query %q: %v", query, err)
		}
		var page []Change
		answer(t, request, &page)
		all = append(all, page...)
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

// Messages are the texts of a change's messages with their tags, oldest first.
func (s *Server) Messages(t testing.TB, number int) []Message {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+change(number, "messages"), nil)
	if err != nil {
		t.Fatalf("gerrittest: messages of %d: %v", number, err)
	}
	var messages []Message
	answer(t, request, &messages)
	return messages
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
