//go:build browser

package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
)

// What a page may cost somebody who comes for the first time, its icon aside.
const (
	mostRequests = 2
	mostBytes    = 100_000
)

// widths are those at which a page is measured: telephones, a tablet, half a screen, a
// laptop at 125 %, and whole screens.
var widths = []int64{320, phone, 768, 900, 1024, desktop, 1920}

// tallest is how many pixels a row of a table may be high.
const tallest = 160

// twoLines is how high a row of two lines may be on a telephone.
const twoLines = 80

// Screens on which a page is looked at.
const (
	phone   = 390
	desktop = 1280
)

// audit loads an address on both screens and in both schemes and returns what is
// wrong with the page.
func (b *tab) audit(axe, address string, status int) (faults []string) {
	b.t.Helper()
	fault := func(format string, args ...any) { faults = append(faults, fmt.Sprintf(format, args...)) }
	broken := map[string]bool{} // rules of axe-core, each reported once
	for _, width := range []int64{desktop, phone} {
		b.resize(width, 844)
		b.emulate("", "dark")
		if got := b.load(address); got != status {
			fault("status %d, want %d", got, status)
		}
		for _, shift := range eval[[]string](b, layoutShifts) {
			fault("at %d px: the layout shifts by %s", width, shift)
		}
		if width == desktop {
			faults = append(faults, b.cost(address, status)...)
		}
		run(b, "load axe-core", chromedp.Evaluate[chromedp.Void](axe))
		eval[int](b, openDetails)
		if width == desktop {
			for _, w := range widths {
				b.resize(w, 844)
				faults = append(faults, b.misfits(w)...)
			}
			b.resize(width, 844)
		}
		for _, scheme := range []string{"dark", "light"} {
			b.emulate("", scheme)
			for _, v := range eval[[]string](b, violations) {
				if rule, _, _ := strings.Cut(v, ":"); !broken[rule] {
					broken[rule] = true
					fault("at %d px, %s: %s", width, scheme, v)
				}
			}
		}
	}
	return faults
}

// misfits tells where the page does not fit into a width.
func (b *tab) misfits(width int64) (faults []string) {
	b.t.Helper()
	if wide := eval[int](b, `document.documentElement.scrollWidth`); wide > int(width) {
		faults = append(faults, fmt.Sprintf("at %d px: the page is %d px wide: %s", width, wide, eval[string](b, tooWide)))
	}
	for _, row := range eval[[]string](b, fmt.Sprintf(tallRows, tallest)) {
		faults = append(faults, fmt.Sprintf("at %d px: a row is %s", width, row))
	}
	for _, row := range eval[[]string](b, fmt.Sprintf(longRows, twoLines)) {
		faults = append(faults, fmt.Sprintf("at %d px: a row has more than two lines: %s", width, row))
	}
	for _, step := range eval[[]string](b, cutSteps) {
		faults = append(faults, fmt.Sprintf("at %d px: a next step is cut off: %s", width, step))
	}
	for _, name := range eval[[]string](b, brokenNames) {
		faults = append(faults, fmt.Sprintf("at %d px: a name is broken: %s", width, name))
	}
	return faults
}

// cost judges what was asked for and said while the page was loaded.
func (b *tab) cost(address string, status int) (faults []string) {
	origin := eval[string](b, `location.origin`) + "/"
	requests, received, console := b.heard()
	requests = slices.DeleteFunc(requests, func(r string) bool { return strings.Contains(r, "/-/portrait/") }) // in its own time
	previews := strings.Contains(address, "/embeds")                                                           // are requests of their own
	if len(requests) > mostRequests && !previews {
		faults = append(faults, fmt.Sprintf("%d requests, want at most %d: %s", len(requests), mostRequests, strings.Join(requests, " ")))
	}
	for _, r := range requests {
		if !strings.HasPrefix(r, origin) {
			faults = append(faults, "request to elsewhere: "+r)
		}
	}
	if received >= mostBytes {
		faults = append(faults, fmt.Sprintf("%d bytes, want less than %d", received, mostBytes))
	}
	for _, c := range console {
		if status >= 400 && strings.Contains(c, fmt.Sprintf("status of %d", status)) && strings.HasSuffix(c, address) {
			continue // so Chromium puts down every page of an error
		}
		faults = append(faults, "console: "+c)
	}
	return faults
}

// layoutShifts is how far what moved since the page was loaded. Less than a hundredth of
// what browsers call good (0.1) nobody sees: it is an age that a minute made a digit
// longer. The paint, which is there on every page, shows that all entries of before have
// arrived.
const layoutShifts = `new Promise(done => {
	const shifts = [];
	let painted = false;
	const observer = new PerformanceObserver(list => {
		for (const e of list.getEntries()) {
			if (e.entryType == 'paint') painted = true;
			else if (e.value >= 0.001) shifts.push(e.value.toFixed(5) + ': ' + e.sources.map(s => (s.node?.outerHTML || '').slice(0, 120)).join(' and '));
		}
		if (painted) done(shifts);
	});
	observer.observe({type: 'layout-shift', buffered: true});
	observer.observe({type: 'paint', buffered: true});
})`

// openDetails shows what is folded away, so that it is judged too.
const openDetails = `(() => { const all = document.querySelectorAll('details'); for (const d of all) d.open = true; return all.length; })()`

