package dashboard_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// Charts, past days and what moved show hostile text as text, too.
func TestHostileTextInThePast(t *testing.T) {
	w := hostileWorld(t)
	paths := []string{"/", "/eventlet-removal/changes?class=all&state=open,left"}
	for _, text := range hostile {
		escaped := url.PathEscape(text)
		paths = append(paths, "/eventlet-removal/projects/evil/"+escaped, "/eventlet-removal/teams/"+escaped)
	}
	for _, path := range paths {
		join := "?"
		if strings.Contains(path, "?") {
			join = "&"
		}
		for _, on := range []string{"2026-11-22", "2026-11-20", "2000-01-01"} {
			harmless(t, w.get(t, path+join+"on="+on), http.StatusOK)
		}
		for _, text := range hostile {
			harmless(t, w.get(t, path+join+"on="+url.QueryEscape(text)), http.StatusBadRequest)
		}
	}
	doc := w.page(t, "/eventlet-removal/projects/evil/"+url.PathEscape(hostile[0]))
	if got := text(doc.Find("svg.chart > title")); !strings.HasPrefix(got, "evil/"+hostile[0]+": changes merged") {
		t.Errorf("the chart is titled %q", got)
	}
	if got := text(doc.Find("ul.moved")); !strings.Contains(got, hostile[0]) {
		t.Errorf("what moved: %q", got)
	}
}

func TestHostileHistory(t *testing.T) {
	w := hostileWorld(t)
	for _, text := range hostile {
		value := url.QueryEscape(text)
		for query, status := range map[string]int{
			"?project=evil/" + value: http.StatusOK, "?team=" + value: http.StatusOK,
			"?project=" + value: http.StatusBadRequest, "?class=" + value: http.StatusBadRequest, "?on=" + value: http.StatusBadRequest, "?" + value + "=1": http.StatusBadRequest,
		} {
			a := w.get(t, historyPath+query)
			if a.StatusCode != status || !json.Valid([]byte(a.body)) || strings.ContainsAny(a.body, "<>") {
				t.Errorf("%s: %s %s", query, a.Status, a.body)
			}
		}
	}
}
