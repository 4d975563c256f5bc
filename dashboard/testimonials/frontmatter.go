package testimonials

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// frontMatter is the flat part of a page's YAML: keys with a text or a list of
// texts. Whatever else YAML can say (maps, anchors, tags) is left out.
type frontMatter map[string]field

type field struct {
	line  int
	texts []string // one, unless it is a list
}

// text is the text of a key, "" if it has none.
func (f frontMatter) text(keys ...string) string {
	for _, key := range keys {
		if v := f[key]; len(v.texts) == 1 && v.texts[0] != "" {
			return plain(v.texts[0])
		}
	}
	return ""
}

const (
	maxFrontMatter = 64 << 10
	maxListed      = 100
)

var (
	fence   = regexp.MustCompile(`^(?:---|\.\.\.)[ \t]*$`)
	keyLine = regexp.MustCompile(`^(?:([A-Za-z_][\w -]*?)|"([^"\\]*)"|'([^']*)')[ \t]*:(?:[ \t]+(.*))?$`)
)

// splitFrontMatter finds what stands between the page's first line, ---, and the
// next such line. Without the second, it is what stands before the first empty
// line: Jekyll would copy such a file, but its front matter is no text of the page.
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
	return raw, rest, true, false
}

// yamlLines are the lines of front matter and the place of the reader in them.
type yamlLines struct {
	lines  []string
	at     int
	report *report
}

// number is the place of line i in the file; front matter begins in its second.
func (y *yamlLines) number(i int) int { return i + 2 }

func parseFrontMatter(raw string, report *report) frontMatter {
	y := &yamlLines{lines: strings.Split(strings.TrimSuffix(raw, "\n"), "\n"), report: report}
	front := frontMatter{}
	for y.at < len(y.lines) {
		line := strings.TrimRight(y.lines[y.at], " \t")
		number := y.number(y.at)
		y.at++
		switch {
		case line == "", strings.HasPrefix(strings.TrimLeft(line, " \t"), "#"):
			continue
		}
		m := keyLine.FindStringSubmatch(line)
		if m == nil {
			report.add(number, "front matter: not a line of the form key: value")
			y.indented() // whatever belongs to it
			continue
		}
		key := strings.ToLower(m[1] + m[2] + m[3])
		if _, twice := front[key]; twice {
			report.add(number, "front matter: %s is given twice; the last one counts", key)
		}
		if texts, ok := y.value(key, number, strings.TrimSpace(m[4])); ok {
			front[key] = field{line: number, texts: texts}
		}
	}
	return front
}

// value reads the value of a key, of which the first line is given. It reports
// false for what we don't read.
func (y *yamlLines) value(key string, number int, first string) ([]string, bool) {
	switch {
	case first == "" || first[0] == '#':
		return y.below()
	case first[0] == '|' || first[0] == '>':
		return []string{strings.Join(y.indented(), "\n")}, true
	case first[0] == '"' || first[0] == '\'':
		text, ok := unquote(y.joined(first))
		if !ok {
			y.report.add(number, "front matter: the quotes of %s do not match", key)
		}
		return []string{text}, true
	case first[0] == '[':
		return y.flowList(key, number, first)
	case strings.IndexByte("{&*!", first[0]) >= 0:
		y.indented()
		return nil, false
	}
	text := uncommented(y.joined(first))
	if isPair(text) || strings.IndexByte("@`%,]}", text[0]) >= 0 {
		y.report.add(number, "front matter: %s must be put in quotes for YAML", key)
	}
	if text == "~" || text == "null" {
		text = ""
	}
	return []string{text}, true
}

// indented takes the lines that belong to the line before: indented ones, and
// empty ones between them.
func (y *yamlLines) indented() []string {
	var taken []string
	for y.at < len(y.lines) {
		line := y.lines[y.at]
		if strings.TrimSpace(line) != "" && line[0] != ' ' && line[0] != '\t' {
			break
		}
		taken = append(taken, strings.TrimSpace(line))
		y.at++
	}
	return taken
}

