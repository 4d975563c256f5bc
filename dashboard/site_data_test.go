package dashboard_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/eventlet-removal/headway/dashboard/api"
	"github.com/eventlet-removal/headway/dashboard/export"
)

func TestSiteData(t *testing.T) {
	w := newWorld().populate()
	w.cfg.ExternalURL = &url.URL{Scheme: "https", Host: "headway.example.org", Path: "/h"}
	w.start(t)
	site := export.Site{Base: w.cfg.ExternalURL, Public: w.cfg.ExternalURL.String() + "/"}
	files, err := export.Files(t.Context(), site, export.FetchFrom(w.server.Handler()))
	if err != nil {
		t.Fatal(err)
	}
	body := files["_data/headway.json"]
	var data struct {
		AsOf, URL string
		Goals     map[string]struct {
			Title    string
			Count    json.RawMessage
			Projects map[string]json.RawMessage
		}
	}
	if err := json.Unmarshal([]byte(strings.Replace(string(body), `"as_of"`, `"asof"`, 1)), &data); err != nil {
		t.Fatal(err)
	}
	g := data.Goals["eventlet-removal"]
	if data.AsOf != "2026-11-23T11:57:30Z" || data.URL != "https://headway.example.org/h/" || g.Title != "Eventlet removal" || len(g.Projects) != 6 {
		t.Errorf("%s", body)
	}
	// Each number is the one that replaces it.
	if got, want := string(g.Count), strings.TrimSpace(w.get(t, "/h/api/v1/goals/eventlet-removal/count").body); got != want {
		t.Errorf("goal: %s\nwant %s", got, want)
	}
	for name, count := range g.Projects {
		if got, want := string(count), strings.TrimSpace(w.get(t, "/h/api/v1/goals/eventlet-removal/count/"+name).body); got != want {
			t.Errorf("%s: %s\nwant %s", name, got, want)
		}
	}
}

func TestSiteDataWhileLoading(t *testing.T) {
	w := newWorld().loading().start(t)
	var data api.SiteData
	if err := json.Unmarshal(w.export(t)["_data/headway.json"], &data); err != nil {
		t.Fatal(err)
	}
	if c := data.Goals["eventlet-removal"].Count; data.AsOf != nil || data.URL != nil || c.Counts.Merged != nil || c.InFlight != nil {
		t.Errorf("%+v", data)
	}
}
