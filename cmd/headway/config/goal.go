package config

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/robfig/cron/v3"

	"github.com/eventlet-removal/headway/dashboard/progress"
)

// What a goal has where the configuration says nothing.
const (
	defaultSchedule  = "@every 10m"
	defaultFull      = "@every 6h"
	defaultGoneAfter = time.Hour
)

var (
	defaultBackports = []string{"stable/*", "unmaintained/*", "bugfix/*"}
	defaultLabels    = progress.Labels{
		CI: "Verified", Review: "Code-Review", Approve: "Workflow",
		ReviewsNeeded: 2, CIAccounts: []string{"Zuul"},
	}
)

var (
	namePattern = regexp.MustCompile(`^[a-z0-9-]+$`)
	// Addresses that are ours: a goal's page is /{goal}/. "-" stands for /-/healthy.
	reservedGoals = []string{"api", "polls", "embeds", "metrics", "debug", "-"}
)

func (c *checker) goal(path string, raw *rawGoal) Goal {
	c.pathName(path+".name", raw.Name)
	if slices.Contains(reservedGoals, raw.Name.value) {
		c.problem(raw.Name.at, path+".name", "%q is reserved for an address of headway's own", raw.Name.value)
	}
	c.selector(path+".selector", raw.Selector)
	g := Goal{
		Schedule:  c.schedule(path+".schedule", raw.Schedule, defaultSchedule),
		Full:      c.schedule(path+".full", raw.Full, defaultFull),
		GoneAfter: defaultGoneAfter,
	}
	if raw.GoneAfter.given() {
		g.GoneAfter = raw.GoneAfter.value
		if g.GoneAfter < 0 {
			c.problem(raw.GoneAfter.at, path+".gone_after", "must not be negative")
		}
	}
	p := &progress.Goal{
		Name:     raw.Name.value,
		Title:    cmp.Or(raw.Title.value, raw.Name.value),
		Selector: raw.Selector.value,
		Schedule: g.Schedule,
		Projects: c.projects(path+".projects", raw.Projects.items),
		Teams:    c.teams(path+".teams", raw.Teams.items),
		Labels:   c.labels(path+".labels", &raw.Labels),
		Bots:     c.texts(path+".bots", raw.Bots),
		Cycles:   c.cycles(path+".cycles", raw.Cycles.items),
	}
	p.Backports = c.backports(path+".backports", raw.Backports)
	p.Deadlines = c.deadlines(path+".deadlines", raw.Deadlines.items, p.Cycles)

	discover := !raw.Discover.given() || raw.Discover.value
	if !discover && len(p.Projects) == 0 && len(p.Teams) == 0 {
		c.problem(raw.Discover.at, path+".discover", "false needs projects or teams: nothing would be a member")
	}
	own := make(map[string]string)
	for _, r := range raw.Projects.items {
		if r.Selector.value != "" {
			own[r.Name.value] = r.Selector.value
		}
	}
	p.Queries = queries(p, own, discover)
	g.Progress = p
	return g
}

// pathName checks a name that stands in addresses and labels.
func (c *checker) pathName(path string, name text) {
	if c.filled(path, name) != "" && !namePattern.MatchString(name.value) {
		c.problem(name.at, path, "%q may contain only a-z, 0-9 and -, because it stands in addresses", name.value)
	}
}

func (c *checker) selector(path string, t text) {
	if t.given() {
		if wrong := selectorProblem(t.value); wrong != "" {
			c.problem(t.at, path, "%s", wrong)
		}
	}
}

func (c *checker) schedule(path string, t text, fallback string) cron.Schedule {
	spec := fallback
	if t.given() {
		spec = t.value
	}
	s, err := ParseSchedule(spec)
	if err != nil {
		c.problem(t.at, path, "%q: %v", spec, err)
	}
	return s
}

// ParseSchedule reads a cron spec in UTC.
func ParseSchedule(spec string) (cron.Schedule, error) {
	// cron's parser would obey a zone in front, and panics if nothing follows it.
	if strings.HasPrefix(spec, "TZ=") || strings.HasPrefix(spec, "CRON_TZ=") {
		return nil, fmt.Errorf("schedules are in UTC; a time zone is not supported")
	}
	if spec == "" {
		return nil, fmt.Errorf("is empty")
	}
	s, err := cron.ParseStandard("CRON_TZ=UTC " + spec)
	if err != nil {
		return nil, fmt.Errorf("not a cron spec: %w", err)
	}
	// Shorter delays than a second, even negative ones, silently become one.
	if every, ok := s.(cron.ConstantDelaySchedule); ok && every.Delay < 10*time.Second {
		return nil, fmt.Errorf("an interval under 10s is too short for a shared server")
	}
	if s.Next(time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)).IsZero() {
		return nil, fmt.Errorf("never comes")
	}
	return s, nil
}

var declaredWords = []string{
	string(progress.DeclaredCompleted), string(progress.DeclaredInProgress), string(progress.DeclaredPlanning),
	string(progress.DeclaredNotStarted), string(progress.DeclaredNotAffected),
}

func (c *checker) projects(path string, raw []rawProject) []progress.Project {
	names := seen{}
	var projects []progress.Project
	for i, r := range raw {
		path := fmt.Sprintf("%s[%d]", path, i)
		c.filled(path+".name", r.Name)
		c.projectName(path+".name", r.Name)
		c.unique(names, path+".name", "project", r.Name)
		c.selector(path+".selector", r.Selector)
		if r.Expected.value < 0 {
			c.problem(r.Expected.at, path+".expected", "must not be negative")
		}
		projects = append(projects, progress.Project{
			Name:     r.Name.value,
			Declared: progress.Declared(c.word(path+".declared", r.Declared, declaredWords)),
			Since:    r.Since.value,
			Approach: r.Approach.value,
			Expected: r.Expected.value,
		})
	}
	return projects
}

