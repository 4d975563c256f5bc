package dashboard_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

func TestAPIPage(t *testing.T) {
	for name, w := range map[string]*world{"full": newWorld().populate(), "loading": newWorld().loading()} {
		w.start(t)
		a := w.get(t, "/api/v1/")
		if a.StatusCode != http.StatusOK || len(a.body) >= 100_000 {
			t.Errorf("%s: %s, %d bytes", name, a.Status, len(a.body))
		}
		doc := a.document(t)
		tries := 0
		doc.Find("main a[href]").Each(func(_ int, s *goquery.Selection) {
			switch href := s.AttrOr("href", ""); {
			case strings.HasPrefix(href, "#"):
				if doc.Find(`[id="`+href[1:]+`"]`).Length() != 1 {
					t.Errorf("%s: nothing at %s", name, href)
				}
			case strings.HasPrefix(href, "/api/v1/"):
				tries++
				if got := w.get(t, href); got.StatusCode != http.StatusOK {
					t.Errorf("%s: %s: %s", name, href, got.Status)
				}
			default:
				t.Errorf("%s: a link to %s", name, href)
			}
		})
		if tries != 12 { // with the document, twice
			t.Errorf("%s: %d addresses to try", name, tries)
		}
	}
}

// The API is found from each page, and by those who cut its address short.
func TestWaysToTheAPIPage(t *testing.T) {
	w := newWorld().populate().start(t)
	for _, path := range []string{"/", "/polls", "/eventlet-removal/states", "/nope/"} {
		if w.get(t, path).document(t).Find(`footer a[href="/api/v1/"]`).Length() != 1 {
			t.Errorf("%s does not lead there", path)
		}
	}
	for _, path := range []string{"/api", "/api/", "/api/v1"} {
		if a := w.get(t, path); a.StatusCode/100 != 3 || a.Header.Get("Location") != "/api/v1/" {
			t.Errorf("%s: %s to %q", path, a.Status, a.Header.Get("Location"))
		}
	}
}

// Errors look as whoever asks understands them, whether or not a route is near.
func TestErrorsBesideTheAPI(t *testing.T) {
	w := newWorld().populate().start(t)
	for path, want := range map[string]string{
		"/api/v2/goals": "application/json", "/api/v1/nope": "application/json", "/api/v1/goals/": "application/json", "/api/v1/goals/eventlet-removal/": "application/json",
		"/api/v1/?x=1": "text/html; charset=utf-8", "/-/nope": "text/plain; charset=utf-8", "/x/y": "text/html; charset=utf-8", "/x/badge/y/z.svg/": "image/svg+xml; charset=utf-8",
	} {
		if a := w.get(t, path); a.StatusCode < 400 || a.Header.Get("Content-Type") != want {
			t.Errorf("%s: %s, %s", path, a.Status, a.Header.Get("Content-Type"))
		}
	}
}
