package testimonials

import (
	"errors"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// frontMatter is what a page's YAML says in keys with a text or a list of texts.
// Whatever else YAML can say (maps, anchors, tags) is left out.
type frontMatter map[string]field

type field struct {
	line  int
	list  bool
	texts []string // one, unless it is a list
	names []string // of people: texts, and maps with a name
}

// text is the text of the first key that has one, "" if none has.
func (f frontMatter) text(keys ...string) string {
	for _, key := range keys {
		if v := f[key]; !v.list && len(v.texts) == 1 && v.texts[0] != "" {
			return plain(v.texts[0])
		}
	}
	return ""
}

// people are the names in the first key that has some: a text, a map with a name, or
// a list of both.
func (f frontMatter) people(keys ...string) string {
	for _, key := range keys {
		if names := f[key].names; len(names) > 0 {
			return plain(strings.Join(names, ", "))
		}
	}
	return ""
}

const (
	maxFrontMatter = 64 << 10
	maxListed      = 100
)

var (
	fence      = regexp.MustCompile(`^(?:---|\.\.\.)[ \t]*$`)
	entryStart = regexp.MustCompile(`(?m)^[^\s#\]})-]`)
	keyLine    = regexp.MustCompile(`^([^\s:][^:]*):(?:[ \t]+(.*))?$`)
)

// splitFrontMatter finds what stands between the page's first line, ---, and the
// next such line. Without the second, it is what stands before the first empty
// line: Jekyll would copy such a file, but its front matter is not text of the page.
func splitFrontMatter(text string) (raw, rest string, found, closed bool) {
	first, after, _ := strings.Cut(text, "\n")
	if strings.TrimRight(first, " \t") != "---" {
		return "", text, false, false
	}
	for at := 0; at < min(len(after), maxFrontMatter); {
		line, _, _ := strings.Cut(after[at:], "\n")
		next := min(at+len(line)+1, len(after))
		if fence.MatchString(line) {
			return after[:at], after[next:], true, true
		}
		at = next
	}
	raw, rest, _ = strings.Cut(after, "\n\n")
	return raw[:min(len(raw), maxFrontMatter)], rest, true, false
}

// parseFrontMatter reads front matter, which begins in the second line of a file. If
// it is not YAML as a whole, it is read entry by entry, so that one mistake does not
// cost all of it.
func parseFrontMatter(raw string, report *report) frontMatter {
	front := frontMatter{}
	raw = strings.Map(func(r rune) rune { // YAML refuses controls, and counts U+2028 as a line
		if r == '\n' || r == '\t' || shown(r) {
			return r
		}
		return -1
	}, raw)
	if front.read(raw, 2, report) == nil {
		return front
	}
	starts := entryStart.FindAllStringIndex(raw, -1)
	for i, start := range starts {
		end := len(raw)
		if i+1 < len(starts) {
			end = starts[i+1][0]
		}
		entry, line := raw[start[0]:end], 2+strings.Count(raw[:start[0]], "\n")
		if front.read(entry, line, report) == nil {
			continue
		}
		first, _, _ := strings.Cut(entry, "\n")
		m := keyLine.FindStringSubmatch(first)
		if m == nil {
			report.add(line, "front matter: not a line of the form key: value")
			continue
		}
		report.add(line, "front matter: %s can't be read as YAML; put its value in quotes", clip(m[1], 40))
		text := []string{strings.Trim(m[2], ` "'`)}
		front[strings.ToLower(m[1])] = field{line: line, texts: text, names: text}
	}
	return front
}

// read reads YAML that begins in a line. Its error is not for readers: YAML's own
// lines are often off by one.
func (f frontMatter) read(raw string, line int, report *report) error {
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(raw), &doc); err != nil {
		return err
	}
	if len(doc.Content) == 0 {
		return nil
	}
	entries := doc.Content[0]
	if entries.Kind != yaml.MappingNode {
		return errors.New("not a map")
	}
	for i := 0; i+1 < len(entries.Content); i += 2 {
		key, v := strings.ToLower(entries.Content[i].Value), field{line: line + entries.Content[i].Line - 1}
		if _, twice := f[key]; twice {
			report.add(v.line, "front matter: %s is given twice; the last one counts", clip(key, 40))
		}
		v.names = namesIn(entries.Content[i+1])
		if v.read(entries.Content[i+1]) || v.names != nil {
			f[key] = v
		}
	}
	return nil
}

// read takes a text or a list of texts; it reports false for all else.
func (v *field) read(n *yaml.Node) bool {
	if isText(n) {
		v.texts = []string{textOf(n)}
		return true
	}
	v.list = n.Kind == yaml.SequenceNode
	for _, item := range n.Content[:min(len(n.Content), maxListed)] {
		if !isText(item) {
			v.texts = nil
			return false
		}
		v.texts = append(v.texts, textOf(item))
	}
	return v.list
}

// namesIn are the people that a value names.
func namesIn(n *yaml.Node) []string {
	switch {
	case isText(n) && textOf(n) != "":
		return []string{n.Value}
	case n.Kind == yaml.SequenceNode:
		var names []string
		for _, item := range n.Content[:min(len(n.Content), maxListed)] {
			if item.Kind != yaml.SequenceNode {
				names = append(names, namesIn(item)...)
			}
		}
		return names
	case n.Kind == yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			if value := n.Content[i+1]; strings.EqualFold(n.Content[i].Value, "name") && isText(value) {
				return namesIn(value)
			}
		}
	}
	return nil
}

func isText(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.Anchor == "" && n.Style&yaml.TaggedStyle == 0
}

func textOf(n *yaml.Node) string {
	if n.Tag == "!!null" {
		return ""
	}
	return n.Value
}
