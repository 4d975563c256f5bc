//go:build browser && jekyll

package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/eventlet-removal/headway/dashboard/api"
)

// TestJekyllInChromium reads the testimonial that Jekyll built, with an old number in
// it, from a static server: beside a running headway, and after that has stopped.
func TestJekyllInChromium(t *testing.T) {
	b := newBrowser(t)
	ours := newEmbedded(t, newElsewhere(t, nil))
	var live api.Count
	ours.json(t, "api/v1/goals/eventlet-removal/count/openstack/mistral", &live)
	_, answer := ours.get(t, "api/v1/goals/eventlet-removal")
	data := fromAPI(t, answer, strings.TrimSuffix(ours.url, "/"))
	old, at := data.Goals[mainGoal].Projects["openstack/mistral"], time.Now().UTC().AddDate(0, 0, -1)
	eleven := 11 // as wide as what replaces it
	old.Counts.Merged, old.AsOf = &eleven, &at
	data.Goals[mainGoal].Projects["openstack/mistral"] = old
	site := httptest.NewServer(http.FileServer(http.Dir(buildSite(t, data, "---\nlayout: dashboard\n---\n").dir)))
	t.Cleanup(site.Close)
	page := site.URL + "/testimonials/arnaud-morin/"

	tab := b.tab(t)
	tab.load(page)
	tab.await(`document.querySelector('[data-headway]').title.includes(':')`)
	e := tab.document().Find("[data-headway]")
	if got, want := e.Text(), fmt.Sprint(*live.Counts.Merged); got != want || got == "11" || e.HasClass("headway-stale") {
		t.Errorf("beside headway: %q, want %q", got, want)
	}
	if !eval[bool](tab, `(e => getComputedStyle(e).color == getComputedStyle(e.parentNode).color)(document.querySelector('[data-headway]'))`) {
		t.Error("it has a look of its own")
	}
	if shifts := eval[[]string](tab, layoutShifts); len(shifts) > 0 {
		t.Errorf("the layout shifts: %q", shifts)
	}

	if code := ours.stop(t, syscall.SIGTERM); code != 0 {
		t.Errorf("headway ended with %d", code)
	}
	tab.load(page)
	e = tab.document().Find("[data-headway]")
	day := at.Format("2006-01-02")
	if e.Text() != "11" || e.AttrOr("data-as-of", "") != day || e.AttrOr("title", "") != "As of "+day+" (UTC)" {
		t.Errorf("without headway: %q as of %q, title %q", e.Text(), e.AttrOr("data-as-of", ""), e.AttrOr("title", ""))
	}
}
