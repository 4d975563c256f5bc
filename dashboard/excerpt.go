package dashboard

import (
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/dashboard/quotes"
)

// excerpt is a testimonial in a few words, with its links. All of it is foreign text.
type excerpt struct {
	quotes.Excerpt
	Picture string // the address of the portrait, "" if there is none
	Facts   []fact
}

// fact is how a project stands that a testimonial speaks of.
type fact struct {
	quotes.Fact
	URL string
}

// shelf are the testimonials as they were last read.
func (s *Server) shelf() quotes.Shelf {
	shelf := quotes.Shelf{HidePeople: s.cfg.HidePeople}
	if s.cfg.Testimonials != nil {
		shelf.Set = s.cfg.Testimonials()
	}
	return shelf
}

// excerpts are the testimonials that speak of one of the projects.
func (q *request) excerpts(result *progress.Result, projects ...string) []excerpt {
	var out []excerpt
	for _, e := range q.server.shelf().Of(result, projects...) {
		out = append(out, q.excerpt(result, e))
	}
	return out
}

func (q *request) excerpt(result *progress.Result, e quotes.Excerpt) excerpt {
	out := excerpt{Excerpt: e}
	if e.Portrait != "" {
		out.Picture = q.links.Portrait(e.Portrait)
	}
	for _, f := range e.Facts {
		out.Facts = append(out.Facts, fact{f, q.links.Project(result.Goal.Name, f.Project)})
	}
	return out
}

// voice is the testimonial of the day, and how many there are; nil if there is none.
type voice struct {
	excerpt
	Count string
	All   string // the page of all of them
}

func (q *request) voice(result *progress.Result) *voice {
	shelf := q.server.shelf()
	e := shelf.OfTheDay(result)
	if e == nil {
		return nil
	}
	v := &voice{excerpt: q.excerpt(result, *e), All: q.links.Testimonials(result.Goal.Name)}
	if result.Loading == nil {
		v.Count = shelf.Count(result).String()
	}
	return v
}

// portrait answers with a picture, whose name is of its content.
func (s *Server) portrait(q *request) (*response, error) {
	name := q.PathValue("name")
	picture := s.shelf().Picture(name)
	if picture == nil {
		return nil, notFound("There is no portrait %q.", name)
	}
	return &response{contentType: jpegType, body: picture, cache: forever}, nil
}
