// Package search is Gerrit's search language as a replay of Gerrit understands it:
// its grammar with the words and the positions of Gerrit's errors, its operators
// with Gerrit's quirks, and texts cut into words as Lucene cuts them. A conformance
// suite asks a real Gerrit the same. What a real Gerrit knows and this package does
// not is refused with a text that begins with "replay:", never guessed.
//
// It decides whether a change is found; in which order and how many are shown is the
// replay's. It takes nothing from the package that writes our searches, because it
// judges them. Only replay imports it.
package search

import (
	"fmt"
	"iter"
	"net/http"
	"time"
)

// maxTerms is Gerrit's index.maxTerms.
const maxTerms = 1024

// Change is what can be searched of a change.
type Change struct {
	Number     int
	Project    string
	Branch     string // without refs/heads/
	Topic      string
	ChangeID   string
	Status     string // NEW, MERGED or ABANDONED
	Updated    time.Time
	Message    string           // of the current commit
	Commits    iter.Seq[string] // names of all patch sets' commits; nil: none are known
	RevertOf   int              // 0: it is not a revert
	CherryPick bool             // made by the button
	WIP        bool
	Private    bool
	Started    bool // a review was asked for at some time
	Mergeable  bool
}

// Query is a search that was understood.
type Query struct {
	match   predicate
	numbers []int
	bounded bool
}

// Parse reads a search. mergeable says that the server computes whether changes can
// be merged, and so understands is:mergeable. An error is an *Error.
func Parse(text string, mergeable bool) (*Query, error) {
	e, err := parse(text)
	if err != nil {
		return nil, err
	}
	c := &compiler{mergeable: mergeable}
	match, err := c.compile(e)
	if err != nil {
		return nil, err
	}
	if c.leaves > maxTerms {
		return nil, refuse(fmt.Sprintf("too many terms in query: %d terms (max = %d)", c.leaves, maxTerms))
	}
	q := &Query{match: match}
	q.numbers, q.bounded = e.numbers()
	return q, nil
}

// Numbers are those that alone can be found, and ok is false if the search names
// none: a large topic need not be walked for a few of its changes.
func (q *Query) Numbers() (numbers []int, ok bool) { return q.numbers, q.bounded }

// Matches reports whether the search finds c.
func (q *Query) Matches(c *Change) bool { return q.match(c) }

// Error is how Gerrit refuses a search: with a status of HTTP and one line of text.
type Error struct {
	Status int
	Text   string
}

func (e *Error) Error() string { return e.Text }

func refuse(text string) error { return &Error{http.StatusBadRequest, text} }
