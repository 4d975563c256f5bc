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
