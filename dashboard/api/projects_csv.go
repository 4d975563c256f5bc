package api

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/eventlet-removal/headway/dashboard/link"
	"github.com/eventlet-removal/headway/dashboard/progress"
)

// projectsHead names the columns. New ones come last: people count columns.
var projectsHead = []string{
	"project", "status", "declared", "measured", "progress", "percent", "merged", "of", "not_merged", "open", "wip", "abandoned", "reverted",
	"expected", "last_merged", "oldest_waiting", "since", "approach", "contradictions", "as_of", "url",
}

// ProjectsCSV is the table of projects that spreadsheets read, in the order given. What
// is not known is an empty field. With bom it begins with a byte order mark.
func ProjectsCSV(result *progress.Result, projects []*progress.ProjectNumbers, links link.Links, bom bool) []byte {
	var out bytes.Buffer
	if bom {
		out.WriteString("\ufeff")
	}
	writeCSV(&out, projectsHead)
	for _, p := range projects {
		row := make([]string, len(projectsHead))
		set := func(column, value string) {
			for i, name := range projectsHead {
				if name == column {
					row[i] = value
				}
			}
		}
		set("project", p.Name)
		set("declared", string(p.Declared))
		set("since", p.Since)
		set("approach", p.Approach)
		set("url", links.Absolute(links.Project(result.Goal.Name, p.Name)))
		if p.Loading == nil {
			set("status", p.Status().Code())
			set("measured", string(p.Measured))
			if percent, ok := p.Percent(); ok {
				set("progress", strconv.FormatFloat(*p.Progress, 'f', 4, 64))
				set("percent", strconv.Itoa(percent))
			}
			c := p.Counts
			for column, n := range map[string]int{
				"merged": c.Merged, "of": p.Denominator, "not_merged": c.InFlight(), "open": c.Open, "wip": c.WIP, "abandoned": c.Abandoned, "reverted": c.Reverted,
			} {
				set(column, strconv.Itoa(n))
			}
			if p.Numbers.Expected != nil {
				set("expected", strconv.Itoa(*p.Numbers.Expected))
			}
			set("last_merged", csvTime(p.LastMerged))
			set("oldest_waiting", csvTime(p.OldestWaiting))
			var texts []string
			for _, k := range p.Contradictions {
				texts = append(texts, k.Text)
			}
			set("contradictions", strings.Join(texts, " "))
			set("as_of", csvTime(p.AsOf))
		}
		writeCSV(&out, row)
	}
	return out.Bytes()
}
