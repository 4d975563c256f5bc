package main

import (
	"fmt"
	"strings"
	"testing"
)

// TestScreen writes log lines while a bar stands.
func TestScreen(t *testing.T) {
	var out strings.Builder
	s := &screen{out: &out, terminal: true}
	bar := lastLine{s}
	fmt.Fprint(s, "one\n")
	fmt.Fprint(bar, "\r1/2")
	fmt.Fprint(s, "two\n")
	fmt.Fprint(s, "three\n")
	fmt.Fprint(bar, "\r2/2")
	bar.clear()
	bar.clear()
	const want = "one\n\r1/2" + clearLine + "two\nthree\n\r2/2" + clearLine
	if got := out.String(); got != want {
		t.Errorf("written %q, want %q", got, want)
	}
}
