package dashboard

import (
	"cmp"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/eventlet-removal/headway/dashboard/api"
	"github.com/eventlet-removal/headway/dashboard/link"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store/query"
)

// pageSize is how many changes one page of the list shows.
const pageSize = 100

type changesPage struct {
	basePage
	Heading  string
	Action   string
	Form     changesForm
	Chips    []navLink // the same with another state
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
	Empty    string // the selector, if the goal has no change at all
}

// changesForm is the filter as the page shows it, twice: whole in the search box,
// and field by field. Either of them can be sent.
type changesForm struct {
	Search             string // all of it, for the box
	Sort               string
	Day                string // "": now
	Text               string // what is left for the text field
	Branch, Owner, Age string
	Project            []string // as they were asked for, a field each; at least one
	Projects           []string
	Teams              []option
	States             []option
	WaitsOn            []option
	Classes            []option
	Cycles             []option
	Numbers            string // the form has no field for them
	Examples           []navLink
}

type option struct {
	Value, Text string
	Selected    bool
}

// changes lists changes, filtered and sorted as the address says.
func (s *Server) changes(q *request) (*response, error) {
	result, err := q.goal()
	if err != nil {
		return nil, err
	}
	f, order, err := q.chosen(result)
	if err != nil {
		return nil, err
	}
	found := q.sorted(f, result, order)
	pages := max((len(found)+pageSize-1)/pageSize, 1)
	number, err := wholeNumber(q.values, "page", 1, pages)
	if err != nil {
		return nil, err
	}
	g := result.Goal.Name
	first := (number - 1) * pageSize
	last := min(first+pageSize, len(found))
	p := changesPage{
		basePage: q.base(result, "Changes · "+result.Goal.Title, "changes"),
		Heading:  "Changes", Action: q.links.Now().Changes(g), Clear: q.links.Changes(g),
		Form: q.changesForm(result, f, order), Found: len(found), From: first + 1, To: last, Page: number, Pages: pages,
		Sorts:  sortLinks(func(sort string) string { return q.withParameter(g, q.values, "sort", sort) }, changeSort, order),
		CSV:    q.links.ChangesCSV(g, without(q.values, "page")),
		Search: cmp.Or(q.links.Search(byNumbers(found)), q.links.Search(f.inGerrit(result))), People: !s.cfg.HidePeople,
	}
	p.Chips = q.stateChips(result, f, order)
	if len(result.Changes) == 0 && result.Loading == nil {
		p.Empty = result.Goal.Selector
	}
	p.AsOf = asOfNumbers(result, &result.Numbers, result.LoadingProjects)
	p.On = q.scope(result, progress.Scope{}).pastNote(q.withParameter(g, q.values, onParameter, ""))
	if number > 1 {
		p.Previous = q.withParameter(g, q.values, "page", strconv.Itoa(number-1))
	}
	if number < pages {
		p.Next = q.withParameter(g, q.values, "page", strconv.Itoa(number+1))
	}
	for _, c := range found[first:last] {
		p.Rows = append(p.Rows, q.changeRow(result, c))
	}
	resp, err := q.page("changes", p)
	return notKept(resp, q.scope(result, progress.Scope{})), err
}

// chosen is the filter and the order that the query asks for.
func (q *request) chosen(result *progress.Result) (*filter, string, error) {
	f, err := q.server.parseFilter(result, q.values)
	if err != nil {
		return nil, "", err
	}
	order, err := parseSort(q, changeSort)
	if err != nil {
		return nil, "", err
	}
	return f, order, nil
}

// sorted are the changes that the filter chooses, in an order.
func (q *request) sorted(f *filter, result *progress.Result, order string) []*progress.Change {
	found := f.find(result)
	q.sortChanges(found, order)
	return found
}

// byNumbers is a search that finds exactly these changes, as far as Gerrit still
// shows them; "" if it shows none.
func byNumbers(changes []*progress.Change) string {
	var numbers []int
	for _, c := range changes {
		if c.State != progress.Gone {
			numbers = append(numbers, c.Change.Number)
		}
	}
	return query.Or(query.Numbered("change", numbers)...)
}

