package config

import (
	"cmp"
	"slices"

	"github.com/eventlet-removal/headway/dashboard/progress"
)

type rawLabels struct {
	at
	CI            text       `yaml:"ci"`
	Review        text       `yaml:"review"`
	Approve       text       `yaml:"approve"`
	ReviewsNeeded number     `yaml:"reviews_needed"`
	CIAccounts    list[text] `yaml:"ci_accounts"`
}

var defaultLabels = progress.Labels{
	CI: "Verified", Review: "Code-Review", Approve: "Workflow",
	ReviewsNeeded: 2, CIAccounts: []string{"Zuul"},
}

// labels are the default ones, or those given. Among those given, each that is left
// out has its default but approve: without it, Gerrit's submit requirements decide.
func (c *checker) labels(path string, raw *rawLabels) progress.Labels {
	l := defaultLabels
	l.CIAccounts = slices.Clone(l.CIAccounts)
	if !raw.given() {
		return l
	}
	l.CI = cmp.Or(c.filled(path+".ci", raw.CI), l.CI)
	l.Review = cmp.Or(c.filled(path+".review", raw.Review), l.Review)
	l.Approve = raw.Approve.value
	if n := raw.ReviewsNeeded; n.given() {
		if n.value < 1 {
			c.problem(n.at, path+".reviews_needed", "must be at least 1")
		}
		l.ReviewsNeeded = n.value
	}
	if accounts := c.texts(path+".ci_accounts", raw.CIAccounts); accounts != nil {
		l.CIAccounts = accounts
	}
	return l
}
