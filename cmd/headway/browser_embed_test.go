//go:build browser

package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/eventlet-removal/headway/dashboard/api"
)

// TestBrowserEmbeds reads pages of other origins that embed numbers of a running program.
func TestBrowserEmbeds(t *testing.T) {
	b := newBrowser(t)
	t.Run("script", b.testEmbedScript)
	t.Run("widget", b.testWidgetFrames)
	t.Run("builder", b.testBuilder)
}

// elsewhere is a site of another origin with pages by path; %s in a page is where
// headway is.
type elsewhere struct {
	url   string // without a slash at the end
	pages map[string]string
	ours  string // headway's address, once it is known
}

func newElsewhere(t *testing.T, pages map[string]string) *elsewhere {
	t.Helper()
	site := &elsewhere{pages: pages}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		io.WriteString(w, "<!DOCTYPE html><html lang=en><title>Elsewhere</title><link rel=icon href=data:,>"+strings.ReplaceAll(site.pages[r.URL.Path], "%s", site.ours))
	}))
	t.Cleanup(server.Close)
	site.url = server.URL
	return site
}

// newEmbedded is `serve` for a site that may frame its widgets.
func newEmbedded(t *testing.T, site *elsewhere) *quietSite {
	t.Helper()
	dir := t.TempDir()
	gerrit := demoChanges(t)
	server := httptest.NewServer(gerrit)
	t.Cleanup(server.Close)
	config := siteYAML(t, server.URL+"/", "@every 10m", "") // one poll: pages and API are compared to the minute
	const builtin = `frame_ancestors: ["https://removal.eventlet.org"]`
	if !strings.Contains(config, builtin) {
		t.Fatalf("the built-in configuration has another line than %s", builtin)
	}
	write(t, dir, "c.yml", strings.Replace(config, builtin, fmt.Sprintf("frame_ancestors: [%q]", site.url), 1))
	s := &quietSite{start(t, dir, "serve", "--config.file=c.yml", "--web.listen-address=127.0.0.1:0"), gerrit, server.URL + "/"}
	for s.asOf(t, mainGoal) == nil {
		s.logged(t, `msg="poll done"`)
	}
	site.ours = s.url
	return s
}

// scriptPage has every kind of element. Its own numbers are wrong, so that it shows
// which were replaced.
const scriptPage = `
<style>body { color: rgb(1, 2, 3); font: 20px serif }</style>
<p>Merged: <span id=merged data-headway="eventlet-removal/openstack/nova" data-show=merged data-as-of=2020-01-01>-1</span>
not merged yet: <span id=open data-headway="eventlet-removal/openstack/nova" data-show=open data-as-of=2020-01-01>-1</span>
<span id=percent data-headway="eventlet-removal/openstack/nova" data-show=percent>-1</span>
<span id=default data-headway="eventlet-removal/openstack/nova">-1</span>
<span id=status data-headway="eventlet-removal/openstack/nova" data-show=status>-1</span>
<span id=cycle data-headway="eventlet-removal/openstack/nova" data-show=cycle>-1</span>
<span id=goal data-headway="eventlet-removal" data-show=merged>-1</span>
<span id=unknown data-headway="eventlet-removal/no/such" data-show=merged data-as-of=2020-01-01>-1</span>
<span id=goal-unknown data-headway="no-such-goal" data-show=merged data-as-of=2020-01-01>-1</span>
<span id=word data-headway="eventlet-removal" data-show=colour data-as-of=2020-01-01>-1</span>
<span id=picked data-headway="eventlet-removal" data-changes="MERGED, OPEN,999999999" data-as-of=2020-01-01>-1</span>
<span id=junk data-headway="eventlet-removal" data-changes="x" data-as-of=2020-01-01>-1</span>
<p id=linked data-headway="eventlet-removal" data-changes="MERGED,OPEN,999999999"><a href="https://review.example.org/c/p/+/MERGED">one</a>,
<a href="https://review.example.org/#/c/OPEN/2">two</a>, <a href="https://review.example.org/999999999">three</a>, <a href="https://site.example.org/">four</a></p>
<script src="%sembed.js" defer></script>`

