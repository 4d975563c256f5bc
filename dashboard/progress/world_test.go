package progress_test

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"pgregory.net/rapid"

	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store"
)

// world is a random goal whose truth is known beside what Gerrit tells of it.
type world struct {
	goal    *progress.Goal
	changes []*truth
}

// truth is one change with what really happened to it, event by event.
type truth struct {
	*history
	member bool // else a reference
	facts  []fact
	target int // number of the change it reverts, 0 for none
}

// fact is what became of a change at a time.
type fact struct {
	at                time.Time
	status            string
	wip, in, departed bool
}

var worldProjects = []string{nova, octavia, heat}

// drawWorld draws up to fourteen changes over fifty days, reverts among them.
func drawWorld(t *rapid.T) *world {
	w := &world{goal: newGoal()}
	w.goal.Selector = `prefixtopic:"x"`
	w.goal.Projects = []progress.Project{{Name: nova, Expected: rapid.IntRange(0, 9).Draw(t, "expected")}, {Name: "a/empty"}}
	w.goal.Teams = []progress.Team{{Name: "one", Projects: []string{nova, octavia}}, {Name: "two", Projects: []string{octavia, heat}}}
	for i := range rapid.IntRange(0, 14).Draw(t, "changes") {
		w.changes = append(w.changes, w.drawChange(t, i+1))
	}
	return w
}

func (w *world) drawChange(t *rapid.T, number int) *truth {
	at := now.Add(-time.Duration(rapid.IntRange(1, 50*24).Draw(t, "age")) * time.Hour).Add(time.Duration(number) * time.Second)
	var target *truth
	if len(w.changes) > 0 && rapid.IntRange(0, 2).Draw(t, "revert") == 0 {
		// What merges before its target can't revert it.
		target = w.changes[rapid.IntRange(0, len(w.changes)-1).Draw(t, "of")]
		if last := target.facts[len(target.facts)-1].at; !last.Before(at) && last.Before(now.Add(-time.Minute)) {
			at = last.Add(time.Second)
		} else if !last.Before(at) {
			target = nil
		}
	}
	c := &truth{history: newChange(number, at), member: rapid.IntRange(0, 5).Draw(t, "reference") > 0}
	c.in(rapid.SampledFrom(worldProjects).Draw(t, "project"))
	c.on(rapid.SampledFrom([]string{"master", "master", "feature/a", "stable/1"}).Draw(t, "branch"))
	c.id("I" + strconv.Itoa(rapid.IntRange(1, 12).Draw(t, "id")))
	if target != nil {
		c.revert(target, rapid.SampledFrom([]string{
			"", "old", "This reverts commit %s.", "THIS REVERTS COMMITS\n%s", "> quoted\nThis\nreverts commit %s", "This reverts commits:\n\n* %s x",
		}).Draw(t, "how"))
	}
	state := fact{at: at, status: store.StatusNew, in: rapid.Bool().Draw(t, "joined at creation")}
	joined := state.in
	c.facts = append(c.facts, state)
	for range rapid.IntRange(0, 12).Draw(t, "events") {
		at = at.Add(time.Duration(rapid.IntRange(1, 100).Draw(t, "hours")) * time.Hour)
		if at.After(now) || state.status == store.StatusMerged || state.departed {
			break
		}
		state.at = at
		joined = c.drawEvent(t, &state) || joined
		c.facts = append(c.facts, state)
	}
	if !joined { // a topic that came with the push leaves no message
		for i := range c.facts {
			c.facts[i].in = true
		}
	}
	if last := &c.facts[len(c.facts)-1]; !last.in && !last.departed {
		c.depart(last, rapid.Bool().Draw(t, "gone"))
	}
	return c
}

// depart takes a change out of the set: it left with its last event.
func (c *truth) depart(last *fact, gone bool) {
	last.departed, last.in = true, false
	c.Departed = &store.Departure{Gone: gone, At: last.at, Seen: now}
}

// revert makes c a revert of o, known by its button, as an older headway kept its
// message, or by a sentence.
func (c *truth) revert(o *truth, how string) {
	c.in(o.Change.Project).on(o.Branch)
	c.target = o.Change.Number
	switch commit := sha(c.target, 1); how {
	case "":
		c.RevertOf = c.target
	case "old":
		c.Reverts = []string{commit}
	default:
		c.Extraction, c.RevertText = store.Extraction, []string{fmt.Sprintf(how, commit)}
	}
}

