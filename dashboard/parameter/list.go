package parameter

import "net/url"

// List are the parameters that choose a part of a list: how many, and after what.
var List = []string{"limit", "cursor"}

// Sizes of a part of a list.
const (
	defaultLimit = 100
	maxLimit     = 500
)

// Cut takes as many as are asked for from what follows a cursor in a list. The cursor is the
// name of the last item seen, so the next part begins after it, whatever has come or gone
// in between; it is nil at the end.
func Cut[T any](values url.Values, rest []T, name func(T) string) (part []T, next *string, err error) {
	limit, err := Whole(values, "limit", defaultLimit, maxLimit)
	if err != nil || len(rest) <= limit {
		return rest, nil, err
	}
	return rest[:limit], new(name(rest[limit-1])), nil
}
