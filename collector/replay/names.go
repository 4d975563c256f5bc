package replay

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/eventlet-removal/headway/collector/replay/door"
)

// project answers for a project that any change is in that is shown, with the labels of
// review.opendev.org.
func (s *Server) project(r *http.Request, escaped string) *answer {
	name, err := url.PathUnescape(escaped)
	if err == nil && !strings.Contains(escaped, "/") {
		s.mu.RLock()
		defer s.mu.RUnlock()
		for _, c := range s.changes {
			if c.Project == name && s.visible(c, door.Inside(r)) {
				labels := map[string]any{}
				for _, rule := range labelRules {
					labels[rule.name] = map[string]any{"values": rule.values, "default_value": 0}
				}
				return jsonAnswer(r, KindName, map[string]any{"id": url.PathEscape(name), "name": name, "state": "ACTIVE", "labels": labels})
			}
		}
	}
	return refused(KindName, &refusal{http.StatusNotFound, "Not found: " + name})
}

// account answers for an account by number, username or name. Gerrit also finds it by
// the beginning of a name.
func (s *Server) account(r *http.Request, escaped string) *answer {
	name, _ := url.PathUnescape(escaped)
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, a := range s.accounts {
		if name != "" && (strconv.Itoa(a.ID) == name || a.Username == name || a.Name == name) {
			return jsonAnswer(r, KindName, a)
		}
	}
	return refused(KindName, &refusal{http.StatusNotFound, "Account '" + name + "' not found"})
}
