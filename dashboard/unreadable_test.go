package dashboard_test

import (
	"html"
	"strings"
	"testing"

	"github.com/eventlet-removal/headway/store"
)

// A change that the database can't read takes numbers away, wherever they stand, and
// says so; no number is smaller than it was.
func TestUnreadableIsSaid(t *testing.T) {
	w := newWorld()
	w.add(store.Change{Row: store.Row{Number: 1, Status: store.StatusMerged}})
	w.add(store.Change{Row: store.Row{Number: 2, Project: "openstack/cinder", Status: store.StatusMerged}})
	w.members = append(w.members, store.Membership{Number: 99, Query: selector, In: "openstack/nova"})
	w.start(t)
	const said, g, nova = "1 change can't be read from the database. The next poll fetches it again.", "/eventlet-removal", "/projects/openstack/nova"
	for address, status := range map[string]int{
		"/": 200, g + nova: 200, g + "/teams/compute": 200, g + "/changes": 200, g + "/attention": 200, g + "/changes?project=openstack/nova": 200,
		g + "/testimonials": 200, g + "/report": 200, g + "/report?format=text": 200, g + "/summary.md": 200, "/polls": 200,
		g + "/embed" + strings.TrimPrefix(nova, "/projects"): 200, g + "/embed?changes=1,99": 200, g + "/badge.svg": 200, g + "/feed.json": 200,
		"/api/v1/goals" + g: 200, "/api/v1/goals" + g + "/changes?numbers=99": 200, "/api/v1/goals" + g + "/report": 200,
		g + "/changes.csv": 503, g + "/projects.csv": 503, g + "/projects/some/thing": 503, "/api/v1/goals" + g + "/projects/some/thing": 503,
	} {
		got := w.get(t, address)
		body := strings.Join(strings.Fields(html.UnescapeString(got.body)), " ")
		if got.StatusCode != status || !strings.Contains(body, said) {
			t.Errorf("%s: %s does not say it: %s", address, got.Status, body)
		}
		for _, lie := range []string{"first reading", "Reading all changes", "not in this goal", "0 found"} {
			if strings.Contains(body, lie) {
				t.Errorf("%s says %q", address, lie)
			}
		}
	}
	for address, want := range map[string]string{
		"/api/v1/goals/eventlet-removal":                           `"merged":null`,
		"/api/v1/goals/eventlet-removal/count":                     `"progress":null`,
		"/api/v1/goals/eventlet-removal/projects/openstack/nova":   `"merged":null`,
		"/api/v1/goals/eventlet-removal/projects/openstack/cinder": `"merged":1`,
		"/eventlet-removal/badge.svg":                              "unknown",
		"/-/ready":                                                 "ready",
	} {
		got := w.get(t, address)
		if !strings.Contains(got.body, want) || got.StatusCode != 200 {
			t.Errorf("%s: %d %s", address, got.StatusCode, got.body)
		}
	}
}
