package dashboard_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"

	"github.com/eventlet-removal/headway/dashboard"
	"github.com/eventlet-removal/headway/dashboard/api"
	"github.com/eventlet-removal/headway/dashboard/export"
	"github.com/eventlet-removal/headway/store"
)

// badNames are names of projects that want out of the directory, or into the place
// of another file.
var badNames = []string{"../../outside", "a/../../b", "/etc/passwd", "index.html/x", "a.json/b", `back\slash`, "nul\x00l", "_data/x", ".headway-export", "q?x#y", "javascript:alert(1)", ".", "..", "a/..", "./a", "a/.", "openstack/Nova", "Openstack/nova", "INDEX.html", "c1\u0085\u009f\x7f", "\ufeff\uffff\ufffe\u2028"}

// exportWorld has more than one page of changes, and hostile projects.
func exportWorld(t *testing.T) *world {
	w := newWorld().populate()
	for i := range 120 {
		w.add(store.Change{Row: store.Row{Number: 1000 + i, Project: "openstack/mistral", Status: store.StatusMerged, Submitted: ago(400 + i)}})
	}
	for i, name := range badNames {
		w.add(store.Change{Row: store.Row{Number: 2000 + i, Project: name, Status: store.StatusNew}})
	}
	return w.start(t)
}

