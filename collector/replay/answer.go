package replay

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/eventlet-removal/headway/collector/replay/search"
)

const (
	jsonType = "application/json; charset=UTF-8"
	textType = "text/plain;charset=utf-8"

	magicPrefix = ")]}'\n" // against cross-site inclusion, before every JSON body
	gzipFrom    = 256      // bytes of JSON from which Gerrit compresses
)

// answer is what goes back, with what the log records of it.
type answer struct {
	kind        string
	status      int
	contentType string
	body        []byte
	etag        string
	header      http.Header
	queries     []string
	options     []string
	changes     int
}

// refusal is an answer other than success: its status and the one line of text.
type refusal struct {
	status int
	text   string
}

func (r *refusal) Error() string { return r.text }

func refuse(text string) error { return &refusal{http.StatusBadRequest, text} }

// refused turns an error into Gerrit's form: one line of plain text.
func refused(kind string, err error) *answer {
	r := &refusal{http.StatusInternalServerError, "Internal server error"}
	var bad *search.Error
	if errors.As(err, &bad) {
		r = &refusal{bad.Status, bad.Text}
	}
	errors.As(err, &r)
	return &answer{kind: kind, status: r.status, contentType: textType, body: []byte(r.text + "\n")}
}

// jsonAnswer is v in Gerrit's wrapping, indented for pp=1.
func jsonAnswer(r *http.Request, kind string, v any) *answer {
	var b bytes.Buffer
	b.WriteString(magicPrefix)
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if p, err := parseParams(r); err == nil && p.pretty {
		e.SetIndent("", "  ")
	}
	if err := e.Encode(v); err != nil {
		return refused(kind, err)
	}
	return &answer{kind: kind, status: http.StatusOK, contentType: jsonType, body: b.Bytes()}
}

// send writes a and returns the bytes of the body on the wire, which for HEAD are
// announced but not sent.
func (a *answer) send(w http.ResponseWriter, r *http.Request) int {
	h := w.Header()
	for name, values := range a.header {
		h[name] = values
	}
	h.Set("X-Content-Type-Options", "nosniff")
	if a.etag != "" {
		h["ETag"] = []string{a.etag} // Gerrit sends it without quotes
		if r.Header.Get("If-None-Match") == a.etag {
			a.status, a.body = http.StatusNotModified, nil
			w.WriteHeader(a.status)
			return 0
		}
	} else {
		h.Set("Cache-Control", "private, no-cache, no-store, max-age=0, must-revalidate")
	}
	body := a.body
	// Gerrit looks for the word only: gzip;q=0 is compressed as well.
	if a.contentType == jsonType && len(body) >= gzipFrom && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		body = compress(body)
	}
	h.Set("Content-Type", a.contentType)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(a.status)
	if r.Method == http.MethodHead {
		return 0
	}
	n, _ := w.Write(body) // a client that hung up does not want it
	return n
}

func compress(body []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write(body) // a bytes.Buffer takes everything
	z.Close()
	return b.Bytes()
}
