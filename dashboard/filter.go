package dashboard

import (
	"errors"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/eventlet-removal/headway/dashboard/link"
	"github.com/eventlet-removal/headway/dashboard/progress"
)

// filterParameters are what every list of changes can be filtered by.
var filterParameters = []string{"project", "team", "state", "class", "waits_on", "branch", "owner", "older", "cycle", "q", "numbers"}

// Classes of changes in lists.
const (
	development = "development"
	backport    = "backport"
	allClasses  = "all"
)

// maxNumbers is how many changes can be asked for by number.
const maxNumbers = 500

// filter chooses changes. Its zero value chooses all development members; former
// members are chosen by state only, so that rows always equal the number that
// led to them.
type filter struct {
	projects []string
	named    []string // the projects that were asked for by name
	team     string
	states   []progress.State
	class    string
	waitsOn  []progress.WaitsOn
	branch   string
	owner    string // display name or username
	cycle    *progress.Cycle
	since    time.Time // not updated since; zero: any time
	words    []string  // all of them must occur, in lower case
	numbers  []int

	search link.Search // all of the above, as the search box shows it

	person func(c *progress.Change) []string // names of the owner
}

// parseFilter reads a filter, whose projects, team and cycle must exist. A filter is
// a parameter or a term of the search box, whichever the reader likes.
func (s *Server) parseFilter(result *progress.Result, values url.Values) (*filter, error) {
	text, err := one(values, "q")
	if err != nil {
		return nil, err
	}
	box, err := link.ParseSearch(text, s.links.Gerrit())
	var bad *link.TermError
	if errors.As(err, &bad) {
		return nil, badTerm(bad.Term, bad.Reason)
	}
	all := link.Search{Terms: url.Values{}, Words: box.Words}
	for _, name := range link.Terms {
		for _, value := range slices.Concat(values[name], box.Terms[name]) {
			if value != "" { // a form sends its empty fields too
				all.Terms.Add(name, value)
			}
		}
	}
	f, err := s.parseTerms(result, all)
	var p *problem
	if errors.As(err, &p) && len(box.Terms[p.parameter]) > 0 {
		return nil, badTerm(p.parameter+":"+strings.Join(box.Terms[p.parameter], ","), p.reason)
	}
	return f, err
}

func (s *Server) parseTerms(result *progress.Result, all link.Search) (*filter, error) {
	f := &filter{class: development, person: s.ownerNames, search: all}
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
	}{{"branch", &f.branch}, {"owner", &f.owner}} {
		value, err := one(values, p.name)
		if err != nil {
			return nil, err
		}
		*p.to = value
	}
	if f.owner != "" && s.cfg.HidePeople {
		return nil, badParameter("owner", "people are not shown here")
	}
	for _, word := range all.Words {
		f.words = append(f.words, strings.ToLower(word))
	}
	return f, nil
}

func (f *filter) parseProjects(result *progress.Result, values url.Values) error {
	for _, value := range values["project"] {
		names := []string{value} // a name may hold a comma
		if result.Project(value) == nil {
			names = link.Several(url.Values{"project": {value}}, "project")
		}
		for _, name := range names {
			if _, err := askedProject(result, name); err != nil {
				return err
			}
			f.projects = append(f.projects, name)
		}
	}
	f.named = slices.Clone(f.projects)
	team, err := one(values, "team")
	if err != nil || team == "" {
		return err
	}
	t, err := askedTeam(result, team)
	if err != nil {
		return err
	}
	f.team = team
	if len(f.projects) == 0 {
		f.projects = slices.Clone(t.Projects)
		return nil
	}
	f.projects = slices.DeleteFunc(f.projects, func(p string) bool { return !slices.Contains(t.Projects, p) })
	if len(f.projects) == 0 {
		return badParameter("project", "not a project of team %q", team)
	}
	return nil
}

func (f *filter) parseStates(_ *progress.Result, values url.Values) error {
	for _, code := range link.Several(values, "state") {
		if !slices.ContainsFunc(progress.States, func(m progress.Meaning) bool { return m.Code == code }) {
			return badParameter("state", "there is no state %q; there are %s", code, progress.Codes(progress.States))
		}
		f.states = append(f.states, progress.State(code))
	}
	for _, code := range link.Several(values, "waits_on") {
		if !slices.ContainsFunc(progress.Waits, func(m progress.Meaning) bool { return m.Code == code }) {
			return badParameter("waits_on", "nobody is called %q; there are %s", code, progress.Codes(progress.Waits))
		}
		f.waitsOn = append(f.waitsOn, progress.WaitsOn(code))
	}
	return nil
}