// testEmbedScript fills numbers into a page, and leaves them alone without headway.
func (b *browser) testEmbedScript(t *testing.T) {
	site := newElsewhere(t, map[string]string{})
	ours := newEmbedded(t, site)
	merged, open := oneOf(t, ours, "merged"), oneOf(t, ours, "open")
	site.pages["/"] = strings.NewReplacer("MERGED", fmt.Sprint(merged), "OPEN", fmt.Sprint(open)).Replace(scriptPage)
	var count, goal api.Count
	ours.json(t, "api/v1/goals/eventlet-removal/count/openstack/nova", &count)
	ours.json(t, "api/v1/goals/eventlet-removal/count", &goal)
	_, percent := ours.get(t, "eventlet-removal/badge/openstack/nova.svg")

	tab := b.tab(t)
	tab.load(site.url + "/")
	tab.await(`[...document.querySelectorAll('[data-headway]')].every(e => e.title)`)
	doc := tab.document()
	for id, want := range map[string]string{
		"merged": fmt.Sprint(*count.Counts.Merged), "open": fmt.Sprint(*count.InFlight), "cycle": fmt.Sprint(*count.CycleMerged),
		"status": "In Progress", "goal": fmt.Sprint(*goal.Counts.Merged), "unknown": "-1", "word": "-1", "goal-unknown": "-1",
		"picked": "1 merged, 1 in review, 1 not in this goal", "junk": "-1",
		"linked": "one (merged),\ntwo (in review), three (not in this goal), four",
	} {
		e := doc.Find("#" + id)
		if got := e.Text(); got != want {
			t.Errorf("%s: %q, want %q", id, got, want)
		}
		if _, stale := e.Attr("data-headway-stale"); stale || e.HasClass("headway-stale") {
			t.Errorf("%s is marked as not up to date", id)
		}
		at, title := count.AsOf.Format("2006-01-02"), "As of "+count.AsOf.Format("2006-01-02 15:04")+" (UTC)"
		// A mistake is the author's to know, and no age.
		if mistake := map[string]string{
			"unknown": `There is no project "no/such" in Eventlet removal.`, "goal-unknown": `There is no goal "no-such-goal".`,
			"word": `no data-show "colour"; there are merged, open, percent, status, cycle, projects`,
			"junk": `Bad parameter "numbers": not a change number: "x".`,
		}[id]; mistake != "" {
			at, title = "2020-01-01", "headway: "+mistake
		}
		if e.AttrOr("data-as-of", "") != at || e.AttrOr("title", "") != title {
			t.Errorf("%s: as of %q, title %q; want %q, %q", id, e.AttrOr("data-as-of", ""), e.AttrOr("title", ""), at, title)
		}
	}
	for _, id := range []string{"percent", "default"} {
		if got := doc.Find("#" + id).Text(); !strings.HasSuffix(got, "merged") || !strings.Contains(percent, ">"+got+"</text>") {
			t.Errorf("%s: %q, and the badge: %s", id, got, percent)
		}
	}
	if look := eval[string](tab, `(s => s.color + ' ' + s.fontSize)(getComputedStyle(document.querySelector('#merged')))`); look != "rgb(1, 2, 3) 20px" {
		t.Errorf("it has a look of its own: %s", look)
	}
	requests, _, console := tab.heard()
	if got := strings.Count(strings.Join(console, "\n"), "console.warning"); got != 4 {
		t.Errorf("%d warnings for 4 mistakes: %q", got, console)
	}
	asked := map[string]int{}
	for _, r := range requests {
		asked[r]++
		if asked[r] > 1 {
			t.Errorf("asked twice for %s", r)
		}
	}

	if code := ours.stop(t, syscall.SIGTERM); code != 0 {
		t.Errorf("headway ended with %d", code)
	}
	// The script may come from a cache for a week, while headway is away.
	script, err := os.ReadFile(filepath.Join("..", "..", "dashboard", "static", "embed.js"))
	if err != nil {
		t.Fatal(err)
	}
	cache := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/embed.js" {
			w.Header().Set("Content-Type", "text/javascript")
			w.Write(script)
			return
		}
		panic(http.ErrAbortHandler)
	}))
	t.Cleanup(cache.Close)
	tab.load(site.url + "/")
	if got := tab.document().Find("#merged").Text(); got != "-1" {
		t.Errorf("without a script: %q", got)
	}
	site.ours = cache.URL + "/"
	tab.load(site.url + "/")
	tab.await(`[...document.querySelectorAll('[data-headway]')].every(e => e.id == 'word' || e.matches('.headway-stale[data-headway-stale]'))`)
	e := tab.document().Find("#merged")
	if e.Text() != "-1 (as of 1 Jan 2020)" || e.AttrOr("title", "") != "As of 2020-01-01 (UTC), not up to date" || e.AttrOr("data-as-of", "") != "2020-01-01" {
		t.Errorf("without headway: %q, title %q", e.Text(), e.AttrOr("title", ""))
	}
	if got := tab.document().Find("#word").AttrOr("title", ""); !strings.HasPrefix(got, "headway: no data-show") {
		t.Errorf("a mistake without headway: %q", got)
	}
}

