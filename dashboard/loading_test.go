package dashboard_test

import (
	"strings"
	"testing"
)

// While a goal is read for the first time, nothing says that there is nothing.
func TestLoadingIsNotNothing(t *testing.T) {
	w := newWorld().loading().start(t)
	for _, path := range []string{"/", "/eventlet-removal/changes", "/eventlet-removal/changes?state=open", "/eventlet-removal/attention", "/eventlet-removal/testimonials", "/eventlet-removal/teams/compute", "/polls", "/embeds", "/eventlet-removal/states", "/eventlet-removal/go"} {
		a := w.get(t, path)
		main := text(a.document(t).Find("main"))
		for _, lie := range []string{"0 found", "No change matches", "No projects yet", "no changes yet", "told of", "yet: each", "No testimonial", "Nothing is", "nothing waits", "nothing is left", "No project is called"} {
			if strings.Contains(main, lie) && path != "/eventlet-removal/states" { // which explains words
				t.Errorf("%s: %q", path, lie)
			}
		}
		if got := a.Header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("%s: a cache may keep it: %q", path, got)
		}
	}
	if got, want := text(w.page(t, "/eventlet-removal/changes").Find("section:has(#found)")), "No list yet Reading all changes: 1200 of 2500. Numbers appear when all are there."; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// A project that nobody configured may come with the first reading: it is not unknown.
func TestUnknownProjectWhileLoading(t *testing.T) {
	w := newWorld().loading().start(t)
	const g, a = "/eventlet-removal", "/api/v1/goals/eventlet-removal"
	for _, path := range []string{
		g + "/projects/some/thing", g + "/embed/some/thing", a + "/projects/some/thing", a + "/count/some/thing",
		g + "/changes?project=some/thing", g + "/changes?q=project:some/thing", a + "/changes?project=some/thing", g + "/attention?project=some/thing", g + "/changes.csv", g + "/projects.csv", g + "/history.csv", g + "/history.csv?project=some/thing", g + "/go?project=some/thing", "/embeds?project=some/thing",
	} {
		got := w.get(t, path)
		if got.StatusCode != 503 || got.Header.Get("Retry-After") == "" || got.Header.Get("Cache-Control") != "no-store" || got.Header.Get("ETag") != "" {
			t.Errorf("%s: %s, Retry-After %q, Cache-Control %q", path, got.Status, got.Header.Get("Retry-After"), got.Header.Get("Cache-Control"))
		}
		if !strings.Contains(got.body, "Reading all changes: 1200 of 2500") {
			t.Errorf("%s does not say why: %s", path, got.body)
		}
	}
	got := w.get(t, g+"/badge/some/thing.svg")
	if _, value, _ := w.svg(t, "badge/some/thing.svg"); got.StatusCode != 200 || value != "loading" || got.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("badge: %s says %q, Cache-Control %q", got.Status, value, got.Header.Get("Cache-Control"))
	}
	for path, status := range map[string]int{g + "/teams/nope": 404, g + "/changes?team=nope": 400, g + "/changes?state=nope": 400, "/nope/projects/x": 404} {
		if got := w.get(t, path); got.StatusCode != status {
			t.Errorf("%s: %s, want %d", path, got.Status, status)
		}
	}
	var list struct {
		Changes *[]any
		Loading *struct{ Done, Of int }
	}
	if w.json(t, a+"/changes", &list); list.Changes != nil || list.Loading == nil || list.Loading.Of != 2500 {
		t.Errorf("the API lists %v, loading %v", list.Changes, list.Loading)
	}
}
