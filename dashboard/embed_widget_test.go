package dashboard_test

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/eventlet-removal/headway/store"
)

const widgetLimit = 10_000 // bytes

func TestWidgets(t *testing.T) {
	w := newWorld().populate().start(t)
	for _, test := range []struct {
		name, path string
		says       []string
		link       string
	}{
		{"project", "/embed/openstack/nova", []string{
			"openstack/nova Eventlet removal", "50% of the changes uploaded so far are merged: 3 of 6. 3 not merged yet: 2 in review, 1 work in progress. 2 merged in 2027.1.",
			"3 merged", "2 in review", "1 work in progress", "1 abandoned", "2 reverted", "As of 23 Nov 2026, 11:57 UTC.",
		}, "/eventlet-removal/projects/openstack/nova"},
		{"escaped slash", "/embed/openstack%2Fnova", []string{"3 of 6"}, "/eventlet-removal/projects/openstack/nova"},
		{"goal", "/embed", []string{"Eventlet removal", "41%", "5 of 12", "4 not merged yet: 3 in review, 1 work in progress."}, "/eventlet-removal/"},
		{"without changes", "/embed/openstack/neutron", []string{"Nothing is merged, in review or work in progress."}, "/eventlet-removal/projects/openstack/neutron"},
		{"expected", "/embed/openstack/cinder", []string{"0% of the changes uploaded or expected so far are merged: 0 of 4.", "3 expected, not uploaded"}, "/eventlet-removal/projects/openstack/cinder"},
		{"picked", "/embed?changes=101,111,+9999,101,114,117", []string{
			"1 merged, 1 reverted, 1 work in progress, 1 left, 1 not in this goal", "101 merged Subject of 101", "9999 not in this goal", "114 reverted Taken back",
		}, "/eventlet-removal/changes?class=all&numbers=101,111,9999,114,117"},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := w.get(t, "/eventlet-removal"+test.path)
			doc := a.document(t)
			if a.StatusCode != http.StatusOK || len(a.body) >= widgetLimit {
				t.Errorf("%s, %d bytes", a.Status, len(a.body))
			}
			got := text(doc.Find("main"))
			for _, want := range test.says {
				if !strings.Contains(got, want) {
					t.Errorf("it lacks %q: %s", want, got)
				}
			}
			if first := doc.Find("main > *").Eq(1); !first.HasClass("asof") {
				t.Errorf("a frame that is too low cuts off the time: %q comes first", text(first))
			}
			link := doc.Find("h1 a")
			if link.AttrOr("href", "") != test.link {
				t.Errorf("it leads to %q, want %q", link.AttrOr("href", ""), test.link)
			}
			// In a frame, whatever is followed must leave it.
			doc.Find("a").Each(func(_ int, a *goquery.Selection) {
				if a.AttrOr("target", "") != "_blank" || a.AttrOr("rel", "") != "noopener" {
					t.Errorf("link stays in the frame: %s", a.AttrOr("href", ""))
				}
			})
			if doc.Find("script, link, img, iframe, [style], [onclick]").Length() > 0 {
				t.Error("it loads or runs something")
			}
		})
	}
}

func TestWidgetThemes(t *testing.T) {
	w := newWorld().populate().start(t)
	for query, want := range map[string]string{"": "dark", "?theme=dark": "dark", "?theme=light": "light", "?theme=auto": "auto"} {
		if got := w.page(t, "/eventlet-removal/embed"+query).Find("html").AttrOr("class", ""); got != want {
			t.Errorf("%q: theme %q, want %q", query, got, want)
		}
	}
}

func TestWidgetRefuses(t *testing.T) {
	w := newWorld().populate().start(t)
	many := func(n int) string {
		var out []string
		for i := range n {
			out = append(out, fmt.Sprint(i+1))
		}
		return strings.Join(out, ",")
	}
	for _, test := range []struct {
		name, query string
		status      int
		says        string
	}{
		{"junk", "?changes=1,x", 400, `Bad parameter "changes": not a change number: "x".`},
		{"nothing", "?changes=", 400, `not a change number: ""`},
		{"negative", "?changes=-5", 400, `not a change number: "-5"`},
		{"beyond integers", "?changes=99999999999999999999", 400, "not a change number"},
		{"markup", "?changes=" + url.QueryEscape("<script>alert(1)</script>"), 400, `not a change number: "<script>alert(1)</script>"`},
		{"a long word", "?changes=" + strings.Repeat("x", 5000), 400, "xxx…"},
		{"one too many", "?changes=" + many(31), 400, "at most 30"},
		{"ten thousand", "?changes=" + many(10_000), 400, "at most 30"},
		{"repeated parameter", "?changes=101&changes=102", 200, "2 merged"},
		{"the same often", "?changes=" + strings.Repeat("101,", 500) + "101", 200, "1 merged"},
		{"most", "?changes=" + many(30), 200, "30 not in this goal"},
		{"theme", "?theme=pink", 400, `there is no "pink"; there are dark, light, auto`},
		{"day", "?on=2026-01-01", 400, "unknown parameter; there are changes, theme"},
		{"changes of a project", "/openstack/nova?changes=101", 400, "unknown parameter; there are theme"},
		{"unknown project", "/openstack/nope", 404, `There is no project "openstack/nope" in Eventlet removal.`},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := w.get(t, "/eventlet-removal/embed"+test.query)
			if a.StatusCode != test.status || len(a.body) >= widgetLimit {
				t.Errorf("%s, %d bytes", a.Status, len(a.body))
			}
			doc := a.document(t)
			if got := text(doc.Find("main")); !strings.Contains(got, test.says) {
				t.Errorf("%q\nwant %q", got, test.says)
			}
			if test.status != 200 && a.Header.Get("Cache-Control") != "no-store" {
				t.Errorf("Cache-Control %q", a.Header.Get("Cache-Control"))
			}
			if doc.Find("script").Length() > 0 {
				t.Error("a script")
			}
		})
	}
}

