// Package glossary explains the words that stand on pages. What codes mean, such as the
// reasons why a change waits, is progress's to say and is not repeated here. It is pure.
// Only dashboard imports it.
package glossary

import (
	"strconv"
	"strings"

	"github.com/eventlet-removal/headway/dashboard/progress"
)

// Word is one word and what it means.
type Word struct {
	ID      string // its place on the page
	Word    string
	Meaning string
	Pill    string // class of a status that looks the same on pages, "" for plain words
}

// Of returns the words of the pages of a goal, in the order in which a newcomer needs
// them; served: a server shows them, which has a sync log.
func Of(result *progress.Result, served bool) []Word {
	goal := result.Goal
	words := []Word{
		{Word: "Change", Meaning: "One piece of work on one project, uploaded to Gerrit to be reviewed: what other sites call a pull request. Its number leads to it."},
		{Word: "Patch set", Meaning: "One version of a change. Each upload of a change makes the next one."},
		{Word: "Topic", Meaning: "A name that authors give to changes that belong together. It usually decides which changes belong to a goal."},
		{Word: "Merged", Meaning: "The change is part of the project."},
		{Word: "Not merged yet", Meaning: "Changes that are in review and those that are work in progress, together."},
		{Word: "In review", Meaning: "The change is ready, and others are asked to look at it."},
		{Word: "Work in progress", Meaning: "The author has uploaded the change and is still at it; nobody is asked to review it."},
		{Word: "Abandoned", Meaning: "The author or a maintainer gave the change up. It can be restored."},
		{Word: "Reverted", Meaning: "The change merged, and a later one took it back."},
		{Word: "Progress", Meaning: "Merged ÷ (merged + in review + work in progress), rounded down. Work that nobody has uploaded is not known; abandoned and reverted changes and backports are not in it."},
		{Word: "Expected", Meaning: "How many changes a project thinks it needs, where it has said so. Progress is then measured against that number, if it is the greater one. Today's number holds for past days, too."},
		{Word: "To go", Meaning: "What is missing to the expected number of merged changes, uploaded or not."},
	}
	if len(goal.Backports) > 0 {
		words = append(words, Word{Word: "Backport", Meaning: "The same change again for an older release, on a branch such as " + goal.Backports[0] + ". It is counted apart and never part of the progress."})
	}
	words = append(words,
		Word{Word: "Left", Meaning: "The change was part of this goal and is no longer found by its search, mostly because it has another topic now."},
		Word{Word: "Gone", Meaning: "Gerrit no longer shows the change: it was deleted, made private or hidden."},
		Word{Word: "Waits on", Meaning: "Who has to do something before the change can merge: " + list(result.Waits()) + ". Each change is listed once, under the first reason that applies."},
		Word{Word: "Author", Meaning: "The owner of a change, and whoever uploaded one of its patch sets."},
		Word{Word: "Dependency", Meaning: "A change that has to merge before another one can."},
		Word{Word: "Vote", Meaning: "What a reviewer or CI gives to a change, such as " + goal.Labels.Review + " +2. " + needed(goal.Labels)},
	)
	if goal.Labels.Approve != "" {
		words = append(words, Word{Word: "Approved", Meaning: "A maintainer has given the " + goal.Labels.Approve + " vote: the change may merge."})
	}
	if result.MayWait(progress.CI) {
		words = append(words, Word{Word: "CI", Meaning: "Continuous integration: machines that build and test each patch set, and vote " + goal.Labels.CI + "."})
	}
	if result.MayWait(progress.Gate) {
		words = append(words, Word{Word: "Gate", Meaning: "CI's last tests of an approved change, after which it merges by itself."})
	}
	if goal.Labels.Recheck != "" && result.MayWait(progress.CI) {
		words = append(words, Word{Word: "Recheck", Meaning: `The comment "` + goal.Labels.Recheck + `" on a change makes CI test it again.`})
	}
	words = append(append(words, statuses()...),
		Word{Word: "Cycle", Meaning: "The time in which one release is developed. A change counts for the cycle in which it merged."},
		Word{Word: "Deadline", Meaning: "A day that the goal has set itself. It is compared with how fast changes merged in the last 4 and 12 weeks: work that is not uploaded is not in that."},
		Word{Word: "Reconstructed", Meaning: "Days before headway first read the goal. They are worked out from what Gerrit remembers; which changes had left the goal by then nobody knows."},
		Word{Word: "Grey, amber, red", Meaning: "How long something has waited: under 7 days, from 7 days on, and from 28 days on. The days stand beside it."},
		Word{Word: "As of", Meaning: "When all numbers of the page were last read from Gerrit."},
		Word{Word: "Not up to date", Meaning: "Gerrit could not be read for a while. The last known numbers stay, greyed."},
		Word{Word: "Not known yet", Meaning: "All changes are being read for the first time, or the database has lost one until the next poll. The page says which. What is not known is a dash, never zero."},
		Word{Word: "Testimonial", Meaning: "What somebody wrote about migrating a project, on a page of their own."},
	)
	if served {
		words = append(words, Word{Word: "Sync log", Meaning: "What was asked of Gerrit, when, what came, and what went wrong."})
	}
	return withIDs(words)
}

// statuses are what projects declare and what is measured where they don't. Both may
// have nearly the same word: a frame of dashes marks what is measured.
func statuses() []Word {
	words := []Word{
		{Word: "Declared", Meaning: "The status that people have written down for a project. It has a filled chip."},
	}
	for _, d := range []struct {
		code    progress.Declared
		meaning string
	}{
		{progress.DeclaredCompleted, "Nothing is left to do, its people say. Where a change is still not merged, the page says so."},
		{progress.DeclaredInProgress, "Its people are at work."},
		{progress.DeclaredPlanning, "Its people prepare the work."},
		{progress.DeclaredNotStarted, "Nobody is at work yet."},
		{progress.DeclaredNotAffected, "There is nothing to do in this project. It is not among those that are counted."},
	} {
		words = append(words, Word{Word: d.code.Title(), Meaning: d.meaning, Pill: string(d.code)})
	}
	words = append(words, Word{Word: "Measured", Meaning: "What the changes themselves say, where nobody has declared anything. It has a dashed frame, and is never called completed."})
	for _, m := range progress.Measures {
		words = append(words, Word{Word: progress.Capital(m.Title), Meaning: m.Meaning, Pill: "measured " + m.Code})
	}
	return words
}

func needed(l progress.Labels) string {
	if l.ReviewsNeeded == 1 {
		return "A change needs the highest one."
	}
	return "A change needs the highest one from " + strconv.Itoa(l.ReviewsNeeded) + " reviewers."
}

// list names all that can be waited for.
func list(waits []progress.Meaning) string {
	out := ""
	for i, w := range waits {
		switch {
		case i > 0 && i == len(waits)-1:
			out += " or "
		case i > 0:
			out += ", "
		}
		out += w.Title
	}
	return out
}

// withIDs gives each word its place. "In Progress" and "In progress" are two.
func withIDs(words []Word) []Word {
	for i, w := range words {
		id := strings.ReplaceAll(strings.ReplaceAll(strings.ToLower(w.Word), ",", ""), " ", "-")
		if strings.HasPrefix(w.Pill, "measured ") {
			id = "measured-" + id
		}
		words[i].ID = "word-" + id
	}
	return words
}
