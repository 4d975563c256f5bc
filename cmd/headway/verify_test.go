package main

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/eventlet-removal/headway/cmd/headway/verify"
	"github.com/eventlet-removal/headway/collector"
	"github.com/eventlet-removal/headway/collector/replay"
	"github.com/eventlet-removal/headway/dashboard/api"
	"github.com/eventlet-removal/headway/store"
)

// drifting is a small migration that is followed and then changed behind
// headway's back, on one side or the other.
type drifting struct {
	*scenario
	gerrit *replay.Server
}

func newDrifting(t *testing.T) *drifting {
	t.Helper()
	c := newReplayCommunity(t)
	d := &drifting{&scenario{follow(t, c), map[string]int{}}, c.server}
	d.create("open", proposal{})
	d.create("wip", proposal{wip: true})
	d.merged("merged", proposal{project: neutronProject})
	d.create("backport", proposal{branch: stableBranch})
	d.create("own", proposal{project: octaviaProject, subject: "Remove eventlet", topic: "-"})
	d.merged("undone", proposal{})
	d.n["revert"] = d.Revert(d.n["undone"], "hotfix")
	d.Merge(d.n["revert"])
	target := d.merged("undone by hand", proposal{})
	d.merged("by hand", proposal{subject: "Back to eventlet", body: "This reverts commit " + d.change(target).Commit + "."})
	d.create("original", proposal{})
	d.n["copy"] = d.CherryPick(d.n["original"], featureBranch)
	d.later = time.Minute // what has happened is long enough ago to be judged
	d.poll(collector.PollOptions{})
	d.reverted = map[int]bool{d.n["undone"]: true, target: true, d.n["by hand"]: true}
	d.copies[d.n["copy"]] = true
	return d
}

// tickOver lets time go by before the next poll.
func (d *drifting) tickOver() { d.later += time.Hour }

// rewrite changes what the store holds of a change and its membership.
func (d *drifting) rewrite(n int, edit func(*store.Change, *store.Membership)) {
	d.t.Helper()
	snap := d.db.Snapshot()
	c, m := store.Change{Row: store.Row{Number: n}}, store.Membership{Number: n, Query: d.cfg.Goals[0].Progress.Queries[0].Text}
	if old := snap.Change(n); old != nil {
		c = *old
		m, _ = snap.Member("eventlet-removal", n)
	}
	edit(&c, &m)
	// Of two records the later fetched is kept.
	c.Detailed = c.Detailed.Add(time.Second)
	err := d.db.Save("eventlet-removal", []store.Work{{Row: c.Row, Member: m, Reason: store.ReasonChanged, Detail: &c}}, nil)
	if err == nil {
		err = d.db.Finish("eventlet-removal", store.Round{Complete: []string{m.Selector}, Poll: store.Poll{Goal: "eventlet-removal"}})
	}
	if err != nil {
		d.t.Fatal(err)
	}
}

