package dashboard

import (
	"strings"
)

// sortKey is an order that a table offers, as an address and as a page calls it.
type sortKey struct{ Code, Text string }

// parseSort reads a sort key of a list; "" is the first.
func parseSort(q *request, keys []sortKey) (string, error) {
	key, err := one(q.values, "sort")
	if err != nil {
		return "", err
	}
	if key == "" {
		return keys[0].Code, nil
	}
	names := make([]string, len(keys))
	for i, k := range keys {
		if k.Code == key {
			return key, nil
		}
		names[i] = k.Code
	}
	return "", badParameter("sort", "there is no order %q; there are %s", key, strings.Join(names, ", "))
}

// sortLinks are the orders a table offers.
func sortLinks(address func(sort string) string, keys []sortKey, current string) []navLink {
	out := make([]navLink, len(keys))
	for i, k := range keys {
		code := k.Code
		if i == 0 {
			code = ""
		}
		out[i] = navLink{k.Text, address(code), k.Code == current}
	}
	return out
}
