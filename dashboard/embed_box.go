package dashboard

import (
	"html"
	"strings"

	"github.com/eventlet-removal/headway/dashboard/progress"
)

// embedBox is what people copy into their own pages.
type embedBox struct {
	Lines    []embedLine
	Builder  string // the page that makes more of them
	Relative bool   // we don't know where readers find us, so the addresses are not whole
}

type embedLine struct{ What, Text string }

// embedBox is about a project, or with "" about the goal.
func (q *request) embedBox(g *progress.Goal, project string) embedBox {
	live := q.links.Now()
	badge, name, page := live.Badge(g.Name, project), g.Title, live.Absolute(live.Summary(g.Name))
	if project != "" {
		name, page = g.Title+": "+project, live.Absolute(live.Project(g.Name, project))
	}
	return embedBox{
		Builder:  live.Embeds("goal", q.server.unlessOnly(g), "project", project),
		Relative: live.External() == "",
		Lines: []embedLine{
			{"Markdown", "[![" + inMarkdown(name) + "](" + badge + ")](" + page + ")"},
			{"HTML", `<a href="` + html.EscapeString(page) + `"><img src="` + html.EscapeString(badge) + `" alt="` + html.EscapeString(name) + `"></a>`},
			{"Image", badge},
			{"Status instead of percent", badge + "?metric=status"},
			{"For shields.io", strings.TrimSuffix(badge, ".svg") + ".json"},
		},
	}
}

// inMarkdown keeps a name from closing the brackets it stands in. Addresses need no
// such care: what is special in them is escaped already.
func inMarkdown(name string) string {
	return strings.NewReplacer(`\`, `\\`, "[", `\[`, "]", `\]`, "`", "\\`", "<", `\<`, "\n", " ").Replace(name)
}
