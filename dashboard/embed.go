package dashboard

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/eventlet-removal/headway/dashboard/static"
)

// What other people's pages load: /embed.js, which fills numbers into a page, and
// widgets, which need no script.

// embedScript answers with /embed.js. Its address is pasted into pages that nobody
// touches again: it never moves, and caches hold it like a badge.
func (s *Server) embedScript(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("ETag", strconv.Quote(static.Embed.Name)) // holds a hash
	w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
	s.send(w, r, &response{contentType: static.Embed.ContentType, body: static.Embed.Body, cache: badgeCache})
}

// widgetPolicy is the Content-Security-Policy of a widget: the origins of the
// configuration may frame it, and our own builder.
func (s *Server) widgetPolicy() string {
	ancestors := append([]string{"'self'"}, s.cfg.FrameAncestors...)
	return "default-src 'none'; style-src " + static.Widget.Policy + "; base-uri 'none'; form-action 'none'; frame-ancestors " + strings.Join(ancestors, " ")
}

// fallback answers for other people's pages even when a handler panics: from the last
// result that could be made, marked as not up to date. A broken picture in somebody's
// page is no use to anybody.
func (s *Server) fallback(handler func(*request) (*response, error)) func(*request) (*response, error) {
	return func(q *request) (resp *response, err error) {
		defer func() {
			trouble := recover()
			if trouble == nil {
				return
			}
			q.fallback = true
			if g := s.goals[q.PathValue("goal")]; g == nil || q.result(g) == nil {
				panic(trouble) // there never was one
			}
			s.cfg.Logger.Error("answer from the last result", "path", q.URL.Path, "panic", trouble)
			if resp, err = handler(q); resp != nil {
				resp.cache, resp.fleeting = shortly, true
			}
		}()
		return handler(q)
	}
}