func (f *filter) parseClass(_ *progress.Result, values url.Values) error {
	class, err := one(values, "class")
	switch {
	case err != nil:
		return err
	case class == "":
		return nil
	case class != development && class != backport && class != allClasses:
		return badParameter("class", "there is no class %q; there are development, backport, all", class)
	}
	f.class = class
	return nil
}

// parseOlder reads how long a change has not been updated: what Gerrit calls age.
func (f *filter) parseOlder(result *progress.Result, values url.Values) error {
	text, err := one(values, "older")
	if err != nil || text == "" {
		return err
	}
	age, ok := link.Age(text)
	if !ok {
		return badParameter("older", "not an age: %q; write it as 12h, 30d or 6w", text)
	}
	f.since = result.Until().Add(-age)
	return nil
}

func (f *filter) parseCycle(result *progress.Result, values url.Values) error {
	name, err := one(values, "cycle")
	if err != nil || name == "" {
		return err
	}
	i := slices.IndexFunc(result.Goal.Cycles, func(c progress.Cycle) bool { return c.Name == name })
	if i < 0 {
		return badParameter("cycle", "there is no cycle %q in %s", name, result.Goal.Title)
	}
	f.cycle = &result.Goal.Cycles[i]
	return nil
}

func (f *filter) parseNumbers(_ *progress.Result, values url.Values) error {
	for _, text := range link.Several(values, "numbers") {
		for _, part := range strings.Split(text, ",") {
			n, err := strconv.Atoi(strings.TrimSpace(part))
			if err != nil || n <= 0 {
				return badParameter("numbers", "not a change number: %q", part)
			}
			f.numbers = append(f.numbers, n)
		}
	}
	if len(f.numbers) > maxNumbers {
		return badParameter("numbers", "at most %d", maxNumbers)
	}
	return nil
}

// find returns the chosen changes, by number.
func (f *filter) find(result *progress.Result) []*progress.Change {
	var found []*progress.Change
	for i := range result.Changes {
		if c := &result.Changes[i]; f.chooses(c) {
			found = append(found, c)
		}
	}
	return found
}

func (f *filter) chooses(c *progress.Change) bool {
	switch {
	case len(f.states) == 0 && !c.State.Counted(),
		len(f.states) > 0 && !slices.Contains(f.states, c.State),
		f.class == development && c.Backport,
		f.class == backport && !c.Backport,
		len(f.projects) > 0 && !slices.Contains(f.projects, c.Change.Project),
		len(f.waitsOn) > 0 && !slices.Contains(f.waitsOn, c.WaitsOn),
		f.branch != "" && f.branch != c.Branch,
		len(f.numbers) > 0 && !slices.Contains(f.numbers, c.Change.Number),
		f.cycle != nil && !c.LandedIn(*f.cycle),
		!f.since.IsZero() && c.Updated.After(f.since),
		f.owner != "" && !slices.ContainsFunc(f.person(c), func(name string) bool { return strings.EqualFold(name, f.owner) }):
		return false
	}
	return f.mentions(c)
}

// mentions reports whether all words occur in what a row shows of the change.
func (f *filter) mentions(c *progress.Change) bool {
	if len(f.words) == 0 {
		return true
	}
	text := strings.ToLower(strings.Join([]string{
		strconv.Itoa(c.Change.Number), c.Subject, c.Change.Project, c.Branch, c.Topic, c.ChangeID,
	}, "\n"))
	return !slices.ContainsFunc(f.words, func(word string) bool { return !strings.Contains(text, word) })
}

func (s *Server) ownerNames(c *progress.Change) []string {
	a := c.Accounts[c.Owner]
	return []string{a.Name, a.Username}
}

// one is the value of a parameter that may come once; "" if it is absent.
func one(values url.Values, name string) (string, error) {
	if len(values[name]) > 1 {
		return "", badParameter(name, "given %d times", len(values[name]))
	}
	return values.Get(name), nil
}

// wholeNumber reads a positive number up to a limit (0: no limit).
func wholeNumber(values url.Values, name string, fallback, limit int) (int, error) {
	text, err := one(values, name)
	if err != nil || text == "" {
		return fallback, err
	}
	n, err := strconv.Atoi(text)
	switch {
	case err != nil || n <= 0:
		return 0, badParameter(name, "not a positive number: %q", text)
	case limit > 0 && n > limit:
		return 0, badParameter(name, "at most %d", limit)
	}
	return n, nil
}
