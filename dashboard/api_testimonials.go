package dashboard

import (
	"slices"

	"github.com/eventlet-removal/headway/dashboard/api"
	"github.com/eventlet-removal/headway/dashboard/parameter"
	"github.com/eventlet-removal/headway/dashboard/testimonials"
)

// apiTestimonials lists the testimonials of a goal and how the changes stand that they
// link.
func (s *Server) apiTestimonials(q *request) (*response, error) {
	result, err := q.goal()
	if err != nil {
		return nil, err
	}
	after, err := parameter.One(q.values, "cursor")
	if err != nil {
		return nil, err
	}
	shelf := s.shelf()
	pages := slices.DeleteFunc(shelf.OfGoal(result), func(p *testimonials.Page) bool { return p.Slug <= after })
	pages, next, err := parameter.Cut(q.values, pages, func(p *testimonials.Page) string { return p.Slug })
	if err != nil {
		return nil, err
	}
	body := api.TestimonialsOf(result, shelf, pages, next, s.checker(result, q.snap, q.now), q.links)
	return jsonResponse(body, result.Loading != nil), nil
}
