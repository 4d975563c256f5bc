package dashboard

import "github.com/eventlet-removal/headway/dashboard/progress"

// pill is a status word with its colour.
type pill struct {
	Word  string
	Class string
	Note  string // "" or where the word comes from
}

// statusPill shows what is declared, else what is measured, marked as such.
func statusPill(d progress.Declared, m progress.Measured) pill {
	switch {
	case d.Known():
		return pill{Word: d.Title(), Class: string(d)}
	case d != progress.Undeclared:
		return pill{Word: d.Title(), Class: "other"}
	case m == "":
		return pill{Word: "Not known yet", Class: "other"}
	}
	return pill{Word: progress.Capital(progress.MeaningOf(progress.Measures, string(m)).Title), Class: "measured", Note: "measured"}
}

func statePill(s progress.State) pill {
	return pill{Word: progress.Capital(progress.MeaningOf(progress.States, string(s)).Title), Class: "state-" + string(s)}
}
