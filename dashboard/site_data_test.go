package dashboard_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

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

// Jekyll reads the file as YAML, which does not allow all that JSON does.
func TestSiteDataIsYAML(t *testing.T) {
	body := exportWorld(t).export(t)["_data/headway.json"]
	var asJSON, asYAML struct {
		Goals map[string]struct{ Projects map[string]any }
	}
	if err := json.Unmarshal(body, &asJSON); err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(body, &asYAML); err != nil {
		t.Fatal(err)
	}
	want := slices.Sorted(maps.Keys(asJSON.Goals["eventlet-removal"].Projects))
	if got := slices.Sorted(maps.Keys(asYAML.Goals["eventlet-removal"].Projects)); !slices.Equal(want, got) || !slices.Contains(want, "c1\u0085\u009f\x7f") {
		t.Errorf("as YAML %q, as JSON %q", got, want)
	}
	if i := bytes.IndexFunc(body, func(r rune) bool { return r >= 0x7f && r < 0xa0 || r >= 0xfff0 || r == 0xfeff }); i >= 0 {
		t.Errorf("at %d: %q", i, body[i:i+8])
	}
}

// The server's own address, if it has one, is what the data say, wherever it was read.
func TestSiteDataAddress(t *testing.T) {
	const own = "https://headway.example.org/h/"
	for _, tt := range []struct{ external, public, want string }{
		{own, "", own},
		{strings.TrimSuffix(own, "/"), "", own},
		{own, "https://other.example/", "https://other.example/"},
		{"", "", "http://localhost:8642/h/"},
	} {
		w := newWorld().populate()
		base := &url.URL{Scheme: "http", Host: "localhost:8642"}
		if tt.external != "" {
			w.cfg.ExternalURL, _ = url.Parse(tt.external)
			base.Path = "/h"
		}
		w.start(t)
		site := export.Site{Base: base, Public: tt.public, Fallback: "http://localhost:8642/h/"}
		files, err := export.Files(t.Context(), site, export.FetchFrom(w.server.Handler()))
		if err != nil {
			t.Fatal(err)
		}
		var data api.SiteData
		if err := json.Unmarshal(files["_data/headway.json"], &data); err != nil || data.URL == nil || *data.URL != tt.want {
			t.Errorf("%+v: %v, %v", tt, err, data.URL)
		}
	}
}

func TestExportRefusesLoading(t *testing.T) {
	w := newWorld().loading().start(t)
	site := export.Site{Base: &url.URL{Scheme: "https", Host: "headway.invalid", Path: "/"}}
	files, err := export.Files(t.Context(), site, export.FetchFrom(w.server.Handler()))
	if !errors.Is(err, export.ErrLoading) || !strings.Contains(err.Error(), "eventlet-removal") || files != nil {
		t.Errorf("%d files, error %v", len(files), err)
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