func TestVerifyFindsDrift(t *testing.T) {
	for _, tc := range []struct {
		name        string
		drift       func(d *drifting)
		differences []string // what the lines contain, by number; N is a name of a change
		pending     []string
	}{
		{"nothing", func(*drifting) {}, nil, nil},
		{"missing from one answer, as at the instant of a merge", func(d *drifting) { d.gerrit.Flicker(d.n["open"], 0) }, nil, nil},
		{"a row that can't be read", func(d *drifting) {
			d.proxy.spoil(fmt.Sprintf(`"_number":%d,"virtual_id_number"`, d.n["open"]), `"_number":12345,"created":7,"virtual_id_number"`)
		}, []string{`[open] openstack/nova: we have open; Gerrit has no such change`}, []string{
			`12345 openstack/nova: we have nothing; Gerrit has a row that can't be read (created: not a time as Gerrit writes it: 7); nothing can be compared`,
		}},
		{"a member's row that can't be read", func(d *drifting) {
			d.proxy.spoil(fmt.Sprintf(`"_number":%d,"virtual_id_number"`, d.n["open"]), fmt.Sprintf(`"created":7,"_number":%d,"virtual_id_number"`, d.n["open"]))
		},
			nil, []string{`[open] openstack/nova: we have open; Gerrit has a row that can't be read (created: not a time as Gerrit writes it: 7); nothing can be compared`}},
		{"the revert of what names another project's commit", func(d *drifting) {
			names := "This reverts commit %s."
			foreign := d.merged("foreign", proposal{project: neutronProject, body: fmt.Sprintf(names, d.change(d.n["undone"]).Commit)})
			back := d.merged("back", proposal{project: neutronProject, body: fmt.Sprintf(names, d.change(foreign).Commit)})
			d.reverted[foreign], d.reverted[back] = true, true
			d.poll(collector.PollOptions{})
		}, nil, nil},
		{"twice in one answer", func(d *drifting) { d.gerrit.Flicker(d.n["merged"], 2) }, nil, nil},

		{"moved in the second of the poll", func(d *drifting) {
			d.AtOnce(0, func() {
				d.later = 0
				d.SetTopic(d.n["wip"], "eventlet-removal-2")
				d.poll(collector.PollOptions{})
				d.SetReady(d.n["wip"])
			})
		}, nil, []string{`[wip] openstack/nova: we have wip; Gerrit has open; it moved after we looked`}},
		{"merged after the poll", func(d *drifting) { d.Merge(d.n["open"]) },
			nil, []string{`[open] openstack/nova: we have open, updated 2026-`}},
		{"left after the poll", func(d *drifting) { d.SetTopic(d.n["merged"], "other") },
			nil, []string{`[merged] openstack/neutron: we have merged; Gerrit has it outside the selector (merged, branch "master", topic "other"); it moved after we looked`}},
		{"new after the poll", func(d *drifting) { d.create("new", proposal{project: "openstack/zaqar"}) },
			nil, []string{`[new] openstack/zaqar: we have nothing; Gerrit has open; it moved after we looked`}},
		{"reverted after the poll, from outside", func(d *drifting) {
			n := d.Revert(d.n["merged"], "hotfix")
			d.poll(collector.PollOptions{})
			d.Merge(n)
		}, nil, []string{`[merged] openstack/neutron: we have merged; Gerrit has reverted; change `}},
		{"an original abandoned after the poll", func(d *drifting) { d.Abandon(d.n["original"]) }, nil, []string{
			`[original] openstack/nova: we have open, `,
			`[copy] openstack/nova: we have open (backport); Gerrit has open; change [original] moved after we looked`,
		}},

		{"merged and not noticed", func(d *drifting) { d.Merge(d.n["open"]); d.tickOver(); d.pretendPolled() },
			[]string{`[open] openstack/nova: we have open, updated `}, nil},
		{"new and not noticed", func(d *drifting) { d.create("new", proposal{}); d.tickOver(); d.pretendPolled() },
			[]string{`[new] openstack/nova: we have nothing; Gerrit has open`}, nil},
		{"merged change's topic moved, only what moved listed", func(d *drifting) {
			d.SetTopic(d.n["merged"], "other")
			d.tickOver()
			d.poll(collector.PollOptions{})
		}, []string{`[merged] openstack/neutron: we have merged; Gerrit has it outside the selector (merged, branch "master", topic "other")`}, nil},
		{"deleted, only what moved listed", func(d *drifting) { d.Delete(d.n["wip"]); d.poll(collector.PollOptions{}) },
			[]string{`[wip] openstack/nova: we have wip; Gerrit has no such change (deleted, private or hidden)`}, nil},
		{"private, only what moved listed", func(d *drifting) {
			d.replayCommunity().pause = time.Second
			d.SetPrivate(d.n["open"], true)
			d.poll(collector.PollOptions{})
		},
			[]string{`[open] openstack/nova: we have open; Gerrit has no such change`}, nil},
		{"deleted, not yet confirmed", func(d *drifting) { d.Delete(d.n["wip"]); d.poll(collector.PollOptions{Full: true}) },
			nil, []string{`[wip] openstack/nova: we have wip; Gerrit has no such change (deleted, private or hidden); missing since `}},

		{"a state in the store", func(d *drifting) {
			d.rewrite(d.n["open"], func(c *store.Change, _ *store.Membership) { c.Status = store.StatusAbandoned })
		},
			[]string{`[open] openstack/nova: we have abandoned; Gerrit has open`}, nil},
		{"a wip flag in the store", func(d *drifting) { d.rewrite(d.n["open"], func(c *store.Change, _ *store.Membership) { c.WIP = true }) },
			[]string{`[open] openstack/nova: we have wip; Gerrit has open`}, nil},
		{"a branch in the store", func(d *drifting) {
			d.rewrite(d.n["backport"], func(c *store.Change, _ *store.Membership) { c.Branch = "master" })
		},
			[]string{`[backport] openstack/nova: we have open, branch "master"; Gerrit has open (backport), branch "stable/2025.1"`}, nil},
		{"a project in the store", func(d *drifting) {
			d.rewrite(d.n["open"], func(c *store.Change, _ *store.Membership) { c.Project = neutronProject })
		},
			[]string{`[open] openstack/nova: we have project "openstack/neutron"; Gerrit has project "openstack/nova"`}, nil},
		{"a subject and a patch set in the store", func(d *drifting) {
			d.rewrite(d.n["open"], func(c *store.Change, _ *store.Membership) { c.Subject, c.PatchSet = "?", 7 })
		}, []string{`[open] openstack/nova: we have subject "?", patch set 7; Gerrit has subject "Remove open", patch set 1`}, nil},
		{"an own selector's change in the store", func(d *drifting) {
			d.rewrite(d.n["own"], func(c *store.Change, _ *store.Membership) { c.Status = store.StatusMerged })
		},
			[]string{`[own] openstack/octavia: we have merged; Gerrit has open`}, nil},
		{"a member that is hidden", func(d *drifting) {
			d.rewrite(d.n["open"], func(_ *store.Change, m *store.Membership) { m.Reference = true })
		},
			[]string{`[open] openstack/nova: we have nothing; Gerrit has open`}, nil},
		{"a member too many", func(d *drifting) {
			d.rewrite(999, func(c *store.Change, _ *store.Membership) { c.Project, c.Status = novaProject, store.StatusNew })
		},
			[]string{`999 openstack/nova: we have open; Gerrit has no such change`}, nil},
		{"left in the store", func(d *drifting) {
			d.rewrite(d.n["open"], func(_ *store.Change, m *store.Membership) { m.Departed = &store.Departure{At: d.now()} })
		}, []string{`[open] openstack/nova: we have left; Gerrit has open`}, nil},
		{"gone in the store", func(d *drifting) {
			d.rewrite(d.n["merged"], func(_ *store.Change, m *store.Membership) { m.Departed = &store.Departure{Gone: true, At: d.now()} })
		}, []string{`[merged] openstack/neutron: we have gone; Gerrit has merged`}, nil},
		{"gone in the store, outside the selector", func(d *drifting) {
			d.SetTopic(d.n["open"], "other")
			d.tickOver()
			d.poll(collector.PollOptions{})
			d.rewrite(d.n["open"], func(_ *store.Change, m *store.Membership) { m.Departed.Gone = true })
		}, []string{`[open] openstack/nova: we have gone; Gerrit has it outside the selector (open, `}, nil},
		{"quarantined, with old facts", func(d *drifting) {
			d.rewrite(d.n["open"], func(c *store.Change, m *store.Membership) { c.WIP, m.Quarantined = true, "500 Internal server error" })
		}, nil, []string{`[open] openstack/nova: we have wip; Gerrit has open; quarantined: `}},

		{"an ordinary change that the store takes for a revert", func(d *drifting) {
			d.rewrite(998, func(c *store.Change, m *store.Membership) {
				*c = store.Change{Row: store.Row{Number: 998, Project: neutronProject, Branch: "master", Status: store.StatusMerged, RevertOf: d.n["merged"]}}
				m.Reference = true
			})
		}, []string{`[merged] openstack/neutron: we have reverted; Gerrit has merged`}, nil},
		{"a revert that the store does not know as merged", func(d *drifting) {
			d.rewrite(d.n["revert"], func(c *store.Change, _ *store.Membership) { c.Status = store.StatusNew })
		}, []string{`[undone] openstack/nova: we have merged; Gerrit has reverted`}, nil},
		{"a revert by hand that the store takes for ordinary work", func(d *drifting) {
			d.rewrite(d.n["by hand"], func(c *store.Change, _ *store.Membership) { c.RevertText = nil })
		}, []string{
			`[undone by hand] openstack/nova: we have merged; Gerrit has reverted`,
			`[by hand] openstack/nova: we have merged; Gerrit has reverted`,
		}, nil},
		{"a revert by hand that an older headway could not read", func(d *drifting) {
			d.rewrite(d.n["by hand"], func(c *store.Change, _ *store.Membership) { c.RevertText, c.Extraction = nil, 0 })
		}, nil, []string{
			`[undone by hand] openstack/nova: we have merged; Gerrit has reverted; the message of change [by hand] is still to be read anew`,
			`[by hand] openstack/nova: we have merged; Gerrit has reverted; the message of change [by hand] is still to be read anew`,
		}},
		{"and another difference of it", func(d *drifting) {
			d.rewrite(d.n["by hand"], func(c *store.Change, _ *store.Membership) { c.Extraction, c.Subject = 0, "?" })
		}, []string{`[by hand] openstack/nova: we have subject "?"`}, nil},
		{"a copy that the store takes for new work", func(d *drifting) {
			d.rewrite(d.n["copy"], func(c *store.Change, _ *store.Membership) { c.CherryPickOf, c.ChangeID = 0, "I1" })
		}, []string{`[copy] openstack/nova: we have open, Change-Id "I1"; Gerrit has open (backport), Change-Id "I`}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d := newDrifting(t)
			tc.drift(d)
			for _, source := range []string{"database", "server"} {
				r := d.verify(source)
				d.wantLines(source+": differences", r.Differences, tc.differences)
				d.wantLines(source+": pending", r.Pending, tc.pending)
			}
		})
	}
}