// values are the filter as parameters of an address.
func (f *filter) values() url.Values {
	values := maps.Clone(f.search.Terms)
	if text := (link.Search{Words: f.search.Words}).String(); text != "" {
		values.Set("q", text)
	}
	return values
}

// stateChips lead to what the filter would find in other states.
func (q *request) stateChips(result *progress.Result, f *filter, sort string) []navLink {
	values := f.values()
	for name, value := range map[string]string{"sort": notDefault(sort), onParameter: api.DayOf(result)} {
		if value != "" {
			values.Set(name, value)
		}
	}
	chip := func(text, states string, current bool) navLink {
		return navLink{text, q.withParameter(result.Goal.Name, values, "state", states), current}
	}
	out := []navLink{chip("All", "", len(f.states) == 0), chip("In review", inFlight, slices.Equal(f.states, []progress.State{progress.Open, progress.WIP}))}
	for _, m := range progress.States {
		out = append(out, chip(title(m.Title), m.Code, len(f.states) == 1 && string(f.states[0]) == m.Code))
	}
	return out
}

// inGerrit is the search for what the filter chooses, "" if Gerrit has no words for
// it.
func (f *filter) inGerrit(result *progress.Result) string {
	for name := range f.search.Terms {
		if name != "project" && name != "team" && name != "state" && name != "class" {
			return ""
		}
	}
	of := progress.Scope{Team: f.team}
	if len(f.named) == 1 {
		of = progress.Scope{Project: f.named[0]}
	} else if len(f.named) > 1 {
		return ""
	}
	if len(f.words) > 0 || f.class == allClasses {
		return ""
	}
	return result.Search(of, f.class == backport, f.states...)
}

// withParameter is this list with one parameter changed; another order or filter
// begins at the first page.
func (q *request) withParameter(goal string, values url.Values, name, value string) string {
	values = without(values, "page")
	values.Del(name)
	if value != "" {
		values.Set(name, value)
	}
	address := q.links.Now().Changes(goal) // the day is among the values
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

// notDefault leaves out of addresses what goes without saying.
func notDefault(sort string) string {
	if sort == changeSort[0].Code {
		return ""
	}
	return sort
}

func (q *request) changesForm(result *progress.Result, f *filter, sort string) changesForm {
	values := f.search.Terms
	form := changesForm{
		Search: f.search.String(), Sort: notDefault(sort), Day: api.DayOf(result), Text: link.Search{Words: f.search.Words}.String(),
		Branch: f.branch, Owner: f.owner, Age: values.Get("older"), Numbers: strings.Join(values["numbers"], ","),
	}
	// A name may hold a comma, so they are not joined.
	if form.Project = values["project"]; len(form.Project) == 0 {
		form.Project = []string{""}
	}
	for _, p := range result.Projects {
		form.Projects = append(form.Projects, p.Name)
	}
	for _, t := range result.Teams {
		form.Teams = append(form.Teams, option{t.Name, t.Title, f.team == t.Name})
	}
	for _, m := range progress.States {
		form.States = append(form.States, option{m.Code, title(m.Title), slices.Contains(f.states, progress.State(m.Code))})
	}
	for _, m := range result.Waits() {
		form.WaitsOn = append(form.WaitsOn, option{m.Code, title(m.Title), slices.Contains(f.waitsOn, progress.WaitsOn(m.Code))})
	}
	for _, c := range result.Goal.Cycles {
		form.Cycles = append(form.Cycles, option{c.Name, c.Name, values.Get("cycle") == c.Name})
	}
	form.Classes = []option{
		{"", "Development", f.class == development},
		{backport, "Backports", f.class == backport},
		{allClasses, "Both", f.class == allClasses},
	}
	for _, example := range []string{"state:open waits_on:reviewers older:30d", "state:wip,open waits_on:author", "class:backport state:open"} {
		form.Examples = append(form.Examples, navLink{Text: example, URL: q.links.Now().Changes(result.Goal.Name, "q", example)})
	}
	return form
}