// export reads the world's server as a reader would.
func (w *world) export(t *testing.T) map[string][]byte {
	t.Helper()
	site := export.Site{Base: &url.URL{Scheme: "https", Host: "headway.invalid", Path: "/"}, AcceptLoading: true, Lists: dashboard.StateLists()}
	files, err := export.Files(t.Context(), site, export.FetchFrom(w.server.Handler()))
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestExportKnowsWhereItStands, if the server was told: each page names itself in full.
func TestExportKnowsWhereItStands(t *testing.T) {
	w := newWorld().populate()
	w.cfg.ExternalURL = &url.URL{Scheme: "https", Host: "readers.example", Path: "/h"}
	files := w.start(t).export(t)
	for name, body := range files {
		if !strings.HasSuffix(name, "index.html") {
			continue
		}
		want := "https://readers.example/h/" + strings.TrimSuffix(name, "index.html")
		for _, tag := range []string{`<link rel="canonical" href="` + want + `"/>`, `<meta property="og:url" content="` + want + `"/>`} {
			if !strings.Contains(string(body), tag) {
				t.Errorf("%s lacks %s", name, tag)
			}
		}
	}
	if !strings.Contains(string(files["eventlet-removal/index.html"]), `class="anchor" href="#projects"`) {
		t.Error("headings have no anchors")
	}
}

// TestExportToADiskThatIgnoresCase: no two files may be one there.
func TestExportToADiskThatIgnoresCase(t *testing.T) {
	seen := map[string]string{}
	files := exportWorld(t).export(t)
	for name := range files {
		lower := strings.ToLower(name)
		if other := seen[lower]; other != "" {
			t.Errorf("%s and %s", other, name)
		}
		seen[lower] = name
	}
	for _, project := range []string{"openstack/nova", "openstack/Nova", "Openstack/nova"} {
		n := 0
		for name, body := range files {
			if strings.HasSuffix(name, "/index.html") && strings.Contains(name, "/projects/") && heading(t, body) == project {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%s has %d pages", project, n)
		}
	}
}

// heading is the name in the first heading of a page.
func heading(t *testing.T, body []byte) string {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return doc.Find("h1 bdi").First().Text()
}

// crawler follows every link of a site of files.
type crawler struct {
	base string
	docs map[string]*goquery.Document // by address without fragment; nil: no page
}

func (c *crawler) visit(t *testing.T, address string) *goquery.Document {
	t.Helper()
	if doc, seen := c.docs[address]; seen {
		return doc
	}
	c.docs[address] = nil
	files := http.Client{Transport: new(http.Transport)} // which have no headers of the API
	resp, err := files.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Errorf("%s: %s", address, resp.Status)
		return nil
	}
	if !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html") {
		_, err := io.Copy(io.Discard, resp.Body)
		if err != nil {
			t.Error(err)
		}
		return nil
	}
	doc, err := goquery.NewDocumentFromReader(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	c.docs[address] = doc
	doc.Find("[href], [src], [action]").Each(func(_ int, s *goquery.Selection) {
		link := s.AttrOr("href", s.AttrOr("src", s.AttrOr("action", "")))
		u, err := resp.Request.URL.Parse(link)
		if err != nil {
			t.Errorf("%s: %v", address, err)
			return
		}
		switch {
		case strings.HasPrefix(link, gerrit), strings.HasPrefix(link, "https://site.example.org/"), strings.HasPrefix(link, "https://github.com/eventlet-removal/headway"), strings.HasPrefix(link, "data:image/"):
			return
		case strings.Contains(link, "://"), strings.HasPrefix(link, "/"), strings.Contains(link, "?"), strings.Contains(link, "javascript"):
			t.Errorf("%s links %q, not relative", address, link)
			return
		}
		fragment := u.Fragment
		u.Fragment = ""
		target := c.visit(t, u.String())
		if fragment != "" && (target == nil || target.Find(`[id="`+fragment+`"]`).Length() == 0) {
			t.Errorf("%s links %q, which has no such part", address, link)
		}
	})
	return doc
}

// TestExportHasNoBrokenLink serves an export as files and follows all of its links.
func TestExportHasNoBrokenLink(t *testing.T) {
	w := exportWorld(t)
	files := w.export(t)
	dir := t.TempDir()
	for name, body := range files {
		if !filepath.IsLocal(name) || strings.Contains(name, "..") || strings.ContainsAny(name, "\\\x00?#:") {
			t.Fatalf("file %q leaves its directory", name)
		}
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, body, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	srv := httptest.NewServer(http.FileServer(http.Dir(dir)))
	defer srv.Close()
	c := &crawler{srv.URL, map[string]*goquery.Document{}}
	home := c.visit(t, srv.URL+"/")
	if home == nil || home.Find("time").Length() == 0 {
		t.Fatal("the first page does not say as of when it is")
	}
	pages, want := 0, now.Add(-3*time.Minute+10*time.Minute+10*time.Minute+time.Minute).Format(time.RFC3339)
	for address, doc := range c.docs {
		if doc == nil {
			continue
		}
		pages++
		if n := doc.Find("script:not([data-stale-after]), form, input, [data-seconds]").Length(); n > 0 {
			t.Errorf("%s has %d elements that need a server", address, n)
		}
		// Ten minutes after the poll, and ten more, and the time that a poll may take.
		if after := doc.Find("script").AttrOr("data-stale-after", ""); after != want {
			t.Errorf("%s greys itself after %q, want %s", address, after, want)
		}
		if text := doc.Find("main").Text(); strings.Contains(text, " ago") {
			t.Errorf("%s tells an age, which will be wrong", address)
		}
		doc.Find("section[aria-labelledby] a:not(.anchor)").Each(func(_ int, a *goquery.Selection) {
			if own := a.Closest("section").AttrOr("aria-labelledby", ""); a.AttrOr("href", "") == "#"+own {
				t.Errorf("%s: %q leads to where it is", address, a.Text())
			}
		})
		if strings.Contains(doc.Find("body").Text(), "Put our own address in front") {
			t.Errorf("%s offers badges of an unknown server", address)
		}
		if strings.Contains(doc.Find("body").Text(), "Sync log") {
			t.Errorf("%s tells of the sync log", address)
		}
	}
	// The pages of projects, states and classes, and the second pages of long lists.
	if pages < 40 {
		t.Errorf("%d pages are linked", pages)
	}
	for _, name := range []string{
		"index.html", "eventlet-removal/index.html", "eventlet-removal/attention/index.html",
		"eventlet-removal/changes/merged/page-2/index.html", "eventlet-removal/changes/backport/merged/index.html",
		"eventlet-removal/changes/open-wip/index.html", "eventlet-removal/changes-merged.csv",
		"eventlet-removal/projects/openstack/nova/index.html", "eventlet-removal/teams/compute/index.html",
		"eventlet-removal/badge.svg", "eventlet-removal/badge/openstack/found.svg.svg", "_data/headway.json",
	} {
		if files[name] == nil {
			t.Errorf("there is no %s", name)
		}
	}
}

// TestExportIsWhatTheServerSays compares JSON and badges.
func TestExportIsWhatTheServerSays(t *testing.T) {
	w := exportWorld(t)
	files := w.export(t)
	for name, address := range map[string]string{
		"api/v1/goals.json":                                                  "/api/v1/goals",
		"api/v1/goals/eventlet-removal.json":                                 "/api/v1/goals/eventlet-removal",
		"api/v1/goals/eventlet-removal/projects/openstack/nova.json":         "/api/v1/goals/eventlet-removal/projects/openstack/nova",
		"api/v1/goals/eventlet-removal/count.json":                           "/api/v1/goals/eventlet-removal/count",
		"api/v1/goals/eventlet-removal/count/openstack/nova.json":            "/api/v1/goals/eventlet-removal/count/openstack/nova",
		"api/v1/goals/eventlet-removal/history.json":                         "/api/v1/goals/eventlet-removal/history",
		"api/v1/goals/eventlet-removal/history/projects/openstack/nova.json": "/api/v1/goals/eventlet-removal/history?project=openstack/nova",
		"api/v1/goals/eventlet-removal/history/teams/compute.json":           "/api/v1/goals/eventlet-removal/history?team=compute",
		"api/v1/goals/eventlet-removal/changes.json":                         "/api/v1/goals/eventlet-removal/changes?limit=500",
		"eventlet-removal/badge/openstack/nova.svg":                          "/eventlet-removal/badge/openstack/nova.svg",
		"eventlet-removal/badge.json":                                        "/eventlet-removal/badge.json",
		"eventlet-removal/changes-backport-merged.csv":                       "/eventlet-removal/changes.csv?class=backport&state=merged",
	} {
		if diff := cmp.Diff(w.get(t, address).body, string(files[name])); diff != "" {
			t.Errorf("%s (-server +file):\n%s", name, diff)
		}
	}
	for name, body := range files {
		if strings.HasSuffix(name, ".json") && !json.Valid(body) {
			t.Errorf("%s is not JSON", name)
		}
	}
}

// estimate is what the API tells to the second of when all will be merged. It moves
// with the time.
var estimate = regexp.MustCompile(`"eta":\{[^}]*\}`)

// TestExportAgesAreDates: the same numbers a few minutes later make the same files.
func TestExportAgesAreDates(t *testing.T) {
	w := exportWorld(t)
	before := w.export(t)
	w.now = w.now.Add(5 * time.Minute)
	after := w.export(t)
	for name, body := range before {
		if !bytes.Equal(estimate.ReplaceAll(body, nil), estimate.ReplaceAll(after[name], nil)) {
			t.Errorf("%s (-before +after):\n%s", name, cmp.Diff(string(body), string(after[name])))
		}
	}
	if len(before) != len(after) {
		t.Errorf("%d files, and %d later", len(before), len(after))
	}
}

// TestExportOfAServer reads one over HTTP, below a prefix.
func TestExportOfAServer(t *testing.T) {
	w := newWorld().populate()
	w.cfg.ExternalURL = &url.URL{Scheme: "https", Host: "www.example.org", Path: "/progress/"}
	w.start(t)
	base, err := url.Parse("https://www.example.org/progress")
	if err != nil {
		t.Fatal(err)
	}
	site := export.Site{Base: base, Public: "https://www.example.org/progress/", Lists: dashboard.StateLists()}
	files, err := export.Files(t.Context(), site, export.FetchFrom(w.server.Handler()))
	if err != nil {
		t.Fatal(err)
	}
	for name, body := range files {
		if strings.HasSuffix(name, ".html") && bytes.Contains(body, []byte(`href="/progress`)) {
			t.Errorf("%s has links below the prefix", name)
		}
	}
	var data api.SiteData
	if err := json.Unmarshal(files["_data/headway.json"], &data); err != nil || data.URL == nil || *data.URL != "https://www.example.org/progress/" {
		t.Errorf("_data/headway.json: %v, url %v", err, data.URL)
	}
}

// TestExportRefusesAnOlderServer: one that does not know the static form would fill the
// files with forms and ages.
func TestExportRefusesAnOlderServer(t *testing.T) {
	w := newWorld().populate().start(t)
	older := http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		r.Header.Del(export.Header)
		w.server.Handler().ServeHTTP(out, r)
	})
	site := export.Site{Base: &url.URL{Scheme: "https", Host: "headway.invalid", Path: "/"}, Lists: dashboard.StateLists()}
	_, err := export.Files(t.Context(), site, export.FetchFrom(older))
	if err == nil || !strings.Contains(err.Error(), "it is older than this headway") {
		t.Errorf("error %v", err)
	}
}

// TestStaticFormIsNotKept: both forms have one address, so no cache may mix them up.
func TestStaticFormIsNotKept(t *testing.T) {
	w := newWorld().populate().start(t)
	normal := w.get(t, "/eventlet-removal/")
	if normal.Header.Get(export.Header) != "" || !strings.Contains(strings.Join(normal.Header.Values("Vary"), ","), export.Header) {
		t.Errorf("the page that readers get: %v", normal.Header)
	}
	static := w.get(t, "/eventlet-removal/", export.Header, export.Static, "If-None-Match", normal.Header.Get("ETag"))
	if static.StatusCode != http.StatusOK || static.Header.Get(export.Header) != export.Static || static.Header.Get("Cache-Control") != "no-store" || static.Header.Get("ETag") != "" {
		t.Errorf("the static form: %s, %v", static.Status, static.Header)
	}
	for _, form := range []string{"", "paper"} {
		if again := w.get(t, "/eventlet-removal/", export.Header, form); again.body != normal.body {
			t.Errorf("after the static form, the form %q is another page", form)
		}
	}
}
