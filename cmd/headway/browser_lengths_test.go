//go:build browser

package main

import (
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/eventlet-removal/headway/collector/replay"
)

// TestBrowserEndlessTexts has texts without end, and letters that are not what they seem,
// wherever Gerrit lets somebody write: no page becomes wider than its screen.
func TestBrowserEndlessTexts(t *testing.T) {
	b := newBrowser(t)
	gerrit := replay.New(&replay.Topic{}, replay.Config{})
	texts := []string{
		strings.Repeat("x", 3000), strings.Repeat("word ", 600), strings.Repeat("<b>&", 700), "a" + strings.Repeat("\u0301\u0489", 600),
		strings.Repeat("\u202e\u2066abc", 300), strings.Repeat("\u200b\u200d\ufeff", 300), strings.Repeat("a\x1b[31m\u009b", 300), strings.Repeat("👩‍👩‍👧‍👦", 100), strings.Repeat("語", 700),
	}
	var projects []string
	for i, text := range texts {
		gerrit.Account(replay.Account{ID: i + 1, Name: text, Username: text})
		projects = append(projects, "far/"+text)
		for range 3 {
			if _, err := gerrit.Create(day(2026, 5, 1), replay.NewChange{Project: "far/" + text, Branch: text, Topic: "x", Subject: text, Owner: i + 1}); err != nil {
				t.Fatal(err)
			}
		}
	}
	srv := httptest.NewServer(gerrit)
	t.Cleanup(srv.Close)
	dir := t.TempDir()
	write(t, dir, "f.yml", fastConfig(srv.URL))
	site := start(t, dir, "serve", "--config.file=f.yml", "--web.listen-address=127.0.0.1:0")
	site.logged(t, "poll done")

	paths := []string{"", "g/changes", "g/attention", "g/report", "g/testimonials", "polls", "embeds", "g/embed", "g/embed?changes=1,4,7,10,13,16,19"}
	for _, p := range projects {
		paths = append(paths, "g/projects/"+url.PathEscape(p), "g/embed/"+url.PathEscape(p))
	}
	page := b.tab(t)
	for _, path := range paths {
		for _, width := range []int64{320, desktop} {
			page.resize(width, 844)
			if status := page.load(site.url + path); status != 200 {
				t.Errorf("%.60s: status %d", path, status)
			}
			eval[int](page, openDetails)
			if wide := eval[int](page, `document.documentElement.scrollWidth`); wide > int(width) {
				t.Errorf("%.60s at %d px: the page is %d px wide: %.300s", path, width, wide, eval[string](page, tooWide))
			}
		}
	}
}