// pretendPolled moves the as-of times on without looking.
func (d *drifting) pretendPolled() {
	var selectors []store.Selector
	var complete []string
	for _, q := range d.cfg.Goals[0].Progress.Queries {
		s := d.db.Snapshot().Selector("eventlet-removal", q)
		s.AsOf = d.now()
		selectors, complete = append(selectors, s), append(complete, q.Project)
	}
	if err := d.db.Finish("eventlet-removal", store.Round{Selectors: selectors, Complete: complete, Poll: store.Poll{Goal: "eventlet-removal"}}); err != nil {
		d.t.Fatal(err)
	}
}

// wantLines compares findings with what they must contain, where [name] stands for
// the number of a change.
func (d *drifting) wantLines(what string, got []verify.Finding, want []string) {
	d.t.Helper()
	matches := len(got) == len(want)
	for i := 0; matches && i < len(want); i++ {
		for name, n := range d.n {
			want[i] = strings.ReplaceAll(want[i], "["+name+"]", fmt.Sprint(n))
		}
		matches = strings.HasPrefix(got[i].String(), want[i])
	}
	if !matches {
		d.t.Errorf("%s:\n%v\nwant\n%s", what, got, strings.Join(want, "\n"))
	}
}

func TestVerifyAgrees(t *testing.T) {
	d := newDrifting(t)
	d.agree()
	got := d.verify("database").String()
	want := "eventlet-removal: 10 changes in 3 projects agree with Gerrit; 0 pending; 0 differences; as of 2026-03-02 15:21 UTC\n"
	if got != want {
		t.Errorf("report\n%swant\n%s", got, want)
	}
}

