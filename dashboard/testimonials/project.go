package testimonials

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/eventlet-removal/headway/dashboard/testimonials/sentences"
	"github.com/eventlet-removal/headway/store/query"
)

const (
	maxSelected = 40  // projects one term of a search may stand for
	maxPatterns = 20  // patterns of projects on one page
	maxEvidence = 200 // on one page
)

// names finds project names in prose.
type names struct {
	full   []string            // sorted
	spoken map[string][]string // the last part of a name, as words with one space -> full names
	most   int                 // words of the longest
}

func newNames(projects []string) names {
	n := names{full: slices.Compact(slices.Sorted(slices.Values(projects))), spoken: map[string][]string{}}
	for _, p := range n.full {
		space, last, found := cutLast(p)
		// "OpenStack Mistral" doesn't speak of the project openstack/openstack.
		if found && space == last {
			continue
		}
		words := spokenWords(last)
		key := joinWords(words)
		n.spoken[key] = append(n.spoken[key], p)
		n.most = max(n.most, len(words))
	}
	return n
}

func cutLast(project string) (space, last string, found bool) {
	i := strings.LastIndexByte(project, '/')
	if i < 0 {
		return "", project, false
	}
	return project[:i], project[i+1:], true
}

// spokenWord is a word of prose; joined says that only one sign of joining or a
// space parts it from the next, glued that it is a sign, as in mistral-lib.
type spokenWord struct {
	text          string
	joined, glued bool
}

