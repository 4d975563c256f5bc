package collector

import (
	"regexp"
	"slices"
	"strings"
)

// What is kept of a commit message is every line that policy may read now or later:
// see store.Extraction, which grows with any change here.

var dependsOn = regexp.MustCompile(`(?mi)^Depends-On:[ \t]*([^\n]*)$`)

// dependsOnLines is what follows each "Depends-On:", each text once, in order.
func dependsOnLines(message string) []string {
	var all []string
	for _, m := range dependsOn.FindAllStringSubmatch(message, -1) {
		if text := strings.TrimSpace(m[1]); text != "" && !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	return all
}

// mostText bounds the bytes that are kept of a sentence and what it may go on in: a
// list of 1,000 whole commits with their subjects has 120,000, and nobody writes more
// by hand. What is longer ends with the last whole line.
const mostText = 256_000

var (
	space = `[\s\p{Z}\x{85}>]`

	// revertWords are what makes a line a candidate; the words may be on two lines,
	// each of which may be quoted.
	revertWords = regexp.MustCompile(`(?i)\breverts` + space + `+(?:commit|change)`)
	lastThis    = regexp.MustCompile(`(?i)\bthis` + space + `*$`)
	noWords     = regexp.MustCompile(`^` + space + `*$`)
	namedFirst  = regexp.MustCompile(`(?i)^` + space + `*(?:[-*+•–—]|\(?\d{1,3}[.)])?` + space + `*(?:(?:commit|change)s?` + space + `+)?` + "[`'\"]?" + `i?[0-9a-f]{7}`)
)

// revertText is every line that holds "reverts commit" or "reverts change", as it
// stands, with the lines below that it may go on in: the rest of its paragraph, and
// paragraphs that begin with a commit or a change, as those of a list do.
func revertText(message string) []string {
	lines := strings.Split(strings.ReplaceAll(message, "\r\n", "\n"), "\n")
	var all []string
	for i := 0; i < len(lines); i++ {
		if !candidate(lines[i:]) {
			continue
		}
		begin := i
		if at := revertWords.FindStringIndex(lines[i]); i > 0 && (at == nil || noWords.MatchString(lines[i][:at[0]])) && lastThis.MatchString(lines[i-1]) {
			begin = i - 1
		}
		i = continued(lines, i)
		kept := lines[begin:i]
		for bytes, j := 0, 0; j < len(kept); j++ {
			if bytes += len(kept[j]) + 1; bytes > mostText {
				kept = kept[:j]
			}
		}
		if len(kept) > 0 {
			all = append(all, strings.Join(kept, "\n"))
		}
		i--
	}
	return all
}

// candidate reports whether the first of some lines holds the words or begins them.
func candidate(lines []string) bool {
	at := revertWords.FindStringIndex(strings.Join(lines[:min(2, len(lines))], "\n"))
	return at != nil && at[0] < len(lines[0])
}

// continued is the line after those that what begins in line i may go on in.
func continued(lines []string, i int) int {
	for {
		next := i + 1
		for next < len(lines) && !noWords.MatchString(lines[next]) {
			next++
		}
		after := next
		for after < len(lines) && noWords.MatchString(lines[after]) {
			after++
		}
		if after == next || after == len(lines) || !namedFirst.MatchString(lines[after]) {
			return next
		}
		i = after
	}
}
