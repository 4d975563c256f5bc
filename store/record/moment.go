package record

import "time"

// Moment is a time in UTC in 8 bytes, to the microsecond; the zero Moment is the zero
// time: not given. It counts microseconds since the beginning of year 1, as time.Time
// does. In JSON it is what time.Time is.
type Moment int64

const second = Moment(time.Second / time.Microsecond)

// farthest bounds what a Moment can count, in seconds before and after 1970: 285,000 years.
const farthest = 9_000_000_000_000

// MomentOf is a time cut to the microsecond. One beyond what a Moment can count becomes
// another one out there, which no Coder writes either.
func MomentOf(t time.Time) Moment {
	seconds := min(max(t.Unix(), -farthest), farthest) - earliest
	return Moment(seconds)*second + Moment(t.Nanosecond()/int(time.Microsecond))
}

// Time is the moment as a time in UTC.
func (m Moment) Time() time.Time { return time.UnixMicro(int64(m + Moment(earliest)*second)).UTC() }

// IsZero reports whether the time is not given.
func (m Moment) IsZero() bool { return m == 0 }

// MarshalJSON writes what time.Time writes.
func (m Moment) MarshalJSON() ([]byte, error) { return m.Time().MarshalJSON() }

// UnmarshalJSON reads what time.Time reads.
func (m *Moment) UnmarshalJSON(data []byte) error {
	t := m.Time() // null leaves it as it is
	if err := t.UnmarshalJSON(data); err != nil {
		return err
	}
	*m = MomentOf(t)
	return nil
}
