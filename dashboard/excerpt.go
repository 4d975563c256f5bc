package dashboard

import (
	"cmp"
	"slices"

	"github.com/eventlet-removal/headway/dashboard/link"
	"github.com/eventlet-removal/headway/dashboard/testimonials"
)

// excerpt is a testimonial in a few words. All of it is foreign text.
type excerpt struct {
	URL      string // "" if nobody knows where it is published
	Text     string // of the link
	Quote    string
	Person   string // who speaks; "" if unknown or hidden
	Role     string
	Projects []string
}

// testimonialSet are the testimonials as they were last read.
func (s *Server) testimonialSet() testimonials.Set {
	if s.cfg.Testimonials == nil {
		return testimonials.Set{}
	}
	return s.cfg.Testimonials()
}

// excerpts are the testimonials that speak of one of the projects.
func (s *Server) excerpts(projects ...string) []excerpt {
	var out []excerpt
	for _, p := range s.testimonialSet().Pages {
		if slices.ContainsFunc(p.Projects, func(name string) bool { return slices.Contains(projects, name) }) {
			out = append(out, s.excerpt(p))
		}
	}
	return out
}

// excerpt leaves out who speaks where people are hidden; the title most often holds
// the name, so it goes with it.
func (s *Server) excerpt(p *testimonials.Page) excerpt {
	out := excerpt{URL: link.Web(p.URL), Text: "Testimonial", Quote: p.Quote, Projects: p.Projects}
	if s.cfg.HidePeople {
		return out
	}
	out.Person, out.Role = p.Person, p.Role
	if p.Person != "" {
		out.Text = p.Person + " tells how it went"
	} else {
		out.Text = cmp.Or(p.Title, out.Text)
	}
	return out
}
