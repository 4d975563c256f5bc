package sentences_test

import (
	"strings"
	"testing"

	"github.com/eventlet-removal/headway/dashboard/testimonials/sentences"
)

func TestSplit(t *testing.T) {
	for text, want := range map[string]string{
		"":                            "",
		"One.":                        "One.",
		"One. Two! Three? four":       "One.|Two!|Three? four",
		"Python 3.12 is out. Go 1.26": "Python 3.12 is out.|Go 1.26",
		"e.g. This. And Dr. No. End.": "e.g. This.|And Dr. No. End.",
		`He said "Go." Then he left.`: `He said "Go."|Then he left.`,
		"Wait… What":                  "Wait…|What",
		"...":                         "...",
	} {
		var got []string
		for _, s := range sentences.Split(text) {
			got = append(got, s.Text)
			if text[s.At:s.At+len(s.Text)] != s.Text {
				t.Errorf("%q: %q is not at %d", text, s.Text, s.At)
			}
		}
		if strings.Join(got, "|") != want {
			t.Errorf("%q: %q, want %q", text, strings.Join(got, "|"), want)
		}
	}
}

func TestStatement(t *testing.T) {
	for text, want := range map[string]bool{`"Yes."`: true, "Go!": true, "Why?": false, "These:": false, "(so…)": true, "": false} {
		if got := (sentences.Sentence{Text: text}).Statement(); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
