// Package metrics says what progress worked out as series that Prometheus scrapes. It
// decides nothing, and answers no requests: whoever serves /metrics registers its
// Collector.
package metrics

import (
	"fmt"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/eventlet-removal/headway/dashboard/answers"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/dashboard/progress/statuses"
	"github.com/eventlet-removal/headway/store"
)

// Metrics of progress. They are bounded by goals, projects and states: never a
// change's number, a person or a subject.
var (
	changesDesc       = describe("changes", "Changes by state. All of a project are branch_class=\"development\" with state merged, reverted, open, wip and abandoned; left and gone are former members (development only) and in no total: sum with state!~\"left|gone\".", "goal", "project", "branch_class", "state")
	patchSetsDesc     = describe("patch_sets", "Sum of the current patch-set numbers of development changes.", "goal", "project")
	projectsDesc      = describe("projects", "Projects by status: what they declare, else what is measured.", "goal", "status")
	progressDesc      = describe("progress_ratio", "Merged share of the development changes uploaded or expected so far; absent without any.", "goal", "project")
	goalProgressDesc  = describe("goal_progress_ratio", "Merged share of the development changes of the whole goal; absent without any.", "goal")
	attentionDesc     = describe("attention_changes", "Development changes not merged yet by who must act.", "goal", "project", "waits_on")
	lastMergedDesc    = describe("last_merged_timestamp_seconds", "When a development change merged last; absent without any.", "goal", "project")
	oldestWaitingDesc = describe("oldest_waiting_timestamp_seconds", "Since when the longest waiting development change waits; absent if none does.", "goal", "project")
	deadlineDesc      = describe("deadline_timestamp_seconds", "When a deadline of the goal is due; absent without a date.", "goal", "deadline")
	asOfDesc          = describe("as_of_timestamp_seconds", "Start of the last complete round behind the goal's numbers; absent before the first.", "goal")
	intervalDesc      = describe("poll_interval_seconds", "Time between the last and the next scheduled poll.", "goal")
	pendingDesc       = describe("changes_pending", "Changes whose details are still to be fetched.", "goal")
	quarantinedDesc   = describe("changes_quarantined", "Changes whose details can't be had.", "goal")
	missingDesc       = describe("changes_missing", "Changes that a full listing lacked and whose departure is not confirmed yet.", "goal")
	blockedDesc       = describe("departures_blocked", "Changes missing at once that the circuit breaker did not believe.", "goal")

	staleDesc          = describe("stale", "1 if the goal's numbers are older than the second scheduled poll since, or their time can't be trusted, as its pages say; else 0. Absent before the first complete round.", "goal")
	statusDesc         = describe("project_info", "What a project declares of itself (empty: nothing) and what is measured; always 1.", "goal", "project", "declared", "measured")
	teamDesc           = describe("team_project_info", "A project of a team, to join other series by; always 1.", "goal", "team", "project")
	contradictionsDesc = describe("contradictions", "How often what a project declares is not what is measured.", "goal", "project")
	answersDesc        = describe("answers_total", "Answers to readers: kept, made (or waited for while they were), or refused because there was no room.", "result")
	answersBytesDesc   = describe("answers_kept_bytes", "Size of the answers that are kept.")
	testimonialsDesc   = describe("testimonials", "Testimonials of the goal: all of them by state ok or needs-look (their page could not be read, or a link no longer says what is true).", "goal", "state")

	descs = []*prometheus.Desc{
		changesDesc, patchSetsDesc, projectsDesc, progressDesc, goalProgressDesc, attentionDesc, lastMergedDesc, oldestWaitingDesc,
		deadlineDesc, asOfDesc, intervalDesc, pendingDesc, quarantinedDesc, missingDesc, blockedDesc,
		staleDesc, statusDesc, teamDesc, contradictionsDesc, testimonialsDesc, answersDesc, answersBytesDesc,
	}
)

func describe(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("headway_"+name, help, labels, nil)
}

