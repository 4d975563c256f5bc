//go:build jekyll

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"

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
	shows := []string{"merged", "open", "percent", "status", "cycle"}
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
{% include headway.html project='"><script>alert(1)</script>' text='<b onload="x">y</b>' %}.
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
	if got := last.Eq(1).AttrOr("data-changes", ""); got != "1,2" {
		t.Errorf("changes %q", got)
	}
	if doc.Find("script").Length() != 1 || doc.Find("script").AttrOr("src", "") != "https://headway.example.org/h/embed.js" || doc.Find("b").Length() != 0 {
		t.Errorf("scripts: %d", doc.Find("script").Length())
	}
	seed := site.page(t, "testimonials/arnaud-morin/index.html")
	if e := seed.Find("[data-headway]"); e.Text() != inWords("merged", data.Goals["eventlet-removal"].Projects["openstack/mistral"]) || seed.Find("script").Length() != 1 {
		t.Errorf("the testimonial says %q", e.Text())
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
		want := api.Count{
			Goal: s.Goal, Project: &name, AsOf: p.AsOf, Stale: p.Stale, Counts: p.Counts, InFlight: p.InFlight,
			Progress: p.Progress, Status: status, Landed: goal.Projects[name].Landed,
		}
		if diff := cmp.Diff(want, goal.Projects[name]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if goal.Count.Landed == nil || goal.Count.Project != nil || goal.Count.Status != nil {
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
		return fmt.Sprint(*c.Landed)
	case "status":
		if c.Status == nil {
			return "no status"
		}
		return map[string]string{
			"completed": "Completed", "in-progress": "In Progress", "planning": "Planning", "none": "No changes tracked",
			"nothing-in-review": "Nothing in review", "stalled": "Stalled", "not-started": "Not started", "not-affected": "Not affected",
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
