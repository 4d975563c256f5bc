//go:build deploy

package main

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"net"
	"net/textproto"
	"strings"
	"sync"
	"testing"
)

// mailbox is a server that takes mails by SMTP from whoever knows its password.
type mailbox struct {
	address string
	mu      sync.Mutex
	mails   []letter
}

// letter is a mail as it came.
type letter struct {
	login    string // USER:PASSWORD, "" if nobody said it
	from     string
	to       []string
	contents string
}

func newMailbox(t *testing.T, login string) *mailbox {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	m := &mailbox{address: listener.Addr().String()}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return // closed
			}
			go m.talk(conn, login)
		}
	}()
	return m
}

// talk is one session, as RFC 5321 and 4954 have it.
func (m *mailbox) talk(conn net.Conn, login string) {
	defer conn.Close()
	in := textproto.NewReader(bufio.NewReader(conn))
	say := func(lines ...string) { fmt.Fprint(conn, strings.Join(lines, "\r\n")+"\r\n") }
	say("220 mail.example.org ESMTP")
	var l letter
	for {
		line, err := in.ReadLine()
		if err != nil {
			return
		}
		verb, rest, _ := strings.Cut(line, " ")
		switch verb = strings.ToUpper(verb); {
		case verb == "EHLO" || verb == "HELO":
			say("250-mail.example.org", "250-8BITMIME", "250 AUTH PLAIN")
		case verb == "AUTH":
			_, initial, _ := strings.Cut(rest, " ")
			if initial == "" {
				say("334 ")
				initial, _ = in.ReadLine()
			}
			plain, _ := base64.StdEncoding.DecodeString(initial)
			l.login = strings.ReplaceAll(strings.TrimPrefix(string(plain), "\x00"), "\x00", ":")
			if l.login != login {
				say("535 no")
				continue
			}
			say("235 welcome")
		case l.login != login:
			say("530 who are you?")
		case verb == "MAIL":
			l.from = rest
			say("250 ok")
		case verb == "RCPT":
			l.to = append(l.to, rest)
			say("250 ok")
		case verb == "DATA":
			say("354 go on")
			data, err := in.ReadDotBytes()
			if err != nil {
				return
			}
			l.contents = string(data)
			m.mu.Lock()
			m.mails = append(m.mails, l)
			m.mu.Unlock()
			say("250 taken")
		case verb == "QUIT":
			say("221 bye")
			return
		default:
			say("502 what?")
		}
	}
}

// taken is what came since the last time.
func (m *mailbox) taken() []letter {
	m.mu.Lock()
	defer m.mu.Unlock()
	mails := m.mails
	m.mails = nil
	return mails
}
