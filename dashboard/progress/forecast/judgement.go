package forecast

import (
	"fmt"
	"strconv"
	"time"
)

// Code is a judgement in one word; it is part of the API.
type Code string

const (
	Met        Code = "met"         // nothing is left, and nobody says that anything is
	BeforePace Code = "before-pace" // even the slower pace clears it in time
	Tight      Code = "tight"       // it is due between the faster pace and the slower
	Late       Code = "late"        // even the faster pace clears it too late
	OpenEnded  Code = "open-ended"  // the slower pace is a standstill
	NoEstimate Code = "no-estimate" // nothing merged of late, or nothing is uploaded
	Undated    Code = "undated"     // it names a cycle that nobody knows
	Overdue    Code = "overdue"     // it is over
)

// Codes are all there are.
var Codes = []Code{Met, BeforePace, Tight, Late, OpenEnded, NoEstimate, Undated, Overdue}

// Judgement is how a deadline stands.
type Judgement struct {
	Code Code
	Text string // without a full stop; it may follow the deadline's name
}

// Work is what is left to do by a deadline.
type Work struct {
	NotMerged   int // changes uploaded and not merged
	NotUploaded int // changes expected and not uploaded
	Unfinished  int // projects that say themselves that they are not finished
	Begun       bool
	ETA         *ETA
}

// Due is when a deadline ends.
type Due struct {
	At    time.Time // zero: nobody knows
	Cycle string    // the cycle whose end it is, "" for a day, which lasts until its midnight
}

// Judge compares what is uploaded with a deadline. What is expected and not uploaded
// has no pace; it is said.
func Judge(due Due, w Work, now time.Time) Judgement {
	j := w.judge(due, now)
	if w.NotUploaded > 0 && j.Code != Undated {
		j.Text += fmt.Sprintf(", and %s not uploaded", count(w.NotUploaded, "expected change"))
	}
	return j
}

func (w Work) judge(due Due, now time.Time) Judgement {
	end := due.At
	if due.Cycle == "" {
		end = end.Add(day)
	}
	switch left := w.NotMerged + w.NotUploaded + w.Unfinished; {
	case due.At.IsZero() && due.Cycle != "":
		return Judgement{Undated, "no date yet: the cycle " + due.Cycle + " is not known"}
	case due.At.IsZero():
		return Judgement{Undated, "no date yet"}
	case left == 0 && w.Begun:
		return Judgement{Met, "met: nothing is left to merge"}
	case !now.Before(end):
		return Judgement{Overdue, "overdue by " + length(now.Sub(due.At)) + ", " + w.left()}
	case w.NotMerged == 0 && !w.Begun:
		return Judgement{NoEstimate, "no estimate: nothing is uploaded yet"}
	case w.NotMerged == 0:
		return Judgement{NoEstimate, "no estimate: " + w.left()}
	case w.ETA == nil:
		return Judgement{NoEstimate, "no estimate: at the present pace there is no end, " + w.left()}
	}
	return byPace(end, w.ETA)
}

// left is what stands in the way of a deadline's being met.
func (w Work) left() string {
	switch {
	case w.NotMerged > 0:
		return strconv.Itoa(w.NotMerged) + " not merged"
	case w.Unfinished > 0:
		return "nothing left to merge, but " + count(w.Unfinished, "project") + " not declared completed"
	case !w.Begun:
		return "nothing uploaded"
	}
	return "nothing left to merge"
}

func byPace(due time.Time, eta *ETA) Judgement {
	from := eta.From.Sub(due) // greater than zero: late
	if eta.To.IsZero() {
		text := "open-ended at the present pace"
		if from > 0 {
			text += ": late by " + length(from) + " at least"
		}
		return Judgement{OpenEnded, text}
	}
	to := eta.To.Sub(due)
	switch {
	case from > 0:
		return Judgement{Late, between(from, to) + " late at the present pace"}
	case to <= 0:
		return Judgement{BeforePace, between(-to, -from) + " early at the present pace"}
	}
	return Judgement{Tight, "tight: from " + length(-from) + " early to " + length(to) + " late at the present pace"}
}

// units are what lengths are told in: the greatest of which there are two.
var units = []struct {
	length time.Duration
	name   string
}{{365 * day, "year"}, {30 * day, "month"}, {7 * day, "week"}, {day, "day"}}

// between is a range such as 4 to 8 months.
func between(from, to time.Duration) string {
	for _, u := range units {
		if to < 2*u.length && u.length > day {
			continue
		}
		a, b := rounded(from, u.length), rounded(to, u.length)
		switch {
		case b == 0:
			return "less than a day"
		case a == b:
			return "about " + count(b, u.name)
		case a == 0:
			return "up to " + count(b, u.name)
		}
		return strconv.Itoa(a) + " to " + count(b, u.name)
	}
	return ""
}

// length is a time in whole days up to a hundred of them, then in months or years.
func length(d time.Duration) string {
	switch {
	case d < day:
		return "less than a day"
	case d < 100*day:
		return count(int(d/day), "day")
	case d < 2*365*day:
		return count(int(d/(30*day)), "month")
	}
	return count(int(d/(365*day)), "year")
}

func rounded(d, unit time.Duration) int { return int((d + unit/2) / unit) }

func count(n int, of string) string {
	if n == 1 {
		return "1 " + of
	}
	return strconv.Itoa(n) + " " + of + "s"
}
