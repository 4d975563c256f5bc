package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/eventlet-removal/headway/collector"
)

// step is one thing that happens to a migration, and the poll that follows it.
type step struct {
	name string
	do   func(s *scenario)
	full bool // an incremental poll can't see it
}

// scenario is a followed migration with its changes by name.
type scenario struct {
	*followed
	n map[string]int
}

// TestScenariosOnTheReplay plays all steps on the replay Gerrit.
func TestScenariosOnTheReplay(t *testing.T) {
	playScenarios(t, newReplayCommunity(t))
}

// playScenarios plays all steps, each on what the ones before left, with one poll
// after each; then the store, the API and verify must say what Gerrit says.
func playScenarios(t *testing.T, c community) {
	s := &scenario{follow(t, c), map[string]int{}}
	for i, step := range steps {
		ok := t.Run(fmt.Sprintf("%02d %s", i+1, step.name), func(t *testing.T) {
			s.t = t
			c.ReportTo(t)
			step.do(s)
			s.poll(collector.PollOptions{Full: step.full})
			s.agree()
		})
		if !ok {
			t.Fatalf("the steps after %q would prove nothing", step.name)
		}
	}
}

// create makes a change and gives it a name. Its topic is the goal's unless the
// proposal has one; "-" is none.
func (s *scenario) create(name string, p proposal) int {
	s.t.Helper()
	if p.project == "" {
		p.project = novaProject
	}
	if p.subject == "" {
		p.subject = "Remove " + name
	}
	switch p.topic {
	case "":
		p.topic = "eventlet-removal"
	case "-":
		p.topic = ""
	}
	s.n[name] = s.Create(p)
	return s.n[name]
}

// merged makes a change and merges it.
func (s *scenario) merged(name string, p proposal) int {
	s.t.Helper()
	n := s.create(name, p)
	s.Merge(n)
	return n
}

