package dashboard

import (
	"bytes"
	"fmt"
	"html/template"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/eventlet-removal/headway/dashboard/api"
	"github.com/eventlet-removal/headway/dashboard/badge"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/dashboard/static"
)

// A widget is a page for somebody else's frame, good from 280 px and below 10 kB.
// Its style is part of it, under a policy that allows this style only: one request
// and nothing that could be missing.

const (
	// maxPicked is how many changes a widget lists: more would not fit into 10 kB.
	maxPicked = 30
	// subjectRoom is how many bytes of HTML the subjects of a list take together.
	subjectRoom = 3000
	// longestName is how many letters of a project's name a widget shows.
	longestName = 120
)

var widgetTemplate = template.Must(template.New("embed.html").Funcs(template.FuncMap{
	"style": func() template.CSS { return template.CSS(static.Widget.Body) },
}).ParseFS(templateFS, "templates/embed.html"))

type widget struct {
	Theme    string
	Problem  string // an error instead of all else
	Name     string
	Goal     string // "" if the name is the goal's
	URL      string // of the page that tells more
	Headline headline
	Bar      bar
	Landed   string // "" if there is no cycle now
	Cycle    string
	Picked   []pickedRow // a list picked by hand, instead of headline and bar
	Sum      string      // of it, in words
	AsOf     *asOf
}

// pickedRow is one change of a list picked by hand.
type pickedRow struct {
	Number  int
	URL     string
	Subject string
	State   string
	Word    string
}

func (s *Server) goalWidget(q *request) (*response, error) {
	result, err := q.goal()
	if err != nil {
		return nil, err
	}
	if q.values.Has("changes") {
		return q.pickedWidget(result)
	}
	return q.numbersWidget(q.scope(result, progress.Scope{}), widget{Name: result.Goal.Title, URL: q.links.Summary(result.Goal.Name)}, result.LoadingProjects)
}

func (s *Server) projectWidget(q *request) (*response, error) {
	result, p, err := q.goalProject()
	if err != nil {
		return nil, err
	}
	return q.numbersWidget(q.scope(result, progress.Scope{Project: p.Name}), widget{
		Name: clipRunes(p.Name, longestName), Goal: result.Goal.Title, URL: q.links.Project(result.Goal.Name, p.Name),
	}, nil)
}

func (q *request) numbersWidget(of scope, w widget, alone []string) (*response, error) {
	w.Headline, w.Bar = of.headline(), of.bar()
	w.AsOf = asOfNumbers(of.result, of.n, nil)
	w.AsOf.Alone = alone
	if cycle, landed := of.result.Cycle(), api.LandedNow(of.result, of.n); cycle != nil && landed != nil {
		w.Cycle, w.Landed = cycle.Name, strconv.Itoa(*landed)
	}
	return q.widget(w, of.n.Loading != nil)
}

// pickedWidget tells what became of changes that somebody picked by hand. Those we
// do not track are said to be unknown: they may be of another goal.
func (q *request) pickedWidget(result *progress.Result) (*response, error) {
	f := &filter{}
	if err := f.parsePicked(q.values["changes"]); err != nil {
		return nil, err
	}
	w := widget{Name: result.Goal.Title, URL: q.links.Changes(result.Goal.Name, "class", allClasses, "numbers", joinNumbers(f.numbers))}
	w.AsOf = asOfNumbers(result, &result.Numbers, nil)
	counts := map[string]int{}
	for _, n := range f.numbers {
		// The short address, which Gerrit knows: a project's name may be long.
		row := pickedRow{Number: n, URL: q.links.ChangeNumber(n), State: "unknown", Word: "unknown"}
		if c := result.Change(n); c != nil {
			row.State = string(c.State)
			row.Subject = clipEscaped(c.Subject, subjectRoom/len(f.numbers))
			row.Word = progress.MeaningOf(progress.States, row.State).Title
		}
		counts[row.Word]++
		w.Picked = append(w.Picked, row)
	}
	var sum []string
	for _, m := range slices.Concat(progress.States, []progress.Meaning{{Title: "unknown"}}) {
		if n := counts[m.Title]; n > 0 {
			sum = append(sum, strconv.Itoa(n)+" "+m.Title)
		}
	}
	w.Sum = strings.Join(sum, ", ")
	return q.widget(w, result.Loading != nil)
}

// parsePicked reads ?changes=, each number once and in the order given.
func (f *filter) parsePicked(values []string) error {
	for part := range strings.SplitSeq(strings.Join(values, ","), ",") {
		n, err := strconv.Atoi(strings.TrimSpace(part))
		if err != nil || n <= 0 {
			return badParameter("changes", "not a change number: %q", clipRunes(part, 40))
		}
		if !slices.Contains(f.numbers, n) {
			f.numbers = append(f.numbers, n)
		}
		if len(f.numbers) > maxPicked {
			return badParameter("changes", "at most %d", maxPicked)
		}
	}
	return nil
}

func (q *request) widget(w widget, loading bool) (*response, error) {
	var err error
	if w.Theme, err = choice(q, "theme", themes()); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := widgetTemplate.Execute(&out, w); err != nil {
		return nil, fmt.Errorf("render widget: %w", err)
	}
	resp := &response{contentType: htmlType, body: out.Bytes()}
	if loading {
		resp.cache = noStore
	}
	return resp, nil
}

// widgetProblem is an error where a widget was asked for.
func (s *Server) widgetProblem(p *problem) []byte {
	var out bytes.Buffer
	if err := widgetTemplate.Execute(&out, widget{Theme: string(badge.Dark), Problem: p.text, URL: s.links.Home()}); err != nil {
		s.cfg.Logger.Error("render error widget", "err", err)
		return []byte("<!DOCTYPE html><title>Error</title><p>" + template.HTMLEscapeString(p.text))
	}
	return out.Bytes()
}

func themes() []string {
	out := make([]string, len(badge.Themes))
	for i, t := range badge.Themes {
		out[i] = string(t)
	}
	return out
}

func joinNumbers(numbers []int) string {
	out := make([]string, len(numbers))
	for i, n := range numbers {
		out[i] = strconv.Itoa(n)
	}
	return strings.Join(out, ",")
}

func clipRunes(text string, most int) string {
	if r := []rune(text); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return text
}

// clipEscaped cuts a text that would take too many bytes of HTML.
func clipEscaped(text string, most int) string {
	size := 0
	for i, r := range text {
		size += max(len(template.HTMLEscapeString(string(r))), utf8.RuneLen(r))
		if size > most {
			return strings.TrimSpace(text[:i]) + "…"
		}
	}
	return text
}