// TestVerifyLinks wants a line that leads to the change.
func TestVerifyLinks(t *testing.T) {
	d := newDrifting(t)
	d.rewrite(d.n["open"], func(c *store.Change, _ *store.Membership) { c.WIP = true })
	want := fmt.Sprintf("difference: %[1]d openstack/nova: we have wip; Gerrit has open: %[2]sc/openstack/nova/+/%[1]d\n", d.n["open"], d.proxy.url)
	if got := d.verify("server").String(); !strings.HasPrefix(got, want) {
		t.Errorf("report\n%swant first\n%s", got, want)
	}
}

func TestVerifyWaitsForDetails(t *testing.T) {
	d := newDrifting(t)
	n := d.n["open"]
	d.Push(n, push{})
	d.tickOver()
	d.pretendPolled()
	c := *d.db.Snapshot().Change(n)
	m, _ := d.db.Snapshot().Member("eventlet-removal", n)
	if err := d.db.Save("eventlet-removal", []store.Work{{Row: c.Row, Member: m, Reason: store.ReasonChanged}}, nil); err != nil {
		t.Fatal(err)
	}
	r := d.verify("database")
	d.wantLines("differences", r.Differences, nil)
	d.wantLines("pending", r.Pending, []string{`[open] openstack/nova: we have patch set 1, updated `})
}

