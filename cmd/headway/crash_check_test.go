package main

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/eventlet-removal/headway/dashboard/api"
	"github.com/eventlet-removal/headway/store"
)

// check opens what is left. The round reported so many polls.
func (l *lane) check(reported int) {
	l.Helper()
	if _, err := os.Stat(l.file); errors.Is(err, fs.ErrNotExist) && reported == 0 && l.before == nil {
		return // killed before it was there
	}
	after := l.open(l.file)
	polls := after.Polls()
	var old []store.Poll
	if l.before != nil {
		old = l.before.Polls()
	}
	switch fresh := len(polls) - len(old); {
	case fresh != reported && fresh != reported+1:
		l.Errorf("%d polls were reported, %d are in the file", reported, fresh)
		return
	case fresh > reported:
		l.sum.unreported.Add(1)
	case l.crowd.requests() == 0 || fresh > 0:
		// killed too early, or not in a poll
	case len(polls) == 0:
		l.sum.backfill.Add(1)
	default:
		l.sum.later.Add(1)
	}
	if diff := cmp.Diff(old, polls[len(polls)-len(old):]); diff != "" && len(old) > 0 {
		l.Errorf("polls before and after:\n%s", diff)
	}
	l.compare(after, len(polls) == len(old))
	l.before = after
	l.checkBackup(after)
}

// compare finds every change that was there before, as it was if no poll has ended
// since and not older otherwise.
func (l *lane) compare(after *store.Snapshot, same bool) {
	was, is := map[int]time.Time{}, map[int]time.Time{}
	if l.before != nil {
		for c := range l.before.Changes() {
			was[c.Number] = c.Updated
		}
	}
	for c := range after.Changes() {
		is[c.Number] = c.Updated
		if len(c.PatchSets) == 0 {
			l.Errorf("change %d has no details", c.Number)
		}
	}
	if diff := cmp.Diff(was, is); same && diff != "" {
		l.Errorf("no poll has ended, changes before and after:\n%s", diff)
	}
	for n, updated := range was {
		if is[n].Before(updated) {
			l.Errorf("change %d: updated %v before, %v after", n, updated, is[n])
		}
	}
}

// checkBackup opens the newest backup: a past of the database.
func (l *lane) checkBackup(current *store.Snapshot) {
	info, err := os.Stat(l.backup)
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err != nil || info.Mode() != 0o600 {
		l.Errorf("backup: %v, %v", info, err)
	}
	past, all := l.open(l.backup).Polls(), current.Polls()
	if len(past) > len(all) || len(past) > 0 && !cmp.Equal(past, all[len(all)-len(past):]) {
		l.Errorf("the backup has polls\n%v\nthe database\n%v", past, all)
	}
}

func (l *lane) open(file string) *store.Snapshot {
	l.Helper()
	db, err := store.Open(file, store.Options{Gerrit: l.crowd.url})
	if err != nil {
		l.Fatal(err)
	}
	defer db.Close()
	return db.Snapshot()
}

// converge lets a poll through while nobody acts, and counts by a plain query.
func (l *lane) converge() {
	l.Helper()
	l.crowd.rest(true)
	defer l.crowd.rest(false)
	if out, err := exec.Command(l.binary, l.flags("poll")...).CombinedOutput(); err != nil {
		l.Fatalf("poll: %v\n%s", err, out)
	}
	out, err := exec.Command(l.binary, l.flags("status", "--format=json")...).Output()
	if err != nil {
		l.Fatalf("status: %v", err)
	}
	var status api.Goals
	if err := json.Unmarshal(out, &status); err != nil {
		l.Fatal(err)
	}
	got := map[string]map[string]int{"": countsOf(status.Goals[0].Numbers)}
	for _, p := range status.Goals[0].Projects {
		got[p.Project] = countsOf(p.Numbers)
	}
	want := l.crowd.counts()
	for project, counts := range got {
		if want[project] == nil && counts["MERGED"]+counts["NEW"]+counts["wip"]+counts["ABANDONED"] == 0 {
			delete(got, project) // all its changes have left
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		l.Errorf("counts by Gerrit and by status:\n%s", diff)
	}
	l.before = l.open(l.file)
	l.sum.converged.Add(1)
}

// countsOf are the changes of both classes by Gerrit's states.
func countsOf(n api.Numbers) map[string]int {
	of := func(a, b *int) int { return *a + *b }
	return map[string]int{
		"MERGED":    of(n.Counts.Merged, n.Backports.Merged) + of(n.Counts.Reverted, n.Backports.Reverted),
		"NEW":       of(n.Counts.Open, n.Backports.Open),
		"wip":       of(n.Counts.WIP, n.Backports.WIP),
		"ABANDONED": of(n.Counts.Abandoned, n.Backports.Abandoned),
	}
}
