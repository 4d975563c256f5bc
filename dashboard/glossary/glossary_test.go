package glossary_test

import (
	"strings"
	"testing"

	"github.com/eventlet-removal/headway/dashboard/glossary"
	"github.com/eventlet-removal/headway/dashboard/progress"
)

var openstack = &progress.Goal{
	Backports: []string{"stable/*"},
	Labels:    progress.Labels{CI: "Verified", Review: "Code-Review", Approve: "Workflow", ReviewsNeeded: 2, Recheck: "recheck"},
}

func TestWordsAreWhole(t *testing.T) {
	for name, goal := range map[string]*progress.Goal{"OpenStack": openstack, "plain": {Labels: progress.Labels{Review: "Code-Review", ReviewsNeeded: 1}}} {
		seen := map[string]bool{}
		for _, w := range glossary.Of(progress.Compute(goal, progress.Input{}), true) {
			if seen[w.ID] || strings.ContainsAny(w.ID, " ,") {
				t.Errorf("%s: id %q is twice or no id", name, w.ID)
			}
			seen[w.ID] = true
			if !strings.HasSuffix(w.Meaning, ".") || strings.Contains(w.Meaning, "  ") {
				t.Errorf("%s: %s: not a sentence: %q", name, w.Word, w.Meaning)
			}
		}
	}
}

// A goal's glossary has no word for what the goal does not have.
func TestOnlyWordsOfTheGoal(t *testing.T) {
	for _, w := range glossary.Of(progress.Compute(&progress.Goal{Labels: progress.Labels{Review: "Code-Review", ReviewsNeeded: 1}}, progress.Input{}), false) {
		switch w.Word {
		case "Recheck", "Backport", "Approved", "Sync log":
			t.Errorf("%s: this goal has none", w.Word)
		}
	}
}
