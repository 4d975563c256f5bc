package terminal

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/eventlet-removal/headway/dashboard/api"
	"github.com/eventlet-removal/headway/dashboard/order"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/dashboard/progress/statuses"
)

// row is a line of the table: a project, a team or all.
type row struct {
	name, status string
	*api.Numbers
	need order.Need
	why  []api.Contradiction
}

// Status is a goal's progress table as text or, with format "markdown", as Markdown.
// Numbers that are not known yet are null in a Summary and a dash here.
func Status(s *api.Summary, format string, now time.Time, look Look) string {
	projects, teams := rowsOf(s)
	all := row{name: "all projects", Numbers: &s.Numbers}
	if format == "markdown" {
		return markdown(s, now, append(projects, all), teams)
	}
	var b strings.Builder
	b.WriteString(look.paint(bold, oneLine(s.Title)) + "\n")
	if sentence := champions(s); sentence != "" {
		b.WriteString(look.wrap("", "", sentence) + "\n")
	}
	b.WriteString(look.paint(staleness(s), look.wrap("", "", sentence(s, now))) + "\n\n")
	columns, width := look.fit(slices.Concat(projects, teams, []row{all}))
	look.heading(&b, columns, width, "project")
	look.rows(&b, columns, width, projects)
	look.rows(&b, columns, width, []row{all})
	if len(teams) > 0 {
		b.WriteByte('\n')
		look.heading(&b, columns, width, "team")
		look.rows(&b, columns, width, teams)
	}
	if why := contradictions(slices.Concat(projects, teams)); len(why) > 0 {
		b.WriteString("\n" + look.paint(bold, "Contradictions: "+strconv.Itoa(len(why))) + "\n")
		for _, line := range why {
			b.WriteString(look.paint(yellow, look.wrap("- ", "  ", line)) + "\n")
		}
	}
	if without := leftOut(columns); without != "" {
		b.WriteString("\n" + look.paint(dim, look.wrap("", "", "For which this terminal has no room: "+without+".")) + "\n")
	}
	return b.String()
}

// rows draws lines of the table; that of all projects is bold.
func (l Look) rows(b *strings.Builder, columns []column, width []int, rows []row) {
	for _, r := range rows {
		cells := make([]string, len(columns))
		for i, c := range columns {
			cells[i] = c.cell(r)
		}
		l.line(b, columns, width, cells, func(i int, cell string) ink {
			switch {
			case r.need == (order.Need{}) && r.status == "":
				return bold
			case columns[i].head != status.head:
				return ""
			case r.need.Stalled, r.need.Contradicts:
				return yellow
			case r.status == statuses.Word(string(progress.DeclaredCompleted)):
				return green
			}
			return ""
		})
	}
}

// leftOut are the columns that there is no room for.
func leftOut(columns []column) string {
	var out []string
	for _, c := range layouts[0] {
		if !slices.ContainsFunc(columns, func(shown column) bool { return shown.head == c.head }) {
			out = append(out, c.head)
		}
	}
	return strings.Join(out, ", ")
}

// rowsOf are the projects, what needs attention first as on pages, and the teams.
func rowsOf(s *api.Summary) (projects, teams []row) {
	for i := range s.Projects {
		p := &s.Projects[i]
		projects = append(projects, rowOf(p.Project, p.Status, &p.Numbers))
	}
	slices.SortStableFunc(projects, func(a, b row) int { return cmp.Or(a.need.Compare(b.need), cmp.Compare(a.name, b.name)) })
	for i := range s.Teams {
		t := &s.Teams[i]
		teams = append(teams, rowOf(cmp.Or(t.Title, t.Team), t.Status, &t.Numbers))
	}
	return projects, teams
}

func rowOf(name string, of api.Status, n *api.Numbers) row {
	r := row{name: oneLine(name), status: "loading", Numbers: n, why: of.Contradictions}
	if n.Loading == nil {
		r.status = cmp.Or(oneLine(statuses.Of(word(of.Declared), word(of.Measured))), dash)
	}
	r.need = order.Need{Stalled: word(of.Measured) == string(progress.MeasuredStalled), Contradicts: len(of.Contradictions) > 0}
	if n.OldestWaiting != nil {
		r.need.Waits = *n.OldestWaiting
	}
	return r
}

func word(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// contradictions are the declared statuses that the counts do not bear out, a line each.
func contradictions(rows []row) (lines []string) {
	for _, r := range rows {
		for _, c := range r.why {
			lines = append(lines, r.name+": "+oneLine(c.Text))
		}
	}
	return lines
}

// champions is the sentence that a champion reports; "" without projects.
func champions(s *api.Summary) string {
	if sentence := progress.ByStatus(s.ProjectsByStatus).Sentence(); sentence != "" {
		return oneLine(sentence) + "."
	}
	return ""
}

// staleness is how the line looks that says how old the numbers are.
func staleness(s *api.Summary) ink {
	if s.Stale {
		return yellow
	}
	return ""
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
		return strings.TrimSuffix(oneLine(s.Loading.Text), ".") + "; " + asOf
	}
	percent := percentCell(&s.Numbers)
	switch {
	case s.On != nil && s.Note != nil:
		return fmt.Sprintf("on %s: %s; %s", *s.On, oneLine(*s.Note), asOf)
	case s.On != nil && percent == dash:
		return fmt.Sprintf("on %s: no changes uploaded by then; %s", *s.On, asOf)
	case s.On != nil:
		return fmt.Sprintf("on %s: %s of the changes uploaded by then were merged, %s; %s", *s.On, percent, stillToMerge(s), asOf)
	case percent == dash && s.Note != nil:
		return oneLine(*s.Note) + ": no changes uploaded so far; " + asOf
	case percent == dash:
		return "no changes uploaded so far; " + asOf
	}
	return fmt.Sprintf("%s of the changes uploaded so far are merged, %s; %s", percent, stillToMerge(s), asOf)
}

func stillToMerge(s *api.Summary) string {
	if s.Counts.Open == nil || s.Counts.WIP == nil {
		return dash + " " + progress.NotMerged
	}
	return progress.NotMergedYet(*s.Counts.Open, *s.Counts.WIP)
}

const dash = "-"

func numberCell(n *int) string {
	if n == nil {
		return dash
	}
	return strconv.Itoa(*n)
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

// oneLine keeps what comes from elsewhere from breaking a table or a terminal, and from
// turning the direction of what follows.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r):
			return ' '
		case unicode.Is(unicode.Bidi_Control, r):
			return -1
		}
		return r
	}, s)
}
