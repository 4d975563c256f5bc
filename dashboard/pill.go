package dashboard

import (
	"strings"

	"github.com/eventlet-removal/headway/dashboard/progress"
)

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
		return pill{Word: "Loading", Class: "other"}
	}
	return pill{Word: title(progress.MeaningOf(progress.Measures, string(m)).Title), Class: "measured", Note: "measured"}
}

func statePill(s progress.State) pill {
	return pill{Word: title(progress.MeaningOf(progress.States, string(s)).Title), Class: "state-" + string(s)}
}

// title begins with a capital.
func title(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
