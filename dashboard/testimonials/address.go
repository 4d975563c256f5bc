package testimonials

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"unicode"
)

const maxAddress = 4096

var scheme = regexp.MustCompile(`^([a-zA-Z][a-zA-Z0-9+.-]*):`)

// harmless are the schemes that lead nowhere we go. Whatever is neither here nor
// http and https is reported.
var harmless = map[string]bool{
	"mailto": true, "tel": true, "irc": true, "ircs": true, "xmpp": true, "matrix": true,
	"ftp": true, "ftps": true, "git": true, "ssh": true, "news": true, "sip": true, "magnet": true,
}

// errElsewhere is not a mistake: a relative address or a harmless scheme.
var errElsewhere = errors.New("not an address on the web")

func isAddress(s string) bool {
	return len(s) > 8 && (strings.EqualFold(s[:7], "http://") || strings.EqualFold(s[:8], "https://"))
}

// webAddress reads an untrusted address as a browser would: it ignores white space
// around and line ends within it, so that "java\nscript:" is what it is.
func webAddress(href string) (*url.URL, error) {
	href = strings.Map(func(r rune) rune {
		if r == '\t' || r == '\n' || r == '\r' {
			return -1
		}
		return r
	}, strings.TrimFunc(href, func(r rune) bool { return r <= ' ' || unicode.IsSpace(r) || !shown(r) }))
	if len(href) > maxAddress {
		return nil, fmt.Errorf("a link of more than %d bytes", maxAddress)
	}
	if strings.HasPrefix(href, "//") {
		href = "https:" + href
	}
	m := scheme.FindStringSubmatch(href)
	switch {
	case m == nil, harmless[strings.ToLower(m[1])]:
		return nil, errElsewhere
	case !isAddress(href):
		return nil, fmt.Errorf("an unsafe link: its scheme is %s", strings.ToLower(clip(m[1], 20)))
	}
	u, err := url.Parse(href)
	if err != nil {
		var broken *url.Error // names the whole address again
		if errors.As(err, &broken) {
			err = broken.Err
		}
		return nil, fmt.Errorf("a link that can't be read: %w", err)
	}
	if u.User != nil {
		return nil, errors.New("an unsafe link: it hides its host behind a user name")
	}
	if u.Host == "" {
		return nil, errors.New("a link without a host")
	}
	return u, nil
}

// hostOf is a host to compare: lower-case, without the port of its scheme.
func hostOf(u *url.URL) string {
	host, port := strings.TrimSuffix(strings.ToLower(u.Hostname()), "."), u.Port()
	if port == "" || port == "443" && u.Scheme == "https" || port == "80" && u.Scheme == "http" {
		return host
	}
	return host + ":" + port
}
