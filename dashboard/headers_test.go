package dashboard_test

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/eventlet-removal/headway/store"
)

var scriptHash = regexp.MustCompile(`'sha256-[A-Za-z0-9+/=]+'`)

func TestHeaders(t *testing.T) {
	w := newWorld().populate()
	w.cfg.FrameAncestors = []string{"https://site.example.org"}
	w.start(t)
	const (
		pagePolicy  = "default-src 'none'; style-src 'self'; script-src 'self' 'sha256-HASH'; connect-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
		badgeMaxAge = "public, max-age=300, stale-while-revalidate=3600, stale-if-error=604800"
	)
	for path, want := range map[string]map[string]string{
		"/":                             {"Content-Security-Policy": pagePolicy, "Cache-Control": "no-cache", "Access-Control-Allow-Origin": "", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "strict-origin-when-cross-origin"},
		"/api/v1/goals":                 {"Content-Type": "application/json", "Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=60", "X-Content-Type-Options": "nosniff"},
		"/polls":                        {"Content-Security-Policy": pagePolicy, "Cache-Control": "no-cache", "Access-Control-Allow-Origin": ""},
		"/api/v1/polls":                 {"Content-Type": "application/json", "Access-Control-Allow-Origin": "*", "Cache-Control": "public, max-age=60"},
		"/eventlet-removal/changes.csv": {"Content-Type": "text/csv; charset=utf-8", "Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"},
		"/api/v1/goals/nope":            {"Access-Control-Allow-Origin": "*"},
		"/eventlet-removal/badge.svg":   {"Content-Type": "image/svg+xml; charset=utf-8", "Cache-Control": badgeMaxAge, "Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"},
		"/eventlet-removal/badge.json":  {"Content-Type": "application/json", "Cache-Control": badgeMaxAge, "Access-Control-Allow-Origin": "*"},
		"/eventlet-removal/badge/openstack/nova.json": {"Content-Type": "application/json", "Cache-Control": badgeMaxAge},
		"/-/healthy": {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"},
	} {
		a := w.get(t, path)
		for name, value := range want {
			if got := scriptHash.ReplaceAllString(a.Header.Get(name), "'sha256-HASH'"); got != value {
				t.Errorf("%s: %s is %q\nwant %q", path, name, got, value)
			}
		}
	}
	if got := newWorld().start(t).get(t, "/eventlet-removal/embed").Header.Get("Content-Security-Policy"); !strings.HasSuffix(got, "frame-ancestors 'self'") {
		t.Errorf("without origins: %q", got)
	}
}

func TestETagMovesWithRevisionAndMinute(t *testing.T) {
	w := newWorld().populate().start(t)
	for _, path := range []string{"/", "/api/v1/goals", "/eventlet-removal/badge.svg"} {
		first := w.get(t, path).Header.Get("ETag")
		if first == "" {
			t.Fatalf("%s has no ETag", path)
		}
		a := w.get(t, path, "If-None-Match", `"other", `+first)
		if a.StatusCode != http.StatusNotModified || a.body != "" || a.Header.Get("ETag") != first || a.Header.Get("Cache-Control") == "" {
			t.Errorf("%s: %s, ETag %q", path, a.Status, a.Header.Get("ETag"))
		}
		w.now = w.now.Add(time.Minute)
		if a := w.get(t, path, "If-None-Match", first); a.StatusCode != http.StatusOK {
			t.Errorf("%s a minute later: %s", path, a.Status)
		}
		second := w.get(t, path).Header.Get("ETag")
		w.add(store.Change{Row: store.Row{Number: 9000, Status: store.StatusNew}})
		w.poll(t)
		if a := w.get(t, path, "If-None-Match", second); a.StatusCode != http.StatusOK {
			t.Errorf("%s after a poll: %s", path, a.Status)
		}
	}
	other := newWorld().populate().start(t)
	if a := other.get(t, "/", "If-None-Match", newWorld().populate().start(t).get(t, "/").Header.Get("ETag")); a.StatusCode != http.StatusOK {
		t.Errorf("an ETag of another process: %s", a.Status)
	}
}

func TestHEADHasTheHeadersOfGET(t *testing.T) {
	w := newWorld().populate().start(t)
	for _, path := range []string{"/", "/polls", "/api/v1/polls", "/api/v1/goals", "/eventlet-removal/badge.svg", "/eventlet-removal/changes.csv", "/nope/"} {
		get, head := w.get(t, path), w.do(t, http.MethodHead, path)
		if head.StatusCode != get.StatusCode || head.body != "" {
			t.Errorf("%s: %s with %d bytes", path, head.Status, len(head.body))
		}
		for _, name := range []string{"Content-Type", "Content-Length", "ETag", "Cache-Control"} {
			if head.Header.Get(name) != get.Header.Get(name) {
				t.Errorf("%s: %s is %q, of GET %q", path, name, head.Header.Get(name), get.Header.Get(name))
			}
		}
	}
}

func TestStyleMayBeKeptForever(t *testing.T) {
	w := newWorld().start(t)
	page := w.page(t, "/")
	for address, contentType := range map[string]string{
		page.Find("link[rel=stylesheet]").AttrOr("href", ""):       "text/css; charset=utf-8",
		w.page(t, "/embeds").Find("head script").AttrOr("src", ""): "text/javascript; charset=utf-8",
	} {
		a := w.get(t, address)
		if a.StatusCode != 200 || a.Header.Get("Content-Type") != contentType || a.Header.Get("Cache-Control") != "public, max-age=31536000, immutable" {
			t.Errorf("%s: %s %v", address, a.Status, a.Header)
		}
	}
}

// The script is read by every reader: it stays below 3 KiB and leaves its comments
// and indents behind.
func TestScriptIsSmall(t *testing.T) {
	w := newWorld().start(t)
	page := w.get(t, "/")
	body := page.document(t).Find("body > script").Text()
	sum := sha256.Sum256([]byte(body))
	if hash := "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !strings.Contains(page.Header.Get("Content-Security-Policy"), "script-src 'self' "+hash+";") {
		t.Errorf("policy %q does not name the script, %s", page.Header.Get("Content-Security-Policy"), hash)
	}
	if len(body) > 3072 {
		t.Errorf("%d bytes", len(body))
	}
	for line := range strings.Lines(body) {
		if strings.HasPrefix(line, "//") || strings.HasPrefix(line, " ") || line == "\n" {
			t.Errorf("needless line %q", line)
		}
	}
	for _, evil := range []string{"innerHTML", "eval(", "document.write", "insertAdjacentHTML"} {
		if strings.Contains(body, evil) {
			t.Errorf("it uses %s", evil)
		}
	}
}

