package remote_test

import (
	"encoding/pem"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/eventlet-removal/headway/cmd/headway/remote"
)

// site is a headway that knows one goal; with a password it wants one.
func site(password string) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /p/api/v1/goals", func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, `{"goals":[{"goal":"g"}]}`)
	})
	mux.HandleFunc("GET /p/api/v1/goals/g", func(w http.ResponseWriter, r *http.Request) {
		if on := r.FormValue("on"); on != "" {
			w.WriteHeader(http.StatusBadRequest)
			io.WriteString(w, `{"error":"Bad parameter \"on\": it is in the future.","parameter":"on"}`)
			return
		}
		io.WriteString(w, `{"goal":"g","counts":null}`)
	})
	mux.HandleFunc("GET /html/api/v1/goals", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "<html>") })
	mux.HandleFunc("GET /little/", func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, `{"goals":[{"goal":"g"}],"goal":"g","counts":{"x":1}}`)
	})
	mux.HandleFunc("GET /gateway/", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "nginx", http.StatusBadGateway) })
	mux.HandleFunc("GET /p/api/v1/api/", func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusNotFound)
		io.WriteString(w, `{"error":"There is nothing at `+r.URL.Path+`."}`)
	})
	mux.HandleFunc("GET /loading/", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusServiceUnavailable)
		io.WriteString(w, `{"error":"Reading all changes: 75 of 338.","parameter":null}`)
	})
	mux.HandleFunc("GET /broken/", func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "Traceback", http.StatusInternalServerError)
	})
	mux.HandleFunc("GET /loop/", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, r.URL.Path, http.StatusFound)
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Cache-Control") != "max-age=0" {
			http.Error(w, "An old answer will do.", http.StatusInternalServerError)
			return
		}
		if user, pass, _ := r.BasicAuth(); password != "" && (user != "ops" || pass != password) {
			http.Error(w, "Unauthorized", http.StatusUnauthorized)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

func parse(t *testing.T, address string) *url.URL {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestReadWithCredentialsAndAPrivateAuthority(t *testing.T) {
	dir := t.TempDir()
	locked := httptest.NewUnstartedServer(site("s3cret"))
	locked.Config.ErrorLog = log.New(io.Discard, "", 0)
	locked.StartTLS()
	defer locked.Close()
	open := httptest.NewServer(site(""))
	defer open.Close()
	asked := 0
	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, _ *http.Request) { asked++ }))
	defer other.Close()
	moved := httptest.NewServer(http.RedirectHandler(other.URL+"/p/api/v1/goals", http.StatusFound))
	defer moved.Close()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	write("ca.pem", string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: locked.Certificate().Raw})))
	write("password", "s3cret")
	good := write("good.yml", "basic_auth: {username: ops, password_file: password}\ntls_config: {ca_file: ca.pem}\n")
	wrong := write("wrong.yml", "basic_auth: {username: ops, password: guess}\ntls_config: {ca_file: ca.pem}\n")
	nobody := write("nobody.yml", "tls_config: {ca_file: ca.pem}\n")
	for _, tc := range []struct {
		name, base, file, on string
		want                 string // of the error; "": the summary
	}{
		{"open", open.URL + "/p", "", "", ""},
		{"a slash at the end", open.URL + "/p/", "", "", ""},
		{"locked", locked.URL + "/p", good, "", ""},
		{"wrong password", locked.URL + "/p", wrong, "", "401 Unauthorized: it does not accept the credentials of --http.config.file=" + wrong},
		{"no password", locked.URL + "/p", nobody, "", "401 Unauthorized: it does not accept the credentials of --http.config.file=" + nobody},
		{"unknown authority", locked.URL + "/p", "", "", "name the file of its authority in tls_config, ca_file of --http.config.file"},
		{"http to https", strings.Replace(locked.URL, "https:", "http:", 1) + "/p", "", "", "write --url=" + locked.URL + "/p"},
		{"https to http", strings.Replace(open.URL, "http:", "https:", 1) + "/p", "", "", "it speaks plain HTTP: write --url=" + open.URL + "/p"},
		{"no prefix", open.URL, "", "", "404 Not Found: --url has to be headway's first page"},
		{"another site", open.URL + "/html", "", "", "not headway's answer: invalid character '<'"},
		{"a summary without numbers", open.URL + "/little", "", "", `/little/api/v1/goals/g: not headway's answer: it has no counts of goal "g"`},
		{"redirected", moved.URL, good, "", "redirected to " + other.URL + "/p/api/v1/goals: give the address that it leads to"},
		{"in circles", open.URL + "/loop", "", "", "redirected to itself, again and again"},
		{"down", open.URL + "/gateway", "", "", "502 Bad Gateway: --url leads to a proxy that can't reach headway"},
		{"not known yet", open.URL + "/loading", "", "", "/loading/api/v1/goals: Reading all changes: 75 of 338."},
		{"below the API", open.URL + "/p/api/v1", "", "", "404 Not Found: --url has to be headway's first page: is the path of its --web.external-url missing, or one too many?"},
		{"another's failure", open.URL + "/broken", "", "", "500 Internal Server Error: Traceback; does --url=" + open.URL + "/broken lead to a headway?"},
		{"its own error", open.URL + "/p", "", "2999-01-01", `/p/api/v1/goals/g?on=2999-01-01: Bad parameter "on": it is in the future.`},
		{"no such host", "http://headway.invalid/", "", "", "is the host's name right?"},
		{"nobody there", "http://127.0.0.1:1/", "", "", "does headway serve run there, and is the port right?"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			server, err := remote.Open(parse(t, tc.base), tc.file, "1.2.3")
			if err != nil {
				t.Fatal(err)
			}
			got, err := server.Summaries(t.Context(), tc.on)
			switch {
			case tc.want == "" && (err != nil || len(got) != 1 || string(got[0]) != `{"goal":"g","counts":null}`):
				t.Errorf("got %s, %v", got, err)
			case tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want) || strings.Contains(err.Error(), "guess")):
				t.Errorf("got %v, want %q", err, tc.want)
			}
		})
	}
	if asked > 0 {
		t.Errorf("%d redirects to another host were followed", asked)
	}
}

func TestBadHTTPConfiguration(t *testing.T) {
	for name, content := range map[string]string{
		"unknown key": "basic_auht: {username: ops}\n",
		"two ways":    "bearer_token: x\nbasic_auth: {username: ops}\n",
		"no file":     "tls_config: {ca_file: none.pem}\n",
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "http.yml")
			if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := remote.Open(parse(t, "http://localhost/"), file, ""); err == nil || !strings.HasPrefix(err.Error(), "--http.config.file="+file+": ") {
				t.Errorf("got %v", err)
			}
		})
	}
}
