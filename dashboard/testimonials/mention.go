package testimonials

import (
	"regexp"
	"strings"

	"github.com/eventlet-removal/headway/store/query"
)

// anyOperator are the operators that a search written as text may have;
// identifying are those of which it needs one: "is:open" alone is prose about Gerrit.
var (
	anyOperator = regexp.MustCompile(`^\(*-?(topic|prefixtopic|intopic|project|projects|repo|repos|hashtag|change|branch|status|is|owner|message|after|before|since|until):[^\s:]`)
	identifying = regexp.MustCompile(`(^|[ (])(topic|prefixtopic|intopic|project|projects|repo|repos|hashtag|change):`)
	curlyQuotes = strings.NewReplacer("“", `"`, "”", `"`, "„", `"`)
)

// word is a word of a text and where it stands.
type word struct {
	text string
	at   int
}

// text adds what a block's text, outside its links, says of Gerrit: addresses, and
// searches such as project:openstack/ironic topic:eventlet-removal.
func (f *finder) text(b *block) {
	words := wordsOf(b)
	for i := 0; i < len(words); {
		w := words[i]
		if address := f.address(w.text); address != "" {
			f.link(address, address, b.lineAt(w.at))
			i++
			continue
		}
		search, n := searchAt(words[i:])
		if n == 0 {
			i++
			continue
		}
		if identifying.MatchString(search) && len(search) <= maxAddress {
			f.add(Reference{Line: b.lineAt(w.at), Text: clip(search, maxLinkText), Query: search, Project: onlyProject(search)}, false)
		}
		i += n
	}
}

// wordsOf are the words of a text that belong to no link. A link parts words.
func wordsOf(b *block) []word {
	var words []word
	start := -1
	for i := 0; i <= len(b.text); i++ {
		if i == len(b.text) || b.text[i] == ' ' || b.linked(i) {
			if start >= 0 {
				words = append(words, word{b.text[start:i], start})
			}
			start = -1
		} else if start < 0 {
			start = i
		}
	}
	return words
}

// address is the address a word is, without what surrounds it in prose; "" if it
// is none. One without a scheme counts if its host is a Gerrit of ours.
func (f *finder) address(w string) string {
	w = strings.TrimLeft(w, `([{<"'“‘*`)
	if len(w) > maxAddress {
		return ""
	}
	if !isAddress(w) {
		host, _, _ := strings.Cut(strings.ToLower(w), "/")
		ours := false
		for _, g := range f.sites.gerrit {
			ours = ours || host == g.host && len(w) > len(host)
		}
		if !ours {
			return ""
		}
		w = "https://" + w
	}
	for {
		trimmed := strings.TrimRight(w, `.,;:!?'*_>]}”’`)
		if strings.HasSuffix(trimmed, ")") && strings.Count(trimmed, "(") < strings.Count(trimmed, ")") {
			trimmed = strings.TrimSuffix(trimmed, ")")
		}
		if strings.HasSuffix(trimmed, `"`) && strings.Count(trimmed, `"`)%2 == 1 {
			trimmed = strings.TrimSuffix(trimmed, `"`)
		}
		if trimmed == w {
			return w
		}
		w = trimmed
	}
}

// searchAt reads a search at the beginning of words and returns how many it takes, 0
// if there is none.
func searchAt(words []word) (search string, n int) {
	var parts []string
	for n < len(words) {
		joint := words[n].text
		if len(parts) > 0 && (joint == "AND" || joint == "OR") && n+1 < len(words) && isTerm(words[n+1].text) {
			parts = append(parts, joint)
			n++
			continue
		}
		if !isTerm(joint) || len(parts) == query.MaxTerms {
			break
		}
		term, taken, last := phrase(words[n:])
		parts = append(parts, term)
		if n += taken; last {
			break
		}
	}
	return strings.Join(parts, " "), n
}

func isTerm(w string) bool { return anyOperator.MatchString(strings.TrimLeft(w, `"'“‘`)) }

// phrase reads a term, over several words if quotes hold them together. It is the
// last one if a sign of prose ends it.
func phrase(words []word) (term string, taken int, last bool) {
	term = curlyQuotes.Replace(strings.TrimLeft(words[0].text, `("'“‘`))
	taken = 1
	for strings.Count(term, `"`) == 1 && taken < min(len(words), 20) {
		term += " " + curlyQuotes.Replace(words[taken].text)
		taken++
	}
	quotes := ""
	if strings.Count(term, `"`)%2 == 1 { // no phrase: a stray quote, perhaps one around all of it
		term, taken, quotes = curlyQuotes.Replace(strings.TrimLeft(words[0].text, `("'“‘`)), 1, `"`
	}
	trimmed := strings.TrimRight(term, ".,;:!?)'’"+quotes)
	return trimmed, taken, strings.TrimRight(trimmed, ")") != strings.TrimRight(term, ")")
}
