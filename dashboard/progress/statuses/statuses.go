// Package statuses tells in one sentence how many projects have which status: the number
// that a champion reports.
//
// It is pure, knows codes and counts only, and belongs to progress, which decides which
// status a project has.
package statuses

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

const (
	completed   = "completed"
	stalled     = "stalled"
	notAffected = "not-affected"
)

// Codes are all that a project's status can have, in the order they are told. Those
// that are not affected stand apart, at the end.
var Codes = []string{completed, "in-progress", "planning", "not-started", "nothing-in-review", "none", stalled, notAffected}

var words = map[string]string{
	"in-progress":       "in progress",
	"not-started":       "not started",
	"nothing-in-review": "nothing left in review",
	"none":              "no changes tracked",
	notAffected:         "not affected",
}

// Word is a status in words, to stand alone: "in progress". One never heard of stands for
// itself.
func Word(code string) string {
	if word := words[code]; word != "" {
		return word
	}
	return code
}

// Of is the status of a project in words: what it declares, else what is measured; one
// that is stalled says so, whatever it declares. It is "" where neither is known.
func Of(declared, measured string) string {
	switch {
	case declared == "":
		return Word(measured)
	case measured == stalled:
		return Word(declared) + ", " + stalled
	}
	return Word(declared)
}

// nouns are the statuses that a project has, not is.
var nouns = []string{"nothing-in-review", "none"}

// Counts is how many projects there are by the code of their status.
type Counts map[string]int

// Part is a part of the sentence that tells how many projects have which status.
type Part struct {
	Code     string
	Projects int
	Text     string // 8 of 28 projects are completed; 11 in progress
}

// Parts are the parts of the sentence: those completed first, even if there are none,
// then each status that occurs. Those not affected are no part of the whole, and the
// last one.
func (c Counts) Parts() []Part {
	done, of := c.Completed()
	if len(c) == 0 {
		return nil
	}
	projects, are := " projects", " are completed"
	if of == 1 {
		projects = " project"
	}
	if done == 1 || of == 1 {
		are = " is completed"
	}
	parts := []Part{{completed, done, strconv.Itoa(done) + " of " + strconv.Itoa(of) + projects + are}}
	codes := slices.Clone(Codes[1 : len(Codes)-1])
	for _, code := range slices.Sorted(maps.Keys(c)) { // a status never heard of stands for itself
		if !slices.Contains(Codes, code) {
			codes = append(codes, code)
		}
	}
	for _, code := range append(codes, notAffected) {
		if n := c[code]; n > 0 {
			word := Word(code)
			if slices.Contains(nouns, code) {
				word = "with " + word
			}
			parts = append(parts, Part{code, n, strconv.Itoa(n) + " " + word})
		}
	}
	return parts
}

// Sentence tells how many projects have which status, without a full stop: "8 of 28
// projects are completed, 11 in progress, 2 stalled; 3 not affected". It is "" without
// projects.
func (c Counts) Sentence() string {
	var out strings.Builder
	for i, part := range c.Parts() {
		switch {
		case part.Code == notAffected:
			out.WriteString("; ")
		case i > 0:
			out.WriteString(", ")
		}
		out.WriteString(part.Text)
	}
	return out.String()
}

// Short is the sentence for where there is little room: "8 of 28 completed".
func (c Counts) Short() string {
	done, of := c.Completed()
	return strconv.Itoa(done) + " of " + strconv.Itoa(of) + " completed"
}

// Completed is how many projects are completed, of those that are affected.
func (c Counts) Completed() (done, of int) {
	for code, n := range c {
		if code != notAffected {
			of += n
		}
	}
	return c[completed], of
}
