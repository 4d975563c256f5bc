package collector_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eventlet-removal/headway/store"
)

// TestLabelsWithoutVotes: a summary of a label is kept as unknown, never as "nobody
// voted". A label that only 0 can be given to has no values either, but a default.
func TestLabelsWithoutVotes(t *testing.T) {
	stored := polled(t, document(map[string]any{"labels": map[string]any{
		"Approved":    map[string]any{"approved": map[string]any{"_account_id": 8}},
		"Code-Review": map[string]any{},
		"Disabled":    map[string]any{"default_value": 0},
		"Empty":       map[string]any{"all": []any{}},
		"Verified": map[string]any{
			"all":    []any{map[string]any{"_account_id": 9, "value": 1, "date": "2025-03-05 16:51:57.000000000"}, map[string]any{"_account_id": 8, "value": 0}},
			"values": map[string]any{"-1": "Fails", " 0": "No score", "+1": "Works"},
		},
	}}))
	want := []store.Label{
		{Name: "Approved", Unknown: true},
		{Name: "Code-Review", Unknown: true},
		{Name: "Disabled"},
		{Name: "Empty"},
		{Name: "Verified", Min: -1, Max: 1, Votes: []store.Vote{{Account: 9, Value: 1, Date: store.MomentOf(stored.Updated)}}},
	}
	if diff := cmp.Diff(want, stored.Labels); diff != "" {
		t.Errorf("labels (-want +got):\n%s", diff)
	}
}
