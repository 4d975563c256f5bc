package query

import "strings"

// Term is one condition of a Gerrit search.
type Term struct {
	// Operator is lower-case: topic, prefixtopic, project (also for its short forms p
	// and repo), projects (also repos), … It is "" for a bare word, which Gerrit looks
	// for in subjects, comments and much else: no filter by project, whatever it says.
	Operator string
	Value    string // without quotes and escapes; one with ^ in front is a pattern
	Negated  bool   // by - or NOT, also around a group
}

// MaxTerms is Gerrit's own bound (index.MaxTerms).
const MaxTerms = 1024

// operatorOf are the operators with more than one name.
var operatorOf = map[string]string{"p": "project", "repo": "project", "repos": "projects"}

// Terms are the conditions of a Gerrit search, in its order, at most MaxTerms. It
// takes any string: of a search that Gerrit would refuse it returns what can be
// read. AND, OR and parentheses are dropped: `topic:a OR topic:b` gives both.
func Terms(query string) []Term {
	s := scanner{src: query}
	var terms []Term
	negated := []bool{false} // for each open parenthesis, whether its content is
	next := false            // whether the next term or group is negated
	for len(terms) < MaxTerms {
		s.skipSpace()
		if s.src == "" {
			break
		}
		outer := negated[len(negated)-1]
		switch s.src[0] {
		case '(':
			if len(negated) <= MaxTerms {
				negated = append(negated, outer != next)
			}
			s.src, next = s.src[1:], false
			continue
		case ')':
			if len(negated) > 1 {
				negated = negated[:len(negated)-1]
			}
			s.src, next = s.src[1:], false
			continue
		case '-':
			s.src, next = s.src[1:], !next
			continue
		}
		t, isWord := s.term()
		switch {
		case isWord && (t.Value == "AND" || t.Value == "OR"):
		case isWord && t.Value == "NOT":
			next = !next
		default:
			t.Negated = outer != next
			terms = append(terms, t)
			next = false
		}
	}
	return terms
}

// scanner is what is left of a search.
type scanner struct{ src string }

func (s *scanner) skipSpace() { s.src = strings.TrimLeft(s.src, " \t\r\n\v\f") }

// term reads a term; isWord reports that it is a bare word without quotes.
func (s *scanner) term() (t Term, isWord bool) {
	n := 0
	for n < len(s.src) && (s.src[n] == '_' || s.src[n] == '-' || s.src[n]|0x20 >= 'a' && s.src[n]|0x20 <= 'z') {
		n++
	}
	if n == 0 || n == len(s.src) || s.src[n] != ':' {
		quoted := s.src[0] == '"' || s.src[0] == '{'
		return Term{Value: s.value()}, !quoted
	}
	t.Operator = strings.ToLower(s.src[:n])
	if name, ok := operatorOf[t.Operator]; ok {
		t.Operator = name
	}
	s.src = s.src[n+1:]
	s.skipSpace()
	t.Value = s.value()
	return t, false
}

// value reads a word or a phrase in "quotes" or {braces}. It takes at least one
// byte, unless a parenthesis or the end follows.
func (s *scanner) value() string {
	if s.src == "" {
		return ""
	}
	closing := map[byte]byte{'"': '"', '{': '}'}[s.src[0]]
	if closing == 0 {
		n := strings.IndexAny(s.src, " \t\r\n\v\f()\"")
		if n < 0 {
			n = len(s.src)
		}
		word := s.src[:n]
		s.src = s.src[n:]
		return word
	}
	var b strings.Builder
	i := 1
	for ; i < len(s.src) && s.src[i] != closing; i++ {
		if s.src[i] == '\\' && i+1 < len(s.src) {
			i++
		}
		b.WriteByte(s.src[i])
	}
	s.src = s.src[min(i+1, len(s.src)):]
	return b.String()
}
