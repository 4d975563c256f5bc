package main

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

	"github.com/eventlet-removal/headway/dashboard/testimonials"
)

// Bounds of fetching one page.
const (
	pageTimeout   = 20 * time.Second // of all of it, redirects and body included
	pageRedirects = 3
	pageHeader    = 64 << 10
)

// pageFetcher gets testimonial pages from the web. The configuration names them,
// but their hosts are not ours: what they answer is bounded, and they can't make
// us ask anybody else, least of all somebody of our own network.
type pageFetcher struct {
	userAgent string
	log       *slog.Logger
}

// refusal is an error in words for the readers of the link check. Other errors may
// reveal our network and are only logged.
type refusal string

func (r refusal) Error() string { return string(r) }

// fetch gets a page. Plain http is for the machine's own pages only.
func (f *pageFetcher) fetch(ctx context.Context, address string) ([]byte, error) {
	data, err := f.get(ctx, address)
	var refused refusal
	var timeout net.Error
	switch {
	case err == nil:
		return data, nil
	case errors.As(err, &refused):
		return nil, refused
	case errors.As(err, &timeout) && timeout.Timeout():
		err = fmt.Errorf("%w (%w)", refusal("no answer in time"), err)
	default:
		err = fmt.Errorf("%w (%w)", refusal("no connection"), err)
	}
	f.log.Debug("fetch testimonial", "page", address, "err", err)
	errors.As(err, &refused)
	return nil, refused
}

func (f *pageFetcher) get(ctx context.Context, address string) ([]byte, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, refusal("not an address")
	}
	own := ownHost(u)
	if u.Scheme != "https" && !(own && u.Scheme == "http") {
		return nil, refusal("only https:// is fetched")
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, refusal("not an address")
	}
	req.Header.Set("User-Agent", f.userAgent)
	req.Header.Set("Accept", "text/html")
	client := pageClient(own)
	defer client.CloseIdleConnections()
	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, refusal(fmt.Sprintf("its host answers %d", resp.StatusCode))
	}
	if kind, _, err := mime.ParseMediaType(resp.Header.Get("Content-Type")); err != nil || kind != "text/html" {
		return nil, refusal("it is no HTML page")
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, testimonials.MaxBytes+1))
	switch {
	case err != nil:
		return nil, err
	case len(data) > testimonials.MaxBytes:
		return nil, refusal(fmt.Sprintf("it has more than %d bytes", testimonials.MaxBytes))
	}
	return data, nil
}

// pageClient is a client for one page. There is no proxy: only the address that is
// dialled checks where a name really leads.
func pageClient(own bool) *http.Client {
	dialer := &net.Dialer{Timeout: pageTimeout, Control: func(_, address string, _ syscall.RawConn) error {
		return dialable(address, own)
	}}
	return &http.Client{
		Timeout: pageTimeout,
		Transport: &http.Transport{
			DialContext: dialer.DialContext, DisableKeepAlives: true, ForceAttemptHTTP2: true,
			MaxResponseHeaderBytes: pageHeader, TLSHandshakeTimeout: pageTimeout,
		},
		CheckRedirect: func(req *http.Request, via []*http.Request) error {
			first := via[0].URL
			switch {
			case len(via) > pageRedirects:
				return refusal(fmt.Sprintf("it redirects more than %d times", pageRedirects))
			case !strings.EqualFold(req.URL.Host, first.Host) || req.URL.Scheme != first.Scheme || req.URL.User != nil:
				return refusal("it redirects to another host")
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
		return refusal("its host has no address")
	}
	ip := at.Addr().WithZone("").Unmap()
	switch {
	case own && ip.IsLoopback(), !own && public(ip):
		return nil
	}
	return refusal("its host is not on the public Internet")
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
