// Package filter chooses changes for lists: the parameters of an address and the terms
// of the search box, read into one filter, which finds the changes of a result and
// says the same in Gerrit's own search. It is pure. dashboard imports it.
package filter

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/eventlet-removal/headway/dashboard/link"
	"github.com/eventlet-removal/headway/dashboard/parameter"
	"github.com/eventlet-removal/headway/dashboard/progress"
)

// Parameters are what every list of changes can be filtered by.
var Parameters = []string{"project", "team", "state", "class", "waits_on", "reason", "branch", "owner", "older", "cycle", "q", "numbers"}

// Classes of changes in lists.
const (
	Development = "development"
	Backports   = "backport"
	AllClasses  = "all"
)

// MaxNumbers is how many changes can be asked for by number.
const MaxNumbers = 500

// Filter chooses changes, made by Parse. Without states it chooses members; former
// members are chosen by state only, so that rows always equal the number that led to
// them.
type Filter struct {
	Team    string
	States  []progress.State // none: all that count
	Class   string
	WaitsOn []progress.WaitsOn
	Reasons []progress.ReasonCode
	Branch  string
	Owner   string      // display name or username
	Search  link.Search // all of the filter, as the search box shows it

	projects []string
	named    []string // the projects that were asked for by name
	cycle    *progress.Cycle
	since    time.Time // not updated since; zero: any time
	words    []string  // all of them must occur, in lower case
	numbers  []int
}

// Parse reads a filter, whose projects, team and cycle must exist, or returns a
// *parameter.Error. A filter is a parameter or a term of the search box, whichever the
// reader likes; the box takes addresses of changes of the Gerrit at base. Where people
// are hidden nobody finds them by name.
func Parse(result *progress.Result, values url.Values, base string, hidePeople bool) (*Filter, error) {
	text, err := parameter.One(values, "q")
	if err != nil {
		return nil, err
	}
	box, err := link.ParseSearch(text, base)
	var bad *link.TermError
	if errors.As(err, &bad) {
		return nil, parameter.BadTerm(bad.Term, bad.Reason)
	}
	all := link.Search{Terms: url.Values{}, Words: box.Words}
	for _, name := range link.Terms {
		for _, value := range slices.Concat(values[name], box.Terms[name]) {
			if value != "" { // a form sends its empty fields too
				all.Terms.Add(name, value)
			}
		}
	}
	f, err := parseTerms(result, all, hidePeople)
	var p *parameter.Error
	if errors.As(err, &p) && len(box.Terms[p.Parameter]) > 0 {
		return nil, parameter.BadTerm(p.Parameter+":"+strings.Join(box.Terms[p.Parameter], ","), p.Reason)
	}
	return f, err
}

func parseTerms(result *progress.Result, all link.Search, hidePeople bool) (*Filter, error) {
	f := &Filter{Class: Development, Search: all}
	values := all.Terms
	if err := haveAnswers(result, values); err != nil {
		return nil, err
	}
	for _, parse := range []func(*progress.Result, url.Values) error{f.parseProjects, f.parseStates, f.parseClass, f.parseOlder, f.parseCycle, f.parseNumbers} {
		if err := parse(result, values); err != nil {
			return nil, err
		}
	}
	for _, p := range []struct {
		name string
		to   *string
	}{{"branch", &f.Branch}, {"owner", &f.Owner}} {
		value, err := parameter.One(values, p.name)
		if err != nil {
			return nil, err
		}
		*p.to = value
	}
	if f.Owner != "" && hidePeople {
		return nil, parameter.Bad("owner", "people are not shown here")
	}
	for _, word := range all.Words {
		f.words = append(f.words, strings.ToLower(word))
	}
	return f, nil
}