// TestVerifyChecksSums tampers with a summary.
func TestVerifyChecksSums(t *testing.T) {
	d := newDrifting(t)
	for _, tc := range []struct {
		name   string
		tamper func(*api.Summary)
		want   string
	}{
		{"a project's", func(s *api.Summary) { *s.Projects[1].Counts.Merged++ }, "difference: openstack/neutron: its summary says 1 (2 merged, "},
		{"a project's backports", func(s *api.Summary) { *s.Projects[2].Backports.Total = 7 }, "difference: openstack/nova: its summary says "},
		{"the goal's", func(s *api.Summary) { *s.Left++ }, "difference: eventlet-removal: its summary says "},
		{"a project that lacks", func(s *api.Summary) { s.Projects = s.Projects[1:2] }, "difference: openstack/nova: it has no summary, "},
	} {
		t.Run(tc.name, func(t *testing.T) {
			goals, err := claimsIn(d.db, d.cfg, d.now())
			if err != nil {
				t.Fatal(err)
			}
			tc.tamper(&goals[0].Summary)
			reports, err := d.audit.Verify(t.Context(), goals)
			if err != nil {
				t.Fatal(err)
			}
			if got := reports[0].String(); !strings.Contains(got, tc.want) {
				t.Errorf("report\n%swant a line\n%s", got, tc.want)
			}
			if notProven(reports) == nil {
				t.Error("the answer is yes")
			}
		})
	}
}

// TestVerifyComparesClocks has a Gerrit an hour behind: what moves after the poll
// carries a time before it.
func TestVerifyComparesClocks(t *testing.T) {
	d := newDrifting(t)
	d.proxy.behind, d.later = time.Hour, time.Hour
	d.poll(collector.PollOptions{})
	d.replayCommunity().pause = 10 * time.Second
	d.SetReady(d.n["wip"])
	r := d.verify("database")
	d.wantLines("differences", r.Differences, nil)
	d.wantLines("pending", r.Pending, []string{`[wip] openstack/nova: we have wip, `})
}

func (d *drifting) replayCommunity() *replayCommunity { return d.community.(*replayCommunity) }

