package progress

import (
	"time"

	"github.com/eventlet-removal/headway/store"
)

// Rule 5: a person's negative vote that nobody answered; answered but still
// standing, it is for the voter to look again. Since when: the first vote that is
// unanswered, or the answer to the last one.
func (w *waiting) refused() verdict {
	if w.votesUnknown() {
		return verdict{}
	}
	var refused, answered time.Time
	var lastAnswered, unanswered string // votes
	var lastBy, unansweredBy int        // who gave them
	for _, name := range w.goal.Labels.reviewed() {
		l := w.c.Label(name)
		if l == nil {
			continue
		}
		for _, vote := range l.Votes {
			if vote.Value >= 0 || !w.human(w.c, vote.Account) {
				continue
			}
			at := w.votedAt(name, vote)
			text := voteText(name, vote.Value)
			if answer, ok := w.answer(at, vote.Account); !ok {
				if unanswered == "" || at.Before(refused) {
					refused, unanswered, unansweredBy = at, text, vote.Account
				}
			} else if lastAnswered == "" || answer.After(answered) {
				answered, lastAnswered, lastBy = answer, text, vote.Account
			}
		}
	}
	switch {
	case unanswered != "":
		return verdict{Author, negativeVote(unanswered, unansweredBy), refused}
	case lastAnswered != "":
		return verdict{Reviewers, answeredVote(lastAnswered, lastBy), answered}
	}
	return verdict{}
}

// answer is the first thing an author did about what voter said at a time: a newer
// patch set or a message. Nobody answers himself: the owner's own negative vote is
// his to withdraw, and a voter who once uploaded a patch set does not answer as its
// author.
func (w *waiting) answer(at time.Time, voter int) (first time.Time, ok bool) {
	if voter == w.c.Owner {
		return time.Time{}, false
	}
	offer := func(t time.Time) {
		if t.After(at) && (!ok || t.Before(first)) {
			first, ok = t, true
		}
	}
	for _, p := range w.c.PatchSets {
		offer(p.Created.Time())
	}
	for i := range w.c.Messages {
		m := &w.c.Messages[i]
		if m.Author != voter && word(m) && author(w.c, m.Author) {
			offer(m.Time.Time())
		}
	}
	return first, ok
}

// Rule 7: unresolved comments, and the last word is a reviewer's.
func (w *waiting) unresolved() verdict {
	if w.c.Unresolved == 0 {
		return verdict{}
	}
	for i := len(w.c.Messages) - 1; i >= 0; i-- {
		m := &w.c.Messages[i]
		if !word(m) || !w.human(w.c, m.Author) {
			continue
		}
		if author(w.c, m.Author) {
			return verdict{}
		}
		return verdict{Author, unresolvedComments(w.c.Unresolved), m.Time.Time()}
	}
	return verdict{}
}

// Rule 8: it is the reviewers' turn. Since when: all that had to be there before
// they could begin. Their own votes never restart the clock.
func (w *waiting) unreviewed() verdict {
	if w.votesUnknown() {
		return verdict{}
	}
	since := w.upload
	for _, t := range []time.Time{w.readySince(), w.ci.Passed, w.answered()} {
		since = later(since, t)
	}
	labels := w.goal.Labels
	voters, highest := w.voters()
	review, approve := w.c.Label(labels.Review), w.c.Label(labels.Approve)
	_, approved := w.highest(approve)
	switch missing := labels.ReviewsNeeded - highest; {
	case voters == 0:
		return verdict{Reviewers, noReview(), since}
	case review != nil && missing > 0:
		return verdict{Reviewers, reviewsMissing(labels, highest, voteText(review.Name, review.Max)), since}
	case approve != nil && !approved:
		return verdict{Reviewers, notApproved(labels), since}
	}
	return verdict{Reviewers, notSubmittable(), since}
}

// voters counts the people other than the owner who voted on the review label, and
// those of them who gave the highest vote. Where a project does without the label,
// a vote on any other but the CI's is one.
func (w *waiting) voters() (all, highest int) {
	review := w.c.Label(w.goal.Labels.Review)
	for i := range w.c.Labels {
		l := &w.c.Labels[i]
		if review == nil && l.Name == w.goal.Labels.CI || review != nil && l != review {
			continue
		}
		for _, vote := range l.Votes {
			if vote.Value == 0 || vote.Account == w.c.Owner || !w.human(w.c, vote.Account) {
				continue
			}
			all++
			if vote.Value > 0 && vote.Value == l.Max {
				highest++
			}
		}
	}
	return all, highest
}

// readySince is when the change last became reviewable other than by an upload:
// marked ready, or restored. Zero if neither happened.
func (w *waiting) readySince() time.Time {
	var since time.Time
	for i := range w.c.Messages {
		if m := &w.c.Messages[i]; m.Kind == store.MessageReady || m.Kind == store.MessageRestored {
			since = later(since, m.Time.Time())
		}
	}
	return since
}

// answered is when an author last answered a question of the reviewers; zero if
// they asked nothing. While comments are unresolved any message of theirs may have
// brought one.
func (w *waiting) answered() time.Time {
	var answer time.Time
	asked := false
	for i := range w.c.Messages {
		m := &w.c.Messages[i]
		switch {
		case !m.Kind.IsZero() || !w.human(w.c, m.Author):
		case author(w.c, m.Author):
			if asked {
				answer, asked = m.Time.Time(), false
			}
		case w.c.Unresolved > 0 || w.asks(m):
			asked = true
		}
	}
	return answer
}

// asks reports whether a reviewer's message wants an answer: a negative vote does, any
// other vote or its withdrawal does not, and a message without a vote is a comment.
func (w *waiting) asks(m *store.Message) bool {
	voted := false
	for _, name := range w.goal.Labels.reviewed() {
		value, ok := m.Votes[name]
		if ok && value < 0 {
			return true
		}
		voted = voted || ok
	}
	return !voted
}
