package answers

import (
	"container/list"
	"time"
)

const (
	// overhead is about what an entry takes besides its texts and bodies.
	overhead = 1 << 10
	// recent is how long an address is remembered that nobody asks for.
	recent = 5 * time.Minute
	// maxRegulars and maxOthers are how many addresses are remembered when the
	// version moves on; the regulars are made again.
	maxRegulars, maxOthers = 64, 256
)

// shelf keeps answers in two segments, each in the order in which they were last
// asked for. Those that were asked for once go first; the others fill at most four
// fifths, so that there is room to come back within.
type shelf struct {
	bound    int64
	bytes    int64 // never more than bound
	entries  map[string]*list.Element
	once     *list.List // of *entry; the newest first
	regular  *list.List
	regulars int64 // bytes of regular
}

// entry is an address that was asked for, with its answer.
type entry struct {
	at      address
	answer  *answer   // nil: not made for this version
	since   time.Time // when the answer was outdated; zero: it is of this version
	asked   time.Time
	regular bool // its segment
}

func (e *entry) size() int64 {
	n := int64(overhead + 2*len(e.at.key))
	if e.answer != nil {
		n += e.answer.size
	}
	return n
}

func newShelf(bound int64) *shelf {
	return &shelf{bound: bound, entries: map[string]*list.Element{}, once: list.New(), regular: list.New()}
}

// peek returns the answer of this version at an address, nil if there is none.
func (s *shelf) peek(key string) *answer {
	if el := s.entries[key]; el != nil && el.Value.(*entry).since.IsZero() {
		return el.Value.(*entry).answer
	}
	return nil
}

// ask returns the answer at an address, nil if there is none, since when it has been
// outdated, zero if it is not, and whether somebody had asked for it before.
func (s *shelf) ask(key string, now time.Time) (a *answer, since time.Time, regular bool) {
	el := s.entries[key]
	if el == nil {
		return nil, since, false
	}
	e := el.Value.(*entry)
	e.asked = now
	if e.regular {
		s.regular.MoveToFront(el)
	} else {
		s.move(el, true)
		s.trim()
	}
	return e.answer, e.since, true
}

// put keeps an answer. One that would take the room of all that was asked for once
// is not kept.
func (s *shelf) put(at address, a *answer, now time.Time) {
	fits := a.size+overhead+int64(2*len(at.key)) <= s.bound/5
	switch el := s.entries[at.key]; {
	case el != nil && fits: // it stays where it is: nobody has asked for it
		e := el.Value.(*entry)
		s.count(e, -1)
		e.answer, e.since = a, time.Time{}
		s.count(e, 1)
	case el != nil:
		s.drop(el)
	case fits:
		s.add(&entry{at: at, answer: a, asked: now})
	}
	s.trim()
}

// turn drops the answers, since they are of an old version, and all addresses but
// the newest. It returns those that shall be made again, the newest first; with
// keep their old answers stay until then.
func (s *shelf) turn(now time.Time, keep bool) []address {
	regular, once := s.regular, s.once
	*s = *newShelf(s.bound)
	s.remember(once, maxOthers, now, false)
	s.remember(regular, maxRegulars, now, keep)
	var again []address
	for el := s.regular.Front(); el != nil; el = el.Next() {
		again = append(again, el.Value.(*entry).at)
	}
	return again
}

// remember takes over the newest addresses of a former segment.
func (s *shelf) remember(former *list.List, most int, now time.Time, keep bool) {
	for el := former.Front(); el != nil && most > 0; el, most = el.Next(), most-1 {
		e := el.Value.(*entry)
		if now.Sub(e.asked) > recent {
			return
		}
		if e.since.IsZero() {
			e.since = now
		}
		if e.answer == nil || !keep || !within(now.Sub(e.since), bridge) {
			e.answer, e.since = nil, time.Time{}
		}
		s.entries[e.at.key] = s.segment(e).PushBack(e)
		s.count(e, 1)
	}
}

func (s *shelf) add(e *entry) {
	s.entries[e.at.key] = s.segment(e).PushFront(e)
	s.count(e, 1)
}

func (s *shelf) drop(el *list.Element) {
	e := el.Value.(*entry)
	s.segment(e).Remove(el)
	delete(s.entries, e.at.key)
	s.count(e, -1)
}

// move moves an entry to the front of the other segment.
func (s *shelf) move(el *list.Element, regular bool) {
	e := el.Value.(*entry)
	s.drop(el)
	e.regular = regular
	s.add(e)
}

func (s *shelf) count(e *entry, sign int64) {
	s.bytes += sign * e.size()
	if e.regular {
		s.regulars += sign * e.size()
	}
}

func (s *shelf) segment(e *entry) *list.List {
	if e.regular {
		return s.regular
	}
	return s.once
}

// trim makes both bounds hold again.
func (s *shelf) trim() {
	for s.regulars > s.bound/5*4 {
		s.move(s.regular.Back(), false)
	}
	for s.bytes > s.bound {
		if el := s.once.Back(); el != nil {
			s.drop(el)
		} else {
			s.drop(s.regular.Back())
		}
	}
}
