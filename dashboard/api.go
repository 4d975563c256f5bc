package dashboard

import (
	"encoding/json"
	"fmt"

	"github.com/eventlet-removal/headway/dashboard/api"
	"github.com/eventlet-removal/headway/dashboard/api/openapi"
)

func (s *Server) apiGoals(q *request) (*response, error) {
	all := make([]api.Summary, 0, len(s.cfg.Goals))
	loading := false
	for _, g := range s.cfg.Goals {
		result := q.result(g)
		loading = loading || result.Loading != nil
		all = append(all, api.SummaryOf(q.links, result).WithoutParts())
	}
	return jsonResponse(api.Goals{Goals: all}, loading), nil
}

func (s *Server) apiSummary(q *request) (*response, error) {
	result, err := q.goal()
	if err != nil {
		return nil, err
	}
	return jsonResponse(api.SummaryOf(q.links, result), result.Loading != nil), nil
}

func (s *Server) apiProject(q *request) (*response, error) {
	result, p, err := q.goalProject()
	if err != nil {
		return nil, err
	}
	return jsonResponse(api.ProjectOf(q.links, result, p), p.Loading != nil), nil
}

func (s *Server) apiCount(q *request) (*response, error) {
	result, err := q.goal()
	if err != nil {
		return nil, err
	}
	return jsonResponse(api.GoalCount(result), result.Loading != nil), nil
}

func (s *Server) apiProjectCount(q *request) (*response, error) {
	result, p, err := q.goalProject()
	if err != nil {
		return nil, err
	}
	return jsonResponse(api.ProjectCount(result, p), p.Loading != nil), nil
}

// apiDocument answers with the description of all of this.
func (s *Server) apiDocument(*request) (*response, error) {
	return &response{contentType: jsonType, body: openapi.Document()}, nil
}

// jsonResponse is an answer of the API. What is still loading is not kept: it will
// be another answer in a moment.
func jsonResponse(body any, loading bool) *response {
	r := &response{contentType: jsonType, body: mustJSON(body)}
	if loading {
		r.cache = noStore
	}
	return r
}

// mustJSON encodes one of our own structs. They hold nothing that can't be encoded.
func mustJSON(v any) []byte {
	body, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("dashboard: encode %T: %v", v, err))
	}
	return append(body, '\n')
}
