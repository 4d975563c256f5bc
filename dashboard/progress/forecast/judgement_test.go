package forecast_test

import (
	"testing"
	"time"

	"github.com/eventlet-removal/headway/dashboard/progress/forecast"
)

var now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func in(days int) time.Time { return now.AddDate(0, 0, days) }

func midnight(days int) time.Time { return in(days).Truncate(24 * time.Hour) }

func TestJudge(t *testing.T) {
	eta := func(from, to int) *forecast.ETA {
		out := &forecast.ETA{From: in(from)}
		if to > 0 {
			out.To = in(to)
		}
		return out
	}
	soon, past := forecast.Due{At: in(60), Cycle: "2027.1"}, forecast.Due{At: midnight(-59), Cycle: "2026.2"}
	work := func(left int, eta *forecast.ETA) forecast.Work {
		return forecast.Work{NotMerged: left, Begun: true, ETA: eta}
	}
	for _, tt := range []struct {
		name string
		due  forecast.Due
		work forecast.Work
		want string
	}{
		{"all done", soon, work(0, nil), "met: met: nothing is left to merge"},
		{"all done in time, seen later", past, work(0, nil), "met: met: nothing is left to merge"},
		{"nothing left, but somebody says it is not finished", soon, forecast.Work{Begun: true, Unfinished: 1}, "no-estimate: no estimate: nothing left to merge, but 1 project not declared completed"},
		{"nothing left, but more is expected", soon, forecast.Work{Begun: true, NotUploaded: 7}, "no-estimate: no estimate: nothing left to merge, and 7 expected changes not uploaded"},
		{"nothing begun", soon, forecast.Work{}, "no-estimate: no estimate: nothing is uploaded yet"},
		{"nothing begun, and over", past, forecast.Work{}, "overdue: overdue by 59 days, nothing uploaded"},
		{"early", soon, work(9, eta(10, 39)), "before-pace: 3 to 7 weeks early at the present pace"},
		{"early to the day", soon, work(9, eta(59, 60)), "before-pace: up to 1 day early at the present pace"},
		{"tight", soon, work(9, eta(40, 75)), "tight: tight: from 20 days early to 15 days late at the present pace"},
		{"tight on the day itself", soon, work(9, eta(60, 61)), "tight: tight: from less than a day early to 1 day late at the present pace"},
		{"late", soon, work(9, eta(60+120, 60+240)), "late: 4 to 8 months late at the present pace"},
		{"late by years", soon, work(9, eta(60+700, 60+2000)), "late: 2 to 5 years late at the present pace"},
		{"late by one pace", soon, work(9, eta(60+90, 60+90)), "late: about 3 months late at the present pace"},
		{"late, and more to come", soon, forecast.Work{NotMerged: 9, NotUploaded: 1, Begun: true, ETA: eta(180, 300)}, "late: 4 to 8 months late at the present pace, and 1 expected change not uploaded"},
		{"open-ended", soon, work(9, eta(30, 0)), "open-ended: open-ended at the present pace"},
		{"open-ended, and late already", soon, work(9, eta(90, 0)), "open-ended: open-ended at the present pace: late by 30 days at least"},
		{"standstill", soon, work(9, nil), "no-estimate: no estimate: at the present pace there is no end, 9 not merged"},
		{"overdue", past, work(498, eta(10, 20)), "overdue: overdue by 59 days, 498 not merged"},
		{"overdue since this hour", forecast.Due{At: in(0), Cycle: "c"}, work(1, nil), "overdue: overdue by less than a day, 1 not merged"},
		{"a day lasts until its end", forecast.Due{At: midnight(0)}, work(1, eta(0, 0)), "open-ended: open-ended at the present pace"},
		{"and not longer", forecast.Due{At: midnight(-1)}, work(1, nil), "overdue: overdue by 1 day, 1 not merged"},
		{"a cycle nobody knows", forecast.Due{Cycle: "2028.1"}, work(0, nil), "undated: no date yet: the cycle 2028.1 is not known"},
		{"a cycle nobody knows, with more expected", forecast.Due{Cycle: "2028.1"}, forecast.Work{NotUploaded: 4}, "undated: no date yet: the cycle 2028.1 is not known"},
		{"no date at all", forecast.Due{}, work(3, nil), "undated: no date yet"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			j := forecast.Judge(tt.due, tt.work, now)
			if got := string(j.Code) + ": " + j.Text; got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}
