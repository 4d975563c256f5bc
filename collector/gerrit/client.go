package gerrit

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	gogerrit "github.com/andygrunwald/go-gerrit"

	"github.com/eventlet-removal/headway/store/query"
)

const (
	// DefaultMaxBody is forty times the largest batch of 25 changes measured on a
	// real project (0.8 MB).
	DefaultMaxBody = 32 << 20

	// DefaultRetryPause is about what a proxy needs to find its server again.
	DefaultRetryPause = 2 * time.Second
)

const (
	textPlain       = "text/plain"
	applicationJSON = "application/json"
)

// magicPrefix opens every JSON answer of Gerrit, against script inclusion. What
// lacks it was not written by Gerrit.
var magicPrefix = []byte(")]}'\n")

// Config is how to reach a Gerrit. URL, RequestsPerSecond and Timeout are
// required.
type Config struct {
	URL               string            // base, with its path prefix if it has one; without credentials
	RequestsPerSecond float64           // most, to this host; if several clients differ, the slowest holds for all
	Timeout           time.Duration     // of one request from its turn to the end of its body
	UserAgent         string            // should name a contact; "": "headway"
	Username          string            // of the account to log in with; "": all requests are anonymous
	PasswordFile      string            // that holds its HTTP password, in one line; read once, by New
	Transport         http.RoundTripper // nil: a clone of http.DefaultTransport
	MaxBody           int64             // most bytes of one inflated answer; 0: DefaultMaxBody
	RetryPause        time.Duration     // about the first pause before a try is repeated, then doubled; 0: DefaultRetryPause
	Observe           func(Request)     // called after each HTTP request, from the caller's goroutine; may be nil
}

// Request is one HTTP request that was made, for metrics.
type Request struct {
	Code      int           // 0: no answer, or not a whole one
	Duration  time.Duration // from its turn to the end of the body
	Bytes     int64         // of the body, inflated
	Retry     bool          // it repeats one that failed
	ClockSkew time.Duration // the server's clock less ours, to a second; only with HasDate
	HasDate   bool
}

// Client asks one Gerrit. It is safe for concurrent use; requests then queue.
type Client struct {
	gerrit     *gogerrit.Client
	gate       *gate
	login      *login // nil: all requests are anonymous
	userAgent  string
	deadline   string // X-Gerrit-Deadline
	retryPause time.Duration

	detailedLabels atomic.Bool // the server gave a summary of labels for LABELS
	unknown        unknownOptions
}

// New makes a client and no request.
func New(cfg Config) (*Client, error) {
	base, err := parseBase(cfg.URL)
	if err != nil {
		return nil, err
	}
	switch {
	case !(cfg.RequestsPerSecond > 0):
		return nil, fmt.Errorf("gerrit %s: requests per second must be above zero, not %v", base.Host, cfg.RequestsPerSecond)
	case cfg.Timeout <= 0:
		return nil, fmt.Errorf("gerrit %s: the timeout must be above zero, not %v", base.Host, cfg.Timeout)
	case cfg.MaxBody < 0 || cfg.RetryPause < 0:
		return nil, fmt.Errorf("gerrit %s: a limit is below zero", base.Host)
	}
	transport := cfg.Transport
	if transport == nil {
		transport = http.DefaultTransport
		if standard, ok := transport.(*http.Transport); ok {
			transport = standard.Clone()
		}
	}
	if cfg.MaxBody == 0 {
		cfg.MaxBody = DefaultMaxBody
	}
	if cfg.RetryPause == 0 {
		cfg.RetryPause = DefaultRetryPause
	}
	account, err := newLogin(cfg, base)
	if err != nil {
		return nil, fmt.Errorf("gerrit %s: %w", base.Host, err)
	}
	redirects := checkRedirect
	if account != nil {
		redirects = refuseRedirect
	}
	if cfg.UserAgent == "" {
		cfg.UserAgent = "headway"
	}
	guarded := &guard{
		base:    transport,
		gate:    gateTo(strings.ToLower(base.Host), cfg.RequestsPerSecond),
		timeout: cfg.Timeout,
		maxBody: cfg.MaxBody,
		observe: cfg.Observe,
	}
	// NewClient only makes requests if the URL has credentials.
	client, err := gogerrit.NewClient(context.Background(), base.String(), &http.Client{
		Transport:     guarded,
		CheckRedirect: redirects,
	})
	if err != nil {
		return nil, fmt.Errorf("gerrit %s: %w", base.Host, err)
	}
	return &Client{
		gerrit:     client,
		gate:       guarded.gate,
		login:      account,
		userAgent:  cfg.UserAgent,
		deadline:   serverDeadline(cfg.Timeout),
		retryPause: cfg.RetryPause,
	}, nil
}

