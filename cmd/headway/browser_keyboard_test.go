//go:build browser

package main

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// mostStops is how far a page is walked by the Tab key.
const mostStops = 80

// stop is where the focus is.
type stop struct {
	Element string
	Ringed  bool // one sees that it has the focus
	Covered bool // something else lies over it
}

// focused describes the element with the focus; its element is "" at the end of the
// page. The parts of a date field have rings of Chromium's own, of which the page
// knows nothing.
const focused = `(() => {
	const e = document.activeElement, end = {Element: '', Ringed: false, Covered: false};
	if (!e || e === document.body) return end;
	const style = getComputedStyle(e), box = e.getClientRects()[0];
	const over = box && document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
	return {
		Element: e.outerHTML.slice(0, 120),
		Ringed: e.type == 'date' || e.matches(':focus-visible') && style.outlineStyle != 'none' && parseFloat(style.outlineWidth) >= 2,
		Covered: !over || !(e.contains(over) || over.contains(e)),
	};
})()`

func (b *browser) testKeyboard(t *testing.T, site *quietSite) {
	page := b.tab(t)
	press := func(key string) { run(page, "press a key", chromedp.KeyEvent(key)) }
	for _, path := range []string{"", "projects/openstack/nova", "changes", "attention"} {
		t.Run("/"+path, func(t *testing.T) {
			page.t = t
			page.emulate("", "dark")
			page.load(site.url + mainGoal + "/" + path)
			stops := 0
			for ; stops < mostStops; stops++ {
				press(kb.Tab)
				at := eval[stop](page, focused)
				if at.Element == "" {
					break
				}
				if !at.Ringed {
					t.Errorf("nothing shows the focus on %s", at.Element)
				}
				if at.Covered {
					t.Errorf("covered while it has the focus: %s", at.Element)
				}
			}
			if stops < 20 {
				t.Errorf("only %d stops", stops)
			}
		})
	}
	t.Run("skip to the content", func(t *testing.T) {
		page.t = t
		page.load(site.url + mainGoal + "/")
		press(kb.Tab)
		press(kb.Enter)
		page.await(`location.hash == '#main'`)
	})
	t.Run("sort a table", func(t *testing.T) {
		page.t = t
		page.load(site.url + mainGoal + "/changes?state=open")
		const head = `document.querySelector('.changes thead a')`
		for _, order := range []string{"descending", "ascending"} {
			eval[bool](page, `(`+head+`.focus(), true)`)
			page.leads("press Enter on the head", chromedp.KeyEvent(kb.Enter))
			numbers := eval[[]int](page, `[...document.querySelectorAll('.changes tbody .nr')].map(e => +e.textContent)`)
			for i := 1; i < len(numbers); i++ {
				if up := numbers[i] > numbers[i-1]; up != (order == "ascending") {
					t.Fatalf("%s by number: %d", order, numbers)
				}
			}
		}
	})
}
