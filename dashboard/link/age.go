package link

import (
	"regexp"
	"strconv"
	"time"
)

// ageForm bounds ages: a Duration ends after 292 years.
var ageForm = regexp.MustCompile(`^([0-9]{1,4})([hdw])$`)

// Age reads an age as addresses and the search box have it: 12h, 30d or 6w. It
// reports whether it is one.
func Age(text string) (age time.Duration, ok bool) {
	m := ageForm.FindStringSubmatch(text)
	if m == nil {
		return 0, false
	}
	n, _ := strconv.Atoi(m[1]) // four digits
	unit := map[string]time.Duration{"h": time.Hour, "d": 24 * time.Hour, "w": 7 * 24 * time.Hour}[m[2]]
	return time.Duration(n) * unit, true
}