// drawEvent makes something happen and says whether it was a join.
func (c *truth) drawEvent(t *rapid.T, state *fact) (joined bool) {
	at := state.at
	events := []string{"upload", "comment", "vote", "ci", "wip", "abandon", "merge", "topic", "topic", "gone", "ready"}
	if state.status == store.StatusAbandoned {
		events = []string{"restore", "restore", "comment", "topic", "gone"}
	}
	switch rapid.SampledFrom(events).Draw(t, "event") {
	case "upload":
		c.upload(at, rapid.SampledFrom([]int{owner, bob}).Draw(t, "uploader"))
	case "comment":
		c.comment(at, rapid.SampledFrom([]int{owner, alice, proposal}).Draw(t, "who"))
	case "vote":
		c.vote(at, rapid.SampledFrom([]int{owner, alice, bob}).Draw(t, "voter"),
			rapid.SampledFrom([]string{"Code-Review", "Workflow"}).Draw(t, "label"), rapid.IntRange(-2, 2).Draw(t, "value"))
	case "ci":
		c.zuul(at, store.CISucceeded, rapid.SampledFrom([]int{-1, 0, 1}).Draw(t, "verified"))
	case "wip":
		state.wip = true
		c.wip(at)
	case "ready":
		state.wip = false
		c.ready(at)
	case "abandon":
		state.status = store.StatusAbandoned
		c.Status = state.status
		c.kind(at, owner, store.MessageAbandoned)
	case "restore":
		state.status = store.StatusNew
		c.restore(at)
	case "merge":
		state.status = store.StatusMerged
		c.merge(at)
	case "gone":
		if state.in {
			c.depart(state, true)
		}
	case "topic":
		from, to := "other", "x-"+strconv.Itoa(c.PatchSet)
		if state.in {
			from, to = "x", rapid.SampledFrom([]string{"xyz", "", "other"}).Draw(t, "topic")
		}
		state.in = to != "" && to[0] == 'x'
		c.say(store.Message{Author: owner, Time: store.MomentOf(at), Kind: store.MessageTopic, Move: &store.Move{From: from, To: to}})
		return state.in
	}
	return false
}

// at is the last fact by a time, and whether there was any.
func (c *truth) at(end time.Time) (fact, bool) {
	i, _ := slices.BinarySearchFunc(c.facts, end, func(f fact, end time.Time) int {
		if f.at.After(end) {
			return 1
		}
		return -1
	})
	if i == 0 {
		return fact{}, false
	}
	return c.facts[i-1], true
}

func (c *truth) mergedBy(end time.Time) bool {
	f, ok := c.at(end)
	return ok && f.status == store.StatusMerged
}

// targetOf is the change that c reverts by a time, if both have merged, c later.
func (w *world) targetOf(c *truth, end time.Time) *truth {
	if c.target == 0 || !c.mergedBy(end) {
		return nil
	}
	for _, o := range w.changes {
		if o.Change.Number == c.target && o.mergedBy(end) && !o.Submitted.After(c.Submitted) {
			return o
		}
	}
	return nil
}

// carries reports whether c brings back work that is not a member's otherwise.
func (w *world) carries(c *truth) bool {
	t := w.targetOf(c, now)
	return t != nil && w.tookOutside(t)
}

func (w *world) tookOutside(c *truth) bool {
	o := w.targetOf(c, now)
	return o != nil && (!o.member || o.Departed != nil) && (w.targetOf(o, now) == nil || w.carries(o))
}

// effective says by plain recursion whether c is a revert that stands: no later
// revert of it stands.
func (w *world) effective(c *truth, end time.Time) bool {
	return w.targetOf(c, end) != nil && !w.isUndone(c, end)
}

func (w *world) isUndone(c *truth, end time.Time) bool {
	for _, r := range w.changes {
		if t := w.targetOf(r, end); t == c && w.effective(r, end) {
			return true
		}
	}
	return false
}

// state is where a change truly was; "" when it did not count.
func (w *world) state(c *truth, end time.Time) progress.State {
	f, ok := c.at(end)
	switch {
	case !ok || !c.member || !f.in:
		return ""
	case f.status == store.StatusMerged && (w.effective(c, end) && !w.carries(c) || w.isUndone(c, end)):
		return progress.Reverted
	case f.status == store.StatusMerged:
		return progress.Merged
	case f.status == store.StatusAbandoned:
		return progress.Abandoned
	case f.wip:
		return progress.WIP
	}
	return progress.Open
}

func (w *world) input() progress.Input {
	var members, references []*history
	for _, c := range w.changes {
		if c.member {
			members = append(members, c.history)
		} else {
			references = append(references, c.history)
		}
	}
	return input(members, references...)
}