// spokenWords splits prose into its words, lower-case.
func spokenWords(s string) []spokenWord {
	var words []spokenWord
	for i := 0; i < len(s); {
		n := strings.IndexFunc(s[i:], isWord)
		if n < 0 {
			break
		}
		if between := s[i : i+n]; len(words) > 0 {
			last := &words[len(words)-1]
			last.glued = between == "-" || between == "." || between == "_"
			last.joined = last.glued || between == " "
		}
		i += n
		if n = strings.IndexFunc(s[i:], func(r rune) bool { return !isWord(r) }); n < 0 {
			n = len(s) - i
		}
		words = append(words, spokenWord{text: strings.ToLower(s[i : i+n])})
		i += n
	}
	return words
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

func joinWords(words []spokenWord) string {
	texts := make([]string, len(words))
	for i, w := range words {
		texts[i] = w.text
	}
	return strings.Join(texts, " ")
}

// in are the full names of the projects a sentence names by their last part, as
// whole words and in any case. "Ironic Python Agent" and "oslo-messaging" are
// ironic-python-agent and oslo.messaging; the longest name wins, and mistral-lib is
// no mistral.
func (n names) in(text string) []string {
	words := spokenWords(text)
	var found []string
	for i := 0; i < len(words); {
		end := i
		for size := min(n.most, len(words)-i); size > 0 && end == i; size-- {
			part := words[i : i+size]
			whole := !part[size-1].glued && (i == 0 || !words[i-1].glued)
			for _, w := range part[:size-1] {
				whole = whole && w.joined
			}
			if full, ok := n.spoken[joinWords(part)]; ok && whole {
				found = append(found, full...)
				end = i + size
			}
		}
		i = max(end, i+1)
	}
	return found
}

// named are the projects that the name in an embed or in front matter means.
func (n names) named(name string) []string {
	name = strings.Trim(plain(name), "/ ")
	switch {
	case slices.Contains(n.full, name):
		return []string{name}
	case len(n.full) == 0 && projectName.MatchString(name):
		return []string{name}
	case strings.Contains(name, "/"):
		return nil
	}
	return n.spoken[joinWords(spokenWords(name))]
}

// matching are the projects that a term of a search selects.
func (n names) matching(t query.Term) []string {
	if t.Negated {
		return nil
	}
	switch {
	case t.Operator == "projects":
		return n.filter(func(p string) bool { return strings.HasPrefix(p, t.Value) })
	case t.Operator == "project" && strings.HasPrefix(t.Value, "^"):
		// Gerrit's patterns match whole names. What Go's don't know names nothing.
		if len(t.Value) > maxTitle {
			return nil
		}
		pattern, err := regexp.Compile(`^(?:` + t.Value[1:] + `)$`)
		if err != nil {
			return nil
		}
		return n.filter(pattern.MatchString)
	case t.Operator == "project":
		return n.exact(t.Value)
	}
	return nil
}

// filter are the projects that are kept, or none if a term is so wide that it
// doesn't say what the page is about.
func (n names) filter(keep func(string) bool) []string {
	var kept []string
	for _, p := range n.full {
		if keep(p) {
			kept = append(kept, p)
		}
	}
	if len(kept) > maxSelected {
		return nil
	}
	return kept
}

// exact is a project by its full name, if we know it or know none.
func (n names) exact(name string) []string {
	_, known := slices.BinarySearch(n.full, name)
	if known || len(n.full) == 0 && projectName.MatchString(name) {
		return []string{name}
	}
	return nil
}

// projects fills in which projects the page speaks of.
func (r *reader) projects(p *Page, src source, d *document, report *report) {
	override, ok := r.o.Overrides[p.Slug]
	if !ok {
		override, ok = r.o.Overrides[p.Name]
	}
	if ok {
		for _, name := range override {
			p.take(name, ByConfiguration, 0, "configured for this page")
		}
	} else {
		r.evidence(p, src, d, report)
	}
	for _, e := range p.Evidence {
		p.Projects = append(p.Projects, e.Project)
	}
	slices.Sort(p.Projects)
	p.Projects = slices.Compact(p.Projects)
	slices.SortStableFunc(p.Evidence, func(a, b Evidence) int { return a.Line - b.Line })
}

func (r *reader) evidence(p *Page, src source, d *document, report *report) {
	declared := func(name string, by By, line int) {
		full := r.names.named(name)
		if len(full) == 0 {
			report.add(line, "%s: there is no project %s", by, clip(name, maxLinkText))
		}
		for _, project := range full {
			p.take(project, by, line, name)
		}
	}
	for _, key := range []string{"projects", "project"} {
		for _, name := range src.front[key].texts {
			declared(name, ByFrontMatter, src.front[key].line)
		}
	}
	for _, e := range d.embeds {
		declared(e.project, ByEmbed, e.line)
	}
	patterns := 0
	for _, ref := range p.References {
		if ref.Query == "" {
			for _, name := range r.names.exact(ref.Project) {
				p.take(name, ByReference, ref.Line, cmp.Or(ref.URL, ref.Text))
			}
		}
		for _, t := range query.Terms(ref.Query) {
			if strings.HasPrefix(t.Value, "^") {
				patterns++
			}
			if patterns > maxPatterns {
				break
			}
			for _, name := range r.names.matching(t) {
				p.take(name, ByReference, ref.Line, ref.Query)
			}
		}
	}
	for _, s := range workSentences(d) {
		for _, name := range r.names.in(s.text) {
			p.take(name, BySentence, s.line, s.text)
		}
	}
}

// take adds evidence, once for each project and kind.
func (p *Page) take(project string, by By, line int, text string) {
	if len(p.Evidence) == maxEvidence {
		return
	}
	for _, e := range p.Evidence {
		if e.Project == project && e.By == by {
			return
		}
	}
	p.Evidence = append(p.Evidence, Evidence{Project: project, By: by, Line: line, Text: clip(text, maxQuote)})
}

// located is a sentence with its line.
type located struct {
	text string
	line int
}

var (
	whichProject = regexp.MustCompile(`(?i)\b(?:which|what)\b.*\b(?:projects?|components?|librar(?:y|ies)|services?|code ?bases?)\b.*\b(?:migrat|work|port|convert|mov|remov)|\bwhat did you (?:migrate|port|convert|work on)`)
	migrated     = regexp.MustCompile(`^(?:I|We)(?:['’](?:m|re|ve)| am| are| have)?(?: \w+){0,2}? (?:migrat(?:e|ed|ing)|port(?:ed|ing)|convert(?:ed|ing)|work(?:ed|ing)? on|moved|removed eventlet from)\b`)
)

// maxItems of a list that answers what was worked on.
const maxItems = 30

// workSentences are the sentences that say what was worked on: "Working on …", and
// the first of the answer to the question which project it was, with the list it
// leads to. Where there is neither, it is the first that begins "I migrated …" or
// the like. What else a page says names projects for many reasons: comparison, use,
// thanks.
func workSentences(d *document) []located {
	var found []located
	for i := range d.blocks {
		b := &d.blocks[i]
		switch {
		case b.kind == heading && whichProject.MatchString(b.text):
			found = append(found, answer(d.section(i))...)
		case b.kind != heading && b.kind != code && workedOn.MatchString(b.text):
			found = append(found, located{sentences.Split(b.text)[0].Text, b.line})
		}
	}
	if found != nil {
		return found
	}
	for i := range d.blocks {
		b := &d.blocks[i]
		if b.kind != paragraph && b.kind != loose {
			continue
		}
		for _, s := range sentences.Split(b.text) {
			if migrated.MatchString(s.Text) {
				return []located{{s.Text, b.lineAt(s.At)}}
			}
		}
	}
	return nil
}

// answer is the first sentence of an answer. If it is an item or leads to a list,
// the items belong to it.
func answer(blocks []block) []located {
	var found []located
	for i := range blocks {
		b := &blocks[i]
		if len(found) > 0 && b.kind != item || len(found) > maxItems {
			break
		}
		first := sentences.Split(b.text)[0]
		found = append(found, located{first.Text, b.line})
		last, _ := utf8.DecodeLastRuneInString(strings.TrimRightFunc(b.text, unicode.IsSpace))
		if b.kind != item && last != ':' {
			break
		}
	}
	return found
}
