package remote

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/prometheus/common/config"

	"github.com/eventlet-removal/headway/dashboard/api"
)

// Bounds of what is read. A summary of 200 projects is 300 KB.
const (
	maxAnswer = 32 << 20
	timeout   = 30 * time.Second // of one answer
)

// goalsPath is where the goals are listed, below --url.
const goalsPath = "api/v1/goals"

// Server is a running headway. It may be used by many goroutines.
type Server struct {
	Base   *url.URL
	client *http.Client
	file   string // where the credentials are from, "" if there are none
}

// Open prepares to read the headway at base. File is in the form in which Prometheus
// configures HTTP clients (basic_auth, authorization, tls_config, …); with "" there
// are no credentials, the system's authorities are trusted, and a proxy is taken from
// the environment. Nothing is asked yet.
func Open(base *url.URL, file, version string) (*Server, error) {
	s := &Server{Base: base, client: new(http.Client), file: file}
	if file != "" {
		cfg, _, err := config.LoadHTTPConfigFile(file)
		if err != nil {
			return nil, fmt.Errorf("--http.config.file=%s: %w", file, err)
		}
		if s.client, err = config.NewClientFromConfig(*cfg, "headway", config.WithUserAgent("headway/"+version)); err != nil {
			return nil, fmt.Errorf("--http.config.file=%s: %w", file, err)
		}
	}
	s.client.Timeout = timeout
	follow := s.client.CheckRedirect
	s.client.CheckRedirect = func(req *http.Request, via []*http.Request) error {
		// The credentials are this server's.
		if first := via[0].URL; req.URL.Scheme != first.Scheme || req.URL.Host != first.Host {
			return redirect{req.URL.Redacted()}
		}
		if follow != nil {
			return follow(req, via)
		}
		if len(via) > 5 {
			return redirect{"itself, again and again"}
		}
		return nil
	}
	return s, nil
}

// Address is one of the server's own addresses.
func (s *Server) Address(elem ...string) *url.URL { return s.Base.JoinPath(elem...) }

// Get asks for an address of the server.
func (s *Server) Get(ctx context.Context, address string) ([]byte, error) {
	body, _, err := s.GetWith(ctx, address, nil)
	return body, err
}

// GetWith asks with a header, and returns the answer's.
func (s *Server) GetWith(ctx context.Context, address string, header http.Header) ([]byte, http.Header, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, nil, s.mistake(address, err)
	}
	maps.Copy(req.Header, header)
	req.Header.Set("Cache-Control", "max-age=0") // answers are compared: none of before the last poll
	resp, err := s.client.Do(req)
	if err != nil {
		return nil, nil, s.mistake(address, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return nil, nil, s.mistake(address, err)
	}
	if resp.StatusCode != http.StatusOK {
		return nil, nil, s.refused(address, resp, body)
	}
	return body, resp.Header, nil
}

// JSON asks for an address and decodes the answer.
func (s *Server) JSON(ctx context.Context, address string, into any) error {
	data, err := s.Get(ctx, address)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("read %s: not headway's answer: %w; does --url=%s lead to a headway?", address, err, s.Base)
	}
	return nil
}

// Goal is the address of a goal's summary, or of what is below it.
func (s *Server) Goal(name string, below ...string) *url.URL {
	return s.Address(append([]string{goalsPath, name}, below...)...)
}

// Goals are the names of the server's goals.
func (s *Server) Goals(ctx context.Context) ([]string, error) {
	var list struct {
		Goals []struct{ Goal string }
	}
	if err := s.JSON(ctx, s.Address(goalsPath).String(), &list); err != nil {
		return nil, err
	}
	var names []string
	for _, g := range list.Goals {
		names = append(names, g.Goal)
	}
	return names, nil
}

// Summaries are those of all goals, as they were sent; of a past day if on is not "".
func (s *Server) Summaries(ctx context.Context, on string) ([]json.RawMessage, error) {
	goals, err := s.Goals(ctx)
	if err != nil {
		return nil, err
	}
	out := []json.RawMessage{}
	for _, g := range goals {
		address := s.Goal(g)
		if on != "" {
			address.RawQuery = url.Values{"on": {on}}.Encode()
		}
		var data json.RawMessage
		if err := s.JSON(ctx, address.String(), &data); err != nil {
			return nil, err
		}
		var its struct {
			Goal   string
			Counts json.RawMessage // null: not known yet
		}
		var counts *struct{ Total *int }
		err := json.Unmarshal(data, &its)
		if err == nil {
			err = json.Unmarshal(its.Counts, &counts)
		}
		if err != nil || its.Goal != g || counts != nil && counts.Total == nil {
			return nil, fmt.Errorf("read %s: not headway's answer: it has no counts of goal %q; does --url=%s lead to a headway?", address, g, s.Base)
		}
		out = append(out, data)
	}
	return out, nil
}

// Refusal is the error that a headway answered with.
type Refusal struct {
	Address   string
	Text      string // a sentence
	Parameter string // the one to blame, "" if none is
}

func (r *Refusal) Error() string { return "read " + r.Address + ": " + r.Text }

// NotReady is what a headway lacks to be ready.
type NotReady string

func (n NotReady) Error() string { return "not ready: " + string(n) }

// refused is the error for a status that is not 200.
func (s *Server) refused(address string, resp *http.Response, body []byte) error {
	line, _, _ := bytes.Cut(body, []byte("\n"))
	text := strings.TrimSpace(string(line))
	var theirs api.Error
	ours := json.Unmarshal(body, &theirs) == nil && theirs.Error != ""
	if ours {
		text = theirs.Error
	}
	if lacking, found := strings.CutPrefix(text, api.NotReady); found {
		return NotReady(lacking)
	}
	hint := ""
	switch code := resp.StatusCode; {
	case (code == http.StatusUnauthorized || code == http.StatusForbidden) && s.file == "":
		hint = "it wants credentials: name a file that has them with --http.config.file"
	case code == http.StatusUnauthorized || code == http.StatusForbidden:
		hint = "it does not accept the credentials of --http.config.file=" + s.file
	case code == http.StatusBadRequest && strings.Contains(text, "HTTP request to an HTTPS server"):
		hint = "write --url=https://" + s.Base.Host + s.Base.Path
	case code == http.StatusNotFound && (!ours || strings.HasSuffix(address, "/"+goalsPath)): // every headway has goals
		hint = "--url has to be headway's first page: is the path of its --web.external-url missing, or one too many?"
	case !ours && (code == http.StatusBadGateway || code == http.StatusServiceUnavailable || code == http.StatusGatewayTimeout):
		hint = "--url leads to a proxy that can't reach headway: does headway serve run?"
	}
	switch {
	case hint != "":
		return fmt.Errorf("read %s: %s: %s", address, resp.Status, hint)
	case ours:
		refusal := &Refusal{Address: address, Text: theirs.Error}
		if theirs.Parameter != nil {
			refusal.Parameter = *theirs.Parameter
		}
		return refusal
	}
	return fmt.Errorf("read %s: %s: %.200s; does --url=%s lead to a headway?", address, resp.Status, cmp.Or(text, "it said nothing more"), s.Base)
}
