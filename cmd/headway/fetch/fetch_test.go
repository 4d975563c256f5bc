package fetch_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/eventlet-removal/headway/cmd/headway/fetch"
	"github.com/eventlet-removal/headway/dashboard/portrait"
	"github.com/eventlet-removal/headway/dashboard/testimonials"
)

// hostilePages is a host of pages that does all that hosts can do.
func hostilePages(t *testing.T) *httptest.Server {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("another host was asked") }))
	t.Cleanup(elsewhere.Close)
	page := func(w http.ResponseWriter, body string) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Write([]byte(body))
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/good/", func(w http.ResponseWriter, r *http.Request) {
		if got, want := r.UserAgent(), "headway/1 (+me)"; got != want {
			t.Errorf("user agent %q, want %q", got, want)
		}
		page(w, "good")
	})
	mux.HandleFunc("/largest", func(w http.ResponseWriter, _ *http.Request) { page(w, strings.Repeat("x", testimonials.MaxBytes)) })
	mux.HandleFunc("/large", func(w http.ResponseWriter, _ *http.Request) { page(w, strings.Repeat("x", testimonials.MaxBytes+1)) })
	mux.HandleFunc("/endless", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		for r.Context().Err() == nil {
			if _, err := w.Write(make([]byte, 64<<10)); err != nil {
				return
			}
		}
	})
	mux.HandleFunc("/picture", func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Type", "image/png") })
	mux.HandleFunc("/untyped", func(w http.ResponseWriter, _ *http.Request) { w.Header()["Content-Type"] = nil })
	mux.HandleFunc("/loop", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/loop", http.StatusFound) })
	mux.HandleFunc("/cut", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set("Content-Length", "100")
		w.Write([]byte("half"))
	})
	mux.HandleFunc("/broken", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	for path, to := range map[string]string{
		"/good":    "/good/",
		"/other":   elsewhere.URL + "/",
		"/name":    strings.Replace(elsewhere.URL, "127.0.0.1", "localhost", 1),
		"/private": "https://10.0.0.1/", "/metadata": "http://169.254.169.254/latest/", "/file": "file:///etc/passwd", "/user": "//user@%s/good/",
	} {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", strings.Replace(to, "%s", r.Host, 1))
			w.WriteHeader(http.StatusMovedPermanently)
		})
	}
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	return srv
}

func TestFetchPage(t *testing.T) {
	srv := hostilePages(t)
	port := srv.URL[strings.LastIndex(srv.URL, ":"):]
	f := &fetch.Fetcher{UserAgent: "headway/1 (+me)", Log: slog.New(slog.DiscardHandler)}
	for _, tt := range []struct {
		name, address string
		want          string // the error; "": none
	}{
		{"a page", "/good/", ""},
		{"with a slash at the end", "/good", ""},
		{"as large as may be", "/largest", ""},
		{"this machine by name", "http://localhost" + port + "/good/", ""},
		{"too large", "/large", "it has more than 524288 bytes"},
		{"endless", "/endless", "it has more than 524288 bytes"},
		{"not there", "/none", "its host answers 404"},
		{"not HTML", "/picture", "it is no HTML page"},
		{"of no type", "/untyped", "it is no HTML page"},
		{"for ever elsewhere", "/loop", "it redirects more than 3 times"},
		{"another port", "/other", "it redirects to another host"},
		{"another name of this machine", "/name", "it redirects to another host"},
		{"a private address", "/private", "it redirects to another host"},
		{"a cloud's metadata", "/metadata", "it redirects to another host"},
		{"a file", "/file", "it redirects to another host"},
		{"with a user", "/user", "it redirects to another host"},
		{"cut off", "/cut", "no connection"},
		{"broken", "/broken", "no connection"},
		{"plain http", "http://site.invalid/", "only https:// is fetched"},
		{"no page", "file:///etc/passwd", "only https:// is fetched"},
		{"no address", "https://%zz/", "not an address"},
		{"private", "https://10.0.0.1/", "its host is not on the public Internet"},
		{"every address of this machine", "https://0.0.0.0" + port + "/good/", "its host is not on the public Internet"},
		{"metadata", "https://169.254.169.254/", "its host is not on the public Internet"},
		{"private within IPv6", "https://[::ffff:192.168.1.1]/", "its host is not on the public Internet"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			address := tt.address
			if strings.HasPrefix(address, "/") {
				address = srv.URL + address
			}
			data, err := f.Page(t.Context(), address)
			switch {
			case tt.want == "" && (err != nil || len(data) == 0):
				t.Errorf("%d bytes, %v", len(data), err)
			case tt.want != "" && (err == nil || err.Error() != tt.want || data != nil):
				t.Errorf("%d bytes, %v; want %s", len(data), err, tt.want)
			}
		})
	}
}

