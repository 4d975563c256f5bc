package dashboard_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"unicode"

	"github.com/eventlet-removal/headway/dashboard/api"
	"github.com/eventlet-removal/headway/store"
)

// endless are texts that are longer than anybody needs, of letters that are not always
// what they seem.
var endless = map[string]string{
	"words":     strings.Repeat("word ", 1000),
	"one word":  strings.Repeat("x", 5000),
	"markup":    strings.Repeat(`<b>"&'`, 800),
	"marks":     "a" + strings.Repeat("\u0301\u0489", 1200),
	"direction": strings.Repeat("\u202e\u2066abc", 600),
	"nothing":   strings.Repeat("\u200b\u200d\ufeff\u2060", 450),
	"controls":  strings.Repeat("a\x00\x1b[31m\x07\u009b", 500),
	"families":  strings.Repeat("👩‍👩‍👧‍👦", 200),
}

// endlessWorld has them wherever Gerrit lets somebody write.
func endlessWorld(t *testing.T, text string) *world {
	w := newWorld()
	for i := range 120 {
		c := store.Change{
			Row:    store.Row{Number: 1000 + i, Project: "far/" + text, Branch: text, Subject: text, Owner: 1, Status: store.StatusNew},
			Detail: store.Detail{Accounts: map[int]store.Account{1: {ID: 1, Name: text, Username: text}}},
		}
		switch i % 3 {
		case 0:
			c.Status, c.Submitted = store.StatusMerged, ago(10)
		case 1:
			c.Project = "near/" + strings.ToValidUTF8(text[:250], "")
		}
		w.add(c)
		if i == 119 {
			w.depart(false, text)
		}
	}
	return w.start(t)
}

// Pages, widgets and badges stay within their bounds and whole, whatever is written into
// Gerrit; JSON has all of it.
func TestEndlessTexts(t *testing.T) {
	for name, text := range endless {
		t.Run(name, func(t *testing.T) {
			w := endlessWorld(t, text)
			const g = "/eventlet-removal/"
			far := url.PathEscape("far/" + text)
			for path, most := range map[string]int{ // one byte more: a page with scripts of its own
				"/": 100_000, g + "changes": 100_000, g + "changes?state=left": 100_000, g + "attention": 100_000, "/polls": 100_000,
				"/embeds": 100_001, g + "report": 100_000, g + "projects/" + far: 100_000, g + "projects/" + url.PathEscape("near/"+strings.ToValidUTF8(text[:250], "")): 100_000,
				g + "embed": 10_000, g + "embed/" + far: 10_000, g + "embed?changes=1000,1001,1002": 10_000,
				g + "badge/" + far + ".svg": 2000,
			} {
				a := w.get(t, path)
				if a.StatusCode != 200 || len(a.body) > most {
					t.Errorf("%.60s: %s, %d bytes of at most %d", path, a.Status, len(a.body), most)
				}
				if i := strings.IndexFunc(a.body, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }); i >= 0 {
					t.Errorf("%.60s: a control character at %d: %q", path, i, a.body[i:i+4])
				}
				if most == 100_000 {
					harmless(t, a, 200)
				}
			}
			shown := w.page(t, g+"changes").Find("th .change bdi").First().Text()
			if !strings.HasSuffix(shown, "…") && name != "marks" || len(shown) > 1000 {
				t.Errorf("the subject is shown as %.60q…, %d bytes", shown, len(shown))
			}

			var project struct{ Project string }
			if err := json.Unmarshal([]byte(w.get(t, "/api/v1/goals/eventlet-removal/projects/"+far).body), &project); err != nil || project.Project != "far/"+text {
				t.Errorf("in JSON: %v, %d bytes of the project's name", err, len(project.Project))
			}
			var list struct{ Changes []api.Change }
			body := w.get(t, "/api/v1/goals/eventlet-removal/changes?numbers=1000").body
			if err := json.Unmarshal([]byte(body), &list); err != nil || len(list.Changes) != 1 || list.Changes[0].Subject != text || list.Changes[0].Branch != text {
				t.Errorf("in JSON: %v, %.200s", err, body)
			}
		})
	}
}

// The count is small for names of 60 letters: below 400 bytes where a letter is one byte.
func TestCountIsSmallForNamesOfAnyLetters(t *testing.T) {
	for _, letter := range []string{"x", "ж", "語", "🐍"} {
		w := newWorld()
		name := strings.Repeat(letter, 60)
		w.add(store.Change{Row: store.Row{Number: 1, Project: name, Status: store.StatusNew}})
		body := w.start(t).get(t, "/api/v1/goals/eventlet-removal/count/"+url.PathEscape(name)).body
		if !strings.Contains(body, name) {
			t.Errorf("%s: %s", letter, body)
		}
		if most := 400 + 60*(len(letter)-1); len(body) >= most {
			t.Errorf("60 times %s: %d bytes, want less than %d", letter, len(body), most)
		}
	}
}
