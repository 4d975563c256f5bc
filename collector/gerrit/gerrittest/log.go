//go:build gerrit

package gerrittest

import (
	"cmp"
	"crypto/sha1"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/eventlet-removal/headway/collector/replay"
)

// A changeLog is the history of a change as NoteDb keeps it: an entry for each
// operation, which is a commit whose footers name what it set. It is made of the
// recorded messages, in whose commits the operations happened; what left no
// message gets an entry without one.
type changeLog struct {
	change  *replay.Change
	code    *code
	entries []*entry
}

// An entry is one operation.
type entry struct {
	at       time.Time
	by       int // account; 0 is the server itself
	patchSet int
	tag      string
	text     string
	footers  []string
}

func (e *entry) set(format string, args ...any) {
	e.footers = append(e.footers, fmt.Sprintf(format, args...))
}

func newLog(c *replay.Change, code *code) *changeLog {
	l := &changeLog{change: c, code: code}
	for _, m := range c.Messages {
		l.entries = append(l.entries, &entry{at: m.Date.Time, by: m.Author.ID, patchSet: m.PatchSet, tag: m.Tag, text: code.rename(m.Message)})
	}
	l.uploads()
	l.branch()
	l.topic()
	l.hashtags()
	l.flags()
	l.status()
	l.reviewers()
	l.votes()
	if last := l.last(); last.at.Before(c.Updated.Time) {
		l.add(&entry{at: c.Updated.Time, by: c.Owner.ID, patchSet: c.PatchSet})
	}
	return l
}

func (l *changeLog) first() *entry { return l.entries[0] }
func (l *changeLog) last() *entry  { return l.entries[len(l.entries)-1] }

// add puts an entry behind those of its time.
func (l *changeLog) add(e *entry) *entry {
	i, _ := slices.BinarySearchFunc(l.entries, e.at, func(old *entry, at time.Time) int {
		if old.at.After(at) {
			return 1
		}
		return -1
	})
	l.entries = slices.Insert(l.entries, i, e)
	return e
}

// at is the newest entry of an account at a time for a patch set (0 is any), a new
// one if there is none.
func (l *changeLog) at(at time.Time, by, patchSet int) *entry {
	for _, e := range slices.Backward(l.entries) {
		if e.at.Equal(at) && e.by == by && (patchSet == 0 || e.patchSet == patchSet) {
			return e
		}
	}
	return l.add(&entry{at: at, by: by, patchSet: cmp.Or(patchSet, l.patchSetAt(at))})
}

// patchSetAt is the number of the patch set that was current.
func (l *changeLog) patchSetAt(at time.Time) int {
	current := 1
	for _, p := range patchSets(l.change) {
		if !p.Created.After(at) {
			current = p.Number
		}
	}
	return current
}

// uploads returns which commit each patch set is.
func (l *changeLog) uploads() {
	c := l.change
	for i, p := range patchSets(c) {
		e := l.upload(p)
		if i == 0 {
			e.set("Change-id: %s", c.ChangeID)
		}
		e.set("Subject: %s", c.Subject)
		e.set("Commit: %s", l.code.names[p.sha])
		e.set("Groups: %s", l.code.names[p.sha])
	}
	if c.RevertOf != 0 {
		l.first().set("Revert-of: %d", c.RevertOf)
	}
	if c.CherryPickOf != 0 {
		l.first().set("Cherry-pick-of: %d,%d", c.CherryPickOf, c.CherryPickOfPatchSet)
	}
}

// upload is the entry that made a patch set: the first one that speaks of it, or
// one before that if it was not the upload.
func (l *changeLog) upload(p patchSet) *entry {
	i := slices.IndexFunc(l.entries, func(e *entry) bool { return e.patchSet >= p.Number })
	if i < 0 {
		i = len(l.entries)
	} else if e := l.entries[i]; e.patchSet == p.Number && e.at.Equal(p.Created.Time) && e.by == p.Uploader.ID {
		return e
	}
	e := &entry{at: p.Created.Time, by: p.Uploader.ID, patchSet: p.Number}
	l.entries = slices.Insert(l.entries, i, e)
	return e
}

