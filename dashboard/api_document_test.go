package dashboard_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eventlet-removal/headway/dashboard/api"
	"github.com/eventlet-removal/headway/dashboard/api/openapi"
	"github.com/eventlet-removal/headway/dashboard/testimonials"
	"github.com/eventlet-removal/headway/store"
)

func TestDocumentIsServed(t *testing.T) {
	w := newWorld().populate().start(t)
	a := w.get(t, "/api/v1/openapi.json")
	if a.StatusCode != http.StatusOK || a.body != string(openapi.Document()) {
		t.Errorf("%s, %d bytes", a.Status, len(a.body))
	}
}

// parametersOf are the names of what the query of each address of the document may have.
func parametersOf(t *testing.T) map[string][]string {
	t.Helper()
	type parameter struct {
		Ref      string `json:"$ref"`
		Name, In string
	}
	var doc struct {
		Paths      map[string]map[string]struct{ Parameters []parameter }
		Components struct{ Parameters map[string]parameter }
	}
	if err := json.Unmarshal(openapi.Document(), &doc); err != nil {
		t.Fatal(err)
	}
	out := map[string][]string{}
	for path, methods := range doc.Paths {
		out[path] = nil
		for _, p := range methods["get"].Parameters {
			if name, ok := strings.CutPrefix(p.Ref, "#/components/parameters/"); ok {
				p = doc.Components.Parameters[name]
			}
			if p.In == "query" {
				out[path] = append(out[path], p.Name)
			}
		}
		slices.Sort(out[path])
	}
	return out
}

// TestDocumentNamesAllParameters asks each address for what there is: the error of an
// unknown parameter says it.
func TestDocumentNamesAllParameters(t *testing.T) {
	all := parametersOf(t)
	if len(all) < 11 {
		t.Errorf("%d addresses", len(all))
	}
	fill := strings.NewReplacer("{goal}", "eventlet-removal", "{project}", "openstack/nova")
	w, loading := newWorld().populate().start(t), newWorld().loading().start(t)
	for path, want := range all {
		address := "/api/v1" + fill.Replace(path)
		if a := w.get(t, address); a.StatusCode != http.StatusOK || a.Header.Get("ETag") == "" {
			t.Errorf("%s: %s, ETag %q", path, a.Status, a.Header.Get("ETag"))
		} else if a := w.get(t, address, "If-None-Match", a.Header.Get("ETag")); a.StatusCode != http.StatusNotModified {
			t.Errorf("%s: %s, although nothing has changed", path, a.Status)
		}
		if a := loading.get(t, address); a.StatusCode != http.StatusOK && (a.StatusCode != http.StatusServiceUnavailable || a.Header.Get("Retry-After") != "60") {
			t.Errorf("%s while loading: %s, Retry-After %q", path, a.Status, a.Header.Get("Retry-After"))
		}
		for _, method := range []string{http.MethodPost, http.MethodOptions, http.MethodHead} {
			if a := w.do(t, method, address); (a.StatusCode == http.StatusOK) != (method == http.MethodHead) {
				t.Errorf("%s %s: %s", method, path, a.Status)
			}
		}
		var e api.Error
		a := w.get(t, address+"?no-such=1")
		if err := json.Unmarshal([]byte(a.body), &e); err != nil || a.StatusCode != http.StatusBadRequest || e.Parameter == nil || *e.Parameter != "no-such" {
			t.Errorf("%s: unknown parameter: %s, %s", path, a.Status, a.body)
			continue
		}
		var got []string
		if _, names, ok := strings.Cut(strings.TrimSuffix(e.Error, "."), "there are "); ok {
			got = strings.Split(names, ", ")
			slices.Sort(got)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-document +server):\n%s", path, diff)
		}
	}
}

