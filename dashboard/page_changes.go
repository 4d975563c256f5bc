package dashboard

import (
	"cmp"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/eventlet-removal/headway/dashboard/api"
	"github.com/eventlet-removal/headway/dashboard/filter"
	"github.com/eventlet-removal/headway/dashboard/link"
	"github.com/eventlet-removal/headway/dashboard/order"
	"github.com/eventlet-removal/headway/dashboard/parameter"
	"github.com/eventlet-removal/headway/dashboard/progress"
)

// pageSize is how many changes one page of the list shows.
const pageSize = 50

type changesPage struct {
	basePage
	Heading  string
	Action   string
	Form     changesForm
	Chips    []chip // the same with another state
	Found    int
	Table    changeTable
	From, To int
	Page     int
	Pages    int
	Previous string
	Next     string
	CSV      string
	Search   string // the same changes in Gerrit
	Clear    string
	People   bool
	Empty    string // the selector, if the goal has no change at all
	Loading  bool   // what is there is not known yet
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
	f, by, err := q.chosen(result)
	if err != nil {
		return nil, err
	}
	found := q.sorted(f, result, by)
	pages := max((len(found)+pageSize-1)/pageSize, 1)
	number, err := parameter.Page(q.values, pages)
	if err != nil {
		return nil, err
	}
	g := result.Goal.Name
	first := (number - 1) * pageSize
	last := min(first+pageSize, len(found))
	p := changesPage{
		basePage: q.base(result, "Changes · "+result.Goal.Title, "changes"),
		Heading:  "Changes", Action: q.links.Now().Changes(g), Clear: q.links.Changes(g),
		Form: q.changesForm(result, f, by), Found: len(found), From: first + 1, To: last, Page: number, Pages: pages,
		CSV:    q.links.ChangesCSV(g, without(q.values, "page")),
		Search: cmp.Or(q.links.Search(filter.ByNumbers(found)), q.links.Search(f.InGerrit(result))), People: !s.cfg.HidePeople,
	}
	p.Chips = q.stateChips(result, f, by)
	p.Loading = result.Loading != nil
	if len(result.Changes) == 0 && !p.Loading {
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
	p.Table = changeTable{Project: true, State: true, Waits: !result.Past(), Owner: p.People}
	merged := len(f.States) == 1 && f.States[0].HasMerged()
	p.Table.Heads = order.Heads(p.Table.columns(merged), by, func(sort string) string { return q.withParameter(g, q.values, "sort", sort) })
	for _, c := range found[first:last] {
		p.Table.Rows = append(p.Table.Rows, q.changeRow(result, c))
	}
	resp, err := q.page("changes", p)
	return notKept(resp, q.scope(result, progress.Scope{})), err
}

// chosen is the filter and the order that the query asks for.
func (q *request) chosen(result *progress.Result) (*filter.Filter, string, error) {
	f, err := filter.Parse(result, q.values, q.server.links.Gerrit(), q.server.cfg.HidePeople)
	if err != nil {
		return nil, "", err
	}
	by, err := order.Parse(q.values, order.Changes)
	if err != nil {
		return nil, "", err
	}
	return f, by, nil
}

// sorted are the changes that the filter chooses, in an order.
func (q *request) sorted(f *filter.Filter, result *progress.Result, by string) []*progress.Change {
	found := f.Find(result)
	q.sortChanges(found, by)
	return found
}

// chip leads to a choice and says how many it finds.
type chip struct {
	navLink
	N int
}

// stateChips lead to what the filter would find in other states.
func (q *request) stateChips(result *progress.Result, f *filter.Filter, sort string) []chip {
	values := f.Values()
	for name, value := range map[string]string{"sort": notDefault(sort), onParameter: api.DayOf(result)} {
		if value != "" {
			values.Set(name, value)
		}
	}
	all := *f
	all.States = nil
	for _, m := range progress.States {
		all.States = append(all.States, progress.State(m.Code))
	}
	count := map[progress.State]int{}
	for _, c := range all.Find(result) {
		count[c.State]++
	}
	members := 0
	for state, n := range count {
		if state.Counted() {
			members += n
		}
	}
	one := func(text string, n int, states string, current bool) chip {
		return chip{navLink{text, q.withParameter(result.Goal.Name, values, "state", states), current}, n}
	}
	both := []progress.State{progress.Open, progress.WIP}
	out := []chip{
		one("All", members, "", len(f.States) == 0),
		one("Not merged yet", count[progress.Open]+count[progress.WIP], filter.InFlight, slices.Equal(f.States, both)),
	}
	for _, m := range progress.States {
		state := progress.State(m.Code)
		current := len(f.States) == 1 && f.States[0] == state
		if n := count[state]; n > 0 || current || state.Counted() {
			out = append(out, one(progress.Capital(m.Title), n, m.Code, current))
		}
	}
	return out
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
	if sort == order.Changes[0] {
		return ""
	}
	return sort
}

func (q *request) changesForm(result *progress.Result, f *filter.Filter, sort string) changesForm {
	values := f.Search.Terms
	form := changesForm{
		Search: f.Search.String(), Sort: notDefault(sort), Day: api.DayOf(result), Text: link.Search{Words: f.Search.Words}.String(),
		Branch: f.Branch, Owner: f.Owner, Age: values.Get("older"), Numbers: strings.Join(values["numbers"], ","),
	}
	// A name may hold a comma, so they are not joined.
	if form.Project = values["project"]; len(form.Project) == 0 {
		form.Project = []string{""}
	}
	for _, p := range result.Projects {
		form.Projects = append(form.Projects, p.Name)
	}
	for _, t := range result.Teams {
		form.Teams = append(form.Teams, option{t.Name, t.Title, f.Team == t.Name})
	}
	for _, m := range progress.States {
		form.States = append(form.States, option{m.Code, progress.Capital(m.Title), slices.Contains(f.States, progress.State(m.Code))})
	}
	for _, m := range result.Waits() {
		form.WaitsOn = append(form.WaitsOn, option{m.Code, progress.Capital(m.Title), slices.Contains(f.WaitsOn, progress.WaitsOn(m.Code))})
	}
	for _, c := range result.Goal.Cycles {
		form.Cycles = append(form.Cycles, option{c.Name, c.Name, values.Get("cycle") == c.Name})
	}
	form.Classes = []option{
		{"", "Development", f.Class == filter.Development},
		{filter.Backports, "Backports", f.Class == filter.Backports},
		{filter.AllClasses, "Both", f.Class == filter.AllClasses},
	}
	for _, example := range []string{"state:open waits_on:reviewers older:30d", "state:wip,open waits_on:author", "class:backport state:open"} {
		form.Examples = append(form.Examples, navLink{Text: example, URL: q.links.Now().Changes(result.Goal.Name, "q", example)})
	}
	return form
}