// parseBase never repeats a URL that may hold a password, and refuses an @
// anywhere: go-gerrit would take what stands before it for credentials.
func parseBase(text string) (*url.URL, error) {
	if strings.Contains(text, "@") {
		return nil, errors.New("gerrit URL: no credentials are wanted in it")
	}
	base, err := url.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("gerrit URL: %w", err)
	}
	switch {
	case base.Scheme != "http" && base.Scheme != "https", base.Hostname() == "":
		return nil, fmt.Errorf("gerrit URL %q: want http:// or https:// and a host", text)
	case base.RawQuery != "" || base.ForceQuery || base.Fragment != "":
		return nil, fmt.Errorf("gerrit URL %q: want a base URL, without ? and #", text)
	}
	if !strings.HasSuffix(base.EscapedPath(), "/") {
		base = base.JoinPath("/")
	}
	return base, nil
}

// serverDeadline asks Gerrit to stop working for us a little before we stop
// waiting. The unit is mandatory.
func serverDeadline(timeout time.Duration) string {
	return strconv.FormatInt(max(1, (timeout-timeout/10).Milliseconds()), 10) + "ms"
}

// Version asks for the server's version. It may be anything, "(dev)" for example;
// it is good for noticing that it changed.
func (c *Client) Version(ctx context.Context) (string, error) {
	r := request{op: "version", path: "config/server/version"}
	body, err := c.do(ctx, r)
	if err != nil {
		return "", err
	}
	var version *string
	if err := json.Unmarshal(body, &version); err != nil || version == nil {
		return "", c.newAnswerError(r, fmt.Errorf("want a string, got %s", kind(body)))
	}
	return strings.TrimSpace(*version), nil
}

// Sees reports whether Gerrit shows us any change at all, open or closed, of any
// project. One that hides everything from anonymous users answers every query with
// an empty list. It asks for a few, because Gerrit leaves out what it can't format.
func (c *Client) Sees(ctx context.Context) (bool, error) {
	r := request{op: "sees", path: "changes/", query: url.Values{"q": {c.public("is:open OR is:closed")}, "n": {"10"}}}
	body, err := c.do(ctx, r)
	if err != nil {
		return false, err
	}
	rows, err := decodePage(body)
	if err != nil {
		return false, c.newAnswerError(r, err)
	}
	return rows.size > 0, nil
}

// Hidden is what it means that Gerrit shows us no change at all, see Sees.
func (c *Client) Hidden() error {
	if c.login != nil {
		return errors.New("this Gerrit shows nothing to the configured account: give that the right to read")
	}
	return errors.New("this Gerrit shows nothing to anonymous users, it may want a login")
}

// Exists asks Gerrit's own storage, not its index, for a change. False means that
// Gerrit itself answered so: deleted, private, hidden or moved to
// another project, which can't be told apart. Who logs in may be shown a private
// change; it is as good as hidden. Any other answer, a proxy's 404 for
// example, is an error and not evidence.
func (c *Client) Exists(ctx context.Context, project string, number int) (bool, error) {
	if project == "" || number <= 0 {
		return false, fmt.Errorf("exists: not a change: %q~%d", project, number)
	}
	r := request{op: "exists", path: query.ChangeREST(project, number)}
	body, err := c.do(ctx, r)
	var failed *Error
	switch {
	case errors.As(err, &failed) && failed.NotFound():
		// "Not found: openstack/nova~1". A path that leads nowhere is answered
		// "Not Found", also as text/plain.
		id, named := strings.CutPrefix(failed.Line, "Not found: ")
		if named && strings.HasSuffix("~"+id, "~"+strconv.Itoa(number)) {
			return false, nil
		}
		return false, err
	case err != nil:
		return false, err
	}
	var found struct {
		Number  int  `json:"_number"`
		Private bool `json:"is_private"`
	}
	if err := json.Unmarshal(body, &found); err != nil || found.Number != number {
		return false, c.newAnswerError(r, fmt.Errorf("want change %d, got %s", number, kind(body)))
	}
	return !found.Private, nil
}

// request is one question to Gerrit, before retries.
type request struct {
	op    string
	path  string     // relative to the base, escaped
	query url.Values // may be nil
}

