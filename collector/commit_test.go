package collector_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/eventlet-removal/headway/store"
)

// withMessage is a change whose current commit message has some lines below its
// subject, as it is kept.
func withMessage(t *testing.T, lines string) *store.Change {
	t.Helper()
	return polled(t, document(map[string]any{
		"current_revision": "aa",
		"revisions":        map[string]any{"aa": map[string]any{"_number": 1, "commit": map[string]any{"message": "Subject\n\n" + lines}}},
	}))
}

// What follows on the line is kept: who reads it decides what it means.
func TestDependsOnLines(t *testing.T) {
	for _, tt := range []struct {
		name, message string
		want          []string
	}{
		{"address", "Depends-On: https://r.example/1", []string{"https://r.example/1"}},
		{"any case", "depends-on:\thttp://r.example/1 ", []string{"http://r.example/1"}},
		{"words", "Depends-On: https://r.example/1 (the first)", []string{"https://r.example/1 (the first)"}},
		{"carriage return", "Depends-On: https://r.example/1\r\nDepends-On: I0123456789\r\n", []string{"https://r.example/1", "I0123456789"}},
		{"Change-Id and words", "Depends-On: I0123456789 of old", []string{"I0123456789 of old"}},
		{"e-mail address", "Depends-On: https://r.example/1 (ask ada@example.org)", []string{"https://r.example/1 (ask ada)"}},
		{"user of an address", "Depends-On: https://ada@r.example/1", []string{"https://ada@r.example/1"}},
		{"twice", "Depends-On: https://r.example/1\nDepends-On: https://r.example/1", []string{"https://r.example/1"}},
		{"in a line", "It says Depends-On: https://r.example/1", nil},
		{"nothing", "Depends-On:\nIt is x", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, withMessage(t, tt.message).DependsOn); diff != "" {
				t.Errorf("depends on (-want +got):\n%s", diff)
			}
		})
	}
}

// Every line is kept that may be a revert's sentence, with what it may go on in.
func TestRevertText(t *testing.T) {
	long := "This reverts commits:\n" + strings.Repeat("- 1111111\n", 2000)
	endless := "This reverts commits:\n" + strings.Repeat("- 1111111\n", 30_000)
	for _, tt := range []struct {
		name, message string
		want          []string
	}{
		{"none", "It reverts nothing, and commits.", nil},
		{"a sentence", "This reverts commit 1111111.\n\nIt hangs.", []string{"This reverts commit 1111111."}},
		{"any case", "THIS REVERTS COMMITS 1111111", []string{"THIS REVERTS COMMITS 1111111"}},
		{"a change", "This reverts change I1111111.", []string{"This reverts change I1111111."}},
		{"in prose", "I know: it reverts commit 1111111.", []string{"I know: it reverts commit 1111111."}},
		{"quoted", "> This reverts commit 1111111.\n>\n> It hangs.", []string{"> This reverts commit 1111111."}},
		{"set in", "\t This reverts commit 1111111.\n\n", []string{"\t This reverts commit 1111111."}},
		{"the rest of its paragraph", "This reverts commit\n1111111 and\n2222222.\nIt hangs.\n\nSigned-off-by: A", []string{"This reverts commit\n1111111 and\n2222222.\nIt hangs."}},
		{"broken before commit", "x\nThis reverts\ncommit 1111111.", []string{"This reverts\ncommit 1111111."}},
		{"broken before reverts", "It hangs.\nThis\nreverts commit 1111111.", []string{"This\nreverts commit 1111111."}},
		{"broken twice", "This\nreverts\ncommit 1111111.", []string{"This\nreverts\ncommit 1111111."}},
		{"broken and quoted", "> This\n> reverts\n> commit 1111111.\n", []string{"> This\n> reverts\n> commit 1111111."}},
		{"a list below", "This reverts commits:\n\n- 1111111 Use threads\n  again\n\n* commit `2222222`\n\n1. I333333333\n\nIt hangs.",
			[]string{"This reverts commits:\n\n- 1111111 Use threads\n  again\n\n* commit `2222222`\n\n1. I333333333"}},
		{"carriage returns", "This reverts commits\r\n1111111\r\n\r\n2222222\r\n", []string{"This reverts commits\n1111111\n\n2222222"}},
		{"several", "This reverts commit 1111111.\nThis reverts commit 2222222.\n\nx\n\nthis reverts change I3333333", []string{"This reverts commit 1111111.\nThis reverts commit 2222222.", "this reverts change I3333333"}},
		{"very many lines", long, []string{strings.TrimSpace(long)}},
		{"an endless list", endless, []string{endless[:len("This reverts commits:\n")+25_597*len("- 1111111\n")-1]}},
		{"an endless line", "This reverts commit 1111111 " + strings.Repeat("x", 300_000), nil},
		{"a list with dashes", "This reverts commits:\n\n– 1111111\n\n– 2222222\n\nIt hangs.", []string{"This reverts commits:\n\n– 1111111\n\n– 2222222"}},
		{"a list set in", "This reverts commits:\n\n  1111111\n\n  2222222\n\nIt hangs.", []string{"This reverts commits:\n\n  1111111\n\n  2222222"}},
		{"a byte order mark", "\ufeffThis reverts commit 1111111.", []string{"\ufeffThis reverts commit 1111111."}},
		{"e-mail address", "This reverts commit 1111111 (Ada <ada@example.org>) and\n2222222, as bob@example.org says.", []string{"This reverts commit 1111111 (Ada <ada>) and\n2222222, as bob says."}},
		{"other spaces", "This\u00a0reverts\u2003commit 1111111", []string{"This\u00a0reverts\u2003commit 1111111"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := withMessage(t, tt.message)
			if diff := cmp.Diff(tt.want, c.RevertText); diff != "" {
				t.Errorf("kept (-want +got):\n%s", diff)
			}
			if c.Extraction != store.Extraction || c.Reverts != nil {
				t.Errorf("extraction %d with %v, want %d without what an older headway kept", c.Extraction, c.Reverts, store.Extraction)
			}
		})
	}
}