// TestVerifyReadsOneRound has a server publish a round while it is read.
func TestVerifyReadsOneRound(t *testing.T) {
	d := newDrifting(t)
	moved := false
	d.before = func() {
		d.Merge(d.n["open"])
		d.poll(collector.PollOptions{})
		moved = true
	}
	r := d.verify("server")
	if !moved || r.Agree != 10 || len(r.Differences)+len(r.Pending) > 0 {
		t.Errorf("moved %t; report\n%s", moved, r)
	}
}

// TestVerifyIsPolite counts what is asked for many projects and changes: the
// requests that were announced, and none that a proxy would cut off.
func TestVerifyIsPolite(t *testing.T) {
	c := newReplayCommunity(t)
	d := &drifting{&scenario{follow(t, c), map[string]int{}}, c.server}
	const projects, changes = 300, 600
	for i := range changes {
		d.merged(fmt.Sprint(i), proposal{project: fmt.Sprintf("openstack/a-project-with-a-long-name-%d", i%projects)})
	}
	d.poll(collector.PollOptions{})
	for _, source := range []string{"database", "server"} {
		var err error
		var log strings.Builder
		if d.audit, err = verify.New(collectorConfig(d.cfg, "test").Gerrit, store.WithoutAddresses, slog.New(slog.NewTextHandler(&log, nil))); err != nil {
			t.Fatal(err)
		}
		d.gerrit.ResetLog()
		r := d.verify(source)
		if r.Agree != changes || r.Projects != projects || len(r.Differences)+len(r.Pending) > 0 {
			t.Errorf("%s: %s", source, r)
		}
		requests := d.gerrit.Requests()
		// The merged ones of all projects together take two pages, and a third request
		// to close the listing.
		if want := fmt.Sprintf("requests_at_least=%d\n", len(requests)-2); !strings.Contains(log.String(), want) {
			t.Errorf("%s: %d requests; the log is\n%swant %s", source, len(requests), &log, want)
		}
		for _, r := range requests {
			if len(r.Target) > 8000 {
				t.Errorf("%s: a request of %d bytes: %s", source, len(r.Target), r.Target)
			}
		}
	}
}

