package dashboard

import (
	"strconv"

	"github.com/eventlet-removal/headway/dashboard/parameter"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/dashboard/synclog"
	"github.com/eventlet-removal/headway/dashboard/when"
)

// logSize is how many polls one page of the log shows.
const logSize = 100

type pollsPage struct {
	basePage
	Heading  string
	Filter   []navLink // the goals, if there are several
	Goals    []synclog.Section
	Several  bool // goals in the log
	Rows     []synclog.Row
	Log      string // how many there are
	Page     int
	Pages    int
	Previous string
	Next     string
	API      string
}

// polls is the sync log: what was asked of Gerrit, what came, and what is wrong.
func (s *Server) polls(q *request) (*response, error) {
	goals, err := s.chosenGoals(q)
	if err != nil {
		return nil, err
	}
	log := synclog.Of(q.snap, goals)
	pages := max((len(log)+logSize-1)/logSize, 1)
	number, err := parameter.Page(q.values, pages)
	if err != nil {
		return nil, err
	}
	var result *progress.Result // whose navigation is shown
	if len(goals) == 1 {
		result = q.result(goals[0])
	}
	chosen := q.values.Get("goal")
	p := pollsPage{
		basePage: q.base(result, "Sync log", "polls"), Heading: "Sync log", Several: len(goals) > 1,
		Log: when.Plural(len(log), "poll", "polls"), Page: number, Pages: pages, API: q.links.APIPolls(chosen),
	}
	if len(s.cfg.Goals) > 1 {
		p.Filter = append(p.Filter, navLink{"all goals", q.links.Polls(), chosen == ""})
		for _, g := range s.cfg.Goals {
			p.Filter = append(p.Filter, navLink{g.Title, q.links.Polls("goal", g.Name), chosen == g.Name})
		}
	}
	loading := false
	for _, g := range goals {
		p.Goals = append(p.Goals, synclog.NewSection(q.result(g), q.snap, q.now, q.links, s.cfg.HidePeople))
		loading = loading || q.result(g).Loading != nil
	}
	first := (number - 1) * logSize
	for _, poll := range log[first:min(first+logSize, len(log))] {
		p.Rows = append(p.Rows, synclog.NewRow(poll, s.goals[poll.Goal].Title, q.now))
	}
	if number > 1 {
		p.Previous = q.links.Polls("goal", chosen, "page", strconv.Itoa(number-1))
	}
	if number < pages {
		p.Next = q.links.Polls("goal", chosen, "page", strconv.Itoa(number+1))
	}
	resp, err := q.page("polls", p)
	if resp != nil && loading {
		resp.cache = noStore
	}
	return resp, err
}
