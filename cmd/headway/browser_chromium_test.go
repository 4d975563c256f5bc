//go:build browser

package main

import (
	"context"
	"errors"
	testflag "flag" // flag is one of our own
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

var screenshots = testflag.String("screenshots", "", "write the screenshots into this `directory`")

// TestBrowser reads the pages of running programs in one real Chromium.
func TestBrowser(t *testing.T) {
	b := newBrowser(t)
	t.Run("faults are seen", b.testFaultsAreSeen)
	quiet := newQuietSite(t)
	outage := newOutageSite(t)
	t.Run("pages", func(t *testing.T) { b.testPages(t, quiet, outage) })
	t.Run("numbers", func(t *testing.T) { b.testNumbers(t, quiet) })
	for name, script := range map[string]bool{"with script": true, "without script": false} {
		t.Run(name, func(t *testing.T) { b.testReader(t, quiet, script) })
	}
	t.Run("keyboard", func(t *testing.T) { b.testKeyboard(t, quiet) })
	t.Run("print", func(t *testing.T) { b.testPrint(t, quiet) })
	t.Run("forced colours", func(t *testing.T) { b.testForcedColours(t, quiet) })
	t.Run("live", func(t *testing.T) { b.testLive(t, quiet) })
	t.Run("demo", b.testDemo)
}

// patience is how long anything may take on a busy machine.
const patience = time.Minute

// browser is a Chromium with nothing in its profile.
type browser struct {
	ctx context.Context
	axe string // the source of axe-core
}

func newBrowser(t *testing.T) *browser {
	t.Helper()
	axe := readAxe(t)
	options := []chromedp.ExecAllocatorOption{
		chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck,
	}
	for _, name := range []string{
		"disable-quic", "disable-background-networking", "disable-component-update", "disable-sync", "disable-extensions",
		"disable-dev-shm-usage", "disable-background-timer-throttling", "disable-renderer-backgrounding", "disable-backgrounding-occluded-windows",
	} {
		options = append(options, chromedp.Flag(name, true))
	}
	options = append(options, chromedp.Flag("force-color-profile", "srgb"))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	ctx, _ := chromedp.NewContext(allocator) // cancelled by Cancel
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start Chromium: %v", err)
	}
	t.Cleanup(func() {
		if err := chromedp.Cancel(ctx); err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("stop Chromium: %v", err)
		}
	})
	return &browser{ctx, axe}
}

// readAxe returns the source of axe-core.
func readAxe(t *testing.T) string {
	t.Helper()
	file := os.Getenv("HEADWAY_AXE")
	if file == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			t.Fatalf("find axe-core: %v; name its axe.min.js in HEADWAY_AXE", err)
		}
		file = filepath.Join(cache, "headway", "axe-core-4.14.1", "axe.min.js")
	}
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v: .ci/run puts axe-core there, or name another axe.min.js in HEADWAY_AXE", err)
	}
	return string(source)
}

// tab is one page of the browser, without the cookies and caches of others. What
// goes wrong with the browser itself ends the test.
type tab struct {
	t   *testing.T
	ctx context.Context

	mu       sync.Mutex // guards what follows, which is of the last load
	requests []string   // addresses asked for
	received int        // bytes, with headers
	console  []string   // errors and warnings
}

func (b *browser) tab(t *testing.T) *tab {
	t.Helper()
	page := &tab{t: t}
	ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext(), chromedp.WithListener(page.notice))
	t.Cleanup(cancel)
	page.ctx = ctx
	if err := chromedp.Do(ctx); err != nil { // without a limit, which would be the tab's
		t.Fatalf("open a tab: %v", err)
	}
	send(page, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true})
	page.resize(1280, 900)
	return page
}

// notice keeps what an event says of the load.
func (b *tab) notice(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		if !strings.HasPrefix(e.Request.URL, "data:") {
			b.requests = append(b.requests, e.Request.URL)
		}
	case *network.EventLoadingFinished:
		b.received += int(e.EncodedDataLength)
	case *log.EventEntryAdded:
		if e.Entry.Level == "error" || e.Entry.Level == "warning" {
			b.console = append(b.console, e.Entry.Text+" "+e.Entry.URL)
		}
	case *runtime.EventConsoleAPICalled:
		if e.Type == "error" || e.Type == "warning" || e.Type == "assert" {
			b.console = append(b.console, "console."+string(e.Type))
		}
	case *runtime.EventExceptionThrown:
		b.console = append(b.console, e.ExceptionDetails.Text)
	}
}

// heard returns what was noticed since the last load.
func (b *tab) heard() (requests []string, received int, console []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.requests, b.received, b.console
}

// forget begins to notice anew.
func (b *tab) forget() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.requests, b.received, b.console = nil, 0, nil
}

// run runs one action, as long as patience lasts. Right after a load chromedp may still
// name the page before: then nothing was done, and is tried again.
func run[T any](b *tab, what string, a chromedp.Action[T]) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	for {
		v, err := chromedp.Run(ctx, a)
		var refused *cdproto.Error
		if errors.As(err, &refused) && refused.Message == "Cannot find context with specified id" && ctx.Err() == nil {
			continue
		}
		if err != nil {
			b.t.Fatalf("%s: %v", what, err)
		}
		return v
	}
}

// send runs a command of the DevTools protocol.
func send[P, R any](b *tab, command cdp.Command[P, R], params P) R {
	b.t.Helper()
	return run(b, command.Method, func(ctx context.Context, target *chromedp.Target) (R, error) {
		return cdp.Call(ctx, target, command, params)
	})
}

// eval returns the value of an expression in the page, awaited.
func eval[T any](b *tab, expression string) T {
	b.t.Helper()
	return run(b, brief(expression), chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}

// await returns when an expression has become true.
func (b *tab) await(expression string) {
	b.t.Helper()
	run(b, brief(expression), chromedp.Poll[chromedp.Void](expression, chromedp.WithPollingInterval(500*time.Millisecond), chromedp.WithPollingTimeout(patience)))
}

// load goes to an address and returns the status of the answer.
func (b *tab) load(address string) int {
	b.t.Helper()
	b.forget()
	return int(run(b, "load "+address, chromedp.NavigateResponse(address)).Status)
}

// click clicks on the first element that matches, and waits for the page it leads to.
func (b *tab) click(css string) {
	b.t.Helper()
	b.leads("click on "+css, chromedp.Click(chromedp.CSS(css)))
}

// leads does something that leads to another page, and waits for that.
func (b *tab) leads(what string, a chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	b.forget()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	answer, err := chromedp.RunResponse(ctx, a)
	if err != nil {
		b.t.Fatalf("%s: %v", what, err)
	}
	if answer.Status != 200 {
		b.t.Errorf("%s: it led to %s with status %d", what, answer.URL, answer.Status)
	}
}

// document is the page as it is now.
func (b *tab) document() *goquery.Document {
	b.t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(eval[string](b, `document.documentElement.outerHTML`)))
	if err != nil {
		b.t.Fatal(err)
	}
	return doc
}

func (b *tab) resize(width, height int64) {
	b.t.Helper()
	run(b, "resize", chromedp.EmulateViewport(width, height))
}

// emulate sets the medium ("" is the screen) and the reader's preferred scheme.
// Nothing glides: whatever is measured is at rest.
func (b *tab) emulate(medium, scheme string) {
	b.t.Helper()
	send(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: medium, Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}})
}

// brief is the beginning of an expression, to distinguish it from others.
func brief(expression string) string {
	expression = strings.Join(strings.Fields(expression), " ")
	if len(expression) > 80 {
		return expression[:80] + "…"
	}
	return expression
}
