package replay

import (
	"slices"
	"strconv"
	"strings"
)

// owner of a name that nobody has finds nothing.
func (c *compiler) owner(v string) (predicate, error) {
	ids, err := c.people(v)
	return func(ch *Change) bool { return slices.Contains(ids, ch.Owner.ID) }, err
}

func (c *compiler) uploader(v string) (predicate, error) {
	ids, err := c.people(v)
	return func(ch *Change) bool { return slices.Contains(ids, ch.Revisions[ch.CurrentRevision].Uploader.ID) }, err
}

// people resolves a name as Gerrit's AccountResolver does: a number, a username
// or a full name; else whoever has a part of the name that begins so.
func (c *compiler) people(v string) ([]int, error) {
	if v == "self" || v == "me" {
		return nil, errSignIn
	}
	var exact, loose []int
	for id, a := range c.accounts {
		switch {
		case v == strconv.Itoa(id), v != "" && (v == a.Username || strings.EqualFold(v, a.Name)):
			exact = append(exact, id)
		case v != "" && slices.ContainsFunc(strings.Fields(a.Name), func(part string) bool {
			return strings.HasPrefix(strings.ToLower(part), strings.ToLower(v))
		}):
			loose = append(loose, id)
		}
	}
	if len(exact) > 0 {
		return exact, nil
	}
	return loose, nil
}
