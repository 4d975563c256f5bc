// Package fetch gets testimonials and what is on them from the web.
//
// The configuration names the pages, but their hosts are not ours: what they answer is
// bounded, and they can't make us ask anybody else, least of all somebody of our own
// network. cmd/headway imports it.
package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"

	"github.com/eventlet-removal/headway/dashboard/portrait"
	"github.com/eventlet-removal/headway/dashboard/testimonials"
)

// Bounds of fetching one page.
const (
	timeout     = 20 * time.Second // of all of it, redirects and body included
	redirects   = 3
	headerBytes = 64 << 10
)

// Fetcher gets pages and pictures, one at a time.
type Fetcher struct {
	UserAgent string
	Log       *slog.Logger
}

// Refusal is an error in words for the readers of the link check. Other errors may
// reveal our network and are only logged.
type Refusal string

func (r Refusal) Error() string { return string(r) }

// material is what is asked for.
type material struct {
	accept string // as the header says it
	html   bool   // nothing else is taken; of pictures, the content says what they are
	most   int64  // bytes
}

var (
	aPage    = material{"text/html", true, testimonials.MaxBytes}
	aPicture = material{"image/jpeg, image/png, image/webp", false, portrait.MaxBytes}
)

// Page gets a page. Plain http is for the machine's own pages only. Its errors are of
// type Refusal.
func (f *Fetcher) Page(ctx context.Context, address string) ([]byte, error) {
	return f.fetch(ctx, address, aPage)
}

// Picture gets a picture by the same rules; what is in it, nobody has looked at.
func (f *Fetcher) Picture(ctx context.Context, address string) ([]byte, error) {
	return f.fetch(ctx, address, aPicture)
}

func (f *Fetcher) fetch(ctx context.Context, address string, want material) ([]byte, error) {
	data, err := f.get(ctx, address, want)
	var refused Refusal
	var late net.Error
	switch {
	case err == nil:
		return data, nil
	case errors.As(err, &refused):
		return nil, refused
	case errors.As(err, &late) && late.Timeout():
		err = fmt.Errorf("%w (%w)", Refusal("no answer in time"), err)
	default:
		err = fmt.Errorf("%w (%w)", Refusal("no connection"), err)
	}
	f.Log.Debug("fetch testimonial", "page", address, "err", err)
	errors.As(err, &refused)
	return nil, refused
}

func (f *Fetcher) get(ctx context.Context, address string, want material) ([]byte, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, Refusal("not an address")
	}
	own := ownHost(u)
	if u.Scheme != "https" && !(own && u.Scheme == "http") {
		return nil, Refusal("only https:// is fetched")
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, Refusal("not an address")
	}
	req.Header.Set("User-Agent", f.UserAgent)
	req.Header.Set("Accept", want.accept)
	c := client(own)
	defer c.CloseIdleConnections()
	resp, err := c.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, Refusal(fmt.Sprintf("its host answers %d", resp.StatusCode))
	}
	if kind, _, err := mime.ParseMediaType(resp.Header.Get("Content-Type")); want.html && (err != nil || kind != "text/html") {
		return nil, Refusal("it is no HTML page")
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, want.most+1))
	switch {
	case err != nil:
		return nil, err
	case int64(len(data)) > want.most:
		return nil, Refusal(fmt.Sprintf("it has more than %d bytes", want.most))
	}
	return data, nil
}

// client is a client for one page. There is no proxy: only the address that is
// dialled checks where a name really leads.
func client(own bool) *http.Client {
	dialer := &net.Dialer{Timeout: timeout, Control: func(_, address string, _ syscall.RawConn) error {
		return dialable(address, own)
	}}
	return &http.Client{
		Timeout: timeout,
		Transport: &http.Transport{
			DialContext: dialer.DialContext, DisableKeepAlives: true, ForceAttemptHTTP2: true,
			MaxResponseHeaderBytes: headerBytes, TLSHandshakeTimeout: timeout,
		},
		CheckRedirect: func(req *http.Request, via []*http.Request) error {
			first := via[0].URL
			switch {
			case len(via) > redirects:
				return Refusal(fmt.Sprintf("it redirects more than %d times", redirects))
			case !strings.EqualFold(req.URL.Host, first.Host) || req.URL.Scheme != first.Scheme || req.URL.User != nil:
				return Refusal("it redirects to another host")
			}
			return nil
		},
	}
}

// ownHost reports whether an address names this machine.
func ownHost(u *url.URL) bool {
	if strings.EqualFold(u.Hostname(), "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return err == nil && ip.Unmap().IsLoopback()
}

// dialable refuses to connect to what is not the public Internet: a name may lead
// anywhere, and somewhere else at the next look-up. Only a page of this machine, and
// named so, may be on it.
func dialable(address string, own bool) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return Refusal("its host has no address")
	}
	ip := at.Addr().WithZone("").Unmap()
	switch {
	case own && ip.IsLoopback(), !own && public(ip):
		return nil
	}
	return Refusal("its host is not on the public Internet")
}

// notPublic are networks that netip's own predicates know nothing of: shared and
// test networks, and those that carry IPv4 addresses within.
var notPublic = func() []netip.Prefix {
	var nets []netip.Prefix
	for _, s := range []string{
		"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
		"::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "fec0::/10",
	} {
		nets = append(nets, netip.MustParsePrefix(s))
	}
	return nets
}()

func public(ip netip.Addr) bool {
	if !ip.IsGlobalUnicast() || ip.IsPrivate() {
		return false
	}
	for _, n := range notPublic {
		if n.Contains(ip) {
			return false
		}
	}
	return true
}
