package dashboard_test

import (
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/store"
)

// hostile are texts that somebody may write into Gerrit or an address.
var hostile = []string{
	`<script>alert(1)</script>`,
	`"><img src=x onerror=alert(1)>`,
	`' onmouseover='alert(1)`,
	`</title></textarea></style><svg onload=alert(1)>`,
	`javascript:alert(1)`,
	`{{.}} {{printf "%s" .}} ${7*7}`,
	"\u202Egnp.exe שלום 👩‍💻",
	"tab\tnew\nline \x00\x1b",
}

// hostileWorld has hostile text wherever Gerrit or a reader can put some.
func hostileWorld(t *testing.T) *world {
	w := newWorld()
	for i, text := range hostile {
		project := "evil/" + text
		c := store.Change{
			Row: store.Row{
				Project: project, Branch: text, Subject: text, Owner: 1,
			},
			Detail: store.Detail{
				Accounts: map[int]store.Account{1: {ID: 1, Name: text, Username: text}},
			},
		}
		for j, status := range []string{store.StatusNew, store.StatusMerged, store.StatusAbandoned, store.StatusNew} {
			c.Number, c.Status = 1000+10*i+j, status
			if status == store.StatusMerged {
				c.Submitted = ago(10)
			}
			w.add(c)
			if j == 3 {
				w.depart(false, text)
			}
		}
		w.work[len(w.work)-2].Member.Quarantined = text
		w.goal.Teams = append(w.goal.Teams, progress.Team{Name: text, Title: text, Since: text, Approach: text, Projects: []string{project}})
		w.goal.Deadlines = append(w.goal.Deadlines, progress.Deadline{Name: text, Of: text})
		w.goal.Cycles = append(w.goal.Cycles, progress.Cycle{Name: text, Start: ago(100), End: ago(-100)})
	}
	w.cfg.Testimonials = hostileTestimonials
	w.cfg.Notice = hostile[0]
	w.start(t)
	for i, text := range hostile {
		w.log(t, store.Poll{Start: ago(i), Version: text, Error: text})
	}
	return w
}

func TestHostileTextIsShownAsText(t *testing.T) {
	w := hostileWorld(t)
	paths := []string{
		"/", "/eventlet-removal/changes?class=all", "/eventlet-removal/changes?state=left,gone", "/eventlet-removal/attention",
		"/eventlet-removal/states", "/polls", "/eventlet-removal/testimonials",
	}
	for _, text := range hostile {
		escaped := url.PathEscape(text)
		paths = append(paths, "/eventlet-removal/projects/evil/"+escaped, "/eventlet-removal/teams/"+escaped)
	}
	for _, path := range paths {
		harmless(t, w.get(t, path), http.StatusOK)
	}
	subjects := w.page(t, "/eventlet-removal/changes?state=open").Find("th .change bdi").Map(func(_ int, s *goquery.Selection) string { return s.Text() })
	for _, text := range hostile[:7] {
		if !strings.Contains(strings.Join(subjects, "|"), text) {
			t.Errorf("no subject reads %q", text)
		}
	}
}

func TestHostileQueriesAreHarmless(t *testing.T) {
	w := hostileWorld(t)
	for _, text := range hostile {
		value := url.QueryEscape(text)
		for path, status := range map[string]int{
			"/eventlet-removal/changes?q=%22" + value:             200, // in a quote that is never closed
			"/eventlet-removal/changes?q=state:" + value:          400,
			"/eventlet-removal/changes?q=owner:%22" + value:       200,
			"/eventlet-removal/changes?older=" + value:            400,
			"/polls?goal=" + value:                                400,
			"/polls?page=" + value:                                400,
			"/eventlet-removal/changes?branch=" + value:           200,
			"/eventlet-removal/changes?owner=" + value:            200,
			"/eventlet-removal/changes?project=" + value:          400,
			"/eventlet-removal/changes?team=no" + value:           400,
			"/eventlet-removal/changes?state=" + value:            400,
			"/eventlet-removal/changes?sort=" + value:             400,
			"/eventlet-removal/changes?page=" + value:             400,
			"/eventlet-removal/changes?" + value + "=1":           400,
			"/eventlet-removal/?sort=" + value:                    400,
			"/?" + value + "=" + value:                            400,
			"/" + url.PathEscape(text) + "/":                      404,
			"/eventlet-removal/projects/" + url.PathEscape(text):  404,
			"/eventlet-removal/teams/no" + url.PathEscape(text):   404,
			"/eventlet-removal/changes/x/" + url.PathEscape(text): 404,
		} {
			harmless(t, w.get(t, path), status)
		}
	}
}

