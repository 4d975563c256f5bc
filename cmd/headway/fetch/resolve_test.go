package fetch_test

import (
	"context"
	"log/slog"
	"net"
	"net/netip"
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/eventlet-removal/headway/cmd/headway/fetch"
)

// nameServer answers each question with the addresses that a host of that name has.
func nameServer(t *testing.T, hosts map[string][]string) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	go func() {
		for buf := make([]byte, 1500); ; {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(buf[:n]) != nil || len(m.Questions) != 1 {
				continue
			}
			m.Response, m.Additionals = true, nil
			q := m.Questions[0]
			header := dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class}
			for _, a := range hosts[q.Name.String()] {
				ip := netip.MustParseAddr(a)
				switch {
				case ip.Is4() && q.Type == dnsmessage.TypeA:
					m.Answers = append(m.Answers, dnsmessage.Resource{Header: header, Body: &dnsmessage.AResource{A: ip.As4()}})
				case ip.Is6() && q.Type == dnsmessage.TypeAAAA:
					m.Answers = append(m.Answers, dnsmessage.Resource{Header: header, Body: &dnsmessage.AAAAResource{AAAA: ip.As16()}})
				}
			}
			if answer, err := m.Pack(); err == nil {
				conn.WriteTo(answer, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

// A name of the web may lead into a network of ours, at once or at the second look-up: the
// address that is dialled decides, and nobody is connected to.
func TestNamesThatLeadInside(t *testing.T) {
	inside, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer inside.Close()
	go func() {
		for {
			c, err := inside.Accept()
			if err != nil {
				return
			}
			t.Errorf("somebody connects to %s", c.LocalAddr())
			c.Close()
		}
	}()
	_, port, err := net.SplitHostPort(inside.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	hosts := map[string][]string{
		"loopback.example.":  {"127.0.0.1"},
		"within.example.":    {"::ffff:127.0.0.1"},
		"private.example.":   {"10.0.0.1", "192.168.1.1", "fd00::1"},
		"metadata.example.":  {"169.254.169.254"},
		"carried.example.":   {"64:ff9b::7f00:1", "2002:7f00:1::", "::127.0.0.1"},
		"nowhere.example.":   {"0.0.0.0", "::"},
		"localhost.example.": {"127.0.0.1", "::1"}, // only localhost itself is this machine
	}
	was := net.DefaultResolver
	net.DefaultResolver = nameServer(t, hosts)
	t.Cleanup(func() { net.DefaultResolver = was })
	f := &fetch.Fetcher{Log: slog.New(slog.DiscardHandler)}
	for host := range hosts {
		for _, get := range []func(context.Context, string) ([]byte, error){f.Page, f.Picture} {
			_, err := get(t.Context(), "https://"+host[:len(host)-1]+":"+port+"/")
			if err == nil || err.Error() != "its host is not on the public Internet" {
				t.Errorf("%s: %v", host, err)
			}
		}
	}
}
