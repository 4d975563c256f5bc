package api

import (
	"github.com/eventlet-removal/headway/dashboard/link"
	"github.com/eventlet-removal/headway/dashboard/linkcheck"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/dashboard/quotes"
	"github.com/eventlet-removal/headway/dashboard/testimonials"
)

// Testimonials is one page of what participants of a goal wrote, by slug. All of it but
// the loading is null while the goal is loading.
type Testimonials struct {
	Testimonials []Testimonial `json:"testimonials"`
	ProjectsWith *int          `json:"projects_with"` // how many projects have one
	Projects     *int          `json:"projects"`      // of so many that are affected
	Without      []string      `json:"without"`       // projects of which one is wanted, those first in which most was merged
	NextCursor   *string       `json:"next_cursor"`   // null: this was the last page
	Loading      *Loading      `json:"loading"`
}

// Testimonial is one page that somebody wrote. All its texts are foreign. Who speaks is
// null where people are hidden, and the title, which most often holds the name.
type Testimonial struct {
	Slug     string         `json:"slug"`
	URL      *string        `json:"url"` // where it is published
	Title    *string        `json:"title"`
	Person   *string        `json:"person"`
	Role     *string        `json:"role"`
	Quote    *string        `json:"quote"`
	Portrait *string        `json:"portrait"` // the address of a picture of our own
	Projects []string       `json:"projects"` // of this goal
	Changes  []LinkedChange `json:"changes"`  // in the page's order
}

// LinkedChange is a change that a testimonial links, as it is today.
type LinkedChange struct {
	Number  *int    `json:"number"` // null: only a commit is named, and no change of it is known
	Commit  *string `json:"commit"` // as the page names it, perhaps abbreviated
	Project *string `json:"project"`
	Subject *string `json:"subject"`
	State   *string `json:"state"`
	Status  string  `json:"status"` // a code of linkcheck.Status
	URL     *string `json:"url"`    // null: it leads nowhere
}

// TestimonialsOf are the testimonials of a goal that pages hold; next is what follows them.
func TestimonialsOf(result *progress.Result, shelf quotes.Shelf, pages []*testimonials.Page, next *string, c *linkcheck.Checker, l link.Links) Testimonials {
	if result.Loading != nil {
		return Testimonials{Loading: NewLoading(result.Loading)}
	}
	count := shelf.Count(result)
	without, _ := shelf.Without(result)
	out := Testimonials{
		Testimonials: make([]Testimonial, 0, len(pages)), NextCursor: next,
		ProjectsWith: &count.Projects, Projects: &count.All, Without: make([]string, 0, len(without)),
	}
	for _, p := range without {
		out.Without = append(out.Without, p.Name)
	}
	for _, p := range pages {
		out.Testimonials = append(out.Testimonials, testimonialOf(p, shelf.Excerpt(result, p), c.Links(p), l))
	}
	return out
}

func testimonialOf(p *testimonials.Page, e quotes.Excerpt, links []linkcheck.Link, l link.Links) Testimonial {
	t := Testimonial{
		Slug: p.Slug, URL: optional(e.URL), Title: optional(e.Title), Person: optional(e.Person), Role: optional(e.Role), Quote: optional(e.Quote),
		Projects: e.Projects, Changes: make([]LinkedChange, 0, len(links)),
	}
	if e.Portrait != "" {
		t.Portrait = new(l.Absolute(l.Portrait(e.Portrait)))
	}
	for _, linked := range links {
		t.Changes = append(t.Changes, linkedOf(linked, l))
	}
	return t
}

func linkedOf(from linkcheck.Link, l link.Links) LinkedChange {
	out := LinkedChange{
		Number: optional(from.Reference.Number), Commit: optional(from.Reference.Commit), Project: optional(from.Reference.Project),
		Status: from.Status.Code(), URL: optional(link.Web(from.Reference.URL)),
	}
	if c := from.Change; c != nil {
		out.Number, out.Project, out.Subject, out.URL = &c.Number, &c.Project, optional(c.Subject), new(l.Change(c.Project, c.Number))
	}
	if from.Member != nil {
		out.State = new(string(from.Member.State))
	}
	return out
}
