package dashboard

import (
	"strconv"
	"time"

	"github.com/eventlet-removal/headway/dashboard/progress"
)

// chartTable is a chart as numbers, the newest first.
type chartTable struct {
	Every string // week, month, quarter, year
	Rows  []chartTableRow
}

type chartTableRow struct {
	Date                                               string // whose end it was
	Merged, InReview, Of, Percent, Abandoned, Reverted string
	Reconstructed                                      bool
}

// mostTableRows is how long the table of a chart may become before its rows stand
// for longer times.
const mostTableRows = 40

// tablePeriods are what rows can stand for, with the day after which each ends.
var tablePeriods = []struct {
	name string
	ends func(day time.Time) bool
}{
	{"week", func(d time.Time) bool { return d.Weekday() == time.Sunday }},
	{"month", func(d time.Time) bool { return d.AddDate(0, 0, 1).Day() == 1 }},
	{"quarter", func(d time.Time) bool { next := d.AddDate(0, 0, 1); return next.Day() == 1 && next.Month()%3 == 1 }},
	{"year", func(d time.Time) bool { return d.YearDay() >= 365 && d.AddDate(0, 0, 1).YearDay() == 1 }},
}

// newChartTable has the last day and the ends of weeks, or of something longer.
func newChartTable(days []progress.Day) chartTable {
	var t chartTable
	for _, period := range tablePeriods {
		t = chartTable{Every: period.name}
		for i := len(days) - 1; i >= 0; i-- {
			if i == len(days)-1 || period.ends(days[i].Date) {
				t.Rows = append(t.Rows, tableRow(days[i]))
			}
		}
		if len(t.Rows) <= mostTableRows {
			break
		}
	}
	return t
}

func tableRow(d progress.Day) chartTableRow {
	c := d.Counts
	r := chartTableRow{
		Date: date(d.Date), Merged: strconv.Itoa(c.Merged), InReview: strconv.Itoa(c.InFlight()), Of: strconv.Itoa(d.Denominator),
		Abandoned: strconv.Itoa(c.Abandoned), Reverted: strconv.Itoa(c.Reverted), Reconstructed: !d.Observed,
	}
	if percent, ok := d.Percent(); ok {
		r.Percent = strconv.Itoa(percent) + "%"
	}
	return r
}