func TestAnswersAreCompressedForThoseWhoAsk(t *testing.T) {
	w := newWorld().populate().start(t)
	for _, path := range []string{"/", "/eventlet-removal/changes", "/api/v1/goals/eventlet-removal", "/eventlet-removal/changes.csv"} {
		plain, packed := w.get(t, path), w.get(t, path, "Accept-Encoding", "gzip")
		if packed.Header.Get("Content-Encoding") != "gzip" || packed.Header.Get("Vary") != "Accept-Encoding" || len(packed.body)*2 > len(plain.body) {
			t.Errorf("%s: %d bytes of %d, %v", path, len(packed.body), len(plain.body), packed.Header)
		}
		if a := w.get(t, path, "Accept-Encoding", "gzip", "If-None-Match", packed.Header.Get("ETag")); a.StatusCode != http.StatusNotModified {
			t.Errorf("%s again: %s", path, a.Status)
		}
	}
}

func TestEverythingLiesBelowThePrefix(t *testing.T) {
	w := newWorld().populate()
	w.cfg.ExternalURL = &url.URL{Scheme: "https", Host: "site.example.org", Path: "/headway/"}
	w.cfg.Metrics = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("metrics")) })
	w.start(t)
	for path, status := range map[string]int{
		"/headway/": 200, "/headway/eventlet-removal/": 200, "/headway/api/v1/goals": 200, "/headway/-/healthy": 200, "/headway/metrics": 200,
		"/headway": 302, "/": 302, "/eventlet-removal/": 404, "/headwayx/": 404,
	} {
		a := w.get(t, path)
		if a.StatusCode != status {
			t.Errorf("%s: %s, want %d", path, a.Status, status)
		}
		if status == 302 && a.Header.Get("Location") != "/headway/" {
			t.Errorf("%s leads to %q", path, a.Header.Get("Location"))
		}
	}
	doc := w.page(t, "/headway/eventlet-removal/projects/openstack/nova")
	for _, attr := range []string{"href", "action", "src"} {
		for _, link := range doc.Find("[" + attr + "]").Map(attrOf(attr)) {
			if strings.HasPrefix(link, "/") && !strings.HasPrefix(link, "/headway/") {
				t.Errorf("link outside the prefix: %s", link)
			}
		}
	}
	want := "[![Eventlet removal: openstack/nova](https://site.example.org/headway/eventlet-removal/badge/openstack/nova.svg)](https://site.example.org/headway/eventlet-removal/projects/openstack/nova)"
	if got := doc.Find(".copy dd").First().Text(); got != want {
		t.Errorf("Markdown %q\nwant %q", got, want)
	}
	if a := w.get(t, "/headway/eventlet-removal"); a.StatusCode != 301 || a.Header.Get("Location") != "/headway/eventlet-removal/" {
		t.Errorf("without slash: %s to %q", a.Status, a.Header.Get("Location"))
	}
}

func TestReadyWaitsForTheFirstRound(t *testing.T) {
	if a := newWorld().start(t).get(t, "/-/ready"); a.StatusCode != 200 {
		t.Errorf("after a round: %s", a.Status)
	}
	w := newWorld().loading().start(t)
	if a := w.get(t, "/-/ready"); a.StatusCode != 503 || !strings.Contains(a.body, "eventlet-removal") {
		t.Errorf("while loading: %s %s", a.Status, a.body)
	}
	if a := w.get(t, "/-/healthy"); a.StatusCode != 200 {
		t.Errorf("healthy while loading: %s", a.Status)
	}
	w = newWorld()
	w.selectors[0].AsOf = ago(1000)
	if a := w.start(t).get(t, "/-/ready"); a.StatusCode != 200 {
		t.Errorf("stale: %s", a.Status)
	}
}

// Ages are told by the minute, although nothing was polled.
func TestAgesMoveWithTheMinute(t *testing.T) {
	w := newWorld().start(t)
	for _, want := range []string{"As of 23 Nov 2026, 11:57 UTC (3 minutes ago).", "As of 23 Nov 2026, 11:57 UTC (4 minutes ago)."} {
		if got := text(w.page(t, "/").Find(".asof")); got != want {
			t.Errorf("%q, want %q", got, want)
		}
		w.now = w.now.Add(time.Minute)
	}
	w = newWorld()
	w.selectors[0].AsOf = now.Add(30 * time.Second) // another machine's clock
	if got, want := text(w.start(t).page(t, "/").Find(".asof")), "As of 23 Nov 2026, 12:01 UTC (just now)."; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
