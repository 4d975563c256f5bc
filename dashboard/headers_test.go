package dashboard_test

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/eventlet-removal/headway/store"
)

var scriptHash = regexp.MustCompile(`'sha256-[A-Za-z0-9+/=]+'`)

func TestHeaders(t *testing.T) {
	w := newWorld().populate()
	w.cfg.FrameAncestors = []string{"https://site.example.org"}
	w.start(t)
	const (
		pagePolicy  = "default-src 'none'; style-src 'self'; script-src 'self' 'sha256-HASH'; connect-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
		brief       = "public, max-age=5, stale-if-error=86400"
		badgeMaxAge = "public, max-age=300, stale-while-revalidate=3600, stale-if-error=604800"
	)
	for path, want := range map[string]map[string]string{
		"/":                             {"Content-Security-Policy": pagePolicy, "Cache-Control": brief, "Access-Control-Allow-Origin": "", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "strict-origin-when-cross-origin"},
		"/api/v1/goals":                 {"Content-Type": "application/json", "Access-Control-Allow-Origin": "*", "Cache-Control": brief, "X-Content-Type-Options": "nosniff"},
		"/polls":                        {"Content-Security-Policy": pagePolicy, "Cache-Control": brief, "Access-Control-Allow-Origin": ""},
		"/api/v1/polls":                 {"Content-Type": "application/json", "Access-Control-Allow-Origin": "*", "Cache-Control": brief},
		"/eventlet-removal/changes.csv": {"Content-Type": "text/csv; charset=utf-8", "Cache-Control": brief, "X-Content-Type-Options": "nosniff"},
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

// What nobody may keep: numbers that are still loading, and errors.
func TestNothingIsKeptWhileLoading(t *testing.T) {
	w := newWorld().loading().start(t)
	g, api := "/eventlet-removal", "/api/v1/goals"
	for _, path := range []string{
		"/", g + "/", g + "/changes", g + "/changes.csv", g + "/attention", g + "/teams/compute", g + "/projects/openstack/nova", "/polls", g + "/feed.atom",
		g + "/badge.svg", g + "/badge.json", g + "/badge/openstack/nova.svg", g + "/embed", g + "/embed/openstack/nova", g + "/embed?changes=101",
		api, api + g, api + g + "/count", api + g + "/count/openstack/nova", api + g + "/projects/openstack/nova", api + g + "/changes", api + g + "/history",
		"/nope", api + "/nope", g + "/changes?state=x",
	} {
		if a := w.get(t, path); a.Header.Get("Cache-Control") != "no-store" || a.Header.Get("ETag") != "" {
			t.Errorf("%s: %s, Cache-Control %q, ETag %q", path, a.Status, a.Header.Get("Cache-Control"), a.Header.Get("ETag"))
		}
	}
}

// What a reader gets who had to say who it is, no proxy may give to others.
func TestNothingIsPublicBehindALogin(t *testing.T) {
	w := newWorld().populate().start(t)
	for _, path := range []string{"/", "/api/v1/goals", "/eventlet-removal/badge.svg", "/embed.js"} {
		open := w.get(t, path)
		a := w.get(t, path, "Authorization", "Basic b2xnYTpv", "If-None-Match", open.Header.Get("ETag"))
		want := "private" + strings.TrimPrefix(open.Header.Get("Cache-Control"), "public")
		if got := a.Header.Get("Cache-Control"); got != want || a.StatusCode != http.StatusNotModified {
			t.Errorf("%s: %s, Cache-Control %q, want %q", path, a.Status, got, want)
		}
		if got := w.get(t, path).Header.Get("Cache-Control"); got != open.Header.Get("Cache-Control") {
			t.Errorf("%s: Cache-Control %q for the next reader", path, got)
		}
	}
}

// Where what is shown is not for everybody, it is so whoever asks.
func TestNothingIsPublicOfARestrictedSite(t *testing.T) {
	w := newWorld().populate()
	w.cfg.Restricted = true
	w.start(t)
	g := "/eventlet-removal"
	for _, path := range []string{
		"/", g + "/", g + "/changes", g + "/changes.csv", g + "/projects/openstack/nova", "/polls", g + "/feed.atom", g + "/card.png", "/embeds",
		"/api/v1/goals", "/api/v1/goals" + g + "/count", g + "/badge.svg", g + "/badge.json", g + "/embed", "/embed.js",
	} {
		for range 2 { // made, and kept
			a := w.get(t, path)
			if got := a.Header.Get("Cache-Control"); got != "no-store" && !strings.HasPrefix(got, "private, ") {
				t.Errorf("%s: %s, Cache-Control %q", path, a.Status, got)
			}
		}
	}
}

// TestOperatorsApart: what operators ask is answered to them alone, at the root and below
// the prefix, and nothing else is.
func TestOperatorsApart(t *testing.T) {
	for _, prefix := range []string{"", "/headway"} {
		w := newWorld().populate()
		w.cfg.Metrics = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("series")) })
		w.cfg.OperatorsApart = true
		if prefix != "" {
			w.cfg.ExternalURL = &url.URL{Scheme: "https", Host: "example.org", Path: prefix}
		}
		w.start(t)
		operators := w.server.Operators()
		for path, want := range map[string]string{"/metrics": "series", "/-/healthy": "headway is healthy.\n", "/-/ready": "headway is ready.\n"} {
			for _, path := range []string{path, prefix + path} {
				rec := httptest.NewRecorder()
				operators.ServeHTTP(rec, httptest.NewRequest("GET", path, nil))
				if rec.Code != http.StatusOK || rec.Body.String() != want {
					t.Errorf("operators get %s: %d %s", path, rec.Code, rec.Body)
				}
				if a := w.get(t, path); a.StatusCode != http.StatusNotFound || strings.Contains(a.body, want) {
					t.Errorf("readers get %s: %s", path, a.Status)
				}
			}
		}
		for _, path := range []string{"/", "/eventlet-removal/", "/api/v1/goals", "/embed.js", "/-/static/x", prefix + "/"} {
			rec := httptest.NewRecorder()
			operators.ServeHTTP(rec, httptest.NewRequest("GET", path, nil))
			if rec.Code != http.StatusNotFound || !strings.HasPrefix(rec.Header().Get("Content-Type"), "text/plain") {
				t.Errorf("operators get %s: %d %s", path, rec.Code, rec.Header())
			}
			if a := w.get(t, path); path != "/-/static/x" && path != prefix+"/" && a.StatusCode != http.StatusOK {
				t.Errorf("readers get %s: %s", path, a.Status)
			}
		}
		rec := httptest.NewRecorder()
		operators.ServeHTTP(rec, httptest.NewRequest("POST", "/metrics", nil))
		if rec.Code != http.StatusMethodNotAllowed {
			t.Errorf("POST: %d", rec.Code)
		}
	}
}

