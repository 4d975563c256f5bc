package gerrit

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"syscall"
)

// Plain is what a failure was, for readers of public pages: without addresses, which may
// be of an inner network, without the words of Go, and without what a page before Gerrit
// says. The error itself is for the log.
func Plain(err error) string {
	var e *Error
	if !errors.As(err, &e) {
		return err.Error()
	}
	return strings.Replace(err.Error(), e.Error(), e.plain(), 1)
}

func (e *Error) plain() string {
	text := e.cause()
	if e.Tries > 1 {
		text += fmt.Sprintf(", %d tries", e.Tries)
	}
	return text
}

// cause is what the request came to: what the answer says, or why there is none.
func (e *Error) cause() string {
	switch {
	case !e.Until.IsZero():
		return e.wait()
	case e.Status == http.StatusTooManyRequests:
		return "Gerrit asked us to wait: 429"
	case e.Denied():
		return fmt.Sprintf("Gerrit does not let us read: %d; %s", e.Status, e.remedy())
	case e.BadRequest() && !inner.MatchString(e.Line):
		return "Gerrit does not understand our query: " + e.Line
	case e.NotFound() && strings.HasPrefix(e.Line, "Not found: "):
		return "Gerrit does not know what we asked for: 404"
	case e.Status == http.StatusNotFound:
		return "nothing is at Gerrit's address: 404; is the URL right?"
	case e.Status == http.StatusRequestTimeout, e.Status == http.StatusGatewayTimeout, e.Status == statusClientClosed:
		return fmt.Sprintf("Gerrit did not answer in time: %d", e.Status)
	case e.TooLong():
		return fmt.Sprintf("our query is too long for Gerrit: %d", e.Status)
	case e.Status != 0 && e.Status != http.StatusOK:
		return strings.TrimSpace(fmt.Sprintf("Gerrit answered %d %s", e.Status, http.StatusText(e.Status)))
	case e.Status == http.StatusOK:
		return e.unusable()
	}
	return unreached(e.Err)
}

// inner is what a text must not have to be shown: addresses, and the tags of a page.
var inner = regexp.MustCompile(`<|://|\d+\.\d+\.\d+\.\d+|[A-Za-z][\w-]*(\.[\w-]+)*:\d{2,5}\b|\[[0-9A-Fa-f:]+\]`)

// wait says until when the server wants no request.
func (e *Error) wait() string {
	until, again := e.Until.UTC().Format(instant), e.Again.UTC().Format(instant)
	text := "Gerrit asked us to wait until " + until
	if e.Status != 0 {
		text += fmt.Sprintf(": %d", e.Status)
	}
	if again < until {
		text += "; we ask again from " + again + " on"
	}
	return text
}

// unusable is what is wrong with an answer of 200.
func (e *Error) unusable() string {
	switch {
	case errors.Is(e.Err, errPage):
		return "a web page came instead of Gerrit's data; is the URL right?"
	case errors.Is(e.Err, errOther):
		return "something else than Gerrit's data came; is the URL right?"
	case errors.As(e.Err, new(*lostError)):
		return "Gerrit's answer broke off"
	case errors.Is(e.Err, ErrTwoProjects):
		return e.Err.Error()
	}
	return "Gerrit's answer can't be used: " + e.Err.Error()
}

// unreached is why no answer came, or not all of it.
func unreached(err error) string {
	var slow *slowError
	var long *longError
	var redirect *redirectError
	var dns *net.DNSError
	var invalid x509.CertificateInvalidError
	var timeout net.Error
	switch {
	case errors.As(err, &slow):
		return fmt.Sprintf("Gerrit did not answer within %v s", slow.within.Seconds())
	case errors.As(err, &long):
		return fmt.Sprintf("Gerrit's answer is longer than %d bytes", long.limit)
	case errors.As(err, &redirect):
		return redirect.plain
	case errors.As(err, new(*unsentError)):
		return "Gerrit was not asked: the poll ended first"
	case errors.As(err, &dns) && dns.IsNotFound:
		return "the name of Gerrit's server is not known"
	case errors.As(err, &dns):
		return "the name of Gerrit's server could not be looked up"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "Gerrit's certificate has expired"
	case errors.As(err, new(x509.HostnameError)):
		return "Gerrit's certificate is for another name"
	case errors.As(err, new(*tls.CertificateVerificationError)):
		return "Gerrit's certificate can't be trusted"
	case errors.As(err, new(tls.RecordHeaderError)), errors.As(err, new(tls.AlertError)):
		return "no encrypted connection to Gerrit could be made"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "Gerrit refused the connection"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "the connection to Gerrit broke off"
	case errors.As(err, &timeout) && timeout.Timeout():
		return "Gerrit did not answer in time"
	}
	return "Gerrit can't be reached"
}

// redirectError is a redirect that is not followed: where to is for the log.
type redirectError struct{ plain, text string }

func (e *redirectError) Error() string { return e.text }