// A picture is told by its content, and bounded as one.
func TestFetchPicture(t *testing.T) {
	sent, accept := portrait.MaxBytes, ""
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		accept = r.Header.Get("Accept")
		w.Header().Set("Content-Type", "text/plain")
		w.Write(make([]byte, sent))
	}))
	defer srv.Close()
	f := &fetch.Fetcher{Log: slog.New(slog.DiscardHandler)}
	if data, err := f.Picture(t.Context(), srv.URL); err != nil || len(data) != portrait.MaxBytes || !strings.HasPrefix(accept, "image/") {
		t.Errorf("%d bytes, %v, asked for %s", len(data), err, accept)
	}
	sent++
	if data, err := f.Picture(t.Context(), srv.URL); err == nil || err.Error() != "it has more than 1048576 bytes" || data != nil {
		t.Errorf("%d bytes, %v", len(data), err)
	}
	if _, err := f.Picture(t.Context(), "https://10.0.0.1/a.jpg"); err == nil || err.Error() != "its host is not on the public Internet" {
		t.Errorf("%v", err)
	}
}

func TestFetchPageEndsInTime(t *testing.T) {
	stop := make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.(http.Flusher).Flush()
		<-stop
	}))
	defer srv.Close()
	defer close(stop)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	f := &fetch.Fetcher{Log: slog.New(slog.DiscardHandler)}
	if _, err := f.Page(ctx, srv.URL); err == nil || err.Error() != "no answer in time" {
		t.Errorf("error %v", err)
	}
	if got := fetch.Client(true).Timeout; got != fetch.Timeout {
		t.Errorf("a page may take %v, want %v", got, fetch.Timeout)
	}
}

func TestDialable(t *testing.T) {
	for _, tt := range []struct {
		address    string
		web, local bool // for a page on the web, of this machine
	}{
		{"93.184.215.14:443", true, false},
		{"[2606:2800:21f:cb07:6820:80da:af6b:8b2c]:443", true, false},
		{"[::ffff:93.184.215.14]:443", true, false},
		{"127.0.0.1:443", false, true},
		{"127.8.8.8:443", false, true},
		{"[::1]:443", false, true},
		{"[::ffff:127.0.0.1]:443", false, true},
		{"0.0.0.0:443", false, false},
		{"[::]:443", false, false},
		{"10.1.2.3:443", false, false},
		{"172.16.0.1:443", false, false},
		{"192.168.0.1:443", false, false},
		{"169.254.169.254:80", false, false},
		{"100.64.0.1:443", false, false},
		{"198.18.0.1:443", false, false},
		{"224.0.0.1:443", false, false},
		{"255.255.255.255:443", false, false},
		{"[fe80::1%eth0]:443", false, false},
		{"[fd00::1]:443", false, false},
		{"[fec0::1]:443", false, false},
		{"[ff02::1]:443", false, false},
		{"[64:ff9b::a00:1]:443", false, false},
		{"[2002:a00:1::]:443", false, false},
		{"[::10.0.0.1]:443", false, false},
		{"somewhere:443", false, false},
	} {
		if err := fetch.Dialable(tt.address, false); (err == nil) != tt.web {
			t.Errorf("%s for a page on the web: %v", tt.address, err)
		}
		if err := fetch.Dialable(tt.address, true); (err == nil) != tt.local {
			t.Errorf("%s for a page of this machine: %v", tt.address, err)
		}
	}
}
