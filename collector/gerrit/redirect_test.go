package gerrit_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/eventlet-removal/headway/collector/gerrit"
)

func TestRedirects(t *testing.T) {
	for _, test := range []struct {
		name, base, target string
		want               string // in the error; "" for a good answer
		asked              int
	}{
		{"path on the host", "/old/", "/r/config/server/version", "", 2},
		{"other host", "/old/", "https://login.example.org/openid?token=secret", "refused a redirect to another host, https://login.example.org/openid", 1},
		{"login in an element's name", "/old/", "/r/projects/openstack%2Flogin-ui", "", 2},
		{"login after a slash in a name", "/old/", "/r/projects/openstack%2Flogin", "", 2},
		{"an element that begins so", "/old/", "/r/loginless/version", "", 2},
		{"login below a prefix, in capitals", "/old/", "/r/Login", "the server wants a login: it redirects to ", 1},
		{"login on the host", "/old/", "/login/%23%2Fq", "the server wants a login: it redirects to ", 1},
		{"for ever", "/old/", "/old/config/server/version", "stopped after 3 redirects", 4},
		{"to a page", "/old/", "/home", "redirected to /home: an HTML page answered", 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := serve(t, func(w http.ResponseWriter, r *http.Request) {
					switch {
					case strings.HasPrefix(r.URL.Path, test.base):
						http.Redirect(w, r, test.target, http.StatusFound)
					case strings.HasPrefix(r.URL.Path, "/r/"):
						document(`"3.10.2"`).ServeHTTP(w, r)
					default:
						html(200).ServeHTTP(w, r)
					}
				})
				s.base = test.base
				_, err := s.client(t).Version(t.Context())
				switch {
				case test.want == "" && err != nil:
					t.Error(err)
				case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
					t.Errorf("got error %v, want %q", err, test.want)
				case err != nil && strings.Contains(err.Error(), "secret"):
					t.Errorf("%v shows the target's query", err)
				}
				if n := len(s.requests()); n != test.asked {
					t.Errorf("made %d requests, want %d", n, test.asked)
				}
			})
		})
	}
}

func TestRedirectAwayFromHTTPS(t *testing.T) {
	plain := httptest.NewServer(document(`"3.10.2"`))
	defer plain.Close()
	secure := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, plain.URL+r.URL.Path, http.StatusFound)
	}))
	defer secure.Close()
	client, err := gerrit.New(gerrit.Config{
		URL: secure.URL, RequestsPerSecond: 1000, Timeout: time.Minute, Transport: secure.Client().Transport,
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.Version(t.Context())
	if err == nil || !strings.Contains(err.Error(), "refused a redirect away from https") {
		t.Errorf("got error %v", err)
	}
}

func TestRedirectPorts(t *testing.T) {
	const another = "refused a redirect to another port, "
	for _, test := range []struct{ name, base, target, want string }{
		{"to https", "http://%s/", "https://%s/r/", ""},
		{"to https, ports named", "http://%s:80/", "https://%s:443/r/", ""},
		{"the port named only once", "https://%s/", "https://%s:443/r/", ""},
		{"same odd port", "https://%s:8443/", "https://%s:8443/r/", ""},
		{"to https on the same odd port", "http://%s:8443/", "https://%s:8443/r/", ""},
		{"odd port to https", "http://%s:8080/", "https://%s/r/", another},
		{"odd port to the next", "http://%s:8080/", "https://%s:8443/r/", another},
		{"to an odd port", "http://%s/", "http://%s:9090/r/", another},
		{"https to an odd port", "https://%s/", "https://%s:444/r/", another},
		{"http on the port of https", "http://%s/", "http://%s:443/r/", another},
		{"away from https on its port", "https://%s/", "http://%s:443/r/", "refused a redirect away from https"},
		{"to https and on", "http://%s/", "https://%s/a/ https://%s:443/r/", ""},
		{"to https and back", "http://%s/", "https://%s/a/ http://%s/r/", "refused a redirect away from https"},
		{"to https and to its port without", "http://%s/", "https://%s/a/ http://%s:443/r/", "refused a redirect away from https"},
		{"on, and to an odd port", "http://%s/", "http://%s/a/ http://%s:9090/r/", another},
	} {
		t.Run(test.name, func(t *testing.T) {
			host := fmt.Sprintf("gerrit-%d.example", hosts.Add(1))
			var asked []string
			hops := strings.Fields(test.target)
			client, err := gerrit.New(gerrit.Config{
				URL: fmt.Sprintf(test.base, host), RequestsPerSecond: 1000, Timeout: time.Minute,
				Transport: roundTrip(func(r *http.Request) *http.Response {
					asked = append(asked, r.URL.String())
					rec := httptest.NewRecorder()
					if len(asked) <= len(hops) {
						http.Redirect(rec, r, strings.ReplaceAll(hops[len(asked)-1], "%s", host), http.StatusMovedPermanently)
					} else {
						document(`"3.10.2"`).ServeHTTP(rec, r)
					}
					resp := rec.Result()
					resp.Request = r
					return resp
				}),
			})
			if err != nil {
				t.Fatal(err)
			}
			_, err = client.Version(t.Context())
			if test.want == "" && (err != nil || len(asked) != len(hops)+1) {
				t.Errorf("asked %v, got error %v", asked, err)
			}
			if test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want) || len(asked) != len(hops)) {
				t.Errorf("asked %v, got error %v, want %q", asked, err, test.want)
			}
		})
	}
}

type roundTrip func(*http.Request) *http.Response

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r), nil }
