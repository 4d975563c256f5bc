package testimonials

import (
	"regexp"
	"strings"
)

var (
	// ourInclude is the embed that pages get from us, see deploy/jekyll.
	ourInclude = regexp.MustCompile(`^include\s+\S*headway\S*\s`)
	// projectOfInclude is its parameter.
	projectOfInclude = regexp.MustCompile(`\sproject\s*=\s*(?:"([^"]*)"|'([^']*)')`)
	// pathValue is a path that a value makes an address of.
	pathValue = regexp.MustCompile(`^\{\{-?\s*["'](/[^"'<>{}\s]*)["']\s*\|\s*(?:relative|absolute)_url\s*-?\}\}$`)
)

// stripLiquid removes {% tags %} and {{ values }}, and what is in comments. Line
// ends stay, so that lines keep their numbers.
func (d *document) stripLiquid(src string, line int) string {
	var b strings.Builder
	b.Grow(len(src))
	for {
		i := strings.IndexByte(src, '{')
		if i < 0 || i+1 == len(src) {
			break
		}
		b.WriteString(src[:i])
		line += strings.Count(src[:i], "\n")
		closing := map[byte]string{'%': "%}", '{': "}}"}[src[i+1]]
		if src = src[i:]; closing == "" {
			b.WriteByte('{')
			src = src[1:]
			continue
		}
		end := strings.Index(src[2:], closing) // {%} is not closed
		if end < 0 {
			// Nothing after it can be known to be Liquid or not; the rest is kept as text.
			d.report.add(line, "Liquid: %s is never closed", src[:2])
			b.WriteString(src[2:])
			return b.String()
		}
		end += 2 + len(closing)
		if src[1] == '%' {
			end = d.liquidTag(src, end, line)
		} else if m := pathValue.FindStringSubmatch(src[:end]); m != nil {
			b.WriteString(m[1])
		}
		lines := strings.Count(src[:end], "\n")
		b.WriteString(strings.Repeat("\n", lines))
		line += lines
		src = src[end:]
	}
	b.WriteString(src)
	return b.String()
}

var endComment = regexp.MustCompile(`\{%-?\s*endcomment\s*-?%\}`)

// liquidTag notes what a tag at the start of src means to us, and returns where
// what it removes ends.
func (d *document) liquidTag(src string, end, line int) int {
	tag := strings.TrimSpace(strings.Trim(src[2:end-2], "-"))
	switch {
	case tag == "comment":
		m := endComment.FindStringIndex(src)
		if m == nil {
			d.report.add(line, "Liquid: comment is never closed")
			return len(src)
		}
		return m[1]
	case ourInclude.MatchString(tag + " "):
		if m := projectOfInclude.FindStringSubmatch(tag); m != nil {
			d.embeds = append(d.embeds, embed{line: line, project: m[1] + m[2]})
		}
	}
	return end
}
