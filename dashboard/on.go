package dashboard

import (
	"fmt"
	"net/url"
	"time"

	"github.com/eventlet-removal/headway/dashboard/progress"
)

// onParameter is the day a reader asks for: the end of it, in UTC.
const onParameter = "on"

// ParseDay reads a day as ?on= takes it: YYYY-MM-DD in UTC, not after today. "" is the
// zero time, which stands for now.
func ParseDay(text string, now time.Time) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	day, err := time.Parse(time.DateOnly, text)
	if err != nil || day.Year() < 1 {
		return time.Time{}, fmt.Errorf("%q is no day; write it as 2026-08-21", text)
	}
	if day.After(now) {
		return time.Time{}, fmt.Errorf("%s is in the future", text)
	}
	return day, nil
}

// at is a view as the request wants it: of now, or of a past day. Whether an
// address knows the past at all is its route's to say.
func (q *request) at(v *view) (*view, error) {
	text, err := one(q.values, onParameter)
	if err != nil {
		return nil, err
	}
	day, err := ParseDay(text, q.now)
	if err != nil {
		return nil, badParameter(onParameter, "%v", err)
	}
	return v.on(day), nil
}

// on is the view of the end of a day; v itself for today and the zero time.
func (v *view) on(day time.Time) *view {
	if day.IsZero() {
		return v
	}
	past := *v
	past.result = v.result.On(day)
	return &past
}

// answers refuses filters by what nobody knows of a past day.
func (v *view) answers(filters url.Values) error {
	for _, name := range []string{"waits_on", "older"} {
		if v.result.Past() && filters.Has(name) {
			return badParameter(name, "it has no past; leave it out, or the day")
		}
	}
	return nil
}

// onDay is the day as the API writes it, "" for now.
func (v *view) onDay() string {
	if !v.result.Past() {
		return ""
	}
	return v.result.Day().Format(time.DateOnly)
}

// beforeBeginning is what a past day has to say when nothing had happened by then.
func (v *view) beforeBeginning(s progress.Scope) string {
	if !v.result.Past() || v.result.Loading != nil {
		return ""
	}
	days, whole := v.result.Live().History(s), v.result.Live().History(progress.Scope{})
	switch {
	case len(whole) == 0 || v.result.Day().Before(whole[0].Date):
		return "before this goal began"
	case len(days) > 0 && v.result.Day().Before(days[0].Date):
		return "before the first change here"
	}
	return ""
}

// at is the server whose links stay on the view's day: whoever looks at the past
// goes on in the past, wherever there is one.
func (s *Server) at(v *view) *Server {
	if !v.result.Past() {
		return s
	}
	there := *s
	there.links.on = v.onDay()
	return &there
}

// pastNote is what stands above all numbers of a past day.
type pastNote struct {
	Day    string // 21 Aug 2026
	ISO    string
	Before string // "" or that nothing had begun
	Now    string // the same page, live
}

func (v *view) pastNote(s progress.Scope, now string) *pastNote {
	if !v.result.Past() {
		return nil
	}
	return &pastNote{Day: date(v.result.Day()), ISO: v.onDay(), Before: v.beforeBeginning(s), Now: now}
}

// dayForm is the form that asks for another day.
type dayForm struct {
	Action   string
	Min, Max string // the days there are
	Value    string
}

// dayForm is nil where there is no past to go to.
func (v *view) dayForm(s progress.Scope, action string) *dayForm {
	days := v.result.Live().History(s)
	if len(days) == 0 {
		return nil
	}
	return &dayForm{
		Action: action, Value: v.onDay(),
		Min: days[0].Date.Format(time.DateOnly), Max: days[len(days)-1].Date.Format(time.DateOnly),
	}
}