// Source is where a scrape finds its numbers.
type Source struct {
	// Version says what the numbers are made from now: the series are made once for
	// each.
	Version func() answers.Version
	// Numbers returns the goals' results, which are of the snapshot and the time.
	Numbers func() ([]*progress.Result, *store.Snapshot, time.Time)
	// Answers counts what became of the requests.
	Answers func() answers.Counts
	// Testimonials counts those of a goal, and how many of them need a look. It is not
	// asked while the goal is loading. nil: nobody reads any.
	Testimonials func(*progress.Result, *store.Snapshot, time.Time) (all, needLook int)
}

// Collector returns the progress of all goals as const metrics, made at a scrape, so
// that a project that leaves takes its series with it. While a number is not known
// there is no series. The requests that were served are counted beside it.
func Collector(src Source, requests *Requests) prometheus.Collector {
	return &collector{src: src, requests: requests}
}

type collector struct {
	src      Source
	requests *Requests

	mu      sync.Mutex // guards what follows
	version answers.Version
	made    []prometheus.Metric
}

func (c *collector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range descs {
		ch <- d
	}
	c.requests.describe(ch)
}

func (c *collector) Collect(ch chan<- prometheus.Metric) {
	for _, m := range c.series() {
		ch <- m
	}
	counts := c.src.Answers()
	for result, n := range map[string]uint64{"kept": counts.Kept, "made": counts.Made, "refused": counts.Refused} {
		ch <- prometheus.MustNewConstMetric(answersDesc, prometheus.CounterValue, float64(n), result)
	}
	ch <- prometheus.MustNewConstMetric(answersBytesDesc, prometheus.GaugeValue, float64(counts.Bytes))
	c.requests.collect(ch)
}

// series are made at most once for a version: scrapes of the same minute share them.
func (c *collector) series() []prometheus.Metric {
	c.mu.Lock()
	defer c.mu.Unlock()
	if version := c.src.Version(); c.made == nil || version != c.version {
		c.version, c.made = version, c.src.series()
	}
	return c.made
}

func (src Source) series() []prometheus.Metric {
	var made []prometheus.Metric
	results, snap, now := src.Numbers()
	for _, result := range results {
		m := scrape{&made, labelValue(result.Goal.Name)}
		m.goal(result, snap, now)
		if src.Testimonials != nil && result.Loading == nil {
			all, needLook := src.Testimonials(result, snap, now)
			m.send(testimonialsDesc, float64(all-needLook), "ok")
			m.send(testimonialsDesc, float64(needLook), "needs-look")
		}
		for i := range result.Projects {
			if p := &result.Projects[i]; p.Loading == nil {
				m.project(labelValue(p.Name), p)
			}
		}
	}
	return made
}

// Classes of branches.
const (
	development = "development"
	backport    = "backport"
)

// scrape makes the series of one goal.
type scrape struct {
	to   *[]prometheus.Metric
	name string
}

func (m scrape) send(d *prometheus.Desc, value float64, labels ...string) {
	*m.to = append(*m.to, prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, append([]string{m.name}, labels...)...))
}

// sendTime sends a time, unless there is none.
func (m scrape) sendTime(d *prometheus.Desc, t time.Time, labels ...string) {
	if !t.IsZero() {
		m.send(d, float64(t.Unix()), labels...)
	}
}

func (m scrape) goal(result *progress.Result, snap *store.Snapshot, now time.Time) {
	n := &result.Numbers
	if n.Loading == nil {
		m.sendTime(asOfDesc, n.AsOf)
		m.send(staleDesc, boolean(n.Stale))
		if n.Progress != nil {
			m.send(goalProgressDesc, *n.Progress)
		}
		by := result.ByStatus(progress.Scope{})
		for _, status := range statuses.Codes { // those without a project, too: a series that ends says nothing
			m.send(projectsDesc, float64(by[status]), status)
		}
	}
	seen := map[string]bool{} // one series twice would fail the whole scrape
	for _, d := range result.Goal.Deadlines {
		if name := labelValue(d.Name); !seen[name] {
			seen[name] = true
			m.sendTime(deadlineDesc, d.Due, name)
		}
	}
	if interval, ok := pollInterval(result.Goal.Schedule, now); ok {
		m.send(intervalDesc, interval.Seconds())
	}
	m.send(pendingDesc, float64(snap.Pending(result.Goal.Name)))
	quarantined, missing := 0, 0
	for _, c := range result.Changes {
		if c.Departed != nil {
			continue
		}
		if c.Quarantined != "" {
			quarantined++
		}
		if c.Missing != nil {
			missing++
		}
	}
	blocked := 0
	for _, q := range result.Goal.Queries {
		s := snap.Selector(result.Goal.Name, q)
		blocked += s.Blocked
		quarantined += len(s.Unread)
	}
	m.send(quarantinedDesc, float64(quarantined))
	m.send(missingDesc, float64(missing))
	m.send(blockedDesc, float64(blocked))
}

