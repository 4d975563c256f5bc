//go:build jekyll

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"github.com/eventlet-removal/headway/dashboard/api"
)

// jekyllFiles is where the files for Jekyll sites are.
const jekyllFiles = "../../deploy/jekyll"

// TestJekyll builds a small site around a real testimonial page, with the numbers of
// a running headway.
func TestJekyll(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	r := start(t, t.TempDir(), "demo", "--web.listen-address=127.0.0.1:0")
	for r.goals(t)[0].AsOf == nil {
		r.logged(t, `msg="poll done"`)
	}
	_, answer := r.get(t, "api/v1/goals/eventlet-removal")
	data := fromAPI(t, answer, "https://headway.example.org/h")
	var summary api.Summary
	if err := json.Unmarshal([]byte(answer), &summary); err != nil {
		t.Fatal(err)
	}
	t.Run("data", func(t *testing.T) { testJekyllData(t, summary, data) })

	projects := []string{"openstack/mistral", "openstack/nova", "openstack/oslo.service"}
	shows := []string{"merged", "open", "percent", "status", "cycle", "projects"}
	var page strings.Builder
	page.WriteString("---\nlayout: dashboard\n---\n")
	for _, show := range shows {
		for _, p := range projects {
			fmt.Fprintf(&page, "<p>It has {%% include headway.html project=%q show=%q %%} so far.</p>\n", p, show)
		}
		fmt.Fprintf(&page, "<p>All have {%% include headway.html show=%q %%} so far.</p>\n", show)
	}
	page.WriteString(`
In Markdown {% include headway.html project="openstack/no-such" %}, {% include headway.html changes="1,2" text="two" %},
{% include headway.html project='"><script>alert(1)</script>' text='<b onload="x">y</b>' %},
{% include headway.html show="percnt" %}, {% include headway.html goal="nope" %}.
`)
	site := buildSite(t, data, page.String())

	doc := site.page(t, "numbers.html")
	numbers := doc.Find("p > [data-headway]")
	for i, show := range shows {
		for j, name := range append(projects, "") {
			count := data.Goals["eventlet-removal"].Count
			if name != "" {
				count = data.Goals["eventlet-removal"].Projects[name]
			}
			e := numbers.Eq(i*(len(projects)+1) + j)
			want := strings.TrimSuffix("eventlet-removal/"+name, "/")
			if e.AttrOr("data-headway", "") != want || e.AttrOr("data-show", "") != show {
				t.Fatalf("%s, %s: %s, %s", name, show, e.AttrOr("data-headway", ""), e.AttrOr("data-show", ""))
			}
			if got, want := e.Text(), inWords(show, count); got != want {
				t.Errorf("%s, %s: %q, want %q", name, show, got, want)
			}
			day := count.AsOf.Format("2006-01-02")
			if e.AttrOr("data-as-of", "") != day || e.AttrOr("title", "") != "As of "+day+" (UTC)" {
				t.Errorf("%s, %s: as of %q, title %q", name, show, e.AttrOr("data-as-of", ""), e.AttrOr("title", ""))
			}
		}
	}
	last := numbers.Slice(len(shows)*(len(projects)+1), goquery.ToEnd)
	for i, want := range []string{"–", "two", `<b onload="x">y</b>`} {
		e := last.Eq(i)
		if _, dated := e.Attr("data-as-of"); e.Text() != want || dated {
			t.Errorf("without a number: %q, want %q", e.Text(), want)
		}
	}
	for i, want := range []string{"headway: no such project in _data/headway.json: openstack/no-such", "", `headway: no such project in _data/headway.json: "><script>alert(1)</script>`, "headway: no such number: percnt", "headway: no such goal in _data/headway.json: nope"} {
		if got := last.Eq(i).AttrOr("title", ""); got != want {
			t.Errorf("title %q, want %q", got, want)
		}
	}
	if got := last.Eq(1).AttrOr("data-changes", ""); got != "1,2" {
		t.Errorf("changes %q", got)
	}
	if doc.Find("script").Length() != 1 || doc.Find("script").AttrOr("src", "") != "https://headway.example.org/h/embed.js" || doc.Find("b").Length() != 0 {
		t.Errorf("scripts: %d", doc.Find("script").Length())
	}
	testOldNumbers(t, data)
	seed := site.page(t, "testimonials/arnaud-morin/index.html")
	if e := seed.Find("[data-headway]"); e.Text() != inWords("merged", data.Goals["eventlet-removal"].Projects["openstack/mistral"]) || seed.Find("script").Length() != 1 {
		t.Errorf("the testimonial says %q", e.Text())
	}
}

