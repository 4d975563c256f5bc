package progress

import "time"

// TextsWith are all texts that speak of how long the rules wait, if they wait so long.
func TextsWith(gate, ci time.Duration) []string {
	p, l := patiences{gate, ci}, Labels{Recheck: "recheck"}
	var out []string
	for _, m := range append(p.reasons(l), p.ciStates(l)...) {
		out = append(out, m.Meaning, m.Next)
	}
	return append(out, p.gateStuck(l).Text, p.recheck(l, 3).Text)
}

// Judged is how many changes were judged for the result: those that are not the last
// one's.
func (r *Result) Judged() int { return r.view.judgements }

// SharesTimeline reports whether a change's timeline is the one that another result made.
func (r *Result) SharesTimeline(other *Result, number int) bool {
	of := func(r *Result) *moment {
		for c, moments := range r.pasts(Scope{}) {
			if c.Change.Number == number {
				return &moments[0]
			}
		}
		return nil
	}
	return of(r) == of(other)
}