func (f *Filter) parseProjects(result *progress.Result, values url.Values) error {
	for _, value := range values["project"] {
		names := []string{value} // a name may hold a comma
		if result.Project(value) == nil {
			names = link.Several(url.Values{"project": {value}}, "project")
		}
		for _, name := range names {
			if _, err := Project(result, name); err != nil {
				return err
			}
			f.projects = append(f.projects, name)
		}
	}
	f.named = slices.Clone(f.projects)
	team, err := parameter.One(values, "team")
	if err != nil || team == "" {
		return err
	}
	t, err := Team(result, team)
	if err != nil {
		return err
	}
	f.Team = team
	if len(f.projects) == 0 {
		f.projects = slices.Clone(t.Projects)
		return nil
	}
	f.projects = slices.DeleteFunc(f.projects, func(p string) bool { return !slices.Contains(t.Projects, p) })
	if len(f.projects) == 0 {
		return parameter.Bad("project", "not a project of team %q", team)
	}
	return nil
}

func (f *Filter) parseStates(result *progress.Result, values url.Values) error {
	for _, code := range link.Several(values, "state") {
		if !slices.ContainsFunc(progress.States, func(m progress.Meaning) bool { return m.Code == code }) {
			return parameter.Bad("state", "there is no state %q; there are %s", code, progress.Codes(progress.States))
		}
		f.States = append(f.States, progress.State(code))
	}
	for _, code := range link.Several(values, "waits_on") {
		if !slices.ContainsFunc(progress.Waits, func(m progress.Meaning) bool { return m.Code == code }) {
			return parameter.Bad("waits_on", "nobody is called %q; there are %s", code, progress.Codes(progress.Waits))
		}
		f.WaitsOn = append(f.WaitsOn, progress.WaitsOn(code))
	}
	reasons := result.Goal.Labels.Reasons()
	for _, code := range link.Several(values, "reason") {
		if !slices.ContainsFunc(reasons, func(m progress.Meaning) bool { return m.Code == code }) {
			return parameter.Bad("reason", "there is no reason %q; there are %s", code, progress.Codes(reasons))
		}
		f.Reasons = append(f.Reasons, progress.ReasonCode(code))
	}
	return nil
}

func (f *Filter) parseClass(_ *progress.Result, values url.Values) error {
	class, err := parameter.One(values, "class")
	switch {
	case err != nil:
		return err
	case class == "":
		return nil
	case class != Development && class != Backports && class != AllClasses:
		return parameter.Bad("class", "there is no class %q; there are development, backport, all", class)
	}
	f.Class = class
	return nil
}

// haveAnswers refuses filters by what nobody knows of a past day.
func haveAnswers(result *progress.Result, filters url.Values) error {
	for _, name := range []string{"waits_on", "reason", "older"} {
		if result.Past() && filters.Has(name) {
			return parameter.Bad(name, "it has no past; leave it out, or the day")
		}
	}
	return nil
}

// parseOlder reads how long a change has not been updated: what Gerrit calls age.
func (f *Filter) parseOlder(result *progress.Result, values url.Values) error {
	text, err := parameter.One(values, "older")
	if err != nil || text == "" {
		return err
	}
	age, ok := link.Age(text)
	if !ok {
		return parameter.Bad("older", "not an age: %q; write it as 12h, 30d or 6w", text)
	}
	f.since = result.Until().Add(-age)
	return nil
}

func (f *Filter) parseCycle(result *progress.Result, values url.Values) error {
	name, err := parameter.One(values, "cycle")
	if err != nil || name == "" {
		return err
	}
	i := slices.IndexFunc(result.Goal.Cycles, func(c progress.Cycle) bool { return c.Name == name })
	if i < 0 {
		return parameter.Bad("cycle", "there is no cycle %q in %s", name, result.Goal.Title)
	}
	f.cycle = &result.Goal.Cycles[i]
	return nil
}

func (f *Filter) parseNumbers(_ *progress.Result, values url.Values) error {
	for _, text := range link.Several(values, "numbers") {
		n, err := strconv.Atoi(text)
		if err != nil || n <= 0 {
			return parameter.Bad("numbers", "not a change number: %q", text)
		}
		f.numbers = append(f.numbers, n)
	}
	if len(f.numbers) > MaxNumbers {
		return parameter.Bad("numbers", "at most %d", MaxNumbers)
	}
	return nil
}

// Find returns the chosen changes, by number.
func (f *Filter) Find(result *progress.Result) []*progress.Change {
	var found []*progress.Change
	for _, c := range result.Changes {
		if f.chooses(c) {
			found = append(found, c)
		}
	}
	return found
}

