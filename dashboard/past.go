package dashboard

import (
	"time"

	"github.com/eventlet-removal/headway/dashboard/api"
	"github.com/eventlet-removal/headway/dashboard/parameter"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/dashboard/when"
)

// onParameter is the day a reader asks for: the end of it, in UTC.
const onParameter = "on"

// at is a result as the request wants it: of now, or of a past day. From then on the
// request's links stay on that day: whoever looks at the past goes on in the past,
// wherever there is one. Whether an address knows the past at all is its route's to
// say.
func (q *request) at(result *progress.Result) (*progress.Result, error) {
	text, err := parameter.One(q.values, onParameter)
	if err != nil {
		return nil, err
	}
	day, err := parameter.Day(text, q.now)
	if err != nil {
		return nil, parameter.Bad(onParameter, "%v", err)
	}
	result = resultOn(result, day)
	q.links = q.links.At(api.DayOf(result))
	return result, nil
}

// resultOn is a result of the end of a day; itself for today and the zero time.
func resultOn(result *progress.Result, day time.Time) *progress.Result {
	if day.IsZero() {
		return result
	}
	return result.On(day)
}

// pastNote is what stands above all numbers of a past day.
type pastNote struct {
	Day    string // 21 Aug 2026
	ISO    string
	Before string // "" or that nothing had begun
	Now    string // the same page, live
}

// pastNote is nil on a page that is live; now is the address of that.
func (s scope) pastNote(now string) *pastNote {
	if !s.result.Past() {
		return nil
	}
	return &pastNote{Day: when.Date(s.result.Day()), ISO: api.DayOf(s.result), Before: api.BeforeBeginning(s.result, s.Scope), Now: now}
}

// dayForm is the form that asks for another day.
type dayForm struct {
	Action   string
	Min, Max string // the days there are
	Value    string
}

// dayForm is nil where there is no past to go to.
func (s scope) dayForm(action string) *dayForm {
	days := s.result.Live().History(s.Scope)
	if len(days) == 0 {
		return nil
	}
	return &dayForm{
		Action: action, Value: api.DayOf(s.result),
		Min: days[0].Date.Format(time.DateOnly), Max: days[len(days)-1].Date.Format(time.DateOnly),
	}
}
