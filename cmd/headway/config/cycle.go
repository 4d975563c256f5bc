package config

import (
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/eventlet-removal/headway/dashboard/progress"
)

type rawCycle struct {
	at
	Name  text `yaml:"name,required"`
	Start date `yaml:"start,required"`
	End   date `yaml:"end,required"`
}

type rawDeadline struct {
	at
	Name text `yaml:"name,required"`
	Due  text `yaml:"due,required"` // a date or the name of a cycle
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