func (f *Filter) chooses(c *progress.Change) bool {
	switch {
	case len(f.States) == 0 && !c.State.Counted(),
		len(f.States) > 0 && !slices.Contains(f.States, c.State),
		f.Class == Development && c.Backport,
		f.Class == Backports && !c.Backport,
		len(f.projects) > 0 && !slices.Contains(f.projects, c.Change.Project),
		len(f.WaitsOn) > 0 && !slices.Contains(f.WaitsOn, c.WaitsOn),
		len(f.Reasons) > 0 && !slices.Contains(f.Reasons, c.Reason.Code),
		f.Branch != "" && f.Branch != c.Branch,
		len(f.numbers) > 0 && !slices.Contains(f.numbers, c.Change.Number),
		f.cycle != nil && !c.MergedIn(*f.cycle),
		!f.since.IsZero() && c.Updated.After(f.since),
		f.Owner != "" && !slices.ContainsFunc(ownerNames(c), func(name string) bool { return strings.EqualFold(name, f.Owner) }):
		return false
	}
	return f.mentions(c)
}

// mentions reports whether all words occur in what a row shows of the change.
func (f *Filter) mentions(c *progress.Change) bool {
	if len(f.words) == 0 {
		return true
	}
	number := strconv.Itoa(c.Change.Number)
	return !slices.ContainsFunc(f.words, func(word string) bool {
		return !contains(c.Subject, word) && !contains(c.Change.Project, word) && !contains(number, word) &&
			!contains(c.Branch, word) && !contains(c.Topic, word) && !contains(c.ChangeID, word)
	})
}

// contains reports whether a word in lower case occurs in a text in any case.
func contains(text, word string) bool {
	for i := 0; i < len(text); i++ {
		if text[i] >= utf8.RuneSelf { // where letters change their length with their case
			return strings.Contains(strings.ToLower(text), word)
		}
	}
	for i := 0; i+len(word) <= len(text); i++ {
		n := 0
		for n < len(word) && lower(text[i+n]) == word[n] {
			n++
		}
		if n == len(word) {
			return true
		}
	}
	return false
}

func lower(b byte) byte {
	if 'A' <= b && b <= 'Z' {
		b += 'a' - 'A'
	}
	return b
}

func ownerNames(c *progress.Change) []string {
	a := c.Accounts[c.Owner]
	return []string{a.Name, a.Username}
}

// Project is the numbers of a project that an address asks for.
func Project(result *progress.Result, name string) (*progress.ProjectNumbers, error) {
	if p := result.Project(name); p != nil {
		return p, nil
	}
	return nil, parameter.Bad("project", "there is no project %q in %s", name, result.Goal.Title)
}

// Team is the numbers of a team that an address asks for.
func Team(result *progress.Result, name string) (*progress.TeamNumbers, error) {
	if t := result.Team(name); t != nil {
		return t, nil
	}
	return nil, parameter.Bad("team", "there is no team %q in %s", name, result.Goal.Title)
}

// ParseScope reads which part of a goal an address asks for, by a project or a team.
func ParseScope(result *progress.Result, values url.Values) (progress.Scope, error) {
	project, err := parameter.One(values, "project")
	if err != nil {
		return progress.Scope{}, err
	}
	team, err := parameter.One(values, "team")
	if err != nil {
		return progress.Scope{}, err
	}
	return Scope(result, project, team)
}

// Scope is the part of a goal with a project or a team, all of it with neither.
func Scope(result *progress.Result, project, team string) (progress.Scope, error) {
	var err error
	switch {
	case project != "" && team != "":
		err = parameter.Bad("team", "give a project or a team, not both")
	case project != "":
		_, err = Project(result, project)
	case team != "":
		_, err = Team(result, team)
	}
	return progress.Scope{Project: project, Team: team}, err
}

// InFlight are the states that in flight adds up, as a filter takes them.
var InFlight = func() string {
	var codes []string
	for _, m := range progress.States {
		if progress.State(m.Code).InFlight() {
			codes = append(codes, m.Code)
		}
	}
	return strings.Join(codes, ",")
}()
