package verify

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/eventlet-removal/headway/dashboard/progress/reverts"
)

func TestRevertedNames(t *testing.T) {
	for _, tt := range []struct {
		name, message string
		want          []string
	}{
		{"the button's", "Revert \"x\"\n\nThis reverts commit 0123456789abcdef0123456789abcdef01234567.\n\nReason for revert: y", []string{"0123456789abcdef0123456789abcdef01234567"}},
		{"any case", "THIS REVERTS COMMIT ABCDEF1", []string{"abcdef1"}},
		{"a change", "this reverts change I0123456.", []string{"i0123456"}},
		{"a number", "This reverts change 1234567.", nil},
		{"quoted", "> This reverts commit 1111111.", nil},
		{"set in", "  This reverts commit 1111111.", nil},
		{"in prose", "It says: This reverts commit 1111111.", nil},
		{"several", "This reverts commit 1111111, commit 2222222, and commits `3333333`, 4444444.", []string{"1111111", "2222222", "3333333", "4444444"}},
		{"with subjects", "This reverts commits 1111111 (\"a and 9999999\") and\n2222222 \"b\".", []string{"1111111", "2222222"}},
		{"the reason names another", "This reverts commit 1111111 because of 2222222.", []string{"1111111"}},
		{"a range", "This reverts commits 1111111..2222222.", nil},
		{"broken", "This\nreverts commit\n1111111.", []string{"1111111"}},
		{"broken by a blank line", "This reverts\n\ncommit 1111111.", nil},
		{"a list", "This reverts commits:\n\n- 1111111 Use threads\n  and 9999999\n- 2222222: more\n\nChange-Id: I0123456", []string{"1111111", "2222222"}},
		{"a bare list", "This reverts commits\n1111111 x\n2222222\nChange-Id: I0123456", []string{"1111111"}},
		{"a bare list below a blank line", "This reverts commits:\n\n1111111 x\n2222222\nChange-Id: I0123456", []string{"1111111", "2222222"}},
		{"a list after one", "This reverts commits 1111111,\n- 2222222", []string{"1111111", "2222222"}},
		{"carriage returns", "This reverts commits\r\n1111111 and\r\n2222222\r\n", []string{"1111111", "2222222"}},
		{"in double marks", "This reverts commit \"1111111\".", []string{"1111111"}},
		{"an ellipsis", "This reverts commit 1111111…", []string{"1111111"}},
		{"a bracket behind", "This reverts commit 1111111]", []string{"1111111"}},
		{"an angle behind", "This reverts commit 1111111>", []string{"1111111"}},
		{"a star behind", "This reverts commit 1111111*", []string{"1111111"}},
		{"a change of an item is a number", "This reverts commits:\n- 1111111 and change 1234567\n- 2222222", []string{"1111111", "2222222"}},
		{"prose after a comma", "This reverts commit 1111111, 2222222 broke the gate.", []string{"1111111"}},
		{"prose after and", "This reverts commit 1111111 and 2222222 is its follow-up.", []string{"1111111"}},
		{"prose below the sentence", "This reverts commits 1111111 and 2222222\n3333333 was fixed elsewhere.", []string{"1111111", "2222222"}},
		{"below a blank line", "This reverts commit\n\n1111111 is the culprit", nil},
		{"a face in parentheses", "This reverts commits 1111111 (a :( smile) and 2222222", []string{"1111111", "2222222"}},
		{"marks within marks", "This reverts commits 1111111 (\"Foo \"quoted\") x\") and 2222222", []string{"1111111", "2222222"}},
		{"brackets", "This reverts commits 1111111 [a] and 2222222", []string{"1111111", "2222222"}},
		{"a byte order mark", "\ufeffThis reverts commit 1111111.", []string{"1111111"}},
		{"an en dash before each", "This reverts commits:\n– 1111111\n– 2222222", []string{"1111111", "2222222"}},
		{"a list set in with blank lines", "This reverts commits:\n\n  1111111\n\n  2222222\n\n3333333 stays", []string{"1111111", "2222222"}},
		{"two sentences", "This reverts commit 1111111.\nThis reverts commit 2222222.", []string{"1111111", "2222222"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := revertedNames(tt.message); !slices.Equal(got, tt.want) {
				t.Errorf("names = %q, want %q", got, tt.want)
			}
		})
	}
}

// fragments are what messages are put together from, to compare the two readings.
var fragments = []string{
	"This reverts commit ", "This reverts commits ", "This reverts commits:\n", "This reverts change ", "This\nreverts ", "commit ", "commits ", "changes ",
	"1111111", "2222222", "`3333333`", "\"4444444\"", "I5555555", "'666666a'", "777777", "8888888…", "9999999..", "aaaaaaa: ", "'s",
	"\n", "\n\n", "\n  ", "\n- ", "\n\n- ", "\n2. ", "\n– ", "\n> ", " ", " ", "  ", " and ", " and ", ", ", ",", " & ", ", and ", "and\n",
	" (\"a\")", " (b", ")", "\") ", " \"c and d\"", "\"", "“", "” ", "[e] ", " (f (g) :( h)", ".", " x ", ":", "\u00a0", "\r", "\ufeff", "'", "(", "*",
}

// TestTwoReadersAgree gives random messages to the reading of package progress and
// to verify's. A difference is a mistake of one of them.
func TestTwoReadersAgree(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 20_000 {
		text := fragments[r.IntN(5)]
		for range 1 + r.IntN(12) {
			text += fragments[r.IntN(len(fragments))]
		}
		want := namesOf(reverts.Read(text))
		if got := revertedNames(text); !slices.Equal(got, want) {
			t.Errorf("%q: verify reads %q, progress %q", text, got, want)
		}
	}
}

// TestLongMessages gives both readings messages that a reader which looks at each
// part again for each other part would not finish before the test's own time is over.
func TestLongMessages(t *testing.T) {
	const n = 100_000
	var distinct strings.Builder
	distinct.WriteString("This reverts commits:\n")
	for i := range n {
		distinct.WriteString("- " + commitOf(3*i, 1) + "\n")
	}
	for name, text := range map[string]string{
		"asides that never end": strings.Repeat("This reverts commit abc1234 (\n", n),
		"asides of one line":    "This reverts commits abc1234" + strings.Repeat(" (a), abc1234", n),
		"distinct names":        distinct.String(),
		"heads":                 strings.Repeat("This reverts commits:\n", n),
		"open marks":            "This reverts commits " + strings.Repeat("abc1234 \"(, ", n),
	} {
		t.Run(name, func(t *testing.T) {
			want := namesOf(reverts.Read(text))
			if got := revertedNames(text); !slices.Equal(got, want) {
				t.Errorf("verify reads %d names, progress %d", len(got), len(want))
			}
		})
	}
}

func namesOf(targets []reverts.Target) []string {
	var names []string
	for _, target := range targets {
		names = append(names, strings.ToLower(target.Commit+target.ChangeID))
	}
	return names
}