func TestWidgetHeaders(t *testing.T) {
	w := newWorld().populate()
	w.cfg.FrameAncestors = []string{"https://site.example.org", "https://*.example.net:8443"}
	w.start(t)
	for path, framed := range map[string]bool{
		"/eventlet-removal/embed": true, "/eventlet-removal/embed/openstack/nova": true, "/eventlet-removal/embed?changes=101": true,
		"/eventlet-removal/embed/openstack/nope": true,
		"/":                                      false, "/eventlet-removal/": false, "/eventlet-removal/projects/openstack/nova": false, "/embeds": false, "/nope": false,
	} {
		a := w.get(t, path)
		policy := a.Header.Get("Content-Security-Policy")
		want := "frame-ancestors 'none'"
		if framed {
			want = "frame-ancestors 'self' https://site.example.org https://*.example.net:8443"
		}
		if !strings.Contains(policy+";", want+";") || !strings.HasPrefix(policy, "default-src 'none'; ") || strings.Contains(policy, "unsafe") {
			t.Errorf("%s: policy %q, want %s", path, policy, want)
		}
		if a.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s may be sniffed", path)
		}
	}
	a := w.get(t, "/eventlet-removal/embed/openstack/nova")
	if a.Header.Get("Cache-Control") != "public, max-age=300, stale-while-revalidate=3600, stale-if-error=604800" || a.Header.Get("ETag") == "" {
		t.Errorf("Cache-Control %q, ETag %q", a.Header.Get("Cache-Control"), a.Header.Get("ETag"))
	}
	if b := w.get(t, "/eventlet-removal/embed/openstack/nova", "If-None-Match", a.Header.Get("ETag")); b.StatusCode != http.StatusNotModified || b.Header.Get("Content-Security-Policy") != a.Header.Get("Content-Security-Policy") {
		t.Errorf("not modified: %s", b.Status)
	}
}

// A policy that does not name the style exactly would drop it without a word.
func TestWidgetPolicyAllowsItsStyle(t *testing.T) {
	a := newWorld().populate().start(t).get(t, "/eventlet-removal/embed")
	style := regexp.MustCompile(`(?s)<style>(.*?)</style>`).FindAllStringSubmatch(a.body, -1)
	if len(style) != 1 {
		t.Fatalf("%d styles", len(style))
	}
	sum := sha256.Sum256([]byte(style[0][1]))
	if want := "style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "';"; !strings.Contains(a.Header.Get("Content-Security-Policy"), want) {
		t.Errorf("policy %q, want %s", a.Header.Get("Content-Security-Policy"), want)
	}
}

func TestStaleAndLoadingWidgets(t *testing.T) {
	w := newWorld().populate()
	w.selectors[0].AsOf = ago(72)
	w.start(t)
	doc := w.page(t, "/eventlet-removal/embed/openstack/nova")
	if got := text(doc.Find(".asof.late")); got != "Not up to date: last known numbers, as of 20 Nov 2026, 12:00 UTC." || doc.Find("p.stale").Length() != 1 {
		t.Errorf("stale: %q", got)
	}
	w = newWorld().loading().start(t)
	a := w.get(t, "/eventlet-removal/embed/openstack/nova")
	got := text(a.document(t).Find("main"))
	if !strings.Contains(got, "Reading all changes: 1200 of 2500.") || strings.Contains(got, "0%") || strings.Contains(got, "As of") || a.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("loading: %q, Cache-Control %q", got, a.Header.Get("Cache-Control"))
	}
}

// However long and hostile names and subjects are, a widget stays small and whole.
func TestHostileWidgets(t *testing.T) {
	w := hostileWorld(t)
	for i, project := range hostile {
		for _, path := range []string{"/embed/evil/" + url.PathEscape(project), fmt.Sprintf("/embed?changes=%d,%d", 1000+10*i, 1003+10*i), "/embed/no" + url.PathEscape(project)} {
			a := w.get(t, "/eventlet-removal"+path)
			doc := a.document(t)
			if n := doc.Find("*").Not("html, head, head *, body, main, main > *, main > h1 *, main > p *, main > svg *, main > ul *").Length(); n > 0 || doc.Find("style").Length() != 1 || len(a.body) >= widgetLimit {
				t.Errorf("%s: %d strange elements, %d bytes\n%s", path, n, len(a.body), a.body)
			}
			if found := doc.Find("script, img, iframe, svg svg, [onload], [onerror], [onmouseover], a[href^=javascript]"); found.Length() > 0 {
				html, _ := goquery.OuterHtml(found.First())
				t.Errorf("%s: %s", path, html)
			}
		}
	}
	long := newWorld()
	var numbers []string
	for i := range 30 {
		long.add(store.Change{Row: store.Row{Number: 1000 + i, Project: "openstack/" + strings.Repeat("ü", 100), Status: store.StatusNew, Subject: strings.Repeat("\"<&漢字>", 2000)}})
		numbers = append(numbers, fmt.Sprint(1000+i))
	}
	long.start(t)
	if a := long.get(t, "/eventlet-removal/embed?changes="+strings.Join(numbers, ",")); len(a.body) >= widgetLimit || a.document(t).Find(".picked li").Length() != 30 {
		t.Errorf("%d bytes", len(a.body))
	}
}
