package dashboard

import (
	"net/http"

	"github.com/eventlet-removal/headway/dashboard/static"
	"github.com/eventlet-removal/headway/dashboard/surface"
)

// static answers with a static file. A page from before an upgrade may ask for a
// name that no longer exists: it gets a 404, never a wrong style to keep for ever.
func (s *Server) static(w http.ResponseWriter, r *http.Request) {
	for _, a := range []static.File{static.Style, static.Copy} {
		if r.PathValue("file") == a.Name {
			s.send(w, r, &response{contentType: a.ContentType, body: a.Body, cache: forever})
			return
		}
	}
	s.serve(route{"", surface.Plain, s.unknownAddress, anyParameters}).ServeHTTP(w, r)
}
