//go:build browser

package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/eventlet-removal/headway/collector/replay"
	"github.com/eventlet-removal/headway/dashboard/api"
)

// testLive has something happen in Gerrit while a page is open, and waits until
// the page says so by itself.
func (b *browser) testLive(t *testing.T, site *quietSite) {
	page := b.tab(t)
	page.load(site.url + mainGoal + "/")
	eval[bool](page, `(window.stayed = true, document.querySelector('main details').open = true)`)
	const open = `document.querySelector('.headline [data-field="counts.open"]').textContent`
	before := eval[string](page, open)

	var summary api.Summary
	site.json(t, "api/v1/goals/"+mainGoal, &summary)
	change := replay.NewChange{Project: "openstack/nova", Branch: "master", Topic: "eventlet-removal", Subject: "Arrived while somebody looked", Owner: 40001}
	if _, err := site.gerrit.Create(time.Now(), change); err != nil {
		t.Fatal(err)
	}
	for line := ""; !strings.Contains(line, "goal="+mainGoal) || !strings.Contains(line, "new=1"); {
		line = site.logged(t, `msg="poll done"`)
	}
	want := fmt.Sprint(*summary.Counts.Open + 1)
	// A reader who comes back to the page sees the news at once, others within half
	// a minute.
	page.await(`(document.dispatchEvent(new Event('visibilitychange')), ` + open + ` == '` + want + `')`)
	if before == want {
		t.Errorf("%s open before and after", before)
	}
	if !eval[bool](page, `window.stayed === true`) {
		t.Error("the page was loaded anew")
	}
	if !eval[bool](page, `document.querySelector('main details').open`) {
		t.Error("what the reader had unfolded is folded again")
	}
	page.await(`document.querySelector('#live').textContent.includes('Updated')`)
	page.checkNumbers(page.document(), site.numbers(t, "", ""))
	if _, _, console := page.heard(); len(console) > 0 {
		t.Errorf("console: %s", strings.Join(console, "\n"))
	}
}
