package collector_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// impatient is the client's timeout while a faulty proxy stands before the Gerrit.
const impatient = 150 * time.Millisecond

// maxBody is the client's limit there, far below what the gzip bomb unpacks to.
const maxBody = 1 << 20

// fault is one way in which an answer goes wrong.
type fault struct {
	name string
	only string // listing or details; "": whatever is asked
	// answer sends something else than the true answer to r, whose JSON is rows (nil
	// if the answer is not a list). It returns false to let the true answer through.
	answer func(p *proxy, w http.ResponseWriter, r *http.Request, rows []row) bool
	// lie: nobody can tell such an answer from a true one.
	lie bool
}

// row is one change in an answer, as it travels.
type row = map[string]any

// proxy stands before a Gerrit and breaks some of its answers. The requests of one
// client come one at a time, so what it does depends on its random source only,
// and on the machine where time plays a role.
type proxy struct {
	gerrit http.Handler
	url    string
	random *rand.Rand

	mu     sync.Mutex
	rate   float64 // of requests that are broken
	faults []*fault
	met    map[string]int    // how often each fault was met
	lied   bool              // since the last time somebody looked
	past   map[string][]byte // older answers by request, for the stale ones
}

// newProxy puts a proxy between the world's collector and its Gerrit.
func newProxy(w *world, random *rand.Rand) *proxy {
	p := &proxy{gerrit: w.gerrit, random: random, met: map[string]int{}, past: map[string][]byte{}}
	server := httptest.NewServer(p)
	server.Config.ErrorLog = nil
	w.t.Cleanup(server.Close)
	p.url = server.URL
	return p
}

// calm lets everything through.
func (p *proxy) calm() { p.breakSome(0) }

// breakSome breaks that part of the requests with one of these faults each.
func (p *proxy) breakSome(rate float64, faults ...*fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.rate, p.faults, p.lied = rate, faults, false
}

// hasLied reports whether any answer since breakSome was a lie.
func (p *proxy) hasLied() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.lied
}

// ServeHTTP implements http.Handler.
func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	asked := "other"
	if q := r.URL.Query(); q.Has("o") {
		asked = "details"
	} else if q.Has("q") {
		asked = "listing"
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	rec := httptest.NewRecorder()
	inner := r.Clone(r.Context())
	inner.Header.Del("Accept-Encoding")
	p.gerrit.ServeHTTP(rec, inner)
	if f := p.pick(asked); f != nil {
		var rows []row
		if rec.Code == http.StatusOK && asked != "other" {
			in := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(rec.Body.Bytes(), []byte(prefix))))
			in.UseNumber()
			if err := in.Decode(&rows); err != nil {
				panic(err)
			}
		}
		if f.answer(p, w, r, rows) {
			p.met[f.name]++
			p.lied = p.lied || f.lie
			return
		}
	}
	if rec.Code == http.StatusOK {
		p.past[r.RequestURI] = slices.Clone(rec.Body.Bytes())
	}
	for name, values := range rec.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(rec.Code)
	w.Write(rec.Body.Bytes())
}

func (p *proxy) pick(asked string) *fault {
	if p.rate == 0 || p.random.Float64() >= p.rate {
		return nil
	}
	fit := slices.DeleteFunc(slices.Clone(p.faults), func(f *fault) bool { return f.only != "" && f.only != asked })
	if len(fit) == 0 {
		return nil
	}
	return fit[p.random.IntN(len(fit))]
}

const (
	prefix   = ")]}'\n"
	jsonType = "application/json; charset=UTF-8"
	htmlType = "text/html; charset=utf-8"
	textType = "text/plain;charset=utf-8"
)

// answers makes the answer of a fault that is always the same.
func answers(status int, contentType, body string, header ...string) func(*proxy, http.ResponseWriter, *http.Request, []row) bool {
	return func(_ *proxy, w http.ResponseWriter, _ *http.Request, _ []row) bool {
		w.Header().Set("Content-Type", contentType)
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		io.WriteString(w, body)
		return true
	}
}

