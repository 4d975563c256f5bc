//go:build deploy || prometheus

package main

import (
	"net"
	"testing"
	"time"
)

// freePort is a port for a program that can't be asked which one it took.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// eventually tries for a minute: programs of others say nothing when they are ready.
func eventually(try func() bool) bool {
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(200 * time.Millisecond) {
		if try() {
			return true
		}
	}
	return false
}
