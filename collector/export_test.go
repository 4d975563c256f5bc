package collector

import (
	"time"

	"github.com/robfig/cron/v3"
)

// ToMessage keeps what policy needs of one message.
var ToMessage = toMessage

// Steady returns a schedule as Run hands it to cron.
func Steady(s cron.Schedule, now func() time.Time) cron.Schedule {
	return &steady{Schedule: s, now: now}
}