// bends makes the answer of a fault that changes a list of at least one row.
func bends(bend func(p *proxy, rows []row) []row) func(*proxy, http.ResponseWriter, *http.Request, []row) bool {
	return func(p *proxy, w http.ResponseWriter, _ *http.Request, rows []row) bool {
		if len(rows) == 0 {
			return false
		}
		w.Header().Set("Content-Type", jsonType)
		io.WriteString(w, prefix)
		json.NewEncoder(w).Encode(bend(p, rows))
		return true
	}
}

// sets makes the answer of a fault that sets a field of one row.
func sets(field string, value any) func(*proxy, http.ResponseWriter, *http.Request, []row) bool {
	return bends(func(p *proxy, rows []row) []row {
		rows[p.random.IntN(len(rows))][field] = value
		return rows
	})
}

func html(status int) func(*proxy, http.ResponseWriter, *http.Request, []row) bool {
	return answers(status, htmlType, "<html><body><h1>"+http.StatusText(status)+"</h1></body></html>")
}

// cut sends the head of an answer, with the length of the whole or without any,
// and hangs up.
func cut(length bool) func(*proxy, http.ResponseWriter, *http.Request, []row) bool {
	return func(p *proxy, w http.ResponseWriter, r *http.Request, rows []row) bool {
		body, _ := json.Marshal(rows)
		body = append([]byte(prefix), body...)
		head := "HTTP/1.1 200 OK\r\nContent-Type: " + jsonType + "\r\nConnection: close\r\n"
		if length {
			head += "Content-Length: " + strconv.Itoa(len(body)) + "\r\n"
		}
		return hijack(w, head+"\r\n"+string(body[:len(body)-1-p.random.IntN(len(body)-1)]))
	}
}

// hijack writes raw bytes and hangs up.
func hijack(w http.ResponseWriter, raw string) bool {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return false
	}
	if raw == "" {
		conn.(*net.TCPConn).SetLinger(0) // a reset, no end of file
	}
	io.WriteString(conn, raw)
	conn.Close()
	return true
}

// bomb is a small answer that unpacks to 16 MB. It is made when it is needed: each
// process that a test starts would pay for it.
var bomb = sync.OnceValue(func() string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	io.WriteString(z, prefix+"[")
	io.WriteString(z, strings.Repeat(" ", 16*maxBody))
	io.WriteString(z, "]")
	z.Close()
	return b.String()
})

