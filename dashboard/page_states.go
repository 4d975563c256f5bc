package dashboard

import (
	"github.com/eventlet-removal/headway/dashboard/glossary"
	"github.com/eventlet-removal/headway/dashboard/progress"
)

// legend explains the words of one kind.
type legend struct {
	ID    string
	Title string
	Note  string
	Words []legendWord
}

type legendWord struct {
	progress.Meaning
	Pill  pill
	Title string
}

type statesPage struct {
	basePage
	Heading string
	Words   []glossary.Word
	Legends []legend
	Labels  progress.Labels
	Backs   []string
}

// states explains every word that pages and API use.
func (s *Server) states(q *request) (*response, error) {
	result, err := q.goal()
	if err != nil {
		return nil, err
	}
	explain := func(id, heading, note, class string, words []progress.Meaning) legend {
		l := legend{ID: id, Title: heading, Note: note}
		for _, m := range words {
			l.Words = append(l.Words, legendWord{m, pill{Word: progress.Capital(m.Title), Class: class + m.Code}, progress.Capital(m.Title)})
		}
		return l
	}
	p := statesPage{
		basePage: q.base(result, "Glossary · "+result.Goal.Title, "states"), Heading: "Glossary",
		Words: glossary.Of(result, !q.static), Labels: result.Goal.Labels, Backs: result.Goal.Backports,
		Legends: []legend{
			explain("states", "States of a change", "Every change has exactly one. Progress is merged / (merged + in review + work in progress); abandoned and reverted changes are in neither.", "state-", progress.States),
			explain("actors", "Whom a change waits for", "Every change that is not merged yet waits on somebody.", "actor-", result.Waits()),
			explain("reasons", "Why a change waits", "The first that applies is the one that counts, in this order.", "reason-", result.Reasons()),
			explain("measured", "What the counts say of a project", "This is measured, and never called completed: only people can declare that.", "measured ", progress.Measures),
		},
	}
	if said := result.CIStates(); said != nil {
		p.Legends = append(p.Legends, explain("ci", "What CI said", "Of the current patch set.", "ci-", said))
	}
	resp, err := q.page("states", p)
	return notKept(resp, scope{result: result, n: &result.Numbers}), err
}
