package dashboard

import (
	"slices"
	"sync"
	"time"

	"github.com/eventlet-removal/headway/dashboard/answers"
	"github.com/eventlet-removal/headway/dashboard/results"
	"github.com/eventlet-removal/headway/dashboard/testimonials"
	"github.com/eventlet-removal/headway/store"
)

// progressInterval is how long readers see the same progress of a round that is under
// way, which is a new snapshot every few changes. What a round has brought is seen at
// once.
const progressInterval = time.Second

// versions says which version answers are of.
type versions struct {
	mu       sync.Mutex // guards what follows
	revision uint64
	read     time.Time // when the revision was
	rounds   []uint64  // as of the revision

	set        testimonials.Set // kept, so that no other set has its address
	generation uint64
}

// version is what answers are made from now.
func (s *Server) version() answers.Version {
	generation := s.generation()
	snap, now := s.src.Snapshot(), s.cfg.Now()
	v := &s.versions
	v.mu.Lock()
	defer v.mu.Unlock()
	if revision := snap.Revision(); revision != v.revision {
		rounds := s.rounds(snap)
		if age := now.Sub(v.read); age < 0 || age >= progressInterval || !slices.Equal(rounds, v.rounds) {
			v.revision, v.read, v.rounds = revision, now, rounds
		}
	}
	return answers.Version{Revision: v.revision, Testimonials: generation, Minute: results.Minute(now)}
}

// rounds changes whenever a round ends.
func (s *Server) rounds(snap *store.Snapshot) []uint64 {
	var rounds []uint64
	for _, g := range s.cfg.Goals {
		for _, q := range g.Queries {
			rounds = append(rounds, uint64(snap.Selector(g.Name, q).AsOf.UnixNano()))
		}
	}
	if polls := snap.Polls(); len(polls) > 0 {
		rounds = append(rounds, polls[0].ID)
	}
	return rounds
}

// generation counts the sets of testimonials there have been.
func (s *Server) generation() uint64 {
	if s.cfg.Testimonials == nil {
		return 0
	}
	set, v := s.cfg.Testimonials(), &s.versions
	v.mu.Lock()
	defer v.mu.Unlock()
	if !same(set.Pages, v.set.Pages) || !same(set.Problems, v.set.Problems) {
		v.set = set
		v.generation++
	}
	return v.generation
}

// same reports whether two slices are one.
func same[T any](a, b []T) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}
