// Package pasted makes of an address as people paste it the one they mean: others add
// parameters to follow their readers, and slashes. It is pure. Only dashboard imports it.
package pasted

import (
	"net/url"
	"path"
	"slices"
	"strings"
)

// trackers are parameters by which other sites follow their readers; one that ends in
// "_" stands for all that begin so.
var trackers = []string{"utm_", "mc_", "fbclid", "gclid"}

// Query returns a query without trackers. The rest stays as it is, readable or not.
func Query(raw string) string {
	parts := strings.Split(raw, "&")
	return strings.Join(slices.DeleteFunc(parts, func(part string) bool {
		name, _, _ := strings.Cut(part, "=")
		name, err := url.QueryUnescape(name)
		return err == nil && slices.ContainsFunc(trackers, func(t string) bool {
			return name == t || strings.HasSuffix(t, "_") && strings.HasPrefix(name, t)
		})
	}), "&")
}

// Clean returns a path as the router has it, without doubled slashes and dots, so that a
// redirect to it stays on this server. A slash at its end stays.
func Clean(p string) string {
	if !strings.HasPrefix(p, "/") {
		p = "/" + p
	}
	clean := path.Clean(p)
	switch {
	case clean == "/" || !strings.HasSuffix(p, "/"):
		return clean
	case p[:len(p)-1] == clean: // nearly every request: nothing to copy
		return p
	}
	return clean + "/"
}
