package chart

import (
	"strconv"
	"time"
)

// Table is a burn-up as numbers, the newest first.
type Table struct {
	Every string // week, month, quarter, year
	Rows  []TableRow
}

// TableRow is one row of a table.
type TableRow struct {
	Date                                               string // at the end of this day
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

// newTable returns the last day and the ends of weeks, or of something longer.
func newTable(days []Day) Table {
	var t Table
	for _, period := range tablePeriods {
		t = Table{Every: period.name}
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

func tableRow(d Day) TableRow {
	return TableRow{
		Date: date(d.Date), Merged: strconv.Itoa(d.Merged), InReview: strconv.Itoa(d.InReview), Of: strconv.Itoa(d.Of), Percent: d.percent(),
		Abandoned: strconv.Itoa(d.Abandoned), Reverted: strconv.Itoa(d.Reverted), Reconstructed: !d.Observed,
	}
}
