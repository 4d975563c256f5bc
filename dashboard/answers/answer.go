package answers

import (
	"bytes"
	"net/http"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
)

// worthPacking is from how many bytes on an answer is compressed: below, it fits into
// one packet anyway.
const worthPacking = 1024

// answer is a whole answer. It does not change once it is made, but for readers.
type answer struct {
	status       int
	header       http.Header // of both forms
	etag         string
	plain        []byte
	packed       []byte   // nil: not smaller
	plainLength  []string // Content-Length
	packedLength []string
	size         int64 // of all of this
	fleeting     bool

	readers int // guarded by loans
}

var packedEncoding = []string{"gzip"}

// lasting reports whether the answer is the same until the version moves on. Errors
// cost little, and there are as many of them as wrong addresses.
func (a *answer) lasting() bool { return a.status < http.StatusBadRequest && !a.fleeting }

// send answers a request. The header may have values already, which stay unless the
// answer has its own.
func (a *answer) send(w http.ResponseWriter, r *http.Request) error {
	h := w.Header()
	for name, values := range a.header {
		h[name] = values
	}
	if a.etag != "" && matches(r.Header.Get("If-None-Match"), a.etag) {
		h.Del("Content-Type")
		h.Del("Content-Disposition")
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	body := a.plain
	if a.packed != nil && acceptsGzip(r.Header.Get("Accept-Encoding")) {
		body = a.packed
		h["Content-Encoding"], h["Content-Length"] = packedEncoding, a.packedLength
	} else {
		h["Content-Length"] = a.plainLength
	}
	w.WriteHeader(a.status)
	if r.Method == http.MethodHead {
		return nil
	}
	_, err := w.Write(body)
	return err
}

// matches reports whether an If-None-Match names this ETag. Comparison is weak: the
// ETag says that the numbers are the same, not the bytes.
func matches(header, etag string) bool {
	for candidate := range strings.SplitSeq(header, ",") {
		candidate = strings.TrimSpace(candidate)
		if strings.TrimPrefix(candidate, "W/") == strings.TrimPrefix(etag, "W/") {
			return true
		}
	}
	return false
}

// acceptsGzip reads an Accept-Encoding.
func acceptsGzip(header string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, weight, _ := strings.Cut(part, ";")
		if strings.EqualFold(strings.TrimSpace(name), "gzip") {
			_, weight, _ = strings.Cut(weight, "=")
			if weight == "" {
				return true
			}
			q, err := strconv.ParseFloat(strings.TrimSpace(weight), 64)
			return err != nil || q > 0
		}
	}
	return false
}

// make has an answer made and compresses it. A panic is logged and becomes an answer.
func (c *Cache) make(at address) (a *answer) {
	defer func() {
		if trouble := recover(); trouble != nil {
			c.cfg.Logger.Error("make answer", "address", at.key, "panic", trouble, "stack", string(debug.Stack()))
			a = broken()
		}
	}()
	r, err := http.NewRequest(http.MethodGet, "/", nil)
	if err != nil {
		panic(err) // the address is ours
	}
	*r.URL = at.url
	if at.header != nil {
		r.Header = at.header.Clone()
	}
	w := &recorder{header: http.Header{}, status: http.StatusOK}
	c.cfg.Maker.ServeHTTP(w, r)
	return w.answer()
}

// broken is the answer when a handler panicked.
func broken() *answer {
	w := &recorder{header: http.Header{"Content-Type": {"text/plain; charset=utf-8"}, "Cache-Control": {"no-store"}}, status: http.StatusInternalServerError}
	w.body.WriteString("Something went wrong here. It is not your fault, and it has been logged.\n")
	return w.answer()
}

// recorder is the http.ResponseWriter of an answer that is being made.
type recorder struct {
	header   http.Header
	status   int
	wrote    bool
	body     bytes.Buffer
	fleeting bool
}

// Fleeting says of an answer that is being written to w that it must not be kept.
func Fleeting(w http.ResponseWriter) {
	if rec, ok := w.(*recorder); ok {
		rec.fleeting = true
	}
}

func (w *recorder) Header() http.Header { return w.header }

func (w *recorder) WriteHeader(status int) {
	if w.wrote {
		return
	}
	w.wrote, w.status = true, status
	if n, err := strconv.Atoi(w.header.Get("Content-Length")); err == nil && n > 0 {
		w.body.Grow(n)
	}
}

func (w *recorder) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(p)
}

func (w *recorder) answer() *answer {
	a := &answer{status: w.status, header: w.header.Clone(), etag: w.header.Get("ETag"), plain: w.body.Bytes(), fleeting: w.fleeting}
	if cap(a.plain) > len(a.plain)+len(a.plain)/8 {
		a.plain = bytes.Clone(a.plain)
	}
	for _, name := range []string{"Content-Length", "Accept-Ranges"} { // an answer is whole
		a.header.Del(name)
	}
	if len(a.plain) > 0 && a.header.Get("Content-Type") == "" {
		a.header.Set("Content-Type", http.DetectContentType(a.plain))
	}
	a.header["Vary"] = slices.Concat([]string{"Accept-Encoding"}, a.header["Vary"])
	a.plainLength = []string{strconv.Itoa(len(a.plain))}
	if len(a.plain) >= worthPacking {
		if packed := pack(a.plain); len(packed) < len(a.plain) {
			a.packed, a.packedLength = packed, []string{strconv.Itoa(len(packed))}
		}
	}
	a.size = int64(len(a.plain) + len(a.packed))
	for name, values := range a.header {
		a.header[name] = slices.Clip(values) // it is shared by all who get the answer
		for _, value := range values {
			a.size += int64(len(name) + len(value))
		}
	}
	return a
}

var packers = sync.Pool{New: func() any { return gzip.NewWriter(nil) }}

func pack(plain []byte) []byte {
	var packed bytes.Buffer
	z := packers.Get().(*gzip.Writer)
	defer packers.Put(z)
	z.Reset(&packed)
	z.Write(plain) // a buffer takes everything
	z.Close()
	return bytes.Clone(packed.Bytes())
}
