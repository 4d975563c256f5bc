package dashboard_test

import (
	"encoding/xml"
	"strings"
	"testing"
	"time"

	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store"
)

// shields is what shields.io's endpoint badge reads.
type shields struct {
	SchemaVersion  int
	Label, Message string
	Color          string
	IsError        bool
}

func TestBadges(t *testing.T) {
	w := newWorld().populate()
	w.goal.Projects = append(w.goal.Projects, progress.Project{Name: "openstack/new"})
	w.add(store.Change{Row: store.Row{Number: 402, Project: "openstack/new", Status: store.StatusNew}})
	w.start(t)
	for path, want := range map[string]shields{
		"badge.json":                                    {1, "Eventlet removal", "38% of 13 merged", "6b21a8", false},
		"badge/openstack/nova.json":                     {1, "nova: Eventlet removal", "50% of 6 merged", "6b21a8", false},
		"badge/openstack%2Fnova.json?metric=merged":     {1, "nova merged", "3", "166534", false},
		"badge/openstack/nova.json?metric=open":         {1, "nova not merged", "3", "0e7490", false},
		"badge/openstack/nova.json?metric=status":       {1, "nova: Eventlet removal", "In Progress", "6b21a8", false},
		"badge/openstack/mistral.json?metric=status":    {1, "mistral: Eventlet removal", "Completed", "166534", false},
		"badge/openstack/mistral.json":                  {1, "mistral: Eventlet removal", "100% of 1 merged", "166534", false},
		"badge/openstack/neutron.json":                  {1, "neutron: Eventlet removal", "no changes yet", "4b5563", false},
		"badge/openstack/new.json?metric=status":        {1, "new: Eventlet removal", "Planning", "854d0e", false},
		"badge/openstack/nova.json?metric=cycle":        {1, "nova merged in 2027.1", "2", "0e7490", false},
		"badge.json?metric=projects":                    {1, "projects", "2 of 6 completed", "6b21a8", false},
		"badge/openstack/nova.json?metric=projects":     {1, "projects", "one project", "4b5563", false},
		"badge.json?metric=status":                      {1, "Eventlet removal", "no status", "4b5563", false},
		"badge/openstack/found.svg.json?metric=percent": {1, "found.svg: Eventlet removal", "100% of 1 merged", "166534", false},
	} {
		var got shields
		w.json(t, "/eventlet-removal/"+path, &got)
		if got != want {
			t.Errorf("%s: %+v\nwant %+v", path, got, want)
		}
		svgPath := strings.Replace(path, ".json", ".svg", 1)
		if label, value, _ := w.svg(t, svgPath); label != want.Label || value != want.Message {
			t.Errorf("%s: %q %q, want %q %q", svgPath, label, value, want.Label, want.Message)
		}
	}
}

// svg reads a badge that must be there.
func (w *world) svg(t *testing.T, path string) (label, value, title string) {
	t.Helper()
	a := w.get(t, "/eventlet-removal/"+path)
	var svg struct {
		Role  string   `xml:"role,attr"`
		Title string   `xml:"title"`
		Texts []string `xml:"g>text"`
	}
	if err := xml.Unmarshal([]byte(a.body), &svg); err != nil || len(svg.Texts) != 2 || svg.Role != "img" {
		t.Fatalf("%s: %v\n%s", path, err, a.body)
	}
	return svg.Texts[0], svg.Texts[1], svg.Title
}