// do asks until it has a whole JSON document from Gerrit and returns that, less
// the prefix. While the server wants no requests, none is made. The error is an
// *Error.
func (c *Client) do(ctx context.Context, r request) ([]byte, error) {
	if p := c.gate.pause(); !p.over() {
		failed := c.newError(r, &unsentError{errClosed})
		p.name(failed)
		return nil, failed
	}
	return retry(ctx, c.retryPause, func(ctx context.Context, p *pauses) ([]byte, *Error) {
		return c.doOnce(ctx, r, p)
	})
}

// doOnce makes the request once.
func (c *Client) doOnce(ctx context.Context, r request, p *pauses) ([]byte, *Error) {
	target := c.path(r)
	if len(r.query) > 0 {
		target += "?" + r.query.Encode()
	}
	req, err := c.gerrit.NewRequest(ctx, http.MethodGet, target, nil)
	if err != nil {
		return nil, c.newError(r, err)
	}
	req.Header.Set("User-Agent", c.userAgent)
	req.Header.Set("X-Gerrit-Deadline", c.deadline)
	if c.login != nil {
		req.SetBasicAuth(c.login.username, c.login.password)
	}
	var body bytes.Buffer // an io.Writer gets the body as it came, prefix and all
	resp, err := c.gerrit.Do(req, &body)
	if resp == nil {
		// url.Error repeats the whole URL, which may have 6,000 characters.
		var named *url.Error
		if errors.As(err, &named) {
			err = named.Err
		}
		return nil, c.newError(r, err)
	}
	failed := c.newError(r, nil)
	failed.Status = resp.StatusCode
	failed.ContentType, _, _ = mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if err != nil {
		// go-gerrit's error holds the URL and the status, and neither type nor text.
		p.asked = retryAfter(resp.Header, time.Now())
		if p.asked > maxPause {
			long := newPause(p.asked)
			long.name(failed)
			c.gate.close(long)
		}
		if failed.ContentType == textPlain {
			body.ReadFrom(resp.Body) // from memory, see guard
			line, _, _ := strings.Cut(strings.TrimLeft(body.String(), " \r\n\t"), "\n")
			failed.Line = strings.TrimSpace(shorten(line))
		}
		return nil, failed
	}
	document, err := checkDocument(failed.ContentType, body.Bytes())
	if err != nil {
		failed.Err = err
		if asked := resp.Request.URL; asked.Path != req.URL.Path {
			failed.Err = fmt.Errorf("redirected to %s: %w", shorten(asked.Path), err)
		}
		return nil, failed
	}
	return document, nil
}

// checkDocument takes Gerrit's prefix off an answer of 200 and makes sure that JSON
// follows. A document that is cut short is worth another try; one of another kind
// is not.
func checkDocument(contentType string, body []byte) ([]byte, error) {
	switch {
	case contentType == "text/html":
		return nil, errPage
	case contentType != applicationJSON:
		return nil, fmt.Errorf("an answer of type %q, not %s; %w", shorten(contentType), applicationJSON, errOther)
	case len(body) == 0:
		return nil, &lostError{errors.New("the answer is empty")}
	}
	rest, found := bytes.CutPrefix(body, magicPrefix)
	switch {
	case !found && bytes.HasPrefix(magicPrefix, body):
		return nil, &lostError{errors.New("the answer is cut short")}
	case !found:
		return nil, fmt.Errorf("the answer lacks Gerrit's prefix )]}'; %w", errOther)
	case !json.Valid(rest):
		return nil, &lostError{errors.New("the answer is not whole JSON")}
	}
	return rest, nil
}

// Answers that are not a Gerrit's.
var (
	errPage  = errors.New("an HTML page answered; is the URL right?")
	errOther = errors.New("is the URL right?")
)

// newError starts the error of a request.
func (c *Client) newError(r request, err error) *Error {
	base := c.gerrit.BaseURL()
	path, unescaped := base.Path+c.path(r), ""
	if q := r.query.Get("q"); q != "" {
		unescaped = "?q=" + shorten(q)
	}
	return &Error{Op: r.op, URL: path + unescaped, LoggedIn: c.login != nil, Err: err}
}

// newAnswerError returns the error of a request that was answered with a whole
// document, but not with one that was asked for.
func (c *Client) newAnswerError(r request, err error) *Error {
	failed := c.newError(r, err)
	failed.Status, failed.ContentType = http.StatusOK, applicationJSON
	return failed
}

// kind names what sort of JSON a document is, for errors.
func kind(document []byte) string {
	document = bytes.TrimSpace(document)
	if len(document) == 0 {
		return "nothing"
	}
	switch document[0] {
	case '{':
		return "an object"
	case '[':
		return "a list"
	case '"':
		return "a string"
	case 'n':
		return "null"
	case 't', 'f':
		return "a boolean"
	default:
		return "a number"
	}
}
