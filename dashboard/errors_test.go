package dashboard_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

func TestErrors(t *testing.T) {
	w := newWorld().populate().start(t)
	const g, a = "/eventlet-removal", "/api/v1/goals"
	for _, test := range []struct {
		name, path string
		status     int
		says       string // in the text
		parameter  string // in JSON
	}{
		{"unknown address", "/x/y/z", 404, "There is nothing at /x/y/z.", ""},
		{"unknown goal", "/nope/", 404, `There is no goal "nope".`, ""},
		{"unknown goal without slash", "/nope", 404, `There is no goal "nope".`, ""},
		{"unknown project", g + "/projects/openstack/nope", 404, `There is no project "openstack/nope" in Eventlet removal.`, ""},
		{"unknown team", g + "/teams/nope", 404, `There is no team "nope" in Eventlet removal.`, ""},
		{"no such page", g + "/reports", 404, "There is nothing at /eventlet-removal/reports.", ""},
		{"unknown parameter", g + "/?x=1", 400, `Bad parameter "x": unknown parameter; there are sort, status, find, on.`, "x"},
		{"parameter where none is", g + "/states?sort=x", 400, "this address takes no parameters", "sort"},
		{"attention of an unknown project", g + "/attention?project=x", 400, `there is no project "x" in Eventlet removal`, "project"},
		{"attention of an unknown team", g + "/attention?team=x", 400, `there is no team "x"`, "team"},
		{"attention of both", g + "/attention?team=compute&project=openstack/nova", 400, "give a project or a team, not both", "team"},
		{"attention order", g + "/attention?sort=x", 400, "unknown parameter; there are project, team", "sort"},
		{"unreadable query", g + "/changes?q=%zz", 400, "it can't be read", "query"},
		{"unknown state", g + "/changes?state=open,closed", 400, `Bad parameter "state": there is no state "closed"; there are merged, reverted, open, wip, abandoned, left, gone.`, "state"},
		{"unknown class", g + "/changes?class=x", 400, `there is no class "x"`, "class"},
		{"unknown waits_on", g + "/changes?waits_on=x", 400, `nobody is called "x"`, "waits_on"},
		{"unknown project filter", g + "/changes?project=x", 400, `there is no project "x"`, "project"},
		{"unknown team filter", g + "/changes?team=x", 400, `there is no team "x"`, "team"},
		{"project outside team", g + "/changes?team=compute&project=openstack/swift", 400, `not a project of team "compute"`, "project"},
		{"unknown cycle", g + "/changes?cycle=x", 400, `there is no cycle "x"`, "cycle"},
		{"bad number", g + "/changes?numbers=1,x", 400, `not a change number: "x"`, "numbers"},
		{"too many numbers", g + "/changes?numbers=" + strings.Repeat("1,", 500) + "1", 400, "at most 500", "numbers"},
		{"branch twice", g + "/changes?branch=a&branch=b", 400, "given 2 times", "branch"},
		{"page of words", g + "/changes?page=x", 400, `not a positive number: "x"`, "page"},
		{"page before the first", g + "/changes?page=-99999999999999999999", 400, `not a positive number: "-99999999999999999999"`, "page"},
		{"unknown order", g + "/changes?sort=x", 400, `there is no order "x"`, "sort"},

		{"API unknown address", "/api/v1/nope", 404, "There is nothing at /api/v1/nope.", ""},
		{"API unknown goal", a + "/nope", 404, `There is no goal "nope".`, ""},
		{"API unknown project", a + g + "/projects/x", 404, `There is no project "x" in Eventlet removal.`, ""},
		{"API unknown count", a + g + "/count/x", 404, `There is no project "x" in Eventlet removal.`, ""},
		{"API limit", a + g + "/changes?limit=501", 400, "at most 500", "limit"},
		{"API limit zero", a + g + "/changes?limit=0", 400, `not a positive number: "0"`, "limit"},
		{"API cursor", a + g + "/changes?cursor=x", 400, `not a positive number: "x"`, "cursor"},
		{"API unknown parameter", a + g + "/count?x=1", 400, "this address takes no parameters", "x"},

		{"badge unknown project", g + "/badge/x.svg", 404, `There is no project for the badge "x.svg" in Eventlet removal.`, ""},
		{"badge unknown goal", "/nope/badge.svg", 404, `There is no goal "nope".`, ""},
		{"badge metric", g + "/badge.svg?metric=x", 400, `there is no "x"; there are percent, merged, open, status, cycle`, "metric"},
		{"badge theme", g + "/badge/openstack/nova.svg?theme=x", 400, `there is no "x"; there are dark, light, auto`, "theme"},
		{"static", "/-/static/style.00000000.css", 404, "There is nothing at", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := w.get(t, test.path)
			if a.StatusCode != test.status {
				t.Errorf("%s, want %d", a.Status, test.status)
			}
			if got := a.Header.Get("Cache-Control"); got != "no-store" {
				t.Errorf("Cache-Control %q: a proxy may keep it", got)
			}
			if a.Header.Get("ETag") != "" {
				t.Error("an error has an ETag")
			}
			switch {
			case strings.HasPrefix(test.path, "/api/"):
				var e struct {
					Error     string
					Parameter *string
				}
				if err := json.Unmarshal([]byte(a.body), &e); err != nil || !strings.Contains(e.Error, test.says) {
					t.Errorf("%s (%v), want %s", a.body, err, test.says)
				}
				if got := e.Parameter; (got == nil) != (test.parameter == "") || got != nil && *got != test.parameter {
					t.Errorf("parameter in %s, want %q", a.body, test.parameter)
				}
			case strings.Contains(test.path, "/badge"):
				if !strings.HasPrefix(a.body, "<svg ") || !strings.Contains(strings.ReplaceAll(a.body, "&#34;", `"`), test.says) {
					t.Errorf("%s\nwant %s", a.body, test.says)
				}
			case strings.HasPrefix(test.path, "/-/"):
				if !strings.HasPrefix(a.body, test.says) {
					t.Errorf("%s", a.body)
				}
			default:
				doc := a.document(t)
				if got := text(doc.Find(".sentence")); !strings.Contains(got, test.says) {
					t.Errorf("%q\nwant %q", got, test.says)
				}
				if doc.Find(`main a[href="/eventlet-removal/"]`).Length() == 0 {
					t.Error("the page leads nowhere")
				}
			}
		})
	}
}

func TestOtherMethodsAreRefused(t *testing.T) {
	w := newWorld().start(t)
	for path, contentType := range map[string]string{
		"/": "text/html; charset=utf-8", "/eventlet-removal/": "text/html; charset=utf-8",
		"/polls": "text/html; charset=utf-8", "/api/v1/polls": "application/json", "/eventlet-removal/changes.csv": "text/html; charset=utf-8",
		"/api/v1/goals": "application/json", "/-/healthy": "text/plain; charset=utf-8",
	} {
		for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodOptions} {
			a := w.do(t, method, path)
			if a.StatusCode != 405 || a.Header.Get("Allow") != "GET, HEAD" || a.Header.Get("Content-Type") != contentType {
				t.Errorf("%s %s: %s, Allow %q, %s", method, path, a.Status, a.Header.Get("Allow"), a.Header.Get("Content-Type"))
			}
		}
	}
}
