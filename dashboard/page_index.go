package dashboard

type indexPage struct {
	basePage
	Goals []row
}

// index is the list of goals, or the summary of the only one: nobody shall click
// through a list of one.
func (s *Server) index(q *request) (*response, error) {
	if len(s.cfg.Goals) == 1 {
		v, err := q.at(q.view(s.cfg.Goals[0]))
		if err != nil {
			return nil, err
		}
		return s.summaryPage(q, v)
	}
	if _, err := parseSort(q, []sortKey{{"", ""}}); err != nil {
		return nil, badParameter("sort", "this list has one order")
	}
	if q.values.Has(onParameter) {
		return nil, badParameter(onParameter, "this list is of now; ask a goal for its past")
	}
	p := indexPage{basePage: s.base(nil, "All goals", "index")}
	loading := false
	for _, g := range s.cfg.Goals {
		v := q.view(g)
		r := s.row(s.goalScope(v), "", "", nil)
		r.Name, r.URL = g.Title, s.links.summary(g.Name)
		loading = loading || r.Loading
		p.Goals = append(p.Goals, r)
	}
	resp, err := s.page("index", p)
	if resp != nil && loading {
		resp.cache = noStore
	}
	return resp, err
}