// faults are all faults of which the client or the round can tell that something
// is wrong: none of them may ever show in a number.
var faults = []*fault{
	{name: "connection reset", answer: func(_ *proxy, w http.ResponseWriter, _ *http.Request, _ []row) bool { return hijack(w, "") }},
	{name: "no HTTP", answer: func(_ *proxy, w http.ResponseWriter, _ *http.Request, _ []row) bool {
		return hijack(w, "SSH-2.0-GerritCodeReview\r\n")
	}},
	{name: "hangs", answer: func(_ *proxy, w http.ResponseWriter, r *http.Request, _ []row) bool {
		<-r.Context().Done()
		return true
	}},
	{name: "dribbles", answer: func(_ *proxy, w http.ResponseWriter, r *http.Request, _ []row) bool {
		w.Header().Set("Content-Type", jsonType)
		io.WriteString(w, prefix+"[")
		drip := time.NewTicker(impatient / 10)
		defer drip.Stop()
		for {
			select {
			case <-r.Context().Done():
				return true
			case <-drip.C:
				io.WriteString(w, " ")
				http.NewResponseController(w).Flush()
			}
		}
	}},
	{name: "cut short", answer: cut(true)},
	{name: "cut short without a length", answer: cut(false)},
	{name: "408", answer: answers(408, textType, "Client Provided Deadline Exceeded\n\nclient_timeout=50ms\n")},
	{name: "429 in seconds", answer: answers(429, htmlType, "slow down", "Retry-After", "0")},
	{name: "429 with a date", answer: func(p *proxy, w http.ResponseWriter, r *http.Request, rows []row) bool {
		now := time.Now().UTC().Format(http.TimeFormat)
		return answers(429, htmlType, "slow down", "Retry-After", now, "Date", now)(p, w, r, rows)
	}},
	{name: "499", answer: answers(499, textType, "Client Closed Request\n")},
	{name: "500", answer: answers(500, textType, "Internal server error\n")},
	{name: "502", answer: html(502)},
	{name: "503", answer: html(503)},
	{name: "504", answer: html(504)},
	{name: "401", answer: answers(401, textType, "Unauthorized", "WWW-Authenticate", `Basic realm="Gerrit Code Review"`)},
	{name: "403", answer: answers(403, textType, "query not permitted\n")},
	{name: "404 of a proxy", answer: html(404)},
	{name: "409", answer: answers(409, textType, "change is closed\n")},
	{name: "414", answer: html(414)},
	{name: "431", answer: html(431)},
	{name: "unknown option", only: "details", answer: func(p *proxy, w http.ResponseWriter, r *http.Request, rows []row) bool {
		if !slices.Contains(r.URL.Query()["o"], "SUBMITTABLE") {
			return false
		}
		return answers(400, textType, `"SUBMITTABLE" is not a valid value for "-o"`+"\n")(p, w, r, rows)
	}},
	{name: "HTML with 200", answer: html(200)},
	{name: "null", answer: answers(200, jsonType, prefix+"null\n")},
	{name: "an object", answer: answers(200, jsonType, prefix+"{}\n")},
	{name: "nothing", answer: answers(200, jsonType, "")},
	{name: "no prefix", answer: answers(200, jsonType, "[]")},
	{name: "gzip bomb", answer: func(p *proxy, w http.ResponseWriter, r *http.Request, rows []row) bool {
		return answers(200, jsonType, bomb(), "Content-Encoding", "gzip")(p, w, r, rows)
	}},
	{name: "another host", answer: answers(302, htmlType, "", "Location", "http://elsewhere.example/changes/")},
	{name: "login page", answer: func(p *proxy, w http.ResponseWriter, r *http.Request, rows []row) bool {
		return answers(302, htmlType, "", "Location", p.url+"/login/%23%2Fq%2F")(p, w, r, rows)
	}},
	{name: "every row twice", answer: bends(func(_ *proxy, rows []row) []row { return append(rows, rows...) }), only: "details"},
	{name: "a row twice", answer: bends(func(p *proxy, rows []row) []row {
		i := p.random.IntN(len(rows))
		return slices.Insert(rows, i, rows[i])
	})},
	{name: "wrong order", only: "listing", answer: func(p *proxy, w http.ResponseWriter, r *http.Request, rows []row) bool {
		if len(rows) < 2 || rows[0]["updated"] == rows[len(rows)-1]["updated"] {
			return false
		}
		return bends(func(_ *proxy, rows []row) []row {
			more := rows[len(rows)-1]["_more_changes"]
			delete(rows[len(rows)-1], "_more_changes")
			slices.Reverse(rows)
			if more != nil {
				rows[len(rows)-1]["_more_changes"] = more
			}
			return rows
		})(p, w, r, rows)
	}},
	{name: "always more", only: "listing", answer: sets("_more_changes", true)},
	{name: "one second", only: "listing", answer: bends(func(_ *proxy, rows []row) []row {
		for _, r := range rows {
			r["updated"] = rows[0]["updated"]
		}
		rows[len(rows)-1]["_more_changes"] = true
		return rows
	})},
	{name: "RFC 3339", answer: sets("updated", "2026-03-02T08:00:00Z")},
	{name: "a number for a time", answer: sets("updated", json.Number("1772438400"))},
	{name: "year 2099", only: "listing", answer: bends(func(_ *proxy, rows []row) []row {
		rows[0]["updated"] = "2099-01-01 00:00:00.000000000"
		return rows
	})},
	{name: "year 1970", only: "details", answer: sets("updated", "1970-01-01 00:00:00.000000000")},
	{name: "no status", answer: sets("status", nil)},
	{name: "no project", answer: sets("project", "")},
	{name: "subject is a number", answer: sets("subject", json.Number("7"))},
	{name: "number is a string", answer: sets("_number", "7")},
	{name: "number is negative", answer: sets("_number", json.Number("-7"))},
	{name: "owner is a list", answer: sets("owner", []int{1})},
	{name: "topic is an object", answer: sets("topic", map[string]any{})},
	{name: "messages are text", only: "details", answer: sets("messages", "many")},
	{name: "a row is null", answer: bends(func(p *proxy, rows []row) []row {
		rows[p.random.IntN(len(rows))] = nil
		return rows
	})},
	{name: "a row left out of the details", only: "details", answer: bends(leaveOut)},
	{name: "empty details", only: "details", answer: answers(200, jsonType, prefix+"[]\n")},
	{name: "a change not asked for", only: "details", answer: sets("_number", json.Number("987654"))},
}

