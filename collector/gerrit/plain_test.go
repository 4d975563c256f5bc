package gerrit_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/eventlet-removal/headway/collector/gerrit"
)

// transportError is a network that fails in one way.
type transportError struct{ err error }

func (t transportError) RoundTrip(*http.Request) (*http.Response, error) { return nil, t.err }

// What readers are told of a failure names its kind, and nothing of an inner network,
// of Go, or of a foreign page.
func TestPlain(t *testing.T) {
	const inner = "gerrit-7.inner.example.org:8443"
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	refusing := "http://" + closed.Addr().String() + "/"
	closed.Close()
	secret := httptest.NewUnstartedServer(http.NotFoundHandler())
	secret.Config.ErrorLog = log.New(io.Discard, "", 0)
	secret.StartTLS()
	defer secret.Close()
	for _, tc := range []struct {
		name   string
		url    string // "": a server that answers
		fail   error  // of the network
		answer http.Handler
		edit   func(*gerrit.Config)
		want   string
	}{
		{"no such name", "", &net.DNSError{Err: "no such host", Name: inner, Server: "10.0.0.2:53", IsNotFound: true}, nil, nil, "the name of Gerrit's server is not known, 3 tries"},
		{"no name server", "", &net.DNSError{Err: "i/o timeout", Name: inner, Server: "10.0.0.2:53", IsTimeout: true}, nil, nil, "the name of Gerrit's server could not be looked up, 3 tries"},
		{"refused", refusing, nil, nil, nil, "Gerrit refused the connection, 3 tries"},
		{"broken off", "", &net.OpError{Op: "read", Net: "tcp", Err: io.ErrUnexpectedEOF}, nil, nil, "the connection to Gerrit broke off, 3 tries"},
		{"anything else", "", errors.New("proxyconnect tcp: " + inner), nil, nil, "Gerrit can't be reached, 3 tries"},
		{"unknown authority", secret.URL + "/", nil, nil, nil, "Gerrit's certificate can't be trusted, 3 tries"},
		{"no TLS", "https", nil, document(`"3.10.2"`), nil, "no encrypted connection to Gerrit could be made, 3 tries"},
		{"slow", "", nil, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }),
			func(c *gerrit.Config) { c.Timeout = 50 * time.Millisecond }, "Gerrit did not answer within 0.05 s, 3 tries"},
		{"too long", "", nil, document(`"` + strings.Repeat("x", 200) + `"`), func(c *gerrit.Config) { c.MaxBody = 100 }, "Gerrit's answer is longer than 100 bytes"},
		{"400", "", nil, line(400, "line 1:15 no viable alternative"), nil, "Gerrit does not understand our query: line 1:15 no viable alternative"},
		{"400 of a proxy", "", nil, line(400, "upstream "+inner+" said no"), nil, "Gerrit answered 400 Bad Request"},
		{"401", "", nil, html(401), nil, "Gerrit does not let us read: 401; headway asks without a login; if this Gerrit wants one, give it gerrit.username and gerrit.password_file"},
		{"403", "", nil, html(403), nil, "Gerrit does not let us read: 403; headway asks without a login; if this Gerrit wants one, give it gerrit.username and gerrit.password_file"},
		{"404 of a proxy", "", nil, html(404), nil, "nothing is at Gerrit's address: 404; is the URL right?"},
		{"404 of Gerrit", "", nil, line(404, "Not found: "+inner), nil, "Gerrit does not know what we asked for: 404"},
		{"408", "", nil, line(408, "Server Deadline Exceeded"), nil, "Gerrit did not answer in time: 408, 3 tries"},
		{"414", "", nil, html(414), nil, "our query is too long for Gerrit: 414"},
		{"429", "", nil, html(429), nil, "Gerrit asked us to wait: 429, 3 tries"},
		{"500", "", nil, line(500, "Internal server error at "+inner), nil, "Gerrit answered 500 Internal Server Error, 3 tries"},
		{"502", "", nil, html(502), nil, "Gerrit answered 502 Bad Gateway, 3 tries"},
		{"504", "", nil, html(504), nil, "Gerrit did not answer in time: 504, 3 tries"},
		{"another host", "", nil, http.RedirectHandler("http://"+inner+"/x", http.StatusFound), nil, "Gerrit sent us to another host"},
		{"a login", "", nil, http.RedirectHandler("/login/"+inner, http.StatusFound), nil, "Gerrit wants a login"},
		{"a page", "", nil, html(200), nil, "a web page came instead of Gerrit's data; is the URL right?"},
		{"another type", "", nil, reply{kind: "text/csv", body: inner}, nil, "something else than Gerrit's data came; is the URL right?"},
		{"no prefix", "", nil, reply{kind: "application/json", body: `"` + inner + `"`}, nil, "something else than Gerrit's data came; is the URL right?"},
		{"broken JSON", "", nil, document(`"` + inner), nil, "Gerrit's answer broke off, 3 tries"},
		{"no answer", "", nil, reply{kind: "application/json"}, nil, "Gerrit's answer broke off, 3 tries"},
		{"not a version", "", nil, document(`["` + inner + `"]`), nil, "Gerrit's answer can't be used: want a string, got a list"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			cfg := gerrit.Config{URL: tc.url, RequestsPerSecond: 1e6, Timeout: time.Minute, RetryPause: time.Nanosecond}
			if tc.answer != nil {
				web := httptest.NewServer(tc.answer)
				defer web.Close()
				cfg.URL = strings.Replace(web.URL, "http", cmp.Or(tc.url, "http"), 1) + "/"
			}
			if tc.fail != nil {
				cfg.URL, cfg.Transport = "http://fails.example/", transportError{tc.fail}
			}
			if tc.edit != nil {
				tc.edit(&cfg)
			}
			client, err := gerrit.New(cfg)
			if err != nil {
				t.Fatal(err)
			}
			_, err = client.Version(context.Background())
			if got := gerrit.Plain(err); got != tc.want {
				t.Errorf("%q, want %q, of %v", got, tc.want, err)
			}
			if got, want := gerrit.Plain(fmt.Errorf("3 of 4 are missing: %w", err)), "3 of 4 are missing: "+tc.want; got != want {
				t.Errorf("around it: %q, want %q", got, want)
			}
		})
	}
	if got := gerrit.Plain(errors.New("3 changes still to fetch")); got != "3 changes still to fetch" {
		t.Errorf("our own words became %q", got)
	}
}
