package dashboard_test

import (
	"strings"
	"testing"

	"github.com/eventlet-removal/headway/dashboard/api"
	"github.com/eventlet-removal/headway/store"
)

// withoutVotes is a world of two changes whose votes Gerrit left out.
func withoutVotes() *world {
	w := newWorld()
	bare := store.Detail{Labels: []store.Label{{Name: "Code-Review", Unknown: true}, {Name: "Workflow", Unknown: true}}}
	w.add(store.Change{Row: store.Row{Number: 510, Status: store.StatusNew}, Detail: bare})
	w.add(store.Change{Row: store.Row{Number: 511, Status: store.StatusNew, WIP: true}, Detail: bare})
	return w
}

// TestUnknownVotes: where Gerrit left the votes out, nothing shows that nobody voted.
func TestUnknownVotes(t *testing.T) {
	w := withoutVotes().start(t)

	var list api.Changes
	w.json(t, "/api/v1/goals/eventlet-removal/changes", &list)
	if len(list.Changes) != 2 {
		t.Fatalf("%d changes", len(list.Changes))
	}
	for _, c := range list.Changes {
		if c.Votes != nil {
			t.Errorf("change %d has votes %v", c.Number, c.Votes)
		}
		if known := c.Number == 511; (c.WaitsOn != nil) != known || (c.Reason != nil) != known || (c.WaitingSince != nil) != known {
			t.Errorf("change %d waits on %v because of %v since %v", c.Number, c.WaitsOn, c.Reason, c.WaitingSince)
		}
	}

	for path, want := range map[string]string{
		"/eventlet-removal/changes":                 "votes not known",
		"/eventlet-removal/projects/openstack/nova": "votes not known",
		"/eventlet-removal/attention":               "Of 1 change not merged yet, votes are not known",
		"/":                                         "Of 1 change not merged yet, votes are not known",
	} {
		body := text(w.page(t, path).Find("main"))
		if !strings.Contains(body, want) || strings.Contains(body, "Nobody has voted") || strings.Contains(body, "too little is known") {
			t.Errorf("%s does not say %q only: %s", path, want, body)
		}
	}
	if csv := w.get(t, "/eventlet-removal/changes.csv").body; !strings.Contains(csv, `"2","","","","`+gerrit) {
		t.Errorf("CSV guesses whom a change waits on:\n%s", csv)
	}
}

// TestOnlyPossibleWaits: a goal whose changes have no approve label and no CI has no
// card and no word for them.
func TestOnlyPossibleWaits(t *testing.T) {
	yes := true
	w := newWorld()
	w.goal.Labels.Approve, w.goal.Labels.Recheck = "", ""
	w.add(store.Change{Row: store.Row{Number: 510, Status: store.StatusNew}, Detail: store.Detail{Submittable: &yes, Labels: []store.Label{
		{Name: "Code-Review", Min: -2, Max: 2, Votes: []store.Vote{{Account: 2, Value: 2, Date: store.MomentOf(ago(9))}}},
	}}})
	w.start(t)
	for _, path := range []string{"", "attention", "changes", "states"} {
		doc := w.page(t, "/eventlet-removal/"+path)
		body := text(doc.Find("main"))
		for _, word := range []string{"gate", "Gate", "recheck", "CI failed", "Wait for CI"} {
			if strings.Contains(body, word) {
				t.Errorf("/%s says %q: %s", path, word, body)
			}
		}
		if ci := doc.Find(`[value="ci"], [value="gate"], #ci, #gate, .actor-ci, .ci-passed`); ci.Length() != 0 {
			t.Errorf("/%s has a place for what can't be waited for: %s", path, text(ci))
		}
	}
	if body := text(w.page(t, "/eventlet-removal/attention").Find("main")); !strings.Contains(body, "Ready: submit it.") {
		t.Errorf("nothing is ready: %s", body)
	}
}
