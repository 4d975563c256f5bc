package api

import (
	"time"

	"github.com/eventlet-removal/headway/dashboard/progress"
)

// DayOf is the day as the API writes it, "" for now.
func DayOf(result *progress.Result) string {
	if !result.Past() {
		return ""
	}
	return result.Day().Format(time.DateOnly)
}

// BeforeBeginning is what a past day has to say when nothing had happened by then.
func BeforeBeginning(result *progress.Result, s progress.Scope) string {
	if !result.Past() || result.Loading != nil {
		return ""
	}
	days, whole := result.Live().History(s), result.Live().History(progress.Scope{})
	switch {
	case len(whole) == 0 || result.Day().Before(whole[0].Date):
		return "before this goal began"
	case len(days) > 0 && result.Day().Before(days[0].Date):
		return "before the first change here"
	}
	return ""
}