// tooWide names the elements that reach beyond the right edge.
const tooWide = `[...document.body.querySelectorAll('*')].filter(e => {
	if (e.getBoundingClientRect().right <= innerWidth + 1) return false;
	for (let p = e.parentElement; p; p = p.parentElement) if (/hidden|auto|clip/.test(getComputedStyle(p).overflowX)) return false;
	return true;
}).slice(0, 3)
	.map(e => e.outerHTML.slice(0, 120)).join(' … ')`

// tallRows are the rows that are too high. On narrow screens
// a row of words is a paragraph.
const tallRows = `[...document.querySelectorAll(innerWidth < 1024 ? ':is(.projects, .changes) tbody tr' : 'tbody tr')].map(e => [e.getBoundingClientRect().height, e.innerText])
	.filter(([h]) => h > %d).map(([h, text]) => Math.round(h) + ' px high: ' + text.slice(0, 60))`

// longRows are the rows that take more than two lines on a telephone, but for those with a
// warning, a testimonial or backports, and for names that take a line of their own.
const longRows = `innerWidth > 400 ? [] : [...document.querySelectorAll(':is(.projects, .changes) tbody tr:not(:has(.warn, .copies, .testimonial-link))')]
	.filter(e => e.checkVisibility() && e.getBoundingClientRect().height > %d && !(e.querySelector('.projects th > a') && e.querySelector('th > a').getClientRects().length > 1))
	.map(e => Math.round(e.getBoundingClientRect().height) + ' px high: ' + e.innerText.slice(0, 60))`

// cutSteps are the next steps of the longest waits of which a part can't be read.
const cutSteps = `[...document.querySelectorAll('.longest .next')].filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.textContent)`

// brokenNames are names of projects that take more lines than they have parts.
const brokenNames = `[...document.querySelectorAll('.projects th > a bdi, .changes small a bdi, .wall bdi, .longest .of bdi, .waits small a bdi')].filter(e => new Set([...e.getClientRects()].map(r => Math.round(r.bottom))).size
	> 1 + (e.textContent.match(/[-\/_]/g) || []).length && !e.closest('.change')).map(e => e.textContent)`

// violations asks axe-core for what breaks WCAG 2.2 AA. It leaves out the rule on
// the size of targets, which is new in 2.2, unless one asks for it.
const violations = `axe.run(document, {
	runOnly: {type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']},
	rules: {'target-size': {enabled: true}}, resultTypes: ['violations'], preload: false,
}).then(r => r.violations.map(v => 'axe ' + v.id + ': ' + v.help + ': ' + v.nodes.length + ' times, as in '
	+ v.nodes.slice(0, 2).map(n => n.html.slice(0, 160) + ' [' + (n.any[0] || n.all[0] || n.none[0] || {}).message + ']').join(' and ')))`

// badPage has every fault. It is loaded when it has shifted.
const badPage = `<!DOCTYPE html><html><title>Bad</title><link rel=stylesheet href="/style">
<table class="tall changes"><tbody><tr><td>tall</table><p style="color: red">pale</p><div>wide</div><i class="longest"><b class="next">review this change</b></i><a href="#x">no focus</a><img src="ELSEWHERE/x.png"><img src="/late">
<script>alert(1)</script>
<script nonce=1>
	const frames = (n, then) => requestAnimationFrame(() => n ? frames(n - 1, then) : then());
	frames(3, () => {
		document.querySelector('p').style.marginTop = '200px';
		frames(3, () => fetch('/shifted'));
	});
</script>`

// testFaultsAreSeen audits a page with every fault there is.
func (b *browser) testFaultsAreSeen(t *testing.T) {
	elsewhere := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(elsewhere.Close)
	shifted := make(chan struct{})
	shift := sync.OnceFunc(func() { close(shifted) })
	bad := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/style":
			w.Header().Set("Content-Type", "text/css")
			io.WriteString(w, `p, a { color: #777; background: #888 } div { width: 2000px } a:focus { outline: none } .tall td { height: 220px } .next { display: block; width: 20px; white-space: nowrap }`+strings.Repeat(" ", mostBytes))
		case "/shifted":
			shift()
		case "/late": // keeps the page from being loaded
			select {
			case <-shifted:
			case <-r.Context().Done():
			}
		default:
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Header().Set("Content-Security-Policy", "style-src 'self'; script-src 'nonce-1'")
			io.WriteString(w, strings.ReplaceAll(badPage, "ELSEWHERE", elsewhere.URL))
		}
	}))
	t.Cleanup(bad.Close)
	page := b.tab(t)
	faults := page.audit(b.axe, bad.URL+"/", 404)
	for _, want := range []string{
		"status 200, want 404", "requests, want at most", "request to elsewhere: " + elsewhere.URL, "bytes, want less than",
		"console: Applying inline style violates", "console: Executing inline script violates", "axe color-contrast", "axe html-has-lang", "axe image-alt",
		"at 1280 px: the layout shifts by 0.", "at 320 px: the page is 2", "at 1920 px: the page is 2", "at 1024 px: a row is 2",
		"at 390 px: a row has more than two lines: 2", "at 1280 px: a next step is cut off: review",
	} {
		if !slices.ContainsFunc(faults, func(f string) bool { return strings.Contains(f, want) }) {
			t.Errorf("not seen: %s", want)
		}
	}
	if t.Failed() {
		t.Logf("seen:\n%s", strings.Join(faults, "\n"))
	}
}
