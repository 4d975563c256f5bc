package progress_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store"
)

func sumOf(c progress.Counts) int { return c.Merged + c.Reverted + c.Open + c.WIP + c.Abandoned }

func joined(a, b progress.Counts) progress.Counts {
	return progress.Counts{
		Total: a.Total + b.Total, Merged: a.Merged + b.Merged, Reverted: a.Reverted + b.Reverted,
		Open: a.Open + b.Open, WIP: a.WIP + b.WIP, Abandoned: a.Abandoned + b.Abandoned,
	}
}

func attention(n progress.Numbers) int {
	a := n.Attention
	return a.Author + a.Reviewers + a.CI + a.Gate + a.Dependency
}

func TestNumbersAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		r := progress.Compute(w.goal, w.input())
		all := []progress.Numbers{r.Numbers}
		byName := map[string]progress.Numbers{}
		var sum, backports progress.Counts
		var denominator, left, gone int
		for _, p := range r.Projects {
			all = append(all, p.Numbers)
			byName[p.Name] = p.Numbers
			sum, backports = joined(sum, p.Counts), joined(backports, p.Backports)
			denominator, left, gone = denominator+p.Denominator, left+p.Left, gone+p.Gone
		}
		for _, team := range r.Teams {
			all = append(all, team.Numbers)
			var sum progress.Counts
			for _, p := range team.Projects {
				sum = joined(sum, byName[p].Counts)
			}
			if sum != team.Counts {
				t.Errorf("team %s = %v, its projects %v", team.Name, team.Counts, sum)
			}
		}
		for _, n := range all {
			if sumOf(n.Counts) != n.Counts.Total || sumOf(n.Backports) != n.Backports.Total {
				t.Errorf("states do not add up: %+v %+v", n.Counts, n.Backports)
			}
			if attention(n) != n.Counts.InFlight() {
				t.Errorf("attention %+v, in flight %d", n.Attention, n.Counts.InFlight())
			}
		}
		if sum != r.Counts || backports != r.Backports || denominator != r.Denominator || left != r.Left || gone != r.Gone {
			t.Errorf("goal %+v %+v of %d, its projects %+v %+v of %d", r.Counts, r.Backports, r.Denominator, sum, backports, denominator)
		}
	})
}

func TestStatesAreTrue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		r := progress.Compute(w.goal, w.input())
		i := 0
		for _, c := range w.changes {
			if !c.member {
				continue
			}
			got, want := r.Changes[i].State, w.state(c, now)
			if got == progress.Left || got == progress.Gone {
				got = ""
			}
			if got != want {
				t.Errorf("change %d is %q, want %q", c.Change.Number, got, want)
			}
			i++
		}
	})
}

func TestOrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		in := w.input()
		want := progress.Compute(w.goal, in)
		shuffled := in
		shuffled.Members, shuffled.All = slices.Clone(in.Members), slices.Clone(in.All)
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		random.Shuffle(len(shuffled.Members), func(i, j int) {
			shuffled.Members[i], shuffled.Members[j] = shuffled.Members[j], shuffled.Members[i]
		})
		random.Shuffle(len(shuffled.All), func(i, j int) { shuffled.All[i], shuffled.All[j] = shuffled.All[j], shuffled.All[i] })
		got := progress.Compute(w.goal, shuffled)
		if d := cmp.Diff(want, got, cmpopts.IgnoreUnexported(progress.Result{})); d != "" {
			t.Errorf("shuffled input gives another result (-want +got):\n%s", d)
		}
		if d := cmp.Diff(want.History(progress.Scope{}), got.History(progress.Scope{})); d != "" {
			t.Errorf("shuffled input gives another history (-want +got):\n%s", d)
		}
	})
}

// The counts of each day are those of a plain replay of what really happened.
func TestHistoryIsReplay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		r := progress.Compute(w.goal, w.input())
		backport := map[int]bool{}
		for _, c := range r.Changes {
			backport[c.Change.Number] = c.Backport
		}
		check := func(s progress.Scope, live progress.Numbers, projects ...string) {
			days := r.History(s)
			var first time.Time
			for _, c := range w.changes {
				for _, f := range c.facts {
					if c.member && f.in && slices.Contains(projects, c.Change.Project) && (first.IsZero() || f.at.Before(first)) {
						first = f.at
					}
				}
			}
			if first.IsZero() != (len(days) == 0) {
				t.Fatalf("%v: %d days, first event %v", s, len(days), first)
			}
			if len(days) == 0 {
				return
			}
			if want := first.Truncate(24 * time.Hour); !days[0].Date.Equal(want) {
				t.Errorf("%v: history begins %v, want %v", s, days[0].Date, want)
			}
			for _, d := range days {
				end := d.Date.AddDate(0, 0, 1).Add(-1)
				if end.After(now) {
					end = now
				}
				var want progress.Day
				for _, c := range w.changes {
					if slices.Contains(projects, c.Change.Project) {
						count(&want, w.state(c, end), backport[c.Change.Number])
					}
				}
				if d.Counts != want.Counts || d.Backports != want.Backports {
					t.Errorf("%v %s: %+v and backports %+v, replay says %+v and %+v", s, d.Date.Format(time.DateOnly), d.Counts, d.Backports, want.Counts, want.Backports)
				}
				if sumOf(d.Counts) != d.Counts.Total || sumOf(d.Backports) != d.Backports.Total {
					t.Errorf("%v %v: states do not add up", s, d)
				}
			}
			if last := days[len(days)-1]; last.Counts != live.Counts || last.Backports != live.Backports {
				t.Errorf("%v: last day %+v, live %+v", s, last, live.Counts)
			}
		}
		check(progress.Scope{}, r.Numbers, worldProjects...)
		check(progress.Scope{Team: "two"}, r.Teams[1].Numbers, octavia, heat)
		for _, p := range r.Projects {
			check(progress.Scope{Project: p.Name}, p.Numbers, p.Name)
		}
	})
}

