package dashboard

import (
	"bytes"
	"fmt"
	"html/template"
	"strconv"

	"github.com/eventlet-removal/headway/dashboard/api"
	"github.com/eventlet-removal/headway/dashboard/badge"
	"github.com/eventlet-removal/headway/dashboard/embeds"
	"github.com/eventlet-removal/headway/dashboard/filter"
	"github.com/eventlet-removal/headway/dashboard/fit"
	"github.com/eventlet-removal/headway/dashboard/link"
	"github.com/eventlet-removal/headway/dashboard/parameter"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/dashboard/static"
)

// A widget is a page for somebody else's frame, good from 280 px and below 10 kB.
// Its style is part of it, under a policy that allows this style only: one request
// and nothing that could be missing.

const (
	longestName = 120    // of a project, in bytes of HTML
	mostWidget  = 10_000 // how large a widget may be, in bytes: many may stand on one page
)

var widgetTemplate = template.Must(template.New("embed.html").Funcs(template.FuncMap{
	"style": func() template.CSS { return template.CSS(static.Widget.Body) },
}).ParseFS(templateFS, "templates/embed.html"))

type widget struct {
	Theme     string
	Problem   string // an error instead of all else
	Name      string
	Goal      string // "" if the name is the goal's
	URL       string // of the page that tells more
	Headline  headline
	Bar       bar
	NotMerged string // 60 not merged yet: 50 in review, 10 work in progress
	Merged    string // "" if there is no cycle now
	Cycle     string
	Picked    []embeds.Picked // a list picked by hand, instead of headline and bar
	Sum       string          // of it, in words
	AsOf      *asOf
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
		Name: fit.Text(p.Name, longestName), Goal: result.Goal.Title, URL: q.links.Project(result.Goal.Name, p.Name),
	}, nil)
}

func (q *request) numbersWidget(of scope, w widget, alone []string) (*response, error) {
	w.Headline, w.Bar = of.headline(), of.bar()
	w.NotMerged = progress.NotMergedYet(of.n.Counts.Open, of.n.Counts.WIP)
	w.AsOf = asOfNumbers(of.result, of.n, nil)
	w.AsOf.Alone = alone
	if cycle, merged := of.result.Cycle(), api.MergedNow(of.result, of.n); cycle != nil && merged != nil {
		w.Cycle, w.Merged = cycle.Name, strconv.Itoa(*merged)
	}
	return q.widget(w, of.n.Loading != nil)
}

// pickedWidget tells what became of changes that somebody picked by hand.
func (q *request) pickedWidget(result *progress.Result) (*response, error) {
	numbers, err := embeds.ParsePicked(q.values["changes"])
	if err != nil {
		return nil, parameter.Bad("changes", "%v", err)
	}
	w := widget{Name: result.Goal.Title, URL: q.links.Changes(result.Goal.Name, "class", filter.AllClasses, "numbers", link.Numbers(numbers))}
	w.AsOf = asOfNumbers(result, &result.Numbers, nil)
	w.Picked, w.Sum = embeds.Pick(result, q.links, numbers)
	return q.widget(w, result.Loading != nil)
}

func (q *request) widget(w widget, loading bool) (*response, error) {
	var err error
	if w.Theme, err = parameter.Choice(q.values, "theme", embeds.Themes); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := widgetTemplate.Execute(&out, w); err != nil {
		return nil, fmt.Errorf("render widget: %w", err)
	}
	resp := &response{contentType: htmlType, body: fit.Page(out.Bytes(), mostWidget)}
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