// In a row of badges only the label tells projects apart.
func TestBadgeLabels(t *testing.T) {
	w := newWorld().populate()
	w.goal.Projects = append(w.goal.Projects, progress.Project{Name: "other/nova"}, progress.Project{Name: "slash/"})
	w.start(t)
	for path, want := range map[string]string{
		"badge/openstack/nova.svg":                  "openstack/nova: Eventlet removal",
		"badge/other/nova.svg?metric=merged":        "other/nova merged",
		"badge/openstack/mistral.svg?metric=open":   "mistral not merged",
		"badge/slash/.svg":                          "slash/: Eventlet removal",
		"badge.svg?metric=open":                     "not merged",
		"badge.svg?label=Our+goal":                  "Our goal",
		"badge/openstack/nova.svg?label=":           "openstack/nova: Eventlet removal",
		"badge/openstack/nova.svg?label=%3Cb%3E%00": "<b>\uFFFD",
	} {
		if got, _, _ := w.svg(t, path); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
	if a := w.get(t, "/eventlet-removal/badge.svg?label=a&label=b"); a.StatusCode != 400 {
		t.Errorf("two labels: %s", a.Status)
	}
	if got, _, _ := w.svg(t, "badge.svg?label="+strings.Repeat("x", 5000)); len(got) > 100 {
		t.Errorf("a label of %d bytes", len(got))
	}
}

// A project's exact name wins over one with its suffix cut off.
func TestBadgeSuffixes(t *testing.T) {
	w := newWorld().populate()
	w.goal.Projects = append(w.goal.Projects, progress.Project{Name: "openstack/found"})
	w.start(t)
	for path, project := range map[string]string{
		"badge/openstack/found.svg":     "openstack/found.svg",
		"badge/openstack/found.svg.svg": "openstack/found.svg",
		"badge/openstack/found":         "openstack/found",
		"badge/openstack/nova":          "openstack/nova",
	} {
		if _, _, title := w.svg(t, path); !strings.HasPrefix(title, "Eventlet removal, "+project+": ") {
			t.Errorf("%s: %q, want %s", path, title, project)
		}
	}
}

func TestBadgeTitleSaysItAll(t *testing.T) {
	_, _, title := newWorld().populate().start(t).svg(t, "badge/openstack/nova.svg")
	if want := "Eventlet removal, openstack/nova: 3 of 6 changes merged, 3 not merged yet: 2 in review, 1 work in progress, as of 23 Nov 2026, 11:57 UTC"; title != want {
		t.Errorf("title %q\nwant %q", title, want)
	}
}

func TestStaleBadgeSaysSo(t *testing.T) {
	w := newWorld().populate()
	w.selectors[0].AsOf = now.Add(-time.Hour)
	w.start(t)
	var got shields
	w.json(t, "/eventlet-removal/badge/openstack/nova.json", &got)
	if got.Message != "50% of 6 merged (stale)" || got.Color != "4b5563" {
		t.Errorf("%+v", got)
	}
	if _, _, title := w.svg(t, "badge/openstack/nova.svg"); !strings.HasSuffix(title, "; not up to date") {
		t.Errorf("title %q", title)
	}
}

func TestLoadingBadgeIsNotKept(t *testing.T) {
	w := newWorld().loading().start(t)
	for _, metric := range []string{"percent", "merged", "open", "cycle", "status"} {
		a := w.get(t, "/eventlet-removal/badge/openstack/nova.svg?metric="+metric)
		if a.StatusCode != 200 || a.Header.Get("Cache-Control") != "no-store" || a.Header.Get("ETag") != "" {
			t.Errorf("%s: %s, Cache-Control %q, ETag %q", metric, a.Status, a.Header.Get("Cache-Control"), a.Header.Get("ETag"))
		}
		if _, value, _ := w.svg(t, "badge/openstack/nova.svg?metric="+metric); value != "loading" {
			t.Errorf("%s: %q", metric, value)
		}
	}
}

func TestBadgeThemes(t *testing.T) {
	w := newWorld().populate().start(t)
	bodies := map[string]bool{}
	for _, theme := range []string{"dark", "light", "auto"} {
		a := w.get(t, "/eventlet-removal/badge.svg?theme="+theme)
		bodies[a.body] = true
		if strings.Contains(a.body, "<style>") != (theme == "auto") {
			t.Errorf("%s: %s", theme, a.body)
		}
	}
	if len(bodies) != 3 {
		t.Errorf("%d different themes", len(bodies))
	}
	if got := w.get(t, "/eventlet-removal/badge.svg?theme=auto").Header.Get("Content-Security-Policy"); !strings.HasPrefix(got, "default-src 'none'; style-src 'sha256-") {
		t.Errorf("policy %q would drop the style", got)
	}
}