func TestTestimonialsJSON(t *testing.T) {
	w := newWorld().populate()
	pages := voices([]byte("\xff\xd8picture"))
	pages[0].Title, pages[0].References = "Zoe on nova", []testimonials.Reference{
		{Number: 101, URL: gerrit + "101"}, {Number: 117, URL: gerrit + "117"}, {Number: 118}, {Commit: "feedfeed"},
		{Number: 424242, Project: "openstack/nova", URL: "javascript:alert(1)"},
	}
	w.cfg.Testimonials = testimonialsFrom(append(pages, &testimonials.Page{Name: "x.md", Slug: "x", Projects: []string{"other/thing"}})...)
	w.start(t)
	var got api.Testimonials
	w.json(t, apiGoal+"/testimonials?limit=3&cursor=kim", &got)
	change := func(n int) *string { return new(fmt.Sprintf("%sc/openstack/nova/+/%d", gerrit, n)) }
	want := api.Testimonials{
		Testimonials: []api.Testimonial{
			{Slug: "mute", URL: new("https://site.example.org/2/"), Person: new("Mute"), Role: new("Developer"), Projects: []string{"openstack/nova"}, Changes: []api.LinkedChange{}},
			{Slug: "zoe", URL: new("https://site.example.org/0/"), Title: new("Zoe on nova"), Person: new("Zoe"), Role: new("Developer"), Quote: new("So says Zoe."), Projects: []string{"openstack/nova"}, Changes: []api.LinkedChange{
				{Number: new(101), Project: new("openstack/nova"), Subject: new("Subject of 101"), State: new("merged"), Status: "tracked", URL: change(101)},
				{Number: new(117), Project: new("openstack/nova"), Subject: new("Subject of 117"), State: new("left"), Status: "left", URL: change(117)},
				{Number: new(118), Project: new("openstack/nova"), Subject: new("Subject of 118"), State: new("gone"), Status: "gone", URL: change(118)},
				{Commit: new("feedfeed"), Status: "not-tracked"},
				{Number: new(424242), Project: new("openstack/nova"), Status: "not-tracked"},
			}},
		},
		ProjectsWith: new(2), Projects: new(5), Without: []string{"openstack/found.svg", "openstack/neutron"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	var seen []string
	for path := apiGoal + "/testimonials?limit=1"; ; {
		var page api.Testimonials
		w.json(t, path, &page)
		for _, p := range page.Testimonials {
			seen = append(seen, p.Slug)
		}
		if page.NextCursor == nil {
			break
		}
		path = apiGoal + "/testimonials?limit=1&cursor=" + *page.NextCursor
	}
	if diff := cmp.Diff([]string{"ada", "kim", "mute", "zoe"}, seen); diff != "" {
		t.Errorf("page by page (-want +got):\n%s", diff)
	}
	w.json(t, apiGoal+"/testimonials?limit=1", &got)
	if p := got.Testimonials[0].Portrait; p == nil || w.get(t, *p).StatusCode != http.StatusOK {
		t.Errorf("portrait %v", p)
	}
}

// Where people are hidden nothing names them.
func TestTestimonialsJSONWithoutPeople(t *testing.T) {
	w := newWorld().populate()
	pages := voices([]byte("\xff\xd8picture"))
	pages[1].Title = "Ada speaks"
	w.cfg.Testimonials, w.cfg.HidePeople = testimonialsFrom(pages...), true
	w.start(t)
	var got api.Testimonials
	w.json(t, apiGoal+"/testimonials?limit=1", &got)
	if p := got.Testimonials[0]; p.Person != nil || p.Title != nil || p.Role != nil || p.Portrait != nil || p.Quote == nil {
		t.Errorf("%+v", p)
	}
}

func TestTestimonialsJSONOfNothing(t *testing.T) {
	for name, w := range map[string]*world{"loading": newWorld().loading(), "none": newWorld()} {
		w.cfg.Testimonials = nil
		w.start(t)
		var got api.Testimonials
		w.json(t, apiGoal+"/testimonials", &got)
		if loading := name == "loading"; (got.Testimonials == nil) != loading || (got.Projects == nil) != loading || (got.Without == nil) != loading || (got.Loading != nil) != loading {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// Polls come and go while somebody reads page by page: each is seen once.
func TestPollsPageByPage(t *testing.T) {
	w := newWorld().populate().start(t)
	for i := range 7 {
		w.log(t, store.Poll{Start: ago(20 - i), OK: true, New: i})
	}
	var seen []int
	for path := "/api/v1/polls?limit=3"; ; {
		var page api.Polls
		w.json(t, path, &page)
		for _, p := range page.Polls {
			seen = append(seen, p.New)
		}
		w.log(t, store.Poll{Start: ago(1), OK: true, New: 99})
		if page.NextCursor == nil {
			break
		}
		path = "/api/v1/polls?limit=3&cursor=" + *page.NextCursor
	}
	if diff := cmp.Diff([]int{6, 5, 4, 3, 2, 1, 0}, seen); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