func (c *checker) projectName(path string, name text) {
	if wrong := projectProblem(name.value); wrong != "" {
		c.problem(name.at, path, "%q %s", name.value, wrong)
	}
}

func (c *checker) teams(path string, raw []rawTeam) []progress.Team {
	names := seen{}
	var teams []progress.Team
	for i, r := range raw {
		path := fmt.Sprintf("%s[%d]", path, i)
		c.pathName(path+".name", r.Name)
		c.unique(names, path+".name", "team", r.Name)
		teams = append(teams, progress.Team{
			Name:     r.Name.value,
			Title:    cmp.Or(r.Title.value, r.Name.value),
			Declared: progress.Declared(c.word(path+".declared", r.Declared, declaredWords)),
			Since:    r.Since.value,
			Approach: r.Approach.value,
			Projects: c.projectNames(path+".projects", r.Projects),
		})
	}
	return teams
}

func (c *checker) backports(path string, raw list[text]) []string {
	for i, t := range raw.items {
		path := fmt.Sprintf("%s[%d]", path, i)
		switch {
		case strings.HasPrefix(t.value, "refs/heads/"):
			c.problem(t.at, path, "%q: branches are named without refs/heads/", t.value)
		case strings.HasPrefix(t.value, "^"):
			c.problem(t.at, path, "%q is a regular expression; write a pattern such as stable/*", t.value)
		case t.value != "" && strings.Trim(t.value, "*") == "":
			c.problem(t.at, path, "%q matches every branch: nothing would be left to count", t.value)
		}
	}
	if patterns := c.texts(path, raw); patterns != nil {
		return patterns
	}
	return slices.Clone(defaultBackports)
}

// labels are the default ones, or those given. Among those given, each that is left
// out has its default but approve: without it, Gerrit's submit requirements decide.
func (c *checker) labels(path string, raw *rawLabels) progress.Labels {
	l := defaultLabels
	l.CIAccounts = slices.Clone(l.CIAccounts)
	if !raw.given() {
		return l
	}
	l.CI = cmp.Or(c.filled(path+".ci", raw.CI), l.CI)
	l.Review = cmp.Or(c.filled(path+".review", raw.Review), l.Review)
	l.Approve = raw.Approve.value
	if n := raw.ReviewsNeeded; n.given() {
		if n.value < 1 {
			c.problem(n.at, path+".reviews_needed", "must be at least 1")
		}
		l.ReviewsNeeded = n.value
	}
	if accounts := c.texts(path+".ci_accounts", raw.CIAccounts); accounts != nil {
		l.CIAccounts = accounts
	}
	return l
}

// cycles are sorted by start.
func (c *checker) cycles(path string, raw []rawCycle) []progress.Cycle {
	type placed struct {
		progress.Cycle
		at
		path string
	}
	names := seen{}
	var dated []placed
	for i, r := range raw {
		path := fmt.Sprintf("%s[%d]", path, i)
		c.filled(path+".name", r.Name)
		c.unique(names, path+".name", "cycle", r.Name)
		if !r.Start.given() || !r.End.given() {
			continue
		}
		if !r.End.value.After(r.Start.value) {
			c.problem(r.End.at, path+".end", "must be after the start, %s", r.Start.value.Format(time.DateOnly))
			continue
		}
		dated = append(dated, placed{progress.Cycle{Name: r.Name.value, Start: r.Start.value, End: r.End.value}, r.at, path})
	}
	slices.SortStableFunc(dated, func(a, b placed) int { return a.Start.Compare(b.Start) })
	var cycles []progress.Cycle
	for i, p := range dated {
		if i > 0 && dated[i-1].End.After(p.Start) {
			c.problem(p.at, p.path, "%q overlaps with %q, which ends on %s (the end is not part of a cycle)",
				p.Name, dated[i-1].Name, dated[i-1].End.Format(time.DateOnly))
		}
		cycles = append(cycles, p.Cycle)
	}
	return cycles
}

// dateLike is what was meant as a date, so that a mistyped one is not taken for a
// cycle that we don't know.
var dateLike = regexp.MustCompile(`^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}$`)

// deadlines are given as dates or as cycles, then they are due when the cycle ends.
// A cycle that is not configured is allowed: its dates may not be known yet.
func (c *checker) deadlines(path string, raw []rawDeadline, cycles []progress.Cycle) []progress.Deadline {
	names := seen{}
	var deadlines []progress.Deadline
	for i, r := range raw {
		path := fmt.Sprintf("%s[%d]", path, i)
		c.filled(path+".name", r.Name)
		c.unique(names, path+".name", "deadline", r.Name)
		d := progress.Deadline{Name: r.Name.value}
		due, err := time.Parse(time.DateOnly, c.filled(path+".due", r.Due))
		switch {
		case err == nil:
			d.Due = due
		case dateLike.MatchString(r.Due.value):
			c.problem(r.Due.at, path+".due", "%s", notADate(r.Due.value))
		default:
			d.Of = r.Due.value
			if i := slices.IndexFunc(cycles, func(cy progress.Cycle) bool { return cy.Name == d.Of }); i >= 0 {
				d.Due = cycles[i].End
			}
		}
		deadlines = append(deadlines, d)
	}
	return deadlines
}