// TestVerifyCommand runs the program for its exit codes and words.
func TestVerifyCommand(t *testing.T) {
	d := newDrifting(t)
	dir := t.TempDir()
	config := strings.Replace(minimal, "https://gerrit.example.org/}", d.proxy.url+", requests_per_second: 1000}", 1)
	config = strings.Replace(config, "topic:x", `'prefixtopic:"eventlet-removal"'`, 1) + "    schedule: '@every 10s'\n"
	web := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(web.Close)
	write(t, dir, "c.yml", config)
	write(t, dir, "other.yml", strings.Replace(config, "eventlet-removal", "eventlet", 1))
	write(t, dir, "wrong.yml", strings.Replace(config, d.proxy.url, web.URL, 1))
	empty, err := store.Open(filepath.Join(dir, "empty.db"), store.Options{Gerrit: d.proxy.url})
	if err != nil {
		t.Fatal(err)
	}
	empty.Close()
	if got := headway(t, dir, "poll", "--config.file=c.yml"); got.code != 0 {
		t.Fatalf("poll: %+v", got)
	}
	served := start(t, dir, "serve", "--config.file=c.yml", "--web.listen-address=127.0.0.1:0", "--storage.path=served.db")
	served.logged(t, `msg="poll done"`)

	for _, tc := range []struct {
		name           string
		args           string
		code           int
		stdout, stderr string
	}{
		{"all agrees", "--config.file=c.yml", 0, "g: 9 changes in 2 projects agree with Gerrit; 0 pending; 0 differences; as of 2", "requests_at_least="},
		{"all agrees with a server", "--config.file=c.yml --url=" + served.url, 0, "g: 9 changes in 2 projects agree with Gerrit; 0 pending; 0 differences; as of 2", "requests_at_least="},
		{"nothing polled yet", "--config.file=c.yml --storage.path=empty.db", 1, "g: nothing to verify yet. Reading all changes for the first time. Numbers appear when all are there.\n", "headway: not proven: g\n"},
		{"a server of another Gerrit", "--config.file=wrong.yml --url=" + served.url, 2, "", "the server has another configuration: it counts " + d.proxy.url + "q/prefixtopic:"},
		{"a server with another selector", "--config.file=other.yml --url=" + served.url, 2, "", "ours counts " + d.proxy.url + "q/prefixtopic:%22eventlet%22"},
		{"no database", "--config.file=c.yml --storage.path=none.db", 2, "", "headway: open database none.db: there is no database"},
		{"no server", "--config.file=c.yml --url=http://127.0.0.1:1/", 2, "", "headway: --url=http://127.0.0.1:1/: dial tcp 127.0.0.1:1: connect: connection refused: does headway serve run there, and is the port right?"},
		{"a server of another goal", "--url=" + served.url, 2, "", "api/v1/goals/eventlet-removal: There is no goal"},
		{"not a headway", "--config.file=c.yml --url=" + web.URL, 2, "", "404 Not Found: --url has to be headway's first page"},
		{"too many arguments", "now", 2, "", "headway: unexpected now"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := headway(t, dir, append([]string{"verify"}, strings.Fields(tc.args)...)...)
			if got.code != tc.code {
				t.Errorf("exit code %d, want %d", got.code, tc.code)
			}
			checkOutput(t, "stdout", got.stdout, tc.stdout)
			checkOutput(t, "stderr", got.stderr, tc.stderr)
		})
	}
	t.Run("a difference", func(t *testing.T) {
		d.Delete(d.n["wip"])
		got := headway(t, dir, "verify", "--config.file=c.yml")
		want := fmt.Sprintf("difference: %d openstack/nova: we have wip; Gerrit has no such change", d.n["wip"])
		if got.code != 1 || !strings.HasPrefix(got.stdout, want) || !strings.HasSuffix(got.stderr, "headway: not proven: g\n") {
			t.Errorf("%+v, want exit code 1 and %s", got, want)
		}
	})
	t.Run("no Gerrit", func(t *testing.T) {
		d.proxy.fail()
		got := headway(t, dir, "verify", "--config.file=c.yml")
		want := "headway: verify g: nothing is proven, Gerrit could not be asked: "
		if got.code != 1 || got.stdout != "" || !strings.Contains(got.stderr, want) {
			t.Errorf("%+v, want exit code 1 and %s", got, want)
		}
	})
}

// TestVerifyOfNothing wants nothing to be no proof, wherever it comes from.
func TestVerifyOfNothing(t *testing.T) {
	for _, tc := range []struct {
		name   string
		happen func(s *scenario)
		proven bool
	}{
		{"the selector never matched", func(s *scenario) { s.create("foreign", proposal{topic: "-"}) }, false},
		{"everything left", func(s *scenario) {
			n := s.create("a", proposal{})
			s.poll(collector.PollOptions{})
			s.SetTopic(n, "other-work")
		}, false},
		{"one change of two left", func(s *scenario) {
			n := s.create("a", proposal{})
			s.create("b", proposal{branch: stableBranch})
			s.poll(collector.PollOptions{})
			s.SetTopic(n, "other-work")
		}, true},
		{"one change that is abandoned", func(s *scenario) { s.Abandon(s.create("a", proposal{wip: true})) }, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := newReplayCommunity(t)
			s := &scenario{follow(t, c), map[string]int{}}
			tc.happen(s)
			s.poll(collector.PollOptions{})
			for _, source := range []string{"database", "server"} {
				r := s.verify(source)
				if len(r.Differences)+len(r.Pending) > 0 || r.Proven() != tc.proven || (notProven([]*verify.Report{r}) == nil) != tc.proven {
					t.Errorf("%s: proven %t, want %t:\n%s", source, r.Proven(), tc.proven, r)
				}
				if strings.Contains(r.String(), "proves nothing") == tc.proven {
					t.Errorf("%s: the report is\n%s", source, r)
				}
			}
		})
	}
}
