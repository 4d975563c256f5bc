package dashboard

import (
	"fmt"
	"html/template"
	"io"
	"net/http"
	"net/http/httptest"
)

// Site makes the answers of a server, without keeping any.
func Site(s *Server) http.Handler { return s.site }

// Busy is the answer to a reader whom there is no room for.
func Busy(s *Server, address string) *http.Response {
	w := httptest.NewRecorder()
	s.busy().ServeHTTP(w, httptest.NewRequest(http.MethodGet, address, nil))
	return w.Result()
}

// Prepared is the template of a page with the data that a server prepared for an
// address: what html/template alone makes of it. It is not for tests that run at once.
func Prepared(s *Server, name, address string) func(w io.Writer) error {
	real, data := pageTemplates[name], any(nil)
	capture := func(page any) string { data = page; return "" }
	pageTemplates[name] = template.Must(template.New("layout").Funcs(template.FuncMap{"capture": capture}).Parse("{{capture .}}"))
	s.site.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, address, nil))
	pageTemplates[name] = real
	if data == nil {
		panic(fmt.Sprintf("%s is not made with template %s", address, name))
	}
	return func(w io.Writer) error { return real.ExecuteTemplate(w, "layout", data) }
}