// lies are the faults that nobody can see through: the numbers may be older than
// their time for a while, but each change only ever has a state it once had.
var lies = []*fault{
	{name: "a row left out", only: "listing", lie: true, answer: bends(leaveOut)},
	{name: "no more", only: "listing", lie: true, answer: func(p *proxy, w http.ResponseWriter, r *http.Request, rows []row) bool {
		if len(rows) == 0 || rows[len(rows)-1]["_more_changes"] == nil {
			return false
		}
		return bends(func(_ *proxy, rows []row) []row {
			delete(rows[len(rows)-1], "_more_changes")
			return rows
		})(p, w, r, rows)
	}},
	{name: "an empty listing", only: "listing", lie: true, answer: answers(200, jsonType, prefix+"[]\n")},
	{name: "a stale page", lie: true, answer: func(p *proxy, w http.ResponseWriter, r *http.Request, rows []row) bool {
		old, ok := p.past[r.RequestURI]
		return ok && answers(200, jsonType, string(old))(p, w, r, rows)
	}},
	{name: "unknown status", only: "listing", lie: true, answer: sets("status", odd)},
	{name: "unknown status in details", only: "details", lie: true, answer: sets("status", odd)},
}

// odd is a status that no change ever has.
const odd = "DEFERRED"

func leaveOut(p *proxy, rows []row) []row {
	if rows[len(rows)-1]["_more_changes"] != nil {
		return rows[1:]
	}
	i := p.random.IntN(len(rows))
	return slices.Delete(rows, i, i+1)
}

// refusing is a transport of which every so manieth connection is refused.
type refusing struct {
	http.RoundTripper
	proxy  *proxy
	closed string // an address where nobody listens
}

func newRefusing(t *testing.T, p *proxy) *refusing {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	transport := http.DefaultTransport.(*http.Transport).Clone()
	t.Cleanup(transport.CloseIdleConnections)
	return &refusing{transport, p, l.Addr().String()}
}

// RoundTrip implements http.RoundTripper.
func (r *refusing) RoundTrip(req *http.Request) (*http.Response, error) {
	r.proxy.mu.Lock()
	refuse := r.proxy.rate > 0 && r.proxy.random.Float64() < r.proxy.rate/20
	if refuse {
		r.proxy.met["connection refused"]++
	}
	r.proxy.mu.Unlock()
	if refuse {
		req = req.Clone(req.Context())
		req.URL.Host = r.closed
	}
	return r.RoundTripper.RoundTrip(req)
}

// report lists the faults that were met.
func (p *proxy) report() string {
	var b strings.Builder
	for _, f := range slices.Concat(faults, lies) {
		fmt.Fprintf(&b, "%s %d, ", f.name, p.met[f.name])
	}
	fmt.Fprintf(&b, "connection refused %d", p.met["connection refused"])
	return b.String()
}
