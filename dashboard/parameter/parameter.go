// Package parameter reads the parameters of an address, strictly: what is unknown,
// given twice or out of bounds is refused by name, because a typing error must not
// show more than was asked for. dashboard and its rooms import it.
package parameter

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Error is a parameter that can't be used, and why.
type Error struct {
	Parameter string
	Term      string // "" or the term of the search box that is to blame
	Reason    string
}

func (e *Error) Error() string {
	if e.Term != "" {
		return fmt.Sprintf("Bad term %q in the search: %s.", e.Term, e.Reason)
	}
	return fmt.Sprintf("Bad parameter %q: %s.", e.Parameter, e.Reason)
}

// Bad is an *Error that blames a parameter.
func Bad(name, format string, args ...any) error {
	return &Error{Parameter: name, Reason: fmt.Sprintf(format, args...)}
}

// BadTerm is an *Error that blames a term of the search box.
func BadTerm(term, reason string) error {
	return &Error{Parameter: "q", Term: term, Reason: reason}
}

// One is the value of a parameter that may come once; "" if it is absent.
func One(values url.Values, name string) (string, error) {
	if len(values[name]) > 1 {
		return "", Bad(name, "given %d times", len(values[name]))
	}
	return values.Get(name), nil
}

// Whole reads a positive number up to a limit (0: no limit); fallback if it is absent.
func Whole(values url.Values, name string, fallback, limit int) (int, error) {
	text, err := One(values, name)
	if err != nil || text == "" {
		return fallback, err
	}
	n, err := strconv.Atoi(text)
	switch {
	case err != nil || n <= 0:
		return 0, Bad(name, "not a positive number: %q", text)
	case limit > 0 && n > limit:
		return 0, Bad(name, "at most %d", limit)
	}
	return n, nil
}

// Page reads which of so many pages is asked for. One after the last is the last: a list
// may have become shorter since somebody linked it.
func Page(values url.Values, pages int) (int, error) {
	text, err := One(values, "page")
	if err == nil && len(text) > 9 && strings.Trim(text, "0123456789") == "" {
		return pages, nil
	}
	n, err := Whole(values, "page", 1, 0)
	return min(n, pages), err
}

// Date reads a day, YYYY-MM-DD. Its error is for readers.
func Date(text string) (time.Time, error) {
	day, err := time.Parse(time.DateOnly, text)
	if err != nil || day.Year() < 1 {
		return time.Time{}, fmt.Errorf("%q is not a date: write 2026-08-21", text)
	}
	return day, nil
}

// Day reads a day as YYYY-MM-DD in UTC, not after today. "" is the zero time, which stands
// for now.
func Day(text string, now time.Time) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	day, err := Date(text)
	if err == nil && day.After(now) {
		err = fmt.Errorf("%s is in the future", text)
	}
	return day, err
}

// Choice reads a parameter that has a few values, of which the first is the default.
func Choice(values url.Values, name string, choices []string) (string, error) {
	value, err := One(values, name)
	if err != nil {
		return "", err
	}
	if value == "" {
		return choices[0], nil
	}
	if slices.Contains(choices, value) {
		return value, nil
	}
	return "", Bad(name, "there is no %q; there are %s", value, strings.Join(choices, ", "))
}

// Known refuses parameters nobody would look at.
func Known(values url.Values, parameters []string) error {
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		switch {
		case slices.Contains(parameters, name):
		case len(parameters) == 0:
			return Bad(name, "this address takes no parameters")
		default:
			return Bad(name, "unknown parameter; there are %s", strings.Join(parameters, ", "))
		}
	}
	return nil
}
