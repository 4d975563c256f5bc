package backports

import "strings"

// Patterns are those of backport branches, cut at their stars, which match any run of
// characters.
type Patterns [][]string

// NewPatterns cuts patterns at their stars.
func NewPatterns(patterns []string) Patterns {
	b := make(Patterns, len(patterns))
	for i, p := range patterns {
		b[i] = strings.Split(p, "*")
	}
	return b
}

// Match reports whether all that is on a branch is a backport.
func (b Patterns) Match(branch string) bool {
	branch = strings.TrimPrefix(branch, "refs/heads/")
	for _, parts := range b {
		if matchParts(parts, branch) {
			return true
		}
	}
	return false
}

// matchParts matches s against literal parts with any run of characters between
// them. Taking each middle part as early as possible leaves most for the rest, so
// no backtracking is needed.
func matchParts(parts []string, s string) bool {
	s, ok := strings.CutPrefix(s, parts[0])
	if !ok {
		return false
	}
	if len(parts) == 1 {
		return s == ""
	}
	last := len(parts) - 1
	for _, p := range parts[1:last] {
		_, after, ok := strings.Cut(s, p)
		if !ok {
			return false
		}
		s = after
	}
	return strings.HasSuffix(s, parts[last])
}
