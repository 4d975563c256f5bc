package timeline

import "time"

const day = 24 * time.Hour

// Day numbers the UTC days.
func Day(t time.Time) int {
	const seconds = int64(day / time.Second)
	n := t.Unix() / seconds
	if t.Unix()%seconds < 0 {
		n--
	}
	return int(n)
}

// Date is the midnight at which a day begins.
func Date(n int) time.Time { return time.Unix(int64(n)*int64(day/time.Second), 0).UTC() }
