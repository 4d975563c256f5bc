package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/eventlet-removal/headway/store/query"
)

// A selector has to find a change from its upload to long after its merge: what
// becomes of a change is what is counted, so it can't decide what is counted.

// statusNames are the statuses that Gerrit knows in searches. It takes any beginning
// of them, after is: as well as after status:.
var statusNames = []string{"abandoned", "closed", "merged", "new", "open", "pending"}

// passing is what is wrong with the first condition of a selector that is true of a
// change for a time only, "" if there is none.
func passing(selector string) string {
	for _, t := range query.Terms(selector) {
		word := t.Operator + ":"
		if t.Operator == "is" || t.Operator == "has" {
			word += strings.ToLower(t.Value)
		}
		switch {
		case asksForState(word, t.Negated):
			return fmt.Sprintf("must not contain %s, which asks for a state: a change has to be found before its merge and after it", word)
		case asksForReview(word):
			return fmt.Sprintf("must not contain %s, which asks how a review stands: a change has to be found before its merge and after it", word)
		case asksForTime(word, t.Negated):
			if t.Negated {
				word = "-" + word
			}
			return fmt.Sprintf("must not contain %s, which asks for a time: a change has to be found whenever it was touched last", word)
		}
	}
	return ""
}

func asksForState(word string, negated bool) bool {
	switch word {
	case "status:", "mergedbefore:", "mergedafter:", "is:wip":
		return true
	case "is:private": // a merge makes a change public; -is:private is true of all that we see
		return !negated
	case "is:started": // was ready for review once, and stays so
		return negated
	case "is:merge", "is:": // a merge commit; an error
		return false
	}
	value, is := strings.CutPrefix(word, "is:")
	return is && slices.ContainsFunc(statusNames, func(name string) bool { return strings.HasPrefix(name, value) })
}

func asksForReview(word string) bool {
	switch word {
	case "label:", "rule:", "submittable:", "conflicts:", "attention:", "reviewedby:", "unresolved:",
		"is:submittable", "is:mergeable", "is:reviewed", "is:attention", "has:attention", "has:unresolved":
		return true
	}
	return false
}

// asksForTime is about the time of the last update, which a merge moves. It only
// grows, so what was updated after a date stays so.
func asksForTime(word string, negated bool) bool {
	switch word {
	case "age:":
		return true
	case "before:", "until:":
		return !negated
	case "after:", "since:":
		return negated
	}
	return false
}
