package link

import (
	"net/url"
	"strings"
)

// Escape escapes a name for a path. Its slashes stay, unless the path would
// then be cleaned into another one.
func Escape(name string) string {
	parts := strings.Split(name, "/")
	for i, part := range parts {
		if part == "" || part == "." || part == ".." {
			return url.PathEscape(name)
		}
		parts[i] = url.PathEscape(part)
	}
	return strings.Join(parts, "/")
}

// Query makes the query of an address of pairs of parameter and value, of which empty
// values are left out; "" if none is left.
func Query(pairs ...string) string {
	values := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			values.Add(pairs[i], pairs[i+1])
		}
	}
	if len(values) == 0 {
		return ""
	}
	// Commas are legal in a query and make lists readable.
	return "?" + strings.ReplaceAll(values.Encode(), "%2C", ",")
}

// Web is a foreign address if it leads to the web, else "". Who reads testimonials
// looks at this, too; here it is what our readers click.
func Web(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
		return ""
	}
	return u.String()
}
