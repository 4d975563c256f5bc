package order

import "strings"

// Column is a column of a table; Key is the order that its head leads to, "" if none.
type Column struct {
	Text, Class, Key string
	Also             *Column // shares the place
}

// Head is the head of a column. Its link sorts by the column or, where the table is
// sorted by it already, turns the order round.
type Head struct {
	Text  string
	Class string
	URL   string // "" if one can't sort by it
	Sort  string // "", ascending or descending
	Also  *Head  // nil: the column has one head only
}

// Heads are the heads of a table that is sorted by an order, and address is where it is sorted by
// another; nil: it can't be.
func Heads(columns []Column, by string, address func(sort string) string) []Head {
	out := make([]Head, len(columns))
	for i, c := range columns {
		out[i] = Head{Text: c.Text, Class: c.Class}
		if c.Also != nil {
			out[i].Also = &Heads([]Column{*c.Also}, by, address)[0]
		}
		if c.Key == "" || address == nil {
			continue
		}
		to := c.Key
		if c.Key == Attention { // it has one direction
			if by == c.Key {
				out[i].Sort = "descending"
			} else {
				out[i].URL = address("")
			}
			continue
		}
		if by == c.Key || by == Turn(c.Key) {
			out[i].Sort = "ascending"
			if strings.HasPrefix(by, "-") {
				out[i].Sort = "descending"
			}
			to = Turn(by)
		}
		out[i].URL = address(to)
	}
	return out
}
