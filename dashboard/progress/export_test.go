package progress

import "time"

// TextsWith are all texts that speak of how long the rules wait, if they wait so long.
func TextsWith(gate, ci time.Duration) []string {
	p := patiences{gate, ci}
	var out []string
	for _, m := range append(p.reasons(), p.ciStates()...) {
		out = append(out, m.Meaning, m.Next)
	}
	return append(out, p.gateStuck().Text, p.recheck(3).Text)
}