// testOldNumbers builds a site from numbers that nobody has refreshed for long: they say
// so without headway.
func testOldNumbers(t *testing.T, data api.SiteData) {
	t.Helper()
	encoded, err := json.Marshal(data)
	if err != nil {
		t.Fatal(err)
	}
	var old api.SiteData
	if err := json.Unmarshal(encoded, &old); err != nil {
		t.Fatal(err)
	}
	for name, age := range map[string]int{"openstack/mistral": 8, "openstack/nova": 10, "openstack/oslo.service": 0} {
		c := old.Goals["eventlet-removal"].Projects[name]
		at := time.Now().UTC().AddDate(0, 0, -age)
		c.AsOf, c.Stale = &at, age == 0
		old.Goals["eventlet-removal"].Projects[name] = c
	}
	doc := buildSite(t, old, "---\nlayout: dashboard\n---\n"+`
<p>{% include headway.html project="openstack/mistral" %}</p><p>{% include headway.html project="openstack/nova" %}</p>
<p>{% include headway.html project="openstack/oslo.service" show="status" %}</p>`).page(t, "numbers.html")
	for i, name := range []string{"openstack/mistral", "openstack/nova", "openstack/oslo.service"} {
		e, c := doc.Find("[data-headway]").Eq(i), old.Goals["eventlet-removal"].Projects[name]
		show, note := "merged", " (as of "+c.AsOf.Format("2 Jan 2006")+")"
		if i == 2 {
			show = "status"
		}
		if i == 0 {
			note = ""
		}
		_, stale := e.Attr("data-headway-stale")
		if e.Text() != inWords(show, c)+note || stale != (note != "") || strings.HasSuffix(e.AttrOr("title", ""), "not up to date") != stale {
			t.Errorf("%s: %q, title %q, stale %v", name, e.Text(), e.AttrOr("title", ""), stale)
		}
	}
}

// TestJekyllRefresh runs the steps of the workflow as they are written.
func TestJekyllRefresh(t *testing.T) {
	var workflow struct {
		Jobs map[string]struct {
			Steps []struct{ Run string }
		}
	}
	data, err := os.ReadFile(filepath.Join(jekyllFiles, "refresh.yml"))
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(data, &workflow); err != nil {
		t.Fatal(err)
	}
	asOf, merged := "2026-11-16T08:00:00Z", 12 // a Monday, in the middle of the weeks that are counted
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/h/api/v1/goals/eventlet-removal" {
			http.NotFound(w, r)
			return
		}
		fmt.Fprintf(w, `{"goal":"eventlet-removal","title":"T","as_of":%q,"stale":false,"counts":{"merged":%d},"in_flight":0,"progress":1,"cycles":[],"projects":[]}`, asOf, merged)
	}))
	defer server.Close()

	dir, site := t.TempDir(), "docs"
	sh := func(script string) (string, error) {
		cmd := exec.Command("bash", "-c", script)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "HEADWAY="+server.URL+"/h", "GOALS=eventlet-removal", "SITE="+site,
			"GIT_CONFIG_GLOBAL=/dev/null", "GIT_AUTHOR_NAME=t", "GIT_AUTHOR_EMAIL=t@example.org", "GIT_COMMITTER_NAME=t", "GIT_COMMITTER_EMAIL=t@example.org")
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	jq, err := os.ReadFile(filepath.Join(jekyllFiles, "count.jq"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, "count.jq", string(jq))
	if out, err := sh(`git init -q --bare remote && git init -q -b main . && git remote add origin remote && git config push.autoSetupRemote true &&
		mkdir docs .github && mv count.jq .github && touch docs/_config.yml && echo remote >.gitignore && git add . && git commit -qm first && git push -q`); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	refresh := func() (commits string) {
		t.Helper()
		for _, step := range workflow.Jobs["refresh"].Steps {
			if out, err := sh(step.Run); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
		}
		out, err := sh("git -C remote rev-list --count main && git checkout -q .")
		if err != nil {
			t.Fatal(out)
		}
		return strings.TrimSpace(out)
	}
	for _, step := range []struct {
		name, asOf string
		merged     int
		commits    string
	}{
		{"at first", "2026-11-16T08:00:00Z", 12, "2"},
		{"a day later", "2026-11-17T08:00:00.25Z", 12, "2"},
		{"after a merge", "2026-11-17T09:00:00Z", 13, "3"},
		{"a week later", "2026-11-24T09:00:00Z", 13, "4"},
	} {
		asOf, merged = step.asOf, step.merged
		if got := refresh(); got != step.commits {
			t.Errorf("%s: %s commits, want %s", step.name, got, step.commits)
		}
	}
	out, _ := sh("cat docs/_data/headway.json")
	var built api.SiteData
	if err := json.Unmarshal([]byte(out), &built); err != nil || built.URL == nil || *built.URL != server.URL+"/h/" || *built.Goals["eventlet-removal"].Count.Counts.Merged != 13 {
		t.Errorf("%v in %s", err, out)
	}
	site = "elsewhere"
	if out, err := sh(workflow.Jobs["refresh"].Steps[1].Run); err == nil || !strings.Contains(out, "no _config.yml in elsewhere: set SITE") {
		t.Errorf("another folder: %v, %s", err, out)
	}
}

