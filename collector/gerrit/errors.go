package gerrit

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"syscall"
	"time"
)

// Error is a request that brought no usable answer. It names the request and the
// cause, and never holds a whole URL, a body, a header or an address within our network.
type Error struct {
	Op          string // list, details, exists, sees, project, account or version
	URL         string // path, and the query shortened; no host
	Status      int    // of the last answer; 0: none came, or it was cut short
	ContentType string // media type of that answer, "" if it named none
	Line        string // first line of a text/plain answer: Gerrit's own words
	LoggedIn    bool   // the request had a login
	Tries       int    // HTTP requests that failed; 0: none did, the answer is not what was asked for

	Until time.Time // the server asked for no request before; zero if it did not, or for a short pause only
	Again time.Time // when we ask again all the same; at the latest Until

	Err error // what is wrong, if the status does not say it; may be nil
}

// instant is how errors name a time.
const instant = "2006-01-02 15:04:05 UTC"

func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", e.Op, e.URL)
	if e.Status != 0 && e.Status != http.StatusOK {
		fmt.Fprintf(&b, ": %s", strings.TrimSpace(fmt.Sprintf("%d %s", e.Status, http.StatusText(e.Status))))
		if e.Err == nil && e.ContentType != "" && e.ContentType != textPlain {
			fmt.Fprintf(&b, " (%s)", e.ContentType)
		}
	}
	if e.Line != "" {
		fmt.Fprintf(&b, ": %s", e.Line)
	}
	if e.Err != nil {
		fmt.Fprintf(&b, ": %v", e.Err)
	}
	switch {
	case e.Denied():
		b.WriteString("; " + e.remedy())
	case e.Status == http.StatusNotFound && !strings.HasPrefix(e.Line, "Not found: "):
		b.WriteString("; is the URL right?")
	}
	if !e.Until.IsZero() {
		fmt.Fprintf(&b, "; the server asks for no request before %s", e.Until.UTC().Format(instant))
		if e.Again.Before(e.Until) {
			fmt.Fprintf(&b, ", but headway asks again from %s on", e.Again.UTC().Format(instant))
		}
	}
	if e.Tries > 1 {
		fmt.Fprintf(&b, " (%d tries)", e.Tries)
	}
	return b.String()
}

func (e *Error) Unwrap() error { return e.Err }

// remedy is what to do about a refusal.
func (e *Error) remedy() string {
	switch {
	case !e.LoggedIn:
		return "headway asks without a login; if this Gerrit wants one, give it gerrit.username and gerrit.password_file"
	case e.Status == http.StatusUnauthorized:
		return "the login was refused: compare gerrit.username and gerrit.password_file with the HTTP credentials in the account's settings"
	}
	return "the account of gerrit.username may not do this: give it the right to read, or name another"
}

// BadRequest reports whether Gerrit itself did not understand the request: a query or an
// option is wrong, and Line says which.
func (e *Error) BadRequest() bool {
	return e.Status == http.StatusBadRequest && e.ContentType == textPlain
}

// NotFound reports whether Gerrit itself, not a proxy before it, answered 404. Deleted,
// private and never there look the same.
func (e *Error) NotFound() bool {
	return e.Status == http.StatusNotFound && e.ContentType == textPlain
}

// Denied reports whether the server wants a login or refuses us.
func (e *Error) Denied() bool {
	return e.Status == http.StatusUnauthorized || e.Status == http.StatusForbidden
}

// TooManyTerms reports whether the query has more terms than the server's index takes.
func (e *Error) TooManyTerms() bool {
	return e.BadRequest() && strings.HasPrefix(e.Line, "too many terms in query")
}

// AnswerTooLong reports whether the answer has more bytes than we read.
func (e *Error) AnswerTooLong() bool { return errors.As(e.Err, new(*longError)) }

// Slow reports whether no answer came in time: ours, or that of a proxy before Gerrit.
func (e *Error) Slow() bool {
	return e.Status == http.StatusGatewayTimeout || errors.As(e.Err, new(*slowError))
}

// TooLong reports whether the query was too long for the server's request line.
func (e *Error) TooLong() bool {
	return e.Status == http.StatusRequestURITooLong || e.Status == http.StatusRequestHeaderFieldsTooLarge
}

// Temporary reports whether the same request may work later; it has been tried often
// enough for now.
func (e *Error) Temporary() bool {
	switch {
	case e.Status == http.StatusRequestTimeout, e.Status == http.StatusTooManyRequests, e.Status == statusClientClosed:
		return true
	case e.Status >= 500:
		return true
	}
	return errors.As(e.Err, new(*lostError))
}

// unknownOption returns which option a Gerrit too old for it refuses, in an answer
// like `"SUBMITTABLE" is not a valid value for "-o"`; "" if it refuses something else.
func (e *Error) unknownOption() string {
	option, found := strings.CutSuffix(e.Line, `" is not a valid value for "-o"`)
	option, quoted := strings.CutPrefix(option, `"`)
	if !e.BadRequest() || !found || !quoted {
		return ""
	}
	return option
}

// errClosed is why nothing is asked before Error.Again.
var errClosed = errors.New("the server wants a pause")

// statusClientClosed is what Gerrit answers when it believes that we hung up.
const statusClientClosed = 499

// lostError is an answer that did not come, or not whole. Its text may stand on a public
// page, so it names no address of the network inside; Cause does.
type lostError struct{ err error }

func (e *lostError) Error() string {
	var (
		name  *net.DNSError
		call  *net.OpError
		errno syscall.Errno
		trust *tls.CertificateVerificationError
	)
	switch {
	case errors.As(e.err, &trust):
		return "the server's certificate can't be verified"
	case errors.As(e.err, &name):
		return "the server's name can't be resolved"
	case errors.As(e.err, &errno) && errors.As(e.err, &call):
		return errno.Error()
	case errors.As(e.err, &call):
		for errors.As(call.Err, &call) { // by way of a proxy
		}
		return call.Err.Error()
	}
	return e.err.Error()
}

func (e *lostError) Unwrap() error { return e.err }

// Cause returns why an answer did not come in the network's own words, with addresses:
// for logs, not for pages. It is "" if the error says it all.
func Cause(err error) string {
	var lost *lostError
	if !errors.As(err, &lost) || lost.err.Error() == lost.Error() {
		return ""
	}
	return lost.err.Error()
}

// slowError is a lostError: our timeout ended first.
type slowError struct{ within time.Duration }

func (e *slowError) Error() string { return fmt.Sprintf("no complete answer within %v", e.within) }

// longError is an answer of which no more is read.
type longError struct{ limit int64 }

func (e *longError) Error() string { return fmt.Sprintf("the answer is longer than %d bytes", e.limit) }

// unsentError is a request that never left: the context ended while it waited for
// its turn, or the server asked for none.
type unsentError struct{ err error }

func (e *unsentError) Error() string { return "not sent: " + e.err.Error() }
func (e *unsentError) Unwrap() error { return e.err }
