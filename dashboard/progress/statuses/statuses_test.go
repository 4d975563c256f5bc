package statuses_test

import (
	"testing"

	"github.com/eventlet-removal/headway/dashboard/progress/statuses"
)

func TestSentence(t *testing.T) {
	for _, tt := range []struct {
		name            string
		by              statuses.Counts
		sentence, short string
	}{
		{"the champion's", statuses.Counts{"completed": 8, "in-progress": 11, "planning": 2, "nothing-in-review": 5, "stalled": 2},
			"8 of 28 projects are completed, 11 in progress, 2 planning, 5 with nothing left in review, 2 stalled", "8 of 28 completed"},
		{"not affected stands apart", statuses.Counts{"completed": 1, "not-affected": 3, "not-started": 1, "none": 4},
			"1 of 6 projects is completed, 1 not started, 4 with no changes tracked; 3 not affected", "1 of 6 completed"},
		{"none completed", statuses.Counts{"stalled": 2}, "0 of 2 projects are completed, 2 stalled", "0 of 2 completed"},
		{"one in all", statuses.Counts{"planning": 1}, "0 of 1 project is completed, 1 planning", "0 of 1 completed"},
		{"none affected", statuses.Counts{"not-affected": 1}, "0 of 0 projects are completed; 1 not affected", "0 of 0 completed"},
		{"a status never heard of", statuses.Counts{"completed": 1, "paused": 1}, "1 of 2 projects is completed, 1 paused", "1 of 2 completed"},
		{"no projects", statuses.Counts{}, "", "0 of 0 completed"},
		{"unknown", nil, "", "0 of 0 completed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.by.Sentence(); got != tt.sentence {
				t.Errorf("got  %s\nwant %s", got, tt.sentence)
			}
			if got := tt.by.Short(); got != tt.short {
				t.Errorf("short: %s, want %s", got, tt.short)
			}
		})
	}
}

func TestStatusOfAProject(t *testing.T) {
	for _, tt := range []struct{ declared, measured, want string }{
		{"", "in-progress", "in progress"},
		{"", "nothing-in-review", "nothing left in review"},
		{"", "none", "no changes tracked"},
		{"", "stalled", "stalled"},
		{"in-progress", "nothing-in-review", "in progress"},
		{"completed", "stalled", "completed, stalled"},
		{"not-started", "", "not started"},
		{"paused", "planning", "paused"},
		{"", "", ""},
	} {
		if got := statuses.Of(tt.declared, tt.measured); got != tt.want {
			t.Errorf("declared %q, measured %q: %q, want %q", tt.declared, tt.measured, got, tt.want)
		}
	}
}