// testJekyllData compares what count.jq makes of a summary with what our own export
// and the count API are made of.
func testJekyllData(t *testing.T, s api.Summary, data api.SiteData) {
	goal := data.Goals["eventlet-removal"]
	if goal.Title != s.Title || data.AsOf == nil || !data.AsOf.Equal(*s.AsOf) || len(goal.Projects) != len(s.Projects) {
		t.Errorf("%q as of %v with %d projects", goal.Title, data.AsOf, len(goal.Projects))
	}
	for _, p := range s.Projects {
		name, status := p.Project, p.Measured
		if p.Declared != nil {
			status = p.Declared
		}
		var percent *int
		if left := *p.InFlight; p.Progress != nil {
			if p.Remaining != nil {
				left = *p.Remaining
			}
			percent = new(100 * *p.Counts.Merged / (*p.Counts.Merged + left))
		}
		want := api.Count{
			Goal: s.Goal, Project: &name, AsOf: p.AsOf, Stale: p.Stale, Counts: p.Counts, InFlight: p.InFlight,
			Progress: p.Progress, Percent: percent, Status: status, CycleMerged: goal.Projects[name].CycleMerged,
		}
		if diff := cmp.Diff(want, goal.Projects[name]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	of := 0
	for status, n := range s.ProjectsByStatus {
		if status != "not-affected" {
			of += n
		}
	}
	if want := (&api.Completed{Completed: s.ProjectsByStatus["completed"], Of: of}); of == 0 || cmp.Diff(want, goal.Count.Projects) != "" {
		t.Errorf("projects %+v, want %+v", goal.Count.Projects, want)
	}
	if goal.Count.CycleMerged == nil || goal.Count.Project != nil || goal.Count.Status != nil {
		t.Errorf("goal: %+v", goal.Count)
	}
}

// fromAPI makes _data/headway.json of the API's answer, as the workflow does.
func fromAPI(t *testing.T, answer, url string) (data api.SiteData) {
	t.Helper()
	jq := exec.Command("jq", "--slurp", "--arg", "url", url, "-f", filepath.Join(jekyllFiles, "count.jq"))
	jq.Stdin = strings.NewReader(answer)
	jq.Stderr = os.Stderr
	out, err := jq.Output()
	if err != nil {
		t.Fatalf("jq: %v", err)
	}
	d := json.NewDecoder(bytes.NewReader(out))
	d.DisallowUnknownFields()
	if err := d.Decode(&data); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	return data
}

// inWords is a count as a badge says it.
func inWords(show string, c api.Count) string {
	switch show {
	case "merged":
		return fmt.Sprint(*c.Counts.Merged)
	case "open":
		return fmt.Sprint(*c.InFlight)
	case "cycle":
		return fmt.Sprint(*c.CycleMerged)
	case "projects":
		if c.Projects == nil {
			return "one project"
		}
		return fmt.Sprintf("%d of %d completed", c.Projects.Completed, c.Projects.Of)
	case "status":
		if c.Status == nil {
			return "no status"
		}
		return map[string]string{
			"completed": "Completed", "in-progress": "In Progress", "planning": "Planning", "none": "No changes tracked",
			"nothing-in-review": "Nothing left in review", "stalled": "Stalled", "not-started": "Not started", "not-affected": "Not affected",
		}[*c.Status]
	}
	if c.Progress == nil {
		return "no changes yet"
	}
	if *c.Counts.Merged == 0 {
		return "0% merged"
	}
	of := int(math.Round(float64(*c.Counts.Merged) / *c.Progress))
	return fmt.Sprintf("%d%% of %d merged", 100**c.Counts.Merged/of, of)
}

// jekyllSite is a site as Jekyll built it.
type jekyllSite struct{ dir string }

func buildSite(t *testing.T, data api.SiteData, numbers string) jekyllSite {
	t.Helper()
	include, err := os.ReadFile(filepath.Join(jekyllFiles, "_includes", "headway.html"))
	if err != nil {
		t.Fatal(err)
	}
	seed, err := os.ReadFile("../../dashboard/testimonials/testdata/arnaud-morin.md")
	if err != nil {
		t.Fatal(err)
	}
	const beside = "Working on OpenStack Mistral"
	if !strings.Contains(string(seed), beside) {
		t.Fatalf("the testimonial lacks %q", beside)
	}
	encoded, err := json.Marshal(data)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, content := range map[string]string{
		"_config.yml":                  "title: A site\n",
		"_layouts/dashboard.html":      "<!DOCTYPE html><html lang=en><title>{{ page.title }}</title><body>{{ content }}</body></html>",
		"_data/headway.json":           string(encoded),
		"_includes/headway.html":       string(include),
		"guide/testimonials/index.md":  "---\ntitle: All\n---\n",
		"guide/testimonials/arnaud.md": strings.Replace(string(seed), beside, beside+`: {% include headway.html project="openstack/mistral" %} changes merged`, 1),
		"numbers.md":                   numbers,
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	build := exec.Command("jekyll", "build", "--quiet", "--strict_front_matter", "--disable-disk-cache")
	build.Dir = dir
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("jekyll build: %v\n%s", err, out)
	}
	return jekyllSite{filepath.Join(dir, "_site")}
}

func (s jekyllSite) page(t *testing.T, name string) *goquery.Document {
	t.Helper()
	f, err := os.Open(filepath.Join(s.dir, name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	doc, err := goquery.NewDocumentFromReader(f)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}