func count(d *progress.Day, s progress.State, backport bool) {
	c := &d.Counts
	if backport {
		c = &d.Backports
	}
	switch s {
	case progress.Merged:
		c.Merged++
	case progress.Reverted:
		c.Reverted++
	case progress.Open:
		c.Open++
	case progress.WIP:
		c.WIP++
	case progress.Abandoned:
		c.Abandoned++
	default:
		return
	}
	c.Total++
}

// A day seen through On has the counts of that day in the history.
func TestOnIsHistory(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		r := progress.Compute(w.goal, w.input())
		days := r.History(progress.Scope{})
		if len(days) == 0 {
			return
		}
		d := days[rapid.IntRange(0, len(days)-1).Draw(t, "day")]
		past := r.On(d.Date.Add(time.Duration(rapid.IntRange(0, 23).Draw(t, "hour")) * time.Hour))
		if past.Counts != d.Counts || past.Backports != d.Backports {
			t.Errorf("on %s: %+v %+v, history says %+v", d.Date.Format(time.DateOnly), past.Counts, past.Backports, d)
		}
	})
}

// The weeks of a sparkline are days of the history.
func TestWeeksAreHistory(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		r := progress.Compute(w.goal, w.input())
		if rapid.Bool().Draw(t, "past") {
			r = r.On(now.AddDate(0, 0, -rapid.IntRange(1, 50).Draw(t, "day")))
		}
		scopes := []progress.Scope{{}, {Team: "two"}, {Project: "a/unknown"}}
		for _, p := range worldProjects {
			scopes = append(scopes, progress.Scope{Project: p})
		}
		for _, s := range scopes {
			days := r.History(s)
			denominators, merged := r.Weeks(s, 6)
			if len(days) == 0 {
				if denominators != nil || merged != nil {
					t.Errorf("%v: %v and %v without a history", s, denominators, merged)
				}
				continue
			}
			for week := range 6 {
				var want progress.Day
				if i := len(days) - 1 - 7*(5-week); i >= 0 {
					want = days[i]
				}
				if denominators[week] != want.Denominator || merged[week] != want.Counts.Merged {
					t.Errorf("%v: %d of %d in week %d, history says %d of %d", s, merged[week], denominators[week], week, want.Counts.Merged, want.Denominator)
				}
			}
		}
	})
}

// What messages leave out or contradict never makes the last day differ from live.
func TestLastDayIsLive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawWorld(t)
		for _, c := range w.changes { // break the records: flags, lost messages, future times, no details
			switch rapid.IntRange(0, 7).Draw(t, "damage") {
			case 0:
				c.WIP = !c.WIP
			case 1:
				c.Messages = slices.DeleteFunc(c.Messages, func(store.Message) bool { return rapid.Bool().Draw(t, "lost") })
			case 2:
				c.Detailed, c.Messages, c.PatchSets, c.Labels = time.Time{}, nil, nil, nil
			case 3:
				c.Status = rapid.SampledFrom([]string{store.StatusNew, store.StatusMerged, store.StatusAbandoned, "DRAFT"}).Draw(t, "status")
			case 4:
				c.Created = time.Time{}
			case 5:
				c.Submitted = time.Time{}
			case 6:
				c.Updated = now.Add(time.Hour)
				c.Created = now.Add(2 * time.Hour)
			}
		}
		r := progress.Compute(w.goal, w.input())
		days := r.History(progress.Scope{})
		if len(days) == 0 {
			if r.Counts.Total+r.Backports.Total > 0 {
				t.Fatalf("no history of %+v", r.Counts)
			}
			return
		}
		if last := days[len(days)-1]; last.Counts != r.Counts || last.Backports != r.Backports {
			t.Errorf("last day %+v, live %+v %+v", last, r.Counts, r.Backports)
		}
		if len(days) > 60 {
			t.Errorf("%d days, from %v", len(days), days[0].Date)
		}
	})
}