var moved = regexp.MustCompile(`^Change destination moved from (.+) to (.+)$`)

// branchesOf are the branches that a change was ever for.
func branchesOf(c *replay.Change) []string {
	branches := []string{c.Branch}
	for _, m := range c.Messages {
		if found := moved.FindStringSubmatch(m.Message); found != nil {
			branches = append(branches, found[1], found[2])
		}
	}
	return branches
}

func (l *changeLog) branch() {
	first := l.change.Branch
	for _, e := range slices.Backward(l.entries) {
		if found := moved.FindStringSubmatch(e.text); found != nil {
			e.set("Branch: refs/heads/%s", found[2])
			first = found[1]
		}
	}
	l.first().set("Branch: refs/heads/%s", first)
}

var topicMessages = []*regexp.Regexp{
	regexp.MustCompile(`^Topic changed from (?P<from>.*) to (?P<to>.*)$`),
	regexp.MustCompile(`^Topic set to (?P<to>.*)$`),
	regexp.MustCompile(`^Topic (?P<from>.*) removed$`),
}

// topicChange is the change of topic that a message reports.
func topicChange(e *entry) (from, to string, ok bool) {
	if !strings.HasSuffix(e.tag, ":setTopic") {
		return "", "", false
	}
	for _, form := range topicMessages {
		found := form.FindStringSubmatch(strings.TrimSpace(e.text))
		if found == nil {
			continue
		}
		for i, name := range form.SubexpNames() {
			switch name {
			case "from":
				from = found[i]
			case "to":
				to = found[i]
			}
		}
		return from, to, true
	}
	return "", "", false
}

// topic goes through the messages backwards. Where they do not fit together, the
// topic was set by a push, without a message: then the newest upload before did it.
func (l *changeLog) topic() {
	after := l.change.Topic // as it must be behind the entry
	for i, e := range slices.Backward(l.entries) {
		if from, to, ok := topicChange(e); ok {
			if to != after {
				l.uploadSince(i).set("Topic: %s", after)
			}
			e.set("Topic: %s", to)
			after = from
		}
	}
	if after != "" {
		l.first().set("Topic: %s", after)
	}
}

// uploadSince is the first upload behind entry i, or the last entry.
func (l *changeLog) uploadSince(i int) *entry {
	for _, e := range l.entries[i+1:] {
		if strings.HasSuffix(e.tag, "PatchSet") {
			return e
		}
	}
	return l.last()
}

func (l *changeLog) hashtags() {
	if len(l.change.Hashtags) == 0 {
		return
	}
	setter := l.first()
	for _, e := range l.entries {
		if strings.HasSuffix(e.tag, ":setHashtag") {
			setter = e
		}
	}
	setter.set("Hashtags: %s", strings.Join(l.change.Hashtags, ","))
}

// flags sets work in progress and private.
func (l *changeLog) flags() {
	wip, private := strings.HasSuffix(l.first().tag, ":newWipPatchSet"), false
	l.first().set("Work-in-progress: %t", wip)
	l.first().set("Private: false")
	setWIP := func(e *entry, on bool) {
		if wip != on {
			e.set("Work-in-progress: %t", on)
		}
		wip = on
	}
	for _, e := range l.entries[1:] {
		switch strings.TrimPrefix(e.tag, "autogenerated:gerrit:") {
		case "newWipPatchSet", "setWorkInProgress":
			setWIP(e, true)
		case "newPatchSet", "setReadyForReview":
			setWIP(e, false)
		case "setPrivate", "unsetPrivate":
			private = e.tag == "autogenerated:gerrit:setPrivate"
			e.set("Private: %t", private)
		default:
			if strings.Contains(e.text, "This change is ready for review.") {
				setWIP(e, false)
			}
		}
	}
	setWIP(l.last(), l.change.WIP)
	if private != l.change.Private {
		l.last().set("Private: %t", l.change.Private)
	}
}

