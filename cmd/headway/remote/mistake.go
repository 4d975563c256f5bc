package remote

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
)

// redirect is a redirect that is not followed.
type redirect struct{ to string }

func (r redirect) Error() string { return "redirected to " + r.to }

// mistake is the error for a server that could not be asked, with what is most likely
// wrong.
func (s *Server) mistake(address string, err error) error {
	if errors.Is(err, context.Canceled) {
		return fmt.Errorf("read %s: interrupted", address)
	}
	if u := (*url.Error)(nil); errors.As(err, &u) {
		err = u.Err
	}
	if hint := s.hint(err); hint != "" {
		return fmt.Errorf("--url=%s: %w: %s", s.Base, err, hint)
	}
	return fmt.Errorf("--url=%s: %w", s.Base, err)
}

// hint is what to do about an error, "" if nobody knows.
func (s *Server) hint(err error) string {
	var (
		dns       *net.DNSError
		elsewhere redirect
		timeout   net.Error
		record    tls.RecordHeaderError
		authority x509.UnknownAuthorityError
		name      x509.HostnameError
	)
	switch {
	case errors.As(err, &elsewhere):
		return "give the address that it leads to"
	case errors.As(err, &dns):
		return "is the host's name right?"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "does headway serve run there, and is the port right?"
	case errors.As(err, &authority):
		return "name the file of its authority in tls_config, ca_file of --http.config.file"
	case errors.As(err, &name):
		return "use a name that its certificate has"
	case errors.As(err, &record), errors.Is(err, http.ErrSchemeMismatch), strings.Contains(err.Error(), "HTTP response to HTTPS client"):
		return "it speaks plain HTTP: write --url=http://" + s.Base.Host + s.Base.Path
	case errors.As(err, &timeout) && timeout.Timeout():
		return "no answer in time: is the address right, and may this machine reach it?"
	}
	return ""
}
