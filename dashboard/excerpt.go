package dashboard

import (
	"cmp"
	"net/url"
	"slices"

	"github.com/eventlet-removal/headway/dashboard/testimonials"
)

// story is a testimonial in a few words. All of it is foreign text.
type story struct {
	URL      string // "" if nobody knows where it is published
	Text     string // of the link
	Quote    string
	Person   string // who speaks; "" if unknown or hidden
	Role     string
	Projects []string
}

// told are the testimonials as they were last read.
func (s *Server) told() testimonials.Set {
	if s.cfg.Testimonials == nil {
		return testimonials.Set{}
	}
	return s.cfg.Testimonials()
}

// stories are the testimonials that speak of one of the projects.
func (s *Server) stories(projects ...string) []story {
	var out []story
	for _, p := range s.told().Pages {
		if slices.ContainsFunc(p.Projects, func(name string) bool { return slices.Contains(projects, name) }) {
			out = append(out, s.story(p))
		}
	}
	return out
}

// story leaves out who speaks where people are hidden; the title most often holds
// the name, so it goes with it.
func (s *Server) story(p *testimonials.Page) story {
	out := story{URL: webLink(p.URL), Text: "Testimonial", Quote: p.Quote, Projects: p.Projects}
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

// webLink is a foreign address if it leads to the web, else "". Whoever reads pages
// looks at this too; here it is what our readers click.
func webLink(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
		return ""
	}
	return u.String()
}

func (l links) testimonials(goal string) string { return l.prefix + "/" + goal + "/testimonials" }
