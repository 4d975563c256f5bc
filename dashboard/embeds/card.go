package embeds

import (
	"fmt"
	"strconv"

	"github.com/eventlet-removal/headway/dashboard/card"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/dashboard/when"
)

// Card is what the picture says that stands where a page is linked.
func (s Subject) Card() card.Card {
	n := s.numbers()
	c := card.Card{Title: s.Name(), Number: "–", Sentence: [2]string{"Nothing is merged, in review", "or work in progress"}}
	if n.Loading != nil {
		c.Number, c.Sentence = "…", [2]string{"The numbers are", "not known yet"}
		return c
	}
	if percent, ok := n.Percent(); ok {
		c.Number = fmt.Sprintf("%d%%", percent)
		c.Sentence = [2]string{"of " + when.Changes(n.Denominator) + " uploaded", "so far are merged"}
		if n.Expected != nil {
			c.Sentence[1] = "or expected so far are merged"
		}
		c.Second = strconv.Itoa(n.Counts.InFlight()) + " not merged yet"
		c.Bar = [4]int{n.Counts.Merged, n.Counts.Open, n.Counts.WIP, n.Denominator - n.Counts.Merged - n.Counts.InFlight()}
	}
	c.AsOf = "As of " + s.asOf()
	if c.Warning = n.Stale; n.Stale {
		c.AsOf = "Not up to date: last known numbers, as of " + s.asOf()
		if progress.Ahead(n.AsOf, s.Result.Now) {
			c.AsOf = "Not up to date, the clock was set back: as of " + s.asOf()
		}
	}
	return c
}

// InWords is a card for those who don't see it.
func InWords(c card.Card) string {
	text := c.Title + ": " + c.Number + " " + c.Sentence[0] + " " + c.Sentence[1]
	for _, more := range []string{c.Second, c.AsOf} {
		if more != "" {
			text += ". " + more
		}
	}
	return text + "."
}
