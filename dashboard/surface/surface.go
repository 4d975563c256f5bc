// Package surface tells by an address for whom its answer is: for a reader of pages, a
// program, a page of somebody else, or operators. It decides how errors look and by what
// requests are counted, also where no route has looked at the address. dashboard and its
// metrics import it.
package surface

import "strings"

// Kind is the kind of reader an address speaks to.
type Kind int

const (
	Page     Kind = iota // HTML
	API                  // JSON for any origin
	Badge                // SVG
	Endpoint             // JSON in the form of the shields endpoint
	Widget               // HTML in a frame of another site
	Builder              // the page that shows what others would see
	Feed                 // Atom and JSON Feed
	Plain                // text for operators, and files
)

// Kinds are all of them.
var Kinds = []Kind{Page, API, Badge, Endpoint, Widget, Builder, Feed, Plain}

// Names of what requests are counted by: a bounded set, whatever is asked for.
var Names = []string{page, api, badge, widget, feed, file, operator}

const (
	page     = "page"
	api      = "api"
	badge    = "badge"
	widget   = "widget"
	feed     = "feed"
	file     = "file" // style, scripts, portraits and the card
	operator = "operator"
)

// Of is the kind of a path below the prefix, which need not exist.
func Of(path string) Kind {
	first, below := parts(path)
	switch first {
	case "api":
		if path == "/api/v1/" || below == "" {
			return Page // that describes it to people
		}
		return API
	case "-", "metrics", "embed.js":
		return Plain
	}
	switch name, _, _ := strings.Cut(below, "."); {
	case name == "badge" && strings.HasSuffix(path, ".json"):
		return Endpoint
	case name == "badge":
		return Badge
	case name == "embed":
		return Widget
	case name == "feed":
		return Feed
	}
	return Page
}

// Name is the one of Names that a path below the prefix is counted by.
func Name(path string) string {
	switch Of(path) {
	case API:
		return api
	case Badge, Endpoint:
		return badge
	case Widget:
		return widget
	case Feed:
		return feed
	case Plain:
		if first, below := parts(path); first == "metrics" || below == "healthy" || below == "ready" {
			return operator
		}
		return file
	}
	if _, below := parts(path); below == "card.png" {
		return file
	}
	return page
}

// parts are the first two of a path.
func parts(path string) (first, below string) {
	first, rest, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	below, _, _ = strings.Cut(rest, "/")
	return first, below
}
