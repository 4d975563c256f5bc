package collector

import (
	"time"

	"github.com/robfig/cron/v3"
)

// steady is a schedule that a clock set back can't stop. cron compares the time of
// day that it planned with the time of day that it wakes at, and would wait until a
// clock that was a year ahead comes to that year again. So steady plans by the time
// of day and returns the moment on the machine's monotonic clock, which cron then
// compares; the next one is planned anew by the clock as it is by then.
type steady struct {
	cron.Schedule
	now     func() time.Time
	planned time.Time // by the time of day
}

// Next implements cron.Schedule for cron, whose times have a monotonic reading.
func (s *steady) Next(t time.Time) time.Time {
	now := s.now().UTC().Round(0)
	from := now
	if early := s.planned.Sub(now); early > 0 && early < time.Minute {
		from = s.planned // the clock was adjusted a little: that moment is now, not once more
	}
	s.planned = s.Schedule.Next(from)
	if s.planned.IsZero() {
		return s.planned
	}
	return t.Add(s.planned.Sub(now))
}