// oneOf is the number of a change in a state.
func oneOf(t *testing.T, s *quietSite, state string) int {
	t.Helper()
	var list api.Changes
	s.json(t, "api/v1/goals/eventlet-removal/changes?limit=1&state="+state, &list)
	if len(list.Changes) != 1 {
		t.Fatalf("no change is %s", state)
	}
	return list.Changes[0].Number
}

const framePage = `<iframe id=a src="%seventlet-removal/embed/openstack/nova" width=280 height=300></iframe>`

// testWidgetFrames shows a widget in a frame of the configured site, and in no other.
// No other page of ours may be framed at all.
func (b *browser) testWidgetFrames(t *testing.T) {
	pages := map[string]string{"/": framePage, "/page": strings.Replace(framePage, "embed/", "projects/", 1)}
	friend, outsider := newElsewhere(t, pages), newElsewhere(t, pages)
	ours := newEmbedded(t, friend)
	outsider.ours = ours.url
	tab := b.tab(t)
	for _, test := range []struct {
		name, url string
		shown     bool
	}{
		{"configured", friend.url + "/", true},
		{"another", outsider.url + "/", false},
		{"a page that is not a widget", friend.url + "/page", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			tab.load(test.url)
			frames := send(tab, cdppage.GetFrameTree, cdp.Empty{}).FrameTree.ChildFrames
			if len(frames) != 1 {
				t.Fatalf("%d frames", len(frames))
			}
			if shown := strings.HasPrefix(frames[0].Frame.URL, ours.url); shown != test.shown {
				t.Errorf("the frame shows %s", frames[0].Frame.URL)
			}
			_, _, console := tab.heard()
			if refused := strings.Contains(strings.Join(console, "\n"), "frame-ancestors"); refused == test.shown {
				t.Errorf("console: %q", console)
			}
		})
	}
	for _, path := range []string{"embed/openstack/nova", "embed", fmt.Sprintf("embed?changes=%d,%d,1", oneOf(t, ours, "merged"), oneOf(t, ours, "wip")), "embed?changes=x"} {
		status := 200
		if strings.HasSuffix(path, "=x") {
			status = 400
		}
		for _, theme := range []string{"dark", "light", "auto"} {
			address := ours.url + "eventlet-removal/" + path + map[bool]string{true: "&", false: "?"}[strings.Contains(path, "?")] + "theme=" + theme
			tab.resize(280, 300)
			if got := tab.load(address); got != status {
				t.Errorf("%s: %d, want %d", address, got, status)
			}
			if wide := eval[int](tab, `document.documentElement.scrollWidth`); wide > 280 {
				t.Errorf("%s is %d px wide: %s", address, wide, eval[string](tab, tooWide))
			}
			run(tab, "load axe-core", chromedp.Evaluate[chromedp.Void](b.axe))
			for _, scheme := range []string{"dark", "light"} {
				tab.emulate("", scheme)
				for _, v := range eval[[]string](tab, violations) {
					t.Errorf("%s in %s: %s", address, scheme, v)
				}
			}
			light := eval[bool](tab, `(c => c[0] > 200)(getComputedStyle(document.body).backgroundColor.match(/\d+/g))`)
			if want := theme != "dark"; status == 200 && light != want { // the last scheme was light
				t.Errorf("%s: light %v, want %v", address, light, want)
			}
		}
	}
}