// Before 2020 messages had no tags.
var closed = regexp.MustCompile(`^(?:Patch Set \d+: )?(Abandoned|Restored)\b`)

func (l *changeLog) status() {
	l.first().set("Status: new")
	status := "NEW"
	for _, e := range l.entries {
		word := strings.TrimPrefix(e.tag, "autogenerated:gerrit:")
		if found := closed.FindStringSubmatch(e.text); found != nil && e.tag == "" {
			word = map[string]string{"Abandoned": "abandon", "Restored": "restore"}[found[1]]
		}
		switch word {
		case "abandon":
			status = "ABANDONED"
			e.set("Status: abandoned")
		case "restore":
			status = "NEW"
			e.set("Status: new")
		}
	}
	c := l.change
	switch {
	case c.Status == "MERGED":
		l.merged()
	case status != c.Status:
		l.last().set("Status: %s", strings.ToLower(c.Status))
	}
}

func (l *changeLog) merged() {
	c := l.change
	e := l.at(cmp.Or(c.Submitted, c.Updated).Time, c.Submitter.ID, c.PatchSet)
	e.set("Status: merged")
	e.set("Label: SUBM=+1, %s", voteID(c, "SUBM", c.Submitter.ID))
	if c.SubmissionID != "" {
		e.set("Submission-id: %s", c.SubmissionID)
	}
	for _, record := range c.SubmitRecords {
		e.set("Submitted-with: OK") // it is written as CLOSED
		e.set("Submitted-with: Rule-Name: %s", record.Rule)
		for _, label := range record.Labels {
			line := "Submitted-with: " + label.Status + ": " + label.Label
			if label.AppliedBy.ID != 0 {
				line += ": " + person(label.AppliedBy.ID)
			}
			e.set("%s", line)
		}
	}
}

// reviewers sets who became or ceased to be one. Entries of one commit come in
// reverse order.
func (l *changeLog) reviewers() {
	for _, u := range slices.Backward(l.change.ReviewerUpdates) {
		footer := map[string]string{"REVIEWER": "Reviewer", "CC": "CC", "REMOVED": "Removed"}[u.State]
		l.at(u.Updated.Time, u.UpdatedBy.ID, 0).set("%s: %s", footer, person(u.Reviewer.ID))
	}
}

// votes sets those that still stand. One that was copied to the current patch set
// has the time of its upload.
func (l *changeLog) votes() {
	c := l.change
	uploaded := l.upload(patchSets(c)[len(c.Revisions)-1])
	for _, label := range sortedKeys(c.Labels) {
		for _, a := range c.Labels[label].All {
			if a.Value == nil || *a.Value == 0 {
				continue
			}
			if a.Date.Equal(uploaded.at) && a.ID != uploaded.by {
				uploaded.set("Copied-Label: %s=%+d, %s %s:%q", label, *a.Value, voteID(c, label, a.ID), person(a.ID), a.Tag)
				continue
			}
			e := l.vote(a)
			e.set("Label: %s=%+d, %s", label, *a.Value, voteID(c, label, a.ID))
		}
	}
}

// vote is the entry in which a vote was given: it has the vote's tag. A robot can
// vote and submit within one second.
func (l *changeLog) vote(a replay.Approval) *entry {
	for _, e := range slices.Backward(l.entries) {
		if e.at.Equal(a.Date.Time) && e.by == a.ID && e.patchSet == l.change.PatchSet && e.tag == a.Tag {
			return e
		}
	}
	return l.add(&entry{at: a.Date.Time, by: a.ID, patchSet: l.change.PatchSet, tag: a.Tag})
}

// person is how NoteDb writes an account.
func person(account int) string {
	return fmt.Sprintf("Gerrit User %d <%d@%s>", account, account, serverID)
}

// voteID is any name that no other vote has.
func voteID(c *replay.Change, label string, account int) string {
	return fmt.Sprintf("%x", sha1.Sum(fmt.Appendf(nil, "%d %s %d", c.Number, label, account)))
}
