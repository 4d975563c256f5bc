// Package quotes says which testimonials stand where on pages, and in which words:
// that of the day, those of a project, how many there are and which projects have none.
//
// It is pure: testimonials and numbers in, texts out; package testimonials reads the
// pages. All texts of an Excerpt are foreign. dashboard imports it.
package quotes

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/eventlet-removal/headway/dashboard/link"
	"github.com/eventlet-removal/headway/dashboard/portrait"
	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/dashboard/testimonials"
	"github.com/eventlet-removal/headway/dashboard/when"
)

// Shelf are the testimonials as they were last read, and whether people may be named.
type Shelf struct {
	testimonials.Set
	HidePeople bool
}

// Excerpt is a testimonial in a few words.
type Excerpt struct {
	URL      string // "" if nobody knows where it is published
	Text     string // Kim on migrating openstack/nova
	Short    string // the same where it is plain of what: Kim
	Title    string // as the page has it; "" where people are hidden
	Quote    string
	Person   string // who speaks; "" if unknown or hidden
	Role     string
	Portrait string // the name of the picture; "" if there is none
	Projects []string
	Facts    []Fact
}

// Fact is how a project stands that a testimonial speaks of.
type Fact struct {
	Project string
	Text    string // 100% merged
	Stale   bool
}

// Of are the testimonials that speak of one of the projects, by slug.
func (s Shelf) Of(result *progress.Result, projects ...string) []Excerpt {
	var out []Excerpt
	for _, p := range s.Pages {
		if slices.ContainsFunc(p.Projects, func(name string) bool { return slices.Contains(projects, name) }) {
			out = append(out, s.Excerpt(result, p))
		}
	}
	return out
}

// OfTheDay is another one each day, of those with a quote; nil if there is none, and on
// past days: who spoke when is not known.
func (s Shelf) OfTheDay(result *progress.Result) *Excerpt {
	quoted := slices.DeleteFunc(s.OfGoal(result), func(p *testimonials.Page) bool { return p.Quote == "" })
	if len(quoted) == 0 || result.Past() {
		return nil
	}
	slices.SortStableFunc(quoted, func(a, b *testimonials.Page) int {
		return strings.Compare(cmp.Or(a.URL, a.Name), cmp.Or(b.URL, b.Name))
	})
	day := result.Now.Unix() / int64(24*time.Hour/time.Second)
	e := s.Excerpt(result, quoted[int(day)%len(quoted)])
	return &e
}

// OfGoal are the pages that speak of a project of a goal, by slug.
func (s Shelf) OfGoal(result *progress.Result) []*testimonials.Page {
	var out []*testimonials.Page
	for _, p := range s.Pages {
		if slices.ContainsFunc(p.Projects, func(name string) bool { return result.Project(name) != nil }) {
			out = append(out, p)
		}
	}
	return out
}

// Excerpt leaves out who speaks where people are hidden; the title most often holds the
// name, so it goes with it.
func (s Shelf) Excerpt(result *progress.Result, p *testimonials.Page) Excerpt {
	e := Excerpt{URL: link.Web(p.URL), Short: "Testimonial", Quote: p.Quote}
	for _, name := range p.Projects {
		if n := result.Project(name); n != nil {
			e.Projects = append(e.Projects, name)
			e.Facts = append(e.Facts, fact(n))
		}
	}
	on := "on migrating " + listed(e.Projects)
	if e.Projects == nil {
		on = ""
	}
	if s.HidePeople || p.Person == "" {
		e.Text = strings.TrimSpace("Testimonial " + on)
		if !s.HidePeople && p.Title != "" {
			e.Text, e.Short = p.Title, p.Title
		}
	} else {
		e.Text, e.Short = strings.TrimSpace(p.Person+" "+on), p.Person
	}
	if !s.HidePeople {
		e.Title, e.Person, e.Role = p.Title, p.Person, p.Role
		if len(p.Picture) > 0 {
			e.Portrait = portrait.Name(p.Picture)
		}
	}
	return e
}

// Picture is a portrait by its name; nil if there is none.
func (s Shelf) Picture(name string) []byte {
	for _, p := range s.Pages {
		if len(p.Picture) > 0 && !s.HidePeople && portrait.Name(p.Picture) == name {
			return p.Picture
		}
	}
	return nil
}

func fact(n *progress.ProjectNumbers) Fact {
	f := Fact{Project: n.Name, Text: "no changes tracked", Stale: n.Stale}
	if percent, ok := n.Percent(); ok {
		f.Text = fmt.Sprintf("%d%% merged", percent)
	}
	if n.Loading != nil {
		f.Text = "not known yet"
	}
	return f
}

// listed names the first of some projects.
func listed(names []string) string {
	switch n := len(names); n {
	case 0:
		return ""
	case 1:
		return names[0]
	case 2:
		return names[0] + " and " + names[1]
	default:
		return fmt.Sprintf("%s and %d more projects", names[0], n-1)
	}
}

// Count is how many testimonials there are of a goal, and of how many of its projects.
type Count struct {
	Testimonials, Projects, All int
}

// Count leaves out projects that are declared not affected: they have nothing to tell.
func (s Shelf) Count(result *progress.Result) Count {
	c := Count{Testimonials: len(s.OfGoal(result))}
	for _, p := range result.ProjectsOf(progress.Scope{}) {
		if p.Declared == progress.DeclaredNotAffected {
			continue
		}
		if c.All++; len(s.About(p.Name)) > 0 {
			c.Projects++
		}
	}
	return c
}

// String is "6 testimonials on 7 of 28 projects".
func (c Count) String() string {
	return fmt.Sprintf("%s on %d of %s", when.Plural(c.Testimonials, "testimonial", "testimonials"), c.Projects, when.Plural(c.All, "project", "projects"))
}

// Wanted reports whether a project has something to tell of: it is declared completed
// and nothing speaks against it, or something has merged and nothing is left in review.
func Wanted(p *progress.ProjectNumbers) bool {
	if p.Loading != nil || p.Declared == progress.DeclaredNotAffected || p.Counts.InFlight() > 0 {
		return false
	}
	return p.Declared == progress.DeclaredCompleted || p.Measured == progress.MeasuredNothingInReview
}

// Without are the projects of which a testimonial is wanted and not there, those first
// in which most was merged; and of how many one is wanted.
func (s Shelf) Without(result *progress.Result) (without []*progress.ProjectNumbers, wanted int) {
	for _, p := range result.ProjectsOf(progress.Scope{}) {
		if !Wanted(p) {
			continue
		}
		if wanted++; len(s.About(p.Name)) == 0 {
			without = append(without, p)
		}
	}
	slices.SortStableFunc(without, func(a, b *progress.ProjectNumbers) int {
		return cmp.Compare(b.Counts.Merged, a.Counts.Merged)
	})
	return without, wanted
}