// An answer is whole: a part of a script or a page is of no use to anybody.
func TestRangesAreNotHonoured(t *testing.T) {
	w := newWorld().populate().start(t)
	for _, path := range []string{"/embed.js", "/", "/eventlet-removal/badge.svg"} {
		whole, a := w.get(t, path), w.get(t, path, "Range", "bytes=0-9")
		if a.StatusCode != http.StatusOK || a.body != whole.body || a.Header.Get("Accept-Ranges")+a.Header.Get("Content-Range") != "" {
			t.Errorf("%s: %s, %d bytes of %d", path, a.Status, len(a.body), len(whole.body))
		}
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

// The script is read by every reader: it stays below 3.5 KiB and leaves its comments
// and indents behind.
func TestScriptIsSmall(t *testing.T) {
	w := newWorld().start(t)
	page := w.get(t, "/")
	body := page.document(t).Find("body > script").Text()
	sum := sha256.Sum256([]byte(body))
	if hash := "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !strings.Contains(page.Header.Get("Content-Security-Policy"), "script-src 'self' "+hash+";") {
		t.Errorf("policy %q does not name the script, %s", page.Header.Get("Content-Security-Policy"), hash)
	}
	if len(body) > 3584 {
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
		"/headway": 302, "/headwayx/": 404,
		// Without it, too: for proxies that take it off, and operators at the port.
		"/": 200, "/eventlet-removal/": 200, "/api/v1/goals": 200, "/-/healthy": 200, "/-/ready": 200, "/metrics": 200,
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
	doc = w.page(t, "/headway/embeds?project=openstack/nova")
	if got := doc.Find(`section:has(#badge) code`).First().Text(); got != want {
		t.Errorf("Markdown %q\nwant %q", got, want)
	}
	if a := w.get(t, "/headway/eventlet-removal"); a.StatusCode != 301 || a.Header.Get("Location") != "/headway/eventlet-removal/" {
		t.Errorf("without slash: %s to %q", a.Status, a.Header.Get("Location"))
	}
}

// TestProxyThatTakesThePrefixOff: every link of every page leads to an answer, and no
// redirect to itself.
func TestProxyThatTakesThePrefixOff(t *testing.T) {
	w := newWorld().populate()
	w.cfg.ExternalURL = &url.URL{Scheme: "https", Host: "site.example.org", Path: "/headway/"}
	w.start(t)
	proxy := httptest.NewServer(http.StripPrefix("/headway", w.server.Handler()))
	defer proxy.Close()
	seen := map[string]bool{}
	todo := []string{"/headway/", "/headway/eventlet-removal"}
	for len(todo) > 0 && len(seen) < 400 {
		path := todo[0]
		todo = todo[1:]
		resp, err := http.Get(proxy.URL + path)
		if err != nil {
			t.Fatal(err) // ten redirects are an error
		}
		doc, err := goquery.NewDocumentFromReader(resp.Body)
		resp.Body.Close()
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Errorf("%s: %s %v", path, resp.Status, err)
		}
		for _, link := range doc.Find("[href]").Map(attrOf("href")) {
			link, _, _ = strings.Cut(link, "#")
			if strings.HasPrefix(link, "/headway/") && !seen[link] {
				seen[link] = true
				todo = append(todo, link)
			}
		}
	}
	if len(seen) < 50 {
		t.Errorf("only %d links were found", len(seen))
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

// The numbers are still there when the database file is not, but no new ones will be.
func TestReadyWantsTheDatabaseInItsPlace(t *testing.T) {
	w := newWorld().start(t)
	if err := os.Remove(w.db.Path()); err != nil {
		t.Fatal(err)
	}
	a := w.get(t, "/-/ready")
	if a.StatusCode != 503 || !strings.Contains(a.body, "database file was removed or replaced") || strings.Contains(a.body, w.db.Path()) {
		t.Errorf("without its file: %s %s", a.Status, a.body)
	}
	if a := w.get(t, "/"); a.StatusCode != 200 || !strings.Contains(a.body, "As of 23 Nov 2026") {
		t.Errorf("the page: %s", a.Status)
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
