package config

import (
	"fmt"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

func (c *checker) schedule(path string, t text, fallback string) cron.Schedule {
	spec := fallback
	if t.given() {
		spec = t.value
	}
	s, err := ParseSchedule(spec)
	if err != nil {
		c.problem(t.at, path, "%q: %v", spec, err)
	}
	return s
}

// ParseSchedule reads a cron spec in UTC.
func ParseSchedule(spec string) (cron.Schedule, error) {
	// cron's parser would obey a zone in front, and panics if nothing follows it.
	if strings.HasPrefix(spec, "TZ=") || strings.HasPrefix(spec, "CRON_TZ=") {
		return nil, fmt.Errorf("schedules are in UTC; a time zone is not supported")
	}
	if spec == "" {
		return nil, fmt.Errorf("is empty")
	}
	s, err := cron.ParseStandard("CRON_TZ=UTC " + spec)
	if err != nil {
		return nil, fmt.Errorf("not a cron spec: %w", err)
	}
	// cron takes any delay under a second, even a negative one, as a second.
	if every, ok := s.(cron.ConstantDelaySchedule); ok && every.Delay < 10*time.Second {
		return nil, fmt.Errorf("an interval under 10s is too short for a shared server")
	}
	if s.Next(time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)).IsZero() {
		return nil, fmt.Errorf("never comes")
	}
	return s, nil
}
