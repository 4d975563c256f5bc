package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/eventlet-removal/headway/dashboard/api"
	"github.com/eventlet-removal/headway/dashboard/progress"
)

// renderStatus is a goal's progress table as aligned text or as Markdown. Numbers
// that are not known yet are null in a Summary and a dash here.
func renderStatus(s *api.Summary, format string, now time.Time) string {
	var b strings.Builder
	heading, draw := "%s\n%s\n\n", drawText
	if format == "markdown" {
		heading, draw = "## %s\n\n%s\n\n", drawMarkdown
	}
	fmt.Fprintf(&b, heading, oneLine(s.Title), sentence(s, now))
	rows := [][]string{{"project", "declared", "measured", "progress", "merged", "reverted", "open", "wip", "abandoned", "total", "backports"}}
	for _, p := range s.Projects {
		rows = append(rows, statusRow(p.Project, p.Status, &p.Numbers))
	}
	for _, t := range s.Teams {
		rows = append(rows, statusRow("team "+t.Team, t.Status, &t.Numbers))
	}
	rows = append(rows, statusRow("all projects", api.Status{}, &s.Numbers))
	draw(&b, rows)
	return b.String()
}

// sentence is how far the goal is and how old that is.
func sentence(s *api.Summary, now time.Time) string {
	asOf := "never polled completely"
	if s.AsOf != nil {
		asOf = "as of " + s.AsOf.UTC().Format("2006-01-02 15:04 UTC")
	}
	switch {
	case s.Stale && s.AsOf != nil && progress.Ahead(*s.AsOf, now):
		asOf += ", stale: the clock was set back since"
	case s.Stale:
		asOf += ", stale: the polls since then failed or did not come"
	}
	if s.Loading != nil {
		if failure := s.Loading.Failure(); failure != "" {
			return oneLine(failure) + "; " + asOf
		}
		return fmt.Sprintf("loading: %d of %d changes fetched; %s", s.Loading.Done, s.Loading.Of, asOf)
	}
	percent := percentCell(&s.Numbers)
	switch {
	case s.On != nil && s.Note != nil:
		return fmt.Sprintf("on %s: %s; %s", *s.On, oneLine(*s.Note), asOf)
	case s.On != nil && percent == dash:
		return fmt.Sprintf("on %s: no changes uploaded by then; %s", *s.On, asOf)
	case s.On != nil:
		return fmt.Sprintf("on %s: %s of the changes uploaded by then were merged, %s in flight; %s", *s.On, percent, numberCell(s.InFlight), asOf)
	case percent == dash && s.Note != nil:
		return oneLine(*s.Note) + ": no changes uploaded so far; " + asOf
	case percent == dash:
		return "no changes uploaded so far; " + asOf
	}
	return fmt.Sprintf("%s of the changes uploaded so far are merged, %s in flight; %s", percent, numberCell(s.InFlight), asOf)
}

func statusRow(name string, status api.Status, n *api.Numbers) []string {
	c := n.Counts
	return []string{
		oneLine(name), wordCell(status.Declared), wordCell(status.Measured), percentCell(n),
		numberCell(c.Merged), numberCell(c.Reverted), numberCell(c.Open), numberCell(c.WIP), numberCell(c.Abandoned), numberCell(c.Total),
		numberCell(n.Backports.Total),
	}
}

const dash = "-"

func numberCell(n *int) string {
	if n == nil {
		return dash
	}
	return strconv.Itoa(*n)
}

func wordCell(s *string) string {
	if s == nil || *s == "" {
		return dash
	}
	return oneLine(*s)
}

// percentCell is progress by progress's own rule, of the counts and not of the ratio,
// which may have no exact binary form: 0.29 * 100 is 28.999….
func percentCell(n *api.Numbers) string {
	left := n.Remaining // of what is expected, else of what is uploaded
	if left == nil {
		left = n.InFlight
	}
	if n.Progress == nil || n.Counts.Merged == nil || left == nil {
		return dash
	}
	merged := *n.Counts.Merged
	exact := progress.Numbers{Progress: n.Progress, Counts: progress.Counts{Merged: merged}, Denominator: merged + *left}
	if exact.Denominator == 0 {
		return dash
	}
	percent, _ := exact.Percent()
	return strconv.Itoa(percent) + "%"
}

// oneLine keeps what comes from elsewhere from breaking a table or a terminal.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
}

// firstNumber is the first column that holds numbers; those stand to the right.
const firstNumber = 3

func drawText(b *strings.Builder, rows [][]string) {
	width := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			width[i] = max(width[i], utf8.RuneCountInString(cell))
		}
	}
	for r, row := range rows {
		var line strings.Builder
		for i, cell := range row {
			if r == 0 {
				cell = strings.ToUpper(cell)
			}
			pad := strings.Repeat(" ", width[i]-utf8.RuneCountInString(cell))
			if i >= firstNumber {
				line.WriteString(pad + cell + "  ")
			} else {
				line.WriteString(cell + pad + "  ")
			}
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
}

func drawMarkdown(b *strings.Builder, rows [][]string) {
	for r, row := range rows {
		for _, cell := range row {
			b.WriteString("| " + markdownEscaper.Replace(cell) + " ")
		}
		b.WriteString("|\n")
		if r == 0 {
			for i := range row {
				rule := "| --- "
				if i >= firstNumber {
					rule = "| ---: "
				}
				b.WriteString(rule)
			}
			b.WriteString("|\n")
		}
	}
}

var markdownEscaper = strings.NewReplacer("|", `\|`, `\`, `\\`, "<", "&lt;", "*", `\*`, "_", `\_`, "`", "\\`")
