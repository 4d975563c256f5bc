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

// Goal is one goal: what counts, and when to look.
type Goal struct {
	Progress  *progress.Goal
	Schedule  cron.Schedule // when a poll is due, in UTC
	Full      cron.Schedule // when a poll lists everything, in UTC
	GoneAfter time.Duration // between the two 404s that make a change gone
}

type rawGoal struct {
	at
	Name      text              `yaml:"name,required"`
	Title     text              `yaml:"title"`
	About     text              `yaml:"about"`
	Link      text              `yaml:"link"`
	Selector  text              `yaml:"selector,required"`
	Schedule  text              `yaml:"schedule"`
	Full      text              `yaml:"full"`
	GoneAfter duration          `yaml:"gone_after"`
	Discover  flag              `yaml:"discover"`
	Projects  list[rawProject]  `yaml:"projects"`
	Teams     list[rawTeam]     `yaml:"teams"`
	Backports list[text]        `yaml:"backports"`
	Labels    rawLabels         `yaml:"labels"`
	Bots      list[text]        `yaml:"bots"`
	Cycles    list[rawCycle]    `yaml:"cycles"`
	Deadlines list[rawDeadline] `yaml:"deadlines"`
}

// What a goal has where the configuration says nothing.
const (
	defaultSchedule  = "@every 10m"
	defaultFull      = "@every 6h"
	defaultGoneAfter = time.Hour
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
		About:    raw.About.value,
		Selector: raw.Selector.value,
		Schedule: g.Schedule,
		Projects: c.projects(path+".projects", raw.Projects.items),
		Teams:    c.teams(path+".teams", raw.Teams.items),
		Labels:   c.labels(path+".labels", &raw.Labels),
		Bots:     c.texts(path+".bots", raw.Bots),
		Cycles:   c.cycles(path+".cycles", raw.Cycles.items),
	}
	if raw.Link.given() {
		if u := c.webURL(path+".link", raw.Link); u != nil {
			p.Link = u.String()
		}
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
	p.Named = named(raw)
	g.Progress = p
	return g
}

// named are the names that are written out and that Gerrit has to know, each once.
func named(raw *rawGoal) []progress.Named {
	var names []progress.Named
	add := func(kind progress.NamedKind, texts ...text) {
		for _, t := range texts {
			if n := (progress.Named{Kind: kind, Name: t.value}); n.Name != "" && !slices.Contains(names, n) {
				names = append(names, n)
			}
		}
	}
	add(progress.NamedLabel, raw.Labels.CI, raw.Labels.Review, raw.Labels.Approve)
	add(progress.NamedCIAccount, raw.Labels.CIAccounts.items...)
	add(progress.NamedBot, raw.Bots.items...)
	for _, p := range raw.Projects.items {
		add(progress.NamedProject, p.Name)
	}
	for _, t := range raw.Teams.items {
		add(progress.NamedProject, t.Projects.items...)
	}
	add(progress.NamedBranches, raw.Backports.items...)
	return names
}

// pathName checks a name that stands in addresses and labels.
func (c *checker) pathName(path string, name text) {
	if c.filled(path, name) != "" && !namePattern.MatchString(name.value) {
		c.problem(name.at, path, "%q may contain only a-z, 0-9 and -, because it stands in addresses", name.value)
	}
}

var defaultBackports = []string{"stable/*", "unmaintained/*", "bugfix/*"}

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
