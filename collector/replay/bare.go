package replay

import (
	"slices"
	"strings"
)

// bare is a word without an operator: a change by number or Change-Id, else
// whatever has it in one of many fields. Gerrit also looks into file names. What
// its index finds for a bare word Gerrit looks through again, and there cuts texts
// in another way: "[eventlet]" has a word eventlet for message:, but not here.
func (c *compiler) bare(v string) (predicate, error) {
	if strings.HasPrefix(v, "refs/") {
		c.leaves++
		return c.ref(v)
	}
	fields := []string{"commit", "message", "comment", "projects", "ref", "branch", "topic"}
	if numberPattern.MatchString(v) || changeIDPattern.MatchString(v) || tripletPattern.MatchString(v) {
		fields = []string{"change"}
		if numberPattern.MatchString(v) && len(v) >= 6 {
			fields = append(fields, "commit")
		}
	} else if ids, err := c.people(v); err == nil && len(ids) > 0 {
		fields = append(fields, "owner")
	}
	var index, again []predicate
	for _, field := range fields {
		c.leaves++
		p, err := operators[field](c, v)
		if err != nil && field == "change" { // a number too large
			continue
		}
		if err != nil {
			return nil, err
		}
		index = append(index, p)
		switch field {
		case "message":
			p = func(ch *Change) bool { return hasPieces(v, messageText(ch)) }
		case "comment":
			p = func(ch *Change) bool { return hasPieces(v, commentTexts(ch)) }
		}
		again = append(again, p)
	}
	found := func(ps []predicate, ch *Change) bool {
		return slices.ContainsFunc(ps, func(p predicate) bool { return p(ch) })
	}
	return func(ch *Change) bool { return found(index, ch) && found(again, ch) }, nil
}