// steps are what people do. Names of changes are made where they are first used.
var steps = []step{
	{name: "changes of every kind are there before the first poll", do: func(s *scenario) {
		s.create("a", proposal{})
		s.create("b", proposal{project: neutronProject, topic: "eventlet-removal-agents"})
		s.create("work", proposal{wip: true})
		s.create("abandoned", proposal{})
		s.Abandon(s.n["abandoned"])
		s.merged("m", proposal{})
		s.merged("n", proposal{project: neutronProject})
		s.create("o", proposal{project: octaviaProject, subject: "Remove eventlet", topic: "-"})
		s.merged("om", proposal{project: octaviaProject, subject: "Drop the last eventlet import", topic: "-"})
		s.create("backport", proposal{branch: stableBranch})
		s.create("outside", proposal{topic: "-"})
		s.create("typo", proposal{project: octaviaProject, subject: "Fix a typo"}) // the goal's topic is not octavia's selector
	}},
	{name: "nothing happens", do: func(*scenario) {}},
	{name: "a new change", do: func(s *scenario) { s.create("new", proposal{}) }},
	{name: "a new change in a new project", do: func(s *scenario) {
		s.create("first", proposal{project: "openstack/cinder", topic: "eventlet-removal-volumes"})
	}},

	// Topics.
	{name: "topic set on an open change", do: func(s *scenario) { s.SetTopic(s.n["outside"], "eventlet-removal") }},
	{name: "topic changed within the goal", do: func(s *scenario) { s.SetTopic(s.n["outside"], "eventlet-removal-2") }},
	{name: "topic of an open change moved away", do: func(s *scenario) {
		s.SetTopic(s.n["b"], "other-work")
		s.left[s.n["b"]] = true
	}},
	{name: "what left changes further", do: func(s *scenario) { s.Push(s.n["b"], push{}) }},
	{name: "topic of an open change moved back", do: func(s *scenario) {
		s.SetTopic(s.n["b"], "eventlet-removal")
		delete(s.left, s.n["b"])
	}},
	{name: "topic of an open change cleared", do: func(s *scenario) {
		s.SetTopic(s.n["b"], "")
		s.left[s.n["b"]] = true
	}},
	{name: "topic set by push", do: func(s *scenario) {
		s.Push(s.n["b"], push{topic: "eventlet-removal-agents"})
		delete(s.left, s.n["b"])
	}},
	{name: "topic moved away by push", do: func(s *scenario) {
		s.Push(s.n["b"], push{topic: "agents"})
		s.left[s.n["b"]] = true
	}},
	{name: "abandoned after it left, then moved back", do: func(s *scenario) {
		s.Abandon(s.n["b"])
		s.SetTopic(s.n["b"], "eventlet-removal")
		delete(s.left, s.n["b"])
	}},
	{name: "topic of an abandoned change cleared", full: true, do: func(s *scenario) {
		s.SetTopic(s.n["b"], "")
		s.left[s.n["b"]] = true
	}},
	{name: "topic of a merged change cleared", full: true, do: func(s *scenario) {
		s.SetTopic(s.n["m"], "")
		s.left[s.n["m"]] = true
	}},
	{name: "topic of a merged change set again", do: func(s *scenario) {
		s.SetTopic(s.n["m"], "eventlet-removal")
		delete(s.left, s.n["m"])
	}},
	{name: "topic set on a change that was merged without it", do: func(s *scenario) {
		n := s.merged("late", proposal{topic: "-"})
		s.SetTopic(n, "eventlet-removal")
	}},

	// States.
	{name: "abandoned", do: func(s *scenario) { s.Abandon(s.n["a"]) }},
	{name: "restored", do: func(s *scenario) { s.Restore(s.n["a"]) }},
	{name: "set to work in progress", do: func(s *scenario) { s.SetWIP(s.n["a"]) }},
	{name: "abandoned as work in progress", do: func(s *scenario) { s.Abandon(s.n["a"]) }},
	{name: "restored as work in progress", do: func(s *scenario) { s.Restore(s.n["a"]) }},
	{name: "set ready", do: func(s *scenario) { s.SetReady(s.n["a"]) }},
	{name: "ready by a reply", do: func(s *scenario) { s.Reply(alice, s.n["work"], words{ready: true}) }},
	{name: "patch set by push", do: func(s *scenario) { s.Push(s.n["a"], push{}) }},
	{name: "patch set pushed as work in progress", do: func(s *scenario) { s.Push(s.n["a"], push{wip: true}) }},
	{name: "patch set pushed as ready", do: func(s *scenario) { s.Push(s.n["a"], push{ready: true}) }},
	{name: "patch set by edit", do: func(s *scenario) { s.PublishEdit(s.n["a"]) }},
	{name: "commit message changed", do: func(s *scenario) { s.Reword(s.n["a"], "Remove a, and say why") }},
	{name: "merged", do: func(s *scenario) { s.Merge(s.n["work"]) }},
	{name: "abandoned, restored, pushed and merged between two polls", do: func(s *scenario) {
		n := s.create("quick", proposal{})
		s.Abandon(n)
		s.Restore(n)
		s.Push(n, push{})
		s.Merge(n)
	}},

	// Reviews.
	{name: "a robot speaks", do: func(s *scenario) {
		s.Reply(zuul, s.n["a"], words{text: "Starting check jobs.", tag: "autogenerated:zuul:check"})
	}},
	{name: "a human comments", do: func(s *scenario) {
		s.Reply(rob, s.n["a"], words{text: "Why?", unresolved: "This needs a test."})
	}},
	{name: "votes added", do: func(s *scenario) {
		s.Reply(zuul, s.n["a"], words{votes: map[string]int{"Verified": 1}, text: "Build succeeded (check pipeline).", tag: "autogenerated:zuul:check"})
		s.Reply(rob, s.n["a"], words{votes: map[string]int{"Code-Review": 2}})
	}},
	{name: "a vote withdrawn", do: func(s *scenario) { s.Reply(rob, s.n["a"], words{votes: map[string]int{"Code-Review": 0}}) }},
	{name: "a vote removed by another", do: func(s *scenario) { s.RemoveVote(s.n["a"], zuul, "Verified") }},
	{name: "votes outdated", do: func(s *scenario) {
		s.Reply(rob, s.n["a"], words{votes: map[string]int{"Code-Review": -1, "Workflow": -1}})
		s.Push(s.n["a"], push{})
	}},
	{name: "a reviewer asked, in silence", do: func(s *scenario) { s.AddReviewer(s.n["new"]) }},
	{name: "a hashtag", do: func(s *scenario) { s.AddHashtag(s.n["new"], "threads") }},
	{name: "a message deleted", full: true, do: func(s *scenario) { s.DeleteMessage(s.n["a"], "Why?") }},

	// Vanishing.
	{name: "made private", full: true, do: func(s *scenario) {
		s.SetPrivate(s.n["new"], true)
		s.pending[s.n["new"]] = true
	}},
	{name: "private for long", do: func(s *scenario) {
		s.later += 2 * time.Hour
		delete(s.pending, s.n["new"])
		s.gone[s.n["new"]] = true
	}},
	{name: "made public", do: func(s *scenario) {
		s.SetPrivate(s.n["new"], false)
		delete(s.gone, s.n["new"])
	}},
	{name: "private and public again before anybody believed it", full: true, do: func(s *scenario) {
		s.SetPrivate(s.n["new"], true)
		s.poll(collector.PollOptions{Full: true})
		s.SetPrivate(s.n["new"], false)
	}},
	{name: "deleted", full: true, do: func(s *scenario) {
		s.Delete(s.n["first"])
		s.pending[s.n["first"]] = true
	}},
	{name: "deleted for long", do: func(s *scenario) {
		s.later += 2 * time.Hour
		delete(s.pending, s.n["first"])
		s.gone[s.n["first"]] = true
	}},

	{name: "a second one made private", full: true, do: func(s *scenario) {
		s.create("secret", proposal{})
		s.poll(collector.PollOptions{})
		s.SetPrivate(s.n["secret"], true)
		s.pending[s.n["secret"]] = true
	}},
	{name: "and believed", do: func(s *scenario) {
		s.later += 2 * time.Hour
		delete(s.pending, s.n["secret"])
		s.gone[s.n["secret"]] = true
	}},
	{name: "and public again, under another topic", full: true, do: func(s *scenario) {
		s.SetTopic(s.n["secret"], "published")
		s.SetPrivate(s.n["secret"], false)
		delete(s.gone, s.n["secret"])
		s.left[s.n["secret"]] = true
	}},
	{name: "what left is deleted", full: true, do: func(s *scenario) {
		n := s.create("short-lived", proposal{})
		s.poll(collector.PollOptions{})
		s.SetTopic(n, "elsewhere")
		s.poll(collector.PollOptions{})
		s.Delete(n)
		s.left[n] = true
	}},

	// Reverts.
	{name: "a revert proposed", do: func(s *scenario) { s.n["revert"] = s.Revert(s.n["m"], "eventlet-removal") }},
	{name: "a revert merged", do: func(s *scenario) {
		s.Merge(s.n["revert"])
		s.reverted[s.n["m"]], s.reverted[s.n["revert"]] = true, true
	}},
	{name: "a revert of the revert proposed", do: func(s *scenario) { s.n["again"] = s.Revert(s.n["revert"], "eventlet-removal") }},
	{name: "a revert of the revert merged", do: func(s *scenario) {
		s.Merge(s.n["again"])
		delete(s.reverted, s.n["m"])
		s.reverted[s.n["again"]] = true
	}},
	{name: "a revert outside the topic proposed", do: func(s *scenario) { s.n["hidden"] = s.Revert(s.n["n"], "hotfix") }},
	{name: "a revert outside the topic merged", do: func(s *scenario) {
		s.Merge(s.n["hidden"])
		s.reverted[s.n["n"]] = true
	}},
	{name: "a revert of the revert outside the topic", full: true, do: func(s *scenario) {
		s.n["hidden again"] = s.Revert(s.n["hidden"], "hotfix")
		s.Merge(s.n["hidden again"])
		delete(s.reverted, s.n["n"])
	}},
	{name: "a revert made by hand", do: func(s *scenario) {
		n := s.merged("h", proposal{})
		body := fmt.Sprintf("This reverts commit %s.", s.change(n).Commit)
		s.merged("by hand", proposal{subject: `Revert "Remove h"`, body: body})
		s.reverted[n], s.reverted[s.n["by hand"]] = true, true
	}},
	{name: "a revert of what never was tracked", do: func(s *scenario) {
		n := s.merged("untracked", proposal{topic: "-"})
		s.Merge(s.Revert(n, "eventlet-removal"))
	}},
	{name: "a revert made by hand, known only because work depends on it", do: func(s *scenario) {
		s.merged("dropped", proposal{})
		body := fmt.Sprintf("This reverts commit %s.", s.change(s.n["dropped"]).Commit)
		n := s.create("outside by hand", proposal{topic: "-", body: body})
		s.create("dependent", proposal{body: "Depends-On: " + s.change(n).ChangeID})
	}},
	{name: "and merged", do: func(s *scenario) {
		s.Merge(s.n["outside by hand"])
		s.reverted[s.n["dropped"]] = true
	}},
	{name: "two reverted by one sentence, in capitals, broken and abbreviated", do: func(s *scenario) {
		one, two := s.merged("one of two", proposal{}), s.merged("two of two", proposal{})
		body := fmt.Sprintf("THIS REVERTS\nCOMMITS %s and\n%s.", strings.ToUpper(s.change(one).Commit[:10]), s.change(two).Commit)
		revert := s.merged("two by hand", proposal{subject: "Revert two", body: body})
		s.reverted[one], s.reverted[two], s.reverted[revert] = true, true, true
	}},
	{name: "two reverted by a list, one by its Change-Id", do: func(s *scenario) {
		one, two := s.merged("one of the list", proposal{}), s.merged("two of the list", proposal{})
		body := fmt.Sprintf("This reverts commits:\n\n- %s Remove one of the list\n- %s\n\nThey hang.", s.change(one).Commit[:8], s.change(two).ChangeID)
		revert := s.merged("list by hand", proposal{subject: "Revert a list", body: body})
		s.reverted[one], s.reverted[two], s.reverted[revert] = true, true, true
	}},
	{name: "reverted by hand as a change", do: func(s *scenario) {
		one := s.merged("changed", proposal{})
		revert := s.merged("change by hand", proposal{subject: "Revert a change", body: "This reverts change " + s.change(one).ChangeID + "."})
		s.reverted[one], s.reverted[revert] = true, true
	}},
	{name: "quoted, set in and in prose it is no revert", do: func(s *scenario) {
		sha := s.change(s.merged("quoted", proposal{})).Commit
		s.merged("quotes", proposal{body: "The robot wrote:\n\n> This reverts commit " + sha + "."})
		s.merged("sets in", proposal{body: "The robot wrote:\n\n    This reverts commit " + sha + "."})
		s.merged("speaks", proposal{body: "Some say: This reverts commit " + sha + "."})
	}},
	{name: "a reland that quotes its revert", do: func(s *scenario) {
		one := s.merged("merged twice", proposal{})
		sentence := "This reverts commit " + s.change(one).Commit + "."
		revert := s.merged("reverted once", proposal{subject: "Revert it", body: sentence})
		s.merged("brought back", proposal{subject: "Reland it", body: "With a fix. It had been reverted by\n> " + sentence})
		s.reverted[one], s.reverted[revert] = true, true
	}},
	{name: "a revert of a revert carries the work that no member stands for", do: func(s *scenario) {
		n := s.merged("foreign", proposal{topic: "-"})
		revert := s.Revert(n, "hotfix")
		s.Merge(revert)
		s.Merge(s.Revert(revert, "eventlet-removal"))
	}},
	{name: "taken out of a branch that was cut after the merge", do: func(s *scenario) {
		sha := s.change(s.merged("before the cut", proposal{})).Commit
		revert := s.merged("after the cut", proposal{branch: stableBranch, body: "This reverts commit " + sha + "."})
		s.reverted[revert] = true
	}},
	{name: "the original of a revert leaves", full: true, do: func(s *scenario) {
		s.SetTopic(s.n["h"], "elsewhere")
		s.left[s.n["h"]] = true
	}},
	{name: "and comes back", do: func(s *scenario) {
		s.SetTopic(s.n["h"], "eventlet-removal")
		delete(s.left, s.n["h"])
	}},

	// Backports.
	{name: "cherry-picked to stable", do: func(s *scenario) { s.n["picked"] = s.CherryPick(s.n["late"], stableBranch) }},
	{name: "the backport merged", do: func(s *scenario) { s.Merge(s.n["picked"]) }},
	{name: "the backport reverted, the original not", do: func(s *scenario) {
		revert := s.Revert(s.n["picked"], "eventlet-removal")
		s.Merge(revert)
		s.reverted[s.n["picked"]], s.reverted[revert] = true, true
	}},
	{name: "a backport reverted by hand, naming the original's commit", do: func(s *scenario) {
		picked := s.CherryPick(s.merged("both", proposal{}), stableBranch)
		s.Merge(picked)
		body := fmt.Sprintf("This reverts commit %s.", s.change(s.n["both"]).Commit)
		revert := s.merged("stable by hand", proposal{branch: stableBranch, body: body})
		s.reverted[picked], s.reverted[revert] = true, true
	}},
	{name: "cherry-picked by git, with the same Change-Id", do: func(s *scenario) {
		s.create("o1", proposal{})
		n := s.create("git copy", proposal{branch: featureBranch, changeID: s.change(s.n["o1"]).ChangeID})
		s.copies[n] = true
	}},
	{name: "cherry-picked to a development branch", do: func(s *scenario) {
		s.create("o2", proposal{})
		s.n["copy"] = s.CherryPick(s.n["o2"], featureBranch)
		s.copies[s.n["copy"]] = true
	}},
	{name: "the original of a copy abandoned", do: func(s *scenario) {
		s.Abandon(s.n["o2"])
		delete(s.copies, s.n["copy"])
	}},
	{name: "the original of a copy restored", do: func(s *scenario) {
		s.Restore(s.n["o2"])
		s.copies[s.n["copy"]] = true
	}},
	{name: "moved to a stable branch", do: func(s *scenario) { s.Move(s.n["outside"], stableBranch) }},
	{name: "moved back", do: func(s *scenario) { s.Move(s.n["outside"], "master") }},

	// A selector of its own.
	{name: "reworded out of its selector", do: func(s *scenario) {
		s.Reword(s.n["o"], "Remove greenlets")
		s.left[s.n["o"]] = true
	}},
	{name: "reworded into its selector", do: func(s *scenario) {
		s.Reword(s.n["o"], "Remove greenlets and eventlet")
		delete(s.left, s.n["o"])
	}},
	{name: "topics mean nothing to a selector of its own", do: func(s *scenario) {
		s.SetTopic(s.n["o"], "eventlet-removal")
		s.SetTopic(s.n["typo"], "eventlet-removal-2")
	}},

	// Time.
	{name: "two updates in one second, a poll between", do: func(s *scenario) {
		n := s.n["outside"]
		for range 20 {
			at := s.AtOnce(n, func() {
				s.SetWIP(n)
				s.poll(collector.PollOptions{})
				s.SetReady(n)
			})
			if at {
				return
			}
		}
		s.t.Fatal("no two updates of one second in 20 tries")
	}},
	{name: "changes updated between two pages", full: true, do: func(s *scenario) {
		s.create("abandoned again", proposal{})
		s.create("moving", proposal{})
		s.create("merging", proposal{})
		for i := range 10 { // moves them to the second page, slowly: no page may be full of one second
			name := fmt.Sprint("newer ", i)
			s.create(name, proposal{})
			s.Push(s.n[name], push{})
		}
		s.poll(collector.PollOptions{})
		defer s.proxy.cut(10, func() {
			s.Reply(rob, s.n["o2"], words{text: "Ping."})
			s.Abandon(s.n["abandoned again"])
			s.SetTopic(s.n["moving"], "elsewhere")
			s.Merge(s.n["merging"])
			s.create("in between", proposal{})
		})()
		s.left[s.n["moving"]] = true
		s.poll(collector.PollOptions{Full: true})
		s.proxy.mustHaveStepped(s.t)
	}},
	{name: "changes updated between two pages of what moved", do: func(s *scenario) {
		for i := range 10 { // slowly: no page may be full of one second
			s.Push(s.n[fmt.Sprint("newer ", i)], push{})
		}
		defer s.proxy.cut(10, func() {
			s.Restore(s.n["abandoned again"])
			s.SetTopic(s.n["moving"], "eventlet-removal")
			s.SetTopic(s.n["newer 0"], "elsewhere")
		})()
		delete(s.left, s.n["moving"])
		s.left[s.n["newer 0"]] = true
		s.poll(collector.PollOptions{})
		s.proxy.mustHaveStepped(s.t)
	}},
	{name: "nothing happens, and everything is listed", full: true, do: func(*scenario) {}},
}
