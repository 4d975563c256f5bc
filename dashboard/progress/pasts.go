package progress

import (
	"cmp"
	"iter"
	"slices"
	"strings"
	"sync"

	"github.com/eventlet-removal/headway/dashboard/progress/reverts"
	"github.com/eventlet-removal/headway/dashboard/progress/timeline"
	"github.com/eventlet-removal/headway/store/query"
)

// moment is when a change came into a state; "" means that it did not count.
type moment = timeline.Moment[State]

// pasts are the timelines of a family's changes, made when somebody asks: most readers
// want no history.
type pasts struct {
	mu    sync.Mutex
	of    [][]moment // by place in the family's changes; nil: not made, or one is not to be kept
	known knownPasts // to be taken over
}

// knownPasts are the timelines of a family that were made last, here or in an earlier view.
type knownPasts struct {
	changes []*Change
	ties    *reverts.Ties
	of      [][]moment // nil: not to be kept
}

// follow begins with what is known of the pasts that a family had.
func (f *family) follow() *pasts {
	if f.pasts == nil {
		return &pasts{}
	}
	f.pasts.mu.Lock()
	defer f.pasts.mu.Unlock()
	return &pasts{known: f.pasts.known}
}

// timelines are those of a family's changes, by place. One with a moment that is still
// to come is not kept: to a later view it is another. The others of its family are.
func (v *view) timelines(f *family) [][]moment {
	p := f.pasts
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.of != nil {
		return p.of
	}
	of, kept := make([][]moment, len(f.changes)), make([][]moment, len(f.changes))
	whole := true
	for i, c := range f.changes {
		n := c.Change.Number
		at, ok := slices.BinarySearchFunc(p.known.changes, n, func(c *Change, n int) int { return cmp.Compare(c.Change.Number, n) })
		ahead := false
		if ok && p.known.of[at] != nil && sameMember(&p.known.changes[at].Member, &c.Member) && slices.Equal(p.known.ties.Turns(n), f.ties.Turns(n)) {
			of[i] = p.known.of[at]
		} else {
			of[i], ahead = timeline.Of(c.Member, timeline.Facts[State]{Now: v.now, Topic: v.topics[c.Selector], Reverts: f.ties.Turns(n), State: stateOf})
		}
		if ahead {
			whole = false
		} else {
			kept[i] = of[i]
		}
	}
	if whole {
		p.of, kept = of, of
	}
	p.known = knownPasts{f.changes, f.ties, kept}
	return of
}

// pasts walks the changes of a scope with their timelines, in no order. Of a past day
// they are those that counted, with what happened since.
func (r *Result) pasts(s Scope) iter.Seq2[*Change, []moment] {
	return func(yield func(*Change, []moment) bool) {
		families := r.view.families
		if projects := r.includes(s); projects != nil {
			families = map[string]*family{}
			for name := range projects {
				if f := r.view.families[name]; f != nil {
					families[name] = f
				}
			}
		}
		for _, f := range families {
			of := r.view.timelines(f)
			for i, c := range f.changes {
				if r.Past() {
					c = r.Change(c.Change.Number)
				}
				if c != nil && !yield(c, of[i]) {
					return
				}
			}
		}
	}
}

// topicMatchers tells for each selector that is one topic what it matches, by the
// project the selector is for. A selector that is anything else has none.
func topicMatchers(g *Goal) map[string]func(string) bool {
	matchers := map[string]func(string) bool{}
	for _, q := range g.Queries {
		text := g.Selector
		if q.Project != "" {
			text = strings.TrimSuffix(strings.TrimPrefix(q.Text, "project:"+query.Quote(q.Project)+" ("), ")")
		}
		if m := timeline.TopicOf(text); m != nil {
			matchers[q.Project] = m
		}
	}
	return matchers
}
