package progress_test

import (
	"strings"
	"testing"
	"time"

	"github.com/eventlet-removal/headway/dashboard/progress"
)

// Whoever changes how long a rule waits changes every text that speaks of it.
func TestTextsFollowTheRules(t *testing.T) {
	before, after := progress.TextsWith(48*time.Hour, 24*time.Hour), progress.TextsWith(5*24*time.Hour, 36*time.Hour)
	follow := strings.NewReplacer("more than two days", "more than five days", "more than a day", "more than 36 hours", "Wait a day", "Wait 36 hours")
	followed := 0
	for i, text := range before {
		if want := follow.Replace(text); want != text {
			followed++
			if after[i] != want {
				t.Errorf("after the rule changed: %q, want %q", after[i], want)
			}
		}
		if text == after[i] && strings.Contains(text, "day") {
			t.Errorf("%q does not follow the rule", text)
		}
	}
	if followed != 5 {
		t.Errorf("%d texts speak of how long a rule waits, want 5", followed)
	}
}

func TestAgeOf(t *testing.T) {
	for _, tt := range []struct {
		hours float64
		want  progress.Age
	}{{0, progress.Fresh}, {7*24 - 1, progress.Fresh}, {7 * 24, progress.Aging}, {28*24 - 1, progress.Aging}, {28 * 24, progress.Old}} {
		if got := progress.AgeOf(time.Duration(tt.hours * float64(time.Hour))); got != tt.want {
			t.Errorf("after %v hours: %q, want %q", tt.hours, got, tt.want)
		}
	}
}
