// Package door is what a request meets before a Gerrit looks at it: the server that
// carries Gerrit and refuses what is too long, and, below /a/, the question who asks.
// Only collector/replay imports it.
package door

import (
	"context"
	"crypto/subtle"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// headerLimit is Jetty's: bytes of request line and headers; the line alone may not be
// longer either.
const headerLimit = 16384

// Refusal is the answer to a request that got no further.
type Refusal struct {
	Status int
	Type   string // of the body
	Body   string
	Header http.Header
}

// TooLong is Jetty's answer to a request line or a header beyond its buffer; nil to what
// fits.
func TooLong(r *http.Request) *Refusal {
	line := len(r.Method) + 1 + len(r.RequestURI) + 1 + len(r.Proto) + 2
	all := line + len("Host: ") + len(r.Host) + 2 + 2
	for name, values := range r.Header {
		for _, v := range values {
			all += len(name) + 2 + len(v) + 2
		}
	}
	status, reason := 0, ""
	switch {
	case line > headerLimit:
		status, reason = http.StatusRequestURITooLong, "URI Too Long"
	case all > headerLimit:
		status, reason = http.StatusRequestHeaderFieldsTooLarge, "Request Header Fields Too Large"
	default:
		return nil
	}
	body := "<h1>Bad Message " + strconv.Itoa(status) + "</h1><pre>reason: " + reason + "</pre>"
	return &Refusal{Status: status, Type: "text/html;charset=iso-8859-1", Body: body}
}

// Login is the one account that may sign in; the zero value lets nobody in.
type Login struct{ Username, Password string }

// Enter lets a request below /a/ in if it has the login, and others pass as they are. What
// it returns has the path without /a.
func (l Login) Enter(r *http.Request) (*http.Request, *Refusal) {
	path := r.URL.EscapedPath()
	if path != "/a" && !strings.HasPrefix(path, "/a/") {
		return r, nil
	}
	name, password, _ := r.BasicAuth()
	if l.Username == "" || name != l.Username || subtle.ConstantTimeCompare([]byte(password), []byte(l.Password)) == 0 {
		return nil, &Refusal{
			Status: http.StatusUnauthorized, Type: "text/plain;charset=utf-8", Body: "Unauthorized",
			Header: http.Header{"Www-Authenticate": {`Basic realm="Gerrit Code Review"`}},
		}
	}
	inside := r.Clone(context.WithValue(r.Context(), insideKey{}, true))
	below := strings.TrimPrefix(path, "/a")
	inside.URL.RawPath = below
	inside.URL.Path, _ = url.PathUnescape(below) // it was decoded before
	return inside, nil
}

// Inside reports whether a request came in by the login.
func Inside(r *http.Request) bool {
	inside, _ := r.Context().Value(insideKey{}).(bool)
	return inside
}

type insideKey struct{}
