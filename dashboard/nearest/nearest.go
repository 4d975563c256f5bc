// Package nearest finds the names that somebody may have meant. It is pure. dashboard
// imports it.
package nearest

import (
	"cmp"
	"slices"
	"strings"
)

// Exact is the one name that is meant beyond doubt: the name itself, else, in any case
// of letters, the only one that is equal or whose last part is. "" if there is none.
func Exact(asked string, names []string) string {
	asked = strings.TrimSpace(asked)
	if slices.Contains(names, asked) {
		return asked
	}
	found := ""
	for _, same := range []func(name string) bool{
		func(name string) bool { return strings.EqualFold(name, asked) },
		func(name string) bool { return strings.EqualFold(last(name), asked) },
	} {
		for _, name := range names {
			if same(name) {
				if found != "" {
					return ""
				}
				found = name
			}
		}
		if found != "" {
			return found
		}
	}
	return ""
}

// Names are at most so many names that resemble what was asked for, the most similar
// first: those that hold it, then those that differ in few letters.
func Names(asked string, names []string, most int) []string {
	asked = strings.ToLower(strings.TrimSpace(asked))
	if asked == "" {
		return nil
	}
	type candidate struct {
		name  string
		far   int
		order int
	}
	var found []candidate
	for i, name := range names {
		lower := strings.ToLower(name)
		far := min(distance(asked, lower), distance(last(asked), last(lower)))
		switch {
		case strings.Contains(lower, asked), len(last(asked)) > 2 && strings.Contains(lower, last(asked)):
			far = 0
		case far > min((len([]rune(last(asked)))+2)/3, mostTypos):
			continue
		}
		found = append(found, candidate{name, far, i})
	}
	slices.SortFunc(found, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.far, b.far), cmp.Compare(len(a.name), len(b.name)), cmp.Compare(a.order, b.order))
	})
	out := make([]string, 0, most)
	for _, c := range found[:min(len(found), most)] {
		out = append(out, c.name)
	}
	return out
}

// last is what stands behind the last slash.
func last(name string) string { return name[strings.LastIndexByte(name, '/')+1:] }

// mostTypos is how many letters of a name may differ.
const mostTypos = 3

// longest is how many letters of a name are compared: anybody may send any name.
const longest = 200

// distance is how many letters have to be put in, left out or replaced.
func distance(from, to string) int {
	a, b := []rune(from), []rune(to)
	a, b = a[:min(len(a), longest)], b[:min(len(b), longest)]
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j, y := range b {
			next := diagonal
			if x != y {
				next = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], next
		}
	}
	return row[len(b)]
}
