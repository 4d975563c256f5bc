package gerrit

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// maxErrorBody is how much of an error's body is kept. Gerrit's own are one line;
// what is longer is a proxy's page, of which nothing is shown.
const maxErrorBody = 64 << 10

// guard stands between go-gerrit and the network. It lets one request at a time
// through to a host, bounds its time, and hands out bodies only whole, in memory
// and already closed: go-gerrit never closes the body of an error (20 answers of
// 502 would hold 20 connections) and reads every other one without a limit.
type guard struct {
	base    http.RoundTripper
	gate    *gate
	timeout time.Duration
	maxBody int64
	observe func(Request)
}

// RoundTrip implements http.RoundTripper.
func (g *guard) RoundTrip(req *http.Request) (*http.Response, error) {
	leave, err := g.gate.enter(req.Context())
	if err != nil {
		return nil, &unsentError{err}
	}
	seen := Request{Retry: isRetry(req.Context())}
	start := time.Now()
	resp, err := func() (*http.Response, error) {
		defer leave() // also if it panics: nobody else would ever get a turn
		return g.exchange(req, &seen)
	}()
	seen.Duration = time.Since(start)
	if g.observe != nil {
		g.observe(seen)
	}
	return resp, err
}

// exchange makes the request and reads its answer within the timeout.
func (g *guard) exchange(req *http.Request, seen *Request) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(req.Context(), g.timeout)
	defer cancel()
	resp, err := g.base.RoundTrip(req.WithContext(ctx))
	if err != nil {
		return nil, g.lost(req, ctx, err)
	}
	if date, err := http.ParseTime(resp.Header.Get("Date")); err == nil {
		seen.ClockSkew, seen.HasDate = time.Until(date), true
	}
	limit, whole := int64(maxErrorBody), false
	if resp.StatusCode >= 200 && resp.StatusCode <= 299 {
		limit, whole = g.maxBody, true
	}
	// The transport has inflated the body by now: the limit holds against a small
	// answer that unpacks to gigabytes.
	body, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	resp.Body.Close()
	seen.Bytes = int64(len(body))
	switch {
	case err != nil && (whole || ctx.Err() != nil):
		return nil, g.lost(req, ctx, err)
	case int64(len(body)) > limit && whole:
		seen.Code = resp.StatusCode
		return nil, &longError{limit}
	case int64(len(body)) > limit:
		body = body[:limit]
	}
	seen.Code = resp.StatusCode
	resp.Body = io.NopCloser(bytes.NewReader(body))
	resp.ContentLength = int64(len(body))
	return resp, nil
}

// lost returns the error of an answer that did not come: our own timeout apart from
// the network's troubles and from the end of the caller's context.
func (g *guard) lost(req *http.Request, ctx context.Context, err error) error {
	if ctx.Err() != nil && req.Context().Err() == nil {
		err = &slowError{g.timeout}
	}
	return &lostError{err}
}

// checkRedirect lets a server move us on its own host and port, or from http to
// https where both have their own port. Anything else means that we don't talk to a
// Gerrit that lets us read.
func checkRedirect(req *http.Request, via []*http.Request) error {
	const mostHops = 3 // each is compared with the one before
	from, to := via[len(via)-1].URL, req.URL
	target := (&url.URL{Scheme: to.Scheme, Host: to.Host, Path: to.Path}).String()
	switch {
	case !strings.EqualFold(from.Hostname(), to.Hostname()):
		return &redirectError{"Gerrit sent us to another host", "refused a redirect to another host, " + target}
	case from.Scheme == "https" && to.Scheme != "https":
		return &redirectError{"Gerrit sent us away from https", "refused a redirect away from https, to " + target}
	case port(from) != port(to) && (port(from) != "80" || port(to) != "443" || to.Scheme != "https"):
		return &redirectError{"Gerrit sent us to another port", "refused a redirect to another port, " + target}
	case wantsLogin(to):
		return &redirectError{"Gerrit wants a login", "the server wants a login: it redirects to " + target}
	case len(via) > mostHops:
		return &redirectError{"Gerrit sent us round in circles", fmt.Sprintf("stopped after %d redirects, before %s", mostHops, target)}
	}
	return nil
}

// wantsLogin reports whether an address is that of a login, as a whole element of its
// path: a project may be called openstack/login-ui.
func wantsLogin(u *url.URL) bool {
	return slices.ContainsFunc(strings.Split(u.EscapedPath(), "/"), func(element string) bool {
		return strings.EqualFold(element, "login")
	})
}

// port returns the port of an address, its scheme's own if it names none.
func port(u *url.URL) string {
	if p := u.Port(); p != "" {
		return p
	}
	return map[string]string{"http": "80", "https": "443"}[u.Scheme]
}
