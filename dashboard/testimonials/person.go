package testimonials

import (
	"cmp"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/eventlet-removal/headway/dashboard/testimonials/sentences"
)

// speaker is who speaks, and as what.
type speaker struct{ person, role, affiliation string }

var (
	titleParts = regexp.MustCompile(`\s+[-–—|·]\s+|:\s+`)
	possessive = regexp.MustCompile(`^(.+?)(?:'|’)s?\s`)
	employer   = regexp.MustCompile(`\s(?:at|@|for|with)\s+([^,;.()]+)`)
	// notNames are words of titles and headings that look like names.
	notNames = regexp.MustCompile(`(?i)\b(migrat\w*|testimon\w*|experience\w*|eventlet|removal|openstack|story|stories|case|study|project\w*|context|process|home|guide|community|our|the|my|from|and|of|to|with|team)\b`)
	workedOn = regexp.MustCompile(`(?i)^(?:currently |mainly |mostly )?work(?:ing|s|ed) on\b`)
)

// findSpeaker takes what front matter says; else the name is a heading that is a
// name and stands in the title too, or a name in the title, or the one who has an
// experience in a heading.
func findSpeaker(front frontMatter, title string, d *document) speaker {
	s := speaker{
		person:      front.people("person", "author", "authors"),
		role:        front.text("role", "job_title"),
		affiliation: front.text("affiliation", "company", "organization"),
	}
	top := clip(d.firstHeading(), maxTitle)
	card := -1 // the heading below which the person is presented
	for i, b := range d.blocks {
		if b.kind != heading || b.text == top && b.level == 1 && s.person == "" {
			continue
		}
		named := s.person != "" && strings.EqualFold(b.text, s.person)
		if named || s.person == "" && isName(b.text) && (strings.Contains(title, b.text) || strings.Contains(top, b.text)) {
			s.person, card = b.text, i
			break
		}
	}
	if s.person == "" {
		s.person = cmp.Or(nameIn(title), nameIn(top))
	}
	s.person = clip(s.person, maxRole)
	if s.role == "" && card >= 0 {
		s.role = roleIn(d.section(card))
	}
	if m := employer.FindStringSubmatch(s.role); m != nil && s.affiliation == "" {
		s.affiliation = strings.TrimSpace(m[1])
	}
	s.role, s.affiliation = clip(strings.TrimRight(s.role, "."), maxRole), clip(s.affiliation, maxRole)
	return s
}

// nameIn finds a name in a title such as "Migration Testimony - Ada Lovelace | Site"
// or "Ada Lovelace's Experience".
func nameIn(title string) string {
	parts := titleParts.Split(title, 8)
	if m := strings.LastIndex(title, " | "); m > 0 && len(parts) > 2 {
		parts = parts[:len(parts)-1] // the site
	}
	for i := len(parts) - 1; i >= 0; i-- {
		part := strings.TrimSpace(parts[i])
		if m := possessive.FindStringSubmatch(part + " "); m != nil && isName(m[1]) {
			return m[1]
		}
		if isName(part) && (len(parts) > 1 || !strings.Contains(title, " in ")) {
			return part
		}
	}
	return ""
}

// isName reports whether a text looks like the name of a person: two to five words
// that begin with a capital, small words such as "van der" aside, and none that
// titles are made of.
func isName(s string) bool {
	words := strings.Fields(s)
	if len(words) < 2 || len(words) > 5 || utf8.RuneCountInString(s) > 60 || notNames.MatchString(s) {
		return false
	}
	capitals := 0
	for _, w := range words {
		first, _ := utf8.DecodeRuneInString(w)
		if !unicode.IsLetter(first) || strings.ContainsFunc(w, notInName) {
			return false
		}
		if !unicode.IsLower(first) { // many scripts have no capitals
			capitals++
		} else if len(w) > 3 {
			return false
		}
	}
	return capitals >= 2
}

func notInName(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsMark(r) && !strings.ContainsRune(".'’-", r)
}

// roleIn is the short line below a person's name that is no address and not what
// they work on.
func roleIn(blocks []block) string {
	for i, b := range blocks {
		if i == 6 {
			break
		}
		short := utf8.RuneCountInString(b.text) <= maxRole && b.kind != code && !b.quoted
		if short && !strings.Contains(b.text, "://") && !workedOn.MatchString(b.text) && len(sentences.Split(b.text)) == 1 && strings.Contains(b.text, " ") {
			return b.text
		}
	}
	return ""
}
