package gerrit

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"unicode"

	"github.com/eventlet-removal/headway/store/query"
)

// login is the account that a client asks as, by HTTP's basic authentication. It is
// only ever held by a pointer, so that no dump of a client shows it.
type login struct{ username, password string }

// maxPassword is far more than a password has. The file may be a mistake.
const maxPassword = 4 << 10

// newLogin reads the password of an account; nil without one. A password goes to an
// address that nobody on the way can listen to, or to none.
func newLogin(cfg Config, base *url.URL) (*login, error) {
	switch {
	case cfg.Username == "" && cfg.PasswordFile == "":
		return nil, nil
	case cfg.Username == "" || cfg.PasswordFile == "":
		return nil, errors.New("a login needs both a user name and a password file")
	case strings.ContainsFunc(cfg.Username, func(r rune) bool { return r == ':' || unicode.IsControl(r) }):
		return nil, errors.New("a user name has neither a colon nor control characters")
	case !query.Confidential(base):
		return nil, errors.New("a login needs https://, or a Gerrit on this machine: anybody on the way could read the password")
	}
	password, err := readPassword(cfg.PasswordFile)
	if err != nil {
		return nil, fmt.Errorf("password file: %w", err)
	}
	return &login{cfg.Username, password}, nil
}

// readPassword reads a file of one line. No error repeats what is in it.
func readPassword(file string) (string, error) {
	f, err := os.Open(file)
	if err != nil {
		return "", err // it reads "open FILE: …"
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxPassword+1))
	if err != nil {
		return "", err
	}
	password := strings.TrimRight(string(data), "\r\n")
	switch {
	case len(data) > maxPassword:
		return "", fmt.Errorf("%s has more than %d bytes: it is to hold nothing but the password", file, maxPassword)
	case password == "":
		return "", fmt.Errorf("%s is empty", file)
	case strings.ContainsFunc(password, unicode.IsControl):
		return "", fmt.Errorf("%s has several lines or control characters: it is to hold nothing but the password", file)
	}
	return password, nil
}

// refuseRedirect is how a client with a login follows a redirect: not at all. Where it
// leads must be written into the configuration before it is given a password.
func refuseRedirect(req *http.Request, _ []*http.Request) error {
	target := (&url.URL{Scheme: req.URL.Scheme, Host: req.URL.Host, Path: req.URL.Path}).String()
	return &redirectError{"Gerrit sent us elsewhere, where our login is not sent", fmt.Sprintf("refused a redirect to %s: a login is sent to the configured URL only", target)}
}

// loginPath is below the base where Gerrit wants a login, and accepts one.
const loginPath = "a/"

// path is that of a request below the base.
func (c *Client) path(r request) string {
	if c.login != nil {
		return loginPath + r.path
	}
	return r.path
}

// public narrows a query to what is not private. An account also sees private changes
// of its own and those that it reviews; they are nobody else's business.
func (c *Client) public(query string) string {
	if c.login == nil {
		return query
	}
	return "(" + query + ") -is:private"
}
