package pasted

import "strings"

// Search is a search box that can't be understood, with the term to blame between what
// stands before and after it.
type Search struct {
	Action, Text        string
	Before, Term, After string // Term "": it is not one term
}

// NewSearch is the box that was filled with a text, for a form that leads to action.
func NewSearch(action, text, term string) *Search {
	s := &Search{Action: action, Text: text}
	if at := strings.Index(text, term); term != "" && at >= 0 {
		s.Before, s.Term, s.After = text[:at], term, text[at+len(term):]
	}
	return s
}