// joined is a value that goes on over indented lines.
func (y *yamlLines) joined(first string) string {
	return strings.TrimSpace(strings.Join(append([]string{first}, y.indented()...), " "))
}

// below reads a value that begins in the next line: a list of "- text", which YAML
// doesn't want indented, or an indented text. It reports false for a map, and for a
// list of more than texts of one line.
func (y *yamlLines) below() ([]string, bool) {
	var items []string
	ok := true
	for ; y.at < len(y.lines); y.at++ {
		line := strings.TrimSpace(y.lines[y.at])
		switch indented := line != "" && line[0] != y.lines[y.at][0]; {
		case line == "" || line[0] == '#':
		case line == "-" || strings.HasPrefix(line, "- "):
			item := uncommented(strings.TrimSpace(line[1:]))
			ok = ok && !isPair(item) && len(items) < maxListed
			text, _ := unquote(item)
			items = append(items[:min(len(items), maxListed)], text)
		case !indented:
			return items, ok
		case items == nil:
			lines := y.indented()
			text, _ := unquote(uncommented(strings.Join(lines, " ")))
			return []string{text}, !slices.ContainsFunc(lines, isPair)
		default:
			ok = false
		}
	}
	return items, ok
}

// uncommented is a value without the comment after it.
func uncommented(s string) string {
	if i := strings.Index(s, " #"); i >= 0 && s[0] != '"' && s[0] != '\'' {
		s = strings.TrimRight(s[:i], " \t")
	}
	if strings.HasPrefix(s, "#") {
		return ""
	}
	return s
}

// isPair reports whether a line is "key: value" of a map.
func isPair(s string) bool {
	return (strings.Contains(s, ": ") || strings.HasSuffix(s, ":")) && s[0] != '"' && s[0] != '\''
}

// flowList reads "[one, two]".
func (y *yamlLines) flowList(key string, number int, first string) ([]string, bool) {
	text := y.joined(first)
	inner, closed := strings.CutSuffix(text, "]")
	inner = strings.TrimPrefix(inner, "[")
	if !closed || strings.ContainsAny(inner, "[]{}") {
		y.report.add(number, "front matter: %s is no plain list", key)
		return nil, false
	}
	var texts []string
	for item := range strings.SplitSeq(inner, ",") {
		if item = strings.TrimSpace(item); item != "" && len(texts) < maxListed {
			text, _ := unquote(item)
			texts = append(texts, text)
		}
	}
	return texts, true
}

// unquote reads a text in YAML's quotes, or plain. It reports false, and returns
// what there is, if quotes are not closed or something follows them.
func unquote(s string) (string, bool) {
	if s == "" || s[0] != '"' && s[0] != '\'' {
		return s, true
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '\'' && s[0] == '\'' && strings.HasPrefix(s[i:], "''"):
			b.WriteByte('\'')
			i++
		case s[i] == s[0]:
			rest := strings.TrimSpace(s[i+1:])
			return b.String(), rest == "" || rest[0] == '#'
		case s[i] == '\\' && s[0] == '"' && i+1 < len(s):
			i += escaped(&b, s[i+1:])
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String(), false
}

// escaped writes what stands after a backslash and returns its length.
func escaped(b *strings.Builder, s string) int {
	length := map[byte]int{'x': 2, 'u': 4, 'U': 8}[s[0]]
	switch {
	case length > 0 && len(s) > length:
		if n, err := strconv.ParseUint(s[1:1+length], 16, 32); err == nil {
			b.WriteRune(rune(n)) // U+FFFD for what is no character
			return 1 + length
		}
	case strings.IndexByte("ntr_ 0abefvLNP", s[0]) >= 0:
		b.WriteByte(' ') // all of them are white space or controls to us
		return 1
	}
	b.WriteByte(s[0])
	return 1
}