// ourScript is the only one that pages have.
const ourScript = "body > script:last-child:not([src])"

// harmless fails if a page holds anything that a hostile text could have brought in.
func harmless(t *testing.T, a answer, status int) {
	t.Helper()
	if a.StatusCode != status {
		t.Errorf("%s: %s, want %d", a.Request.URL, a.Status, status)
	}
	doc := a.document(t)
	if found := doc.Find("script:not(" + ourScript + "), img, iframe, object, embed, style, textarea, [style], meta[http-equiv], base"); found.Length() > 0 {
		html, _ := goquery.OuterHtml(found.First())
		t.Errorf("%s: %s", a.Request.URL, html)
	}
	if doc.Find("head > title").Length() != 1 || doc.Find("body > main").Length() != 1 {
		t.Errorf("%s: the page is broken", a.Request.URL)
	}
	doc.Find("*").Each(func(_ int, s *goquery.Selection) {
		for _, attr := range s.Nodes[0].Attr {
			value := strings.ToLower(strings.TrimSpace(attr.Val))
			if strings.HasPrefix(attr.Key, "on") || (attr.Key == "href" || attr.Key == "src" || attr.Key == "action") && strings.HasPrefix(value, "javascript:") {
				t.Errorf("%s: attribute %s=%q", a.Request.URL, attr.Key, attr.Val)
			}
		}
	})
}

func TestHostileTextInOtherFormats(t *testing.T) {
	w := hostileWorld(t)
	for _, text := range hostile {
		escaped := url.PathEscape(text)
		for _, path := range []string{"/eventlet-removal/badge/evil/" + escaped + ".svg", "/eventlet-removal/badge/no" + escaped + ".svg", "/eventlet-removal/badge.svg?theme=" + url.QueryEscape(text)} {
			a := w.get(t, path)
			if got := a.Header.Get("Content-Type"); got != "image/svg+xml; charset=utf-8" {
				t.Errorf("%s: %s", path, got)
			}
			for d := xml.NewDecoder(strings.NewReader(a.body)); ; {
				token, err := d.Token()
				if err == io.EOF {
					break
				}
				if err != nil {
					t.Fatalf("%s: %v", path, err)
				}
				if e, ok := token.(xml.StartElement); ok && (e.Name.Local == "script" || e.Name.Local == "img" || e.Name.Local == "a") {
					t.Errorf("%s: element %s", path, e.Name.Local)
				}
			}
		}
		for _, path := range []string{
			"/api/v1/goals", "/api/v1/goals/eventlet-removal", "/api/v1/goals/eventlet-removal/projects/evil/" + escaped,
			"/api/v1/goals/eventlet-removal/changes?state=left", "/api/v1/polls", "/api/v1/polls?goal=" + url.QueryEscape(text), "/api/v1/goals/" + escaped, "/api/v1/goals/eventlet-removal/changes?state=" + url.QueryEscape(text),
			"/eventlet-removal/badge/no" + escaped + ".json",
		} {
			a := w.get(t, path)
			if !json.Valid([]byte(a.body)) || strings.ContainsAny(a.body, "<>") {
				t.Errorf("%s: %s", path, a.body)
			}
		}
	}
	rows, err := csv.NewReader(strings.NewReader(w.get(t, "/eventlet-removal/changes.csv").body)).ReadAll()
	if err != nil || len(rows) != 1+3*len(hostile) {
		t.Errorf("CSV: %d rows, %v", len(rows), err)
	}
}