func (m scrape) project(name string, p *progress.ProjectNumbers) {
	m.send(statusDesc, 1, name, string(p.Declared), string(p.Measured))
	m.send(contradictionsDesc, float64(len(p.Contradictions)), name)
	for _, team := range p.Teams {
		m.send(teamDesc, 1, labelValue(team), name)
	}
	n := &p.Numbers
	m.counts(name, development, n.Counts)
	m.counts(name, backport, n.Backports)
	m.send(changesDesc, float64(n.Left), name, development, string(progress.Left))
	m.send(changesDesc, float64(n.Gone), name, development, string(progress.Gone))
	m.send(patchSetsDesc, float64(n.PatchSets), name)
	if n.Progress != nil {
		m.send(progressDesc, *n.Progress, name)
	}
	a := n.Attention
	m.send(attentionDesc, float64(a.Author), name, string(progress.Author))
	m.send(attentionDesc, float64(a.Reviewers), name, string(progress.Reviewers))
	m.send(attentionDesc, float64(a.CI), name, string(progress.CI))
	m.send(attentionDesc, float64(a.Gate), name, string(progress.Gate))
	m.send(attentionDesc, float64(a.Dependency), name, string(progress.Dependency))
	m.sendTime(lastMergedDesc, n.LastMerged, name)
	m.sendTime(oldestWaitingDesc, n.OldestWaiting, name)
}

func (m scrape) counts(name, class string, c progress.Counts) {
	m.send(changesDesc, float64(c.Merged), name, class, string(progress.Merged))
	m.send(changesDesc, float64(c.Reverted), name, class, string(progress.Reverted))
	m.send(changesDesc, float64(c.Open), name, class, string(progress.Open))
	m.send(changesDesc, float64(c.WIP), name, class, string(progress.WIP))
	m.send(changesDesc, float64(c.Abandoned), name, class, string(progress.Abandoned))
}

func boolean(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// longestInterval is the longest time between two polls that is looked for.
const longestInterval = 400 * 24 * time.Hour

// pollInterval is the time from the last scheduled poll before now to the next. A
// schedule only tells what comes after a time, so it is asked from ever further
// back until an answer lies behind us.
func pollInterval(s progress.Schedule, now time.Time) (time.Duration, bool) {
	if s == nil {
		return 0, false
	}
	for back := time.Minute; back < longestInterval; back *= 2 {
		last := s.Next(now.Add(-back))
		if last.IsZero() || last.After(now) {
			continue
		}
		for {
			next := s.Next(last)
			switch {
			case next.IsZero():
				return 0, false
			case next.After(now):
				return next.Sub(last), true
			}
			last = next
		}
	}
	return 0, false
}

// labelValue makes a name valid UTF-8: one label value that is not fails the whole
// scrape. Bytes that are none are written out, so that two names never become one.
func labelValue(name string) string {
	if utf8.ValidString(name) {
		return name
	}
	var out strings.Builder
	for i := 0; i < len(name); {
		r, size := utf8.DecodeRuneInString(name[i:])
		if r == utf8.RuneError && size == 1 {
			fmt.Fprintf(&out, `\x%02x`, name[i])
		} else {
			out.WriteRune(r)
		}
		i += size
	}
	return out.String()
}
