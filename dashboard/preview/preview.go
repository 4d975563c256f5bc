// Package preview says what others show where somebody pastes a link to a page: its
// description, its title, and the links to its parts. It is pure. Only dashboard imports it.
package preview

import (
	"bytes"
	"fmt"
	"regexp"

	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/dashboard/when"
)

// Describe tells a scope's numbers in a line or two: what stands under a pasted link.
func Describe(result *progress.Result, s progress.Scope) string {
	n := result.NumbersOf(s)
	text := ""
	if only := result.TitleOf(s); only != "" && n.Loading == nil {
		text = only + " " + result.Answer(s) + ". "
	}
	switch {
	case n.Loading != nil:
		return n.Loading.Sentence()
	case n.Denominator == 0 && result.Past():
		text += "Nothing was merged, in review or work in progress on " + when.Date(result.Day()) + "."
	case n.Denominator == 0:
		text += "Nothing is merged, in review or work in progress."
	case result.Past():
		text += fmt.Sprintf("On %s, %d of %s were merged, %d not yet.", when.Date(result.Day()), n.Counts.Merged, when.Changes(n.Denominator), n.Counts.InFlight())
	default:
		text += fmt.Sprintf("%d of %s merged, %d not merged yet", n.Counts.Merged, when.Changes(n.Denominator), n.Counts.InFlight())
		if n.Counts.InFlight() > 0 {
			text += "; " + waitOnReviewers(n)
		}
		text += "."
	}
	if !n.AsOf.IsZero() && !result.Past() {
		text += " As of " + when.At(n.AsOf, result.Now).Exact + "."
	}
	return text
}

// waitOnReviewers is how much waits on reviewers: what a reader may help with.
func waitOnReviewers(n *progress.Numbers) string {
	return when.Plural(n.Attention.Reviewers, "waits on reviewers", "wait on reviewers")
}

// Late marks a title of numbers that are not up to date, where tabs and chats show no
// more than that.
func Late(n *progress.Numbers, title string) string {
	if n.Stale && n.Loading == nil {
		return "(not up to date) " + title
	}
	return title
}

// headings are those that can be linked: lists below them have theirs nearby. The
// expression begins with a fixed text, which is what makes it quick.
var headings = regexp.MustCompile(`<h2 id="([^"]+)">.*?(</h2>)`)

// WithAnchors puts a link to itself into each heading, for those who want to show
// somebody that part of a page. It is for the eye and the mouse only.
func WithAnchors(page []byte) []byte {
	var out bytes.Buffer
	done := 0
	for _, at := range headings.FindAllSubmatchIndex(page, -1) {
		if bytes.HasSuffix(page[:at[0]], []byte("<summary>")) {
			continue // a link may not stand in what opens a box
		}
		out.Write(page[done:at[4]])
		fmt.Fprintf(&out, `<a class="anchor" href="#%s" aria-hidden="true" tabindex="-1"></a>`, page[at[2]:at[3]])
		done = at[4]
	}
	out.Write(page[done:])
	return out.Bytes()
}

// ToDo is what a reader can help with, "To do" if that is nothing.
func ToDo(n *progress.Numbers) string {
	if n.Loading != nil || n.Attention.Reviewers == 0 {
		return "To do"
	}
	return waitOnReviewers(n)
}
