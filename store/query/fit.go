package query

import "net/url"

const (
	// MaxNamed is how many terms are named in one query beside what else it holds,
	// well under MaxTerms and MaxBytes for changes by number.
	MaxNamed = 300

	// MaxBytes is how many bytes of a URL one query takes, escaped: proxies before
	// Gerrit cut off at 8,190, and pages add a bound of time and options.
	MaxBytes = 7500

	// MaxLink is the longest query in a link to Gerrit's search, escaped: common
	// proxies refuse a request line of more than 8,190 bytes.
	MaxLink = 8000
)

// Fits reports whether a query fits into one request.
func Fits(query string) bool { return escapedLen(query) <= MaxBytes }

// Fit cuts terms into lists of at most size, each of which fits, joined by OR, into
// one request beside another query. A term that does not even fit alone is alone.
func Fit(terms []string, beside string, size int) [][]string {
	var lists [][]string
	room := MaxBytes - escapedLen(beside)
	start, length := 0, 0
	for i, t := range terms {
		cost := escapedLen(t + " OR ")
		if i > start && (i-start == size || length+cost > room) {
			lists = append(lists, terms[start:i:i])
			start, length = i, 0
		}
		length += cost
	}
	if start < len(terms) {
		lists = append(lists, terms[start:])
	}
	return lists
}

func escapedLen(query string) int { return len(url.QueryEscape(query)) }
