package config

import (
	"cmp"

	"github.com/eventlet-removal/headway/dashboard/progress"
)

type rawLabels struct {
	at
	CI            text       `yaml:"ci"`
	Review        text       `yaml:"review"`
	Approve       text       `yaml:"approve"`
	ReviewsNeeded number     `yaml:"reviews_needed"`
	CIAccounts    list[text] `yaml:"ci_accounts"`
	Recheck       text       `yaml:"recheck"`
}

// defaultLabels suit any Gerrit.
var defaultLabels = progress.Labels{CI: "Verified", Review: "Code-Review", ReviewsNeeded: 1}

// labels are those given; each that is left out has its own default. An empty ci means
// that there is no CI.
func (c *checker) labels(path string, raw *rawLabels) progress.Labels {
	l := defaultLabels
	if raw.CI.given() {
		l.CI = raw.CI.value
	}
	l.Review = cmp.Or(c.filled(path+".review", raw.Review), l.Review)
	l.Approve = raw.Approve.value
	if n := raw.ReviewsNeeded; n.given() {
		if n.value < 1 {
			c.problem(n.at, path+".reviews_needed", "must be at least 1")
		}
		l.ReviewsNeeded = n.value
	}
	l.CIAccounts = c.texts(path+".ci_accounts", raw.CIAccounts)
	l.Recheck = raw.Recheck.value
	return l
}