// testBuilder copies a line and looks at the previews.
func (b *browser) testBuilder(t *testing.T) {
	site := newElsewhere(t, nil)
	ours := newEmbedded(t, site)
	tab := b.tab(t)
	for _, width := range []int64{desktop, phone} {
		tab.resize(width, 844)
		if got := tab.load(ours.url + "embeds?project=openstack/nova&metric=sparkline"); got != 200 {
			t.Errorf("status %d", got)
		}
		tab.await(`document.querySelector('.preview img').naturalWidth > 100 && document.querySelector('[data-headway]').title`)
		if wide := eval[int](tab, `document.documentElement.scrollWidth`); wide > int(width) {
			t.Errorf("at %d px the page is %d px wide: %s", width, wide, eval[string](tab, tooWide))
		}
		if shifts := eval[[]string](tab, layoutShifts); len(shifts) > 0 {
			t.Errorf("at %d px the layout shifts: %q", width, shifts)
		}
		run(tab, "load axe-core", chromedp.Evaluate[chromedp.Void](b.axe))
		for _, scheme := range []string{"dark", "light"} {
			tab.emulate("", scheme)
			for _, v := range eval[[]string](tab, violations) {
				t.Errorf("at %d px, %s: %s", width, scheme, v)
			}
		}
	}
	if _, _, console := tab.heard(); len(console) > 0 {
		t.Errorf("console: %q", console)
	}
	// This server was not told its address: the page completes the lines with its own.
	if got := eval[string](tab, `[...document.querySelectorAll('.snippet code')].map(e => e.textContent).join('\n')`); strings.Count(got, ours.url+"eventlet-removal/badge/openstack/nova.svg") != 3 || strings.Contains(got, `"/`) || strings.Contains(got, `(/`) || strings.Contains(got, `: /`) {
		t.Errorf("the addresses are not whole:\n%s", got)
	}
	eval[int](tab, `document.querySelector('.snippet button').click(), 1`)
	tab.await(`document.querySelector('.snippet button').textContent == 'Copied' && document.querySelector('#live').textContent == 'Jekyll copied'`)
	if got, want := eval[string](tab, `getSelection().toString()`), `{% include headway.html project="openstack/nova" show="merged" %}`; got != want {
		t.Errorf("selected %q, want %q", got, want)
	}
	picked := eval[string](tab, `document.querySelector('[name=changes]').value`)
	given := func(frame string) int64 { // by the line that the builder gives
		return eval[int64](tab, `+[...document.querySelectorAll('.snippet code')].map(e => e.textContent).find(line => line.includes('<iframe') && line.includes('`+frame+`')).match(/height="(\d+)"/)[1]`)
	}
	project, list := given("/embed/"), given("embed?changes=")
	for _, width := range []int64{300, 360} {
		for _, frame := range []struct {
			path   string
			height int64
		}{{"embed", project}, {"embed/openstack/nova", project}, {"embed?changes=" + picked, list}} {
			tab.resize(width, frame.height)
			tab.load(ours.url + "eventlet-removal/" + frame.path)
			if high := eval[int64](tab, `document.documentElement.scrollHeight`); high > frame.height {
				t.Errorf("%s needs %d px at %d, and its line gives it %d", frame.path, high, width, frame.height)
			}
		}
	}
}
