package dashboard

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/eventlet-removal/headway/dashboard/progress"
)

// pageSize is how many changes one page of the list shows.
const pageSize = 100

type changesPage struct {
	basePage
	Heading  string
	Action   string
	Form     changesForm
	Found    int
	Rows     []changeRow
	From, To int
	Page     int
	Pages    int
	Previous string
	Next     string
	Sorts    []navLink
	CSV      string
	Search   string // the same changes in Gerrit
	Clear    string
	People   bool
}

// changesForm is the filter as the form shows it.
type changesForm struct {
	Q, Branch, Owner string
	Projects         []option
	Teams            []option
	States           []option
	WaitsOn          []option
	Classes          []option
	Hidden           []option // what the form has no field for
}

type option struct {
	Value, Text string
	Selected    bool
}

// changes lists changes, filtered and sorted as the address says.
func (s *Server) changes(q *request) (*response, error) {
	v, err := q.goal()
	if err != nil {
		return nil, err
	}
	found, order, err := s.chosen(q, v)
	if err != nil {
		return nil, err
	}
	pages := max((len(found)+pageSize-1)/pageSize, 1)
	number, err := wholeNumber(q.values, "page", 1, pages)
	if err != nil {
		return nil, err
	}
	g := v.goal.Name
	first := (number - 1) * pageSize
	last := min(first+pageSize, len(found))
	p := changesPage{
		basePage: s.base(v, "Changes · "+v.goal.Title, "changes"),
		Heading:  "Changes", Action: s.links.changes(g), Clear: s.links.changes(g),
		Form: s.changesForm(v, q.values), Found: len(found), From: first + 1, To: last, Page: number, Pages: pages,
		Sorts:  sortLinks(func(sort string) string { return s.withParameter(g, q.values, "sort", sort) }, changeSort, order),
		CSV:    s.links.changesCSV(g, without(q.values, "page")),
		Search: s.links.search(byNumbers(found)), People: !s.cfg.HidePeople,
	}
	p.AsOf = asOfNumbers(v, &v.result.Numbers, v.result.LoadingProjects)
	if number > 1 {
		p.Previous = s.withParameter(g, q.values, "page", strconv.Itoa(number-1))
	}
	if number < pages {
		p.Next = s.withParameter(g, q.values, "page", strconv.Itoa(number+1))
	}
	for _, c := range found[first:last] {
		p.Rows = append(p.Rows, s.changeRow(v, c))
	}
	resp, err := s.page("changes", p)
	return notKept(resp, s.goalScope(v)), err
}

// chosen are the changes that the query chooses, in its order.
func (s *Server) chosen(q *request, v *view) ([]*progress.Change, string, error) {
	f, err := s.parseFilter(v, q.values)
	if err != nil {
		return nil, "", err
	}
	order, err := parseSort(q, changeSort)
	if err != nil {
		return nil, "", err
	}
	found := f.find(v)
	s.sortChanges(found, order)
	return found, order, nil
}

// byNumbers is a search that finds exactly these changes.
func byNumbers(changes []*progress.Change) string {
	terms := make([]string, len(changes))
	for i, c := range changes {
		terms[i] = "change:" + strconv.Itoa(c.Change.Number)
	}
	return strings.Join(terms, " OR ")
}

// withParameter is this list with one parameter changed; another order or filter
// begins at the first page.
func (s *Server) withParameter(goal string, values url.Values, name, value string) string {
	values = without(values, "page")
	values.Del(name)
	if value != "" {
		values.Set(name, value)
	}
	address := s.links.changes(goal)
	if len(values) > 0 {
		address += "?" + strings.ReplaceAll(values.Encode(), "%2C", ",")
	}
	return address
}

// without copies a query and leaves out a parameter and all that are empty.
func without(values url.Values, name string) url.Values {
	out := maps.Clone(values)
	maps.DeleteFunc(out, func(key string, v []string) bool { return key == name || strings.Join(v, "") == "" })
	return out
}

func (s *Server) changesForm(v *view, values url.Values) changesForm {
	f := changesForm{Q: values.Get("q"), Branch: values.Get("branch"), Owner: values.Get("owner")}
	projects := several(values, "project")
	for _, p := range v.result.Projects {
		f.Projects = append(f.Projects, option{p.Name, p.Name, slices.Contains(projects, p.Name)})
	}
	for _, t := range v.result.Teams {
		f.Teams = append(f.Teams, option{t.Name, t.Title, values.Get("team") == t.Name})
	}
	states := several(values, "state")
	for _, m := range progress.States {
		f.States = append(f.States, option{m.Code, title(m.Title), slices.Contains(states, m.Code)})
	}
	waits := several(values, "waits_on")
	for _, m := range progress.Waits {
		f.WaitsOn = append(f.WaitsOn, option{m.Code, title(m.Title), slices.Contains(waits, m.Code)})
	}
	class := values.Get("class")
	f.Classes = []option{
		{"", "Development", class == "" || class == development},
		{backport, "Backports", class == backport},
		{allClasses, "Both", class == allClasses},
	}
	for _, name := range []string{"cycle", "numbers", "sort"} {
		if value := strings.Join(values[name], ","); value != "" {
			f.Hidden = append(f.Hidden, option{Value: value, Text: name})
		}
	}
	return f
}

// changesCSV is all that a filter finds, in the order of the page.
func (s *Server) changesCSV(q *request) (*response, error) {
	v, err := q.goal()
	if err != nil {
		return nil, err
	}
	found, _, err := s.chosen(q, v)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	head := []string{"number", "project", "branch", "class", "state", "subject", "owner", "created", "updated", "merged_at", "patch_set", "waits_on", "reason", "waiting_since", "url"}
	rows := [][]string{head}
	for _, c := range found {
		rows = append(rows, s.csvRow(c))
	}
	if err := w.WriteAll(rows); err != nil {
		return nil, fmt.Errorf("write CSV: %w", err)
	}
	resp := &response{contentType: csvType, body: out.Bytes(), filename: v.goal.Name + "-changes.csv"}
	return notKept(resp, s.goalScope(v)), nil
}

func (s *Server) csvRow(c *progress.Change) []string {
	class := development
	if c.Backport {
		class = backport
	}
	row := []string{
		strconv.Itoa(c.Change.Number), c.Change.Project, c.Branch, class, string(c.State), c.Subject,
		s.person(c.Change, c.Owner), csvTime(c.Created), csvTime(c.Updated), csvTime(c.MergedAt), strconv.Itoa(c.PatchSet),
		string(c.WaitsOn), c.Reason.Code, csvTime(c.WaitingSince), s.links.change(c.Change.Project, c.Change.Number),
	}
	for i := range row {
		row[i] = csvText(row[i])
	}
	return row
}

// csvText keeps spreadsheets from taking somebody's subject for a formula.
func csvText(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

func csvTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
