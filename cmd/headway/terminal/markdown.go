package terminal

import (
	"strconv"
	"time"

	"github.com/eventlet-removal/headway/dashboard/api"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/dashboard/report"
)

// markdown is the table of a goal in the dialect of reports.
func markdown(s *api.Summary, now time.Time, projects, teams []row) string {
	doc := report.Document{Title: oneLine(s.Title), AsOf: report.Paragraph{{Text: sentence(s, now)}}}
	if sentence := champions(s); sentence != "" {
		doc.Lead = append(doc.Lead, report.Paragraph{{Text: sentence}})
	}
	add := func(heading string, b report.Block) {
		doc.Sections = append(doc.Sections, report.Section{Heading: heading, Blocks: []report.Block{b}})
	}
	add("Projects: "+strconv.Itoa(len(projects)-1), report.Block{Table: tableOf("project", projects)})
	if len(teams) > 0 {
		add("Teams: "+strconv.Itoa(len(teams)), report.Block{Table: tableOf("team", teams)})
	}
	if why := contradictions(append(projects, teams...)); len(why) > 0 {
		var items []report.Paragraph
		for _, line := range why {
			items = append(items, report.Paragraph{{Text: line}})
		}
		add("Contradictions: "+strconv.Itoa(len(why)), report.Block{Items: items})
	}
	return doc.Markdown()
}

// tableOf has all columns; called is the head of the first one.
func tableOf(called string, rows []row) *report.Table {
	t := &report.Table{}
	for i, c := range layouts[0] {
		if i == 0 {
			c.head = called
		}
		t.Head = append(t.Head, progress.Capital(c.head))
		t.Right = append(t.Right, c.right)
	}
	for _, r := range rows {
		var cells []report.Span
		for _, c := range layouts[0] {
			cells = append(cells, report.Span{Text: c.cell(r)})
		}
		t.Rows = append(t.Rows, cells)
	}
	return t
}
