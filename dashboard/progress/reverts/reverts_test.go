package reverts_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/eventlet-removal/headway/dashboard/progress/reverts"
	"github.com/google/go-cmp/cmp"
)

const (
	sha1 = "8f3b7f1c5f2e4f64a1b2c3d4e5f60718293a4b5c"
	sha2 = "0123456789abcdef0123456789abcdef01234567"
	id1  = "I8473b95934b5732ac55d26311a706c9c2bde9940"
	id2  = "Ideadbeefdeadbeefdeadbeefdeadbeefdeadbeef"
)

func TestRead(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       []string
	}{
		{"nothing", "", nil},
		{"no revert", "Use threads\n\nThis removes eventlet.\n", nil},
		{"Gerrit's button", "Revert \"Use threads\"\n\nThis reverts commit " + sha1 + ".\n\nReason for revert: It hangs.\n\nChange-Id: " + id1 + "\n", []string{sha1}},
		{"git revert", "Revert \"Use threads\"\n\nThis reverts commit " + sha1 + ".", []string{sha1}},
		{"no stop", "This reverts commit " + sha1, []string{sha1}},
		{"the subject itself", "This reverts commit " + sha1 + "\n\nIt hangs.", []string{sha1}},
		{"abbreviated", "x\n\nThis reverts commit 8f3b7f1.", []string{"8f3b7f1"}},
		{"abbreviated to six digits", "This reverts commit 8f3b7f.", nil},
		{"a digit too many", "This reverts commit " + sha1 + "0.", nil},
		{"capitals", "THIS REVERTS COMMIT " + strings.ToUpper(sha1) + ".", []string{sha1}},
		{"lower case", "x\n\nthis reverts commit 8f3b7f1", []string{"8f3b7f1"}},
		{"mixed case", "This Reverts Change i8473B95934b5732ac55d26311a706c9c2bde9940", []string{id1}},
		{"a change", "x\n\nThis reverts change " + id1 + ".\n", []string{id1}},
		{"changes", "This reverts changes " + id1 + " and " + id2 + ".\n", []string{id1, id2}},
		{"a change as a commit", "This reverts commit " + id1, []string{id1}},
		{"a number after change", "This reverts change 1234567.", nil},
		{"a commit after change", "This reverts change " + sha1, nil},
		{"a change, then a commit", "This reverts change " + id1 + " and commit " + sha1, []string{id1, sha1}},
		{"and", "This reverts commit " + sha1 + " and commit " + sha2 + ".", []string{sha1, sha2}},
		{"and, once commits", "This reverts commits " + sha1 + " and " + sha2 + ".", []string{sha1, sha2}},
		{"ampersand", "This reverts commits 1111111 & 2222222", []string{"1111111", "2222222"}},
		{"commas", "This reverts commits 1111111, 2222222, 3333333.", []string{"1111111", "2222222", "3333333"}},
		{"commas without spaces", "This reverts commits 1111111,2222222", []string{"1111111", "2222222"}},
		{"commas and and", "This reverts commits 1111111, 2222222, and 3333333.", []string{"1111111", "2222222", "3333333"}},
		{"commas, and the word each time", "This reverts commit 1111111, commit 2222222 and commit 3333333.", []string{"1111111", "2222222", "3333333"}},
		{"twice the same", "This reverts commit 1111111 and commit 1111111.\nThis reverts commit 1111111.", []string{"1111111"}},
		{"two sentences", "This reverts commit 1111111.\nThis reverts commit 2222222.\n", []string{"1111111", "2222222"}},
		{"two paragraphs", "This reverts commit 1111111.\n\nIt hangs.\n\nThis reverts commit 2222222.\n", []string{"1111111", "2222222"}},
		{"two sentences of a line", "This reverts commit 1111111. This reverts commit 2222222.\n", []string{"1111111"}},
		{"subjects in parentheses", "This reverts commit 1111111 (\"Use (more :( threads\") and commit\n2222222 (\"Use\nfewer\").", []string{"1111111", "2222222"}},
		{"a remark in parentheses", "This reverts commits 1111111 (see commit 2222222 (and 3333333)) and 4444444.", []string{"1111111", "4444444"}},
		{"subjects in quotation marks", "This reverts commits 1111111 \"Use a, b and 9999999\", 2222222 'x' and 3333333 “y”.", []string{"1111111", "2222222", "3333333"}},
		{"parentheses that never end", "This reverts commits 1111111 (Use threads and 2222222.\n\n)", []string{"1111111"}},
		{"a name in code marks", "This reverts commits `1111111` and '2222222'.", []string{"1111111", "2222222"}},
		{"a name in a mark that does not end", "This reverts commits `1111111 and 2222222.", nil},
		{"possessive", "This reverts commit 1111111's part in the server", []string{"1111111"}},
		{"the reason names another", "This reverts commit 1111111 because of commit 2222222.", []string{"1111111"}},
		{"a relative clause", "This reverts commit 1111111, which broke commit 2222222, and is wanted.", []string{"1111111"}},
		{"and what it does", "This reverts commit 1111111 and removes 2222222.", []string{"1111111"}},
		{"a range", "This reverts commits 1111111..2222222.", nil},
		{"a range with a dash", "This reverts commits 1111111-2222222.", nil},
		{"a range with three dots", "This reverts commits 1111111...2222222.", nil},
		{"dots for what is left out", "This reverts commit 1111111... and 2222222...", []string{"1111111"}},
		{"an ancestor", "This reverts commit 1111111^ and 2222222~1.", nil},
		{"a path", "This reverts commit 1111111:nova/api.py and 2222222/file", nil},
		{"a longer word", "This reverts commit deadbeefs", nil},
		{"a stop at the end, then a word", "This reverts commit deadbee.It hangs.", []string{"deadbee"}},

		{"broken before the name", "This reverts commit\n" + sha1 + ".", []string{sha1}},
		{"broken before commit", "This reverts\ncommit 1111111.", []string{"1111111"}},
		{"broken before reverts", "This\nreverts commit 1111111.", []string{"1111111"}},
		{"broken everywhere", "This\n  reverts\n  commits\n  1111111\n  and\n  2222222\n  ,\n  3333333", []string{"1111111", "2222222", "3333333"}},
		{"broken after and", "This reverts commit 1111111 and\ncommit 2222222.", []string{"1111111", "2222222"}},
		{"broken after a comma", "This reverts commits 1111111,\n2222222, and\n3333333.", []string{"1111111", "2222222", "3333333"}},
		{"broken by a blank line after a comma", "This reverts commit 1111111,\n\n2222222 stays.", []string{"1111111"}},
		{"broken by a blank line", "This reverts\n\ncommit 1111111.", nil},
		{"only the first of two lines", "This reverts commit\n1111111\n2222222", []string{"1111111"}},
		{"carriage returns", "Revert\r\n\r\nThis reverts commits\r\n1111111 and\r\n2222222.\r\n", []string{"1111111", "2222222"}},
		{"spaces of all kinds", "This\u00a0reverts  commits\t1111111\u2003and 2222222   \n", []string{"1111111", "2222222"}},

		{"a list", "This reverts commits:\n- 1111111\n- 2222222\n", []string{"1111111", "2222222"}},
		{"a list with subjects", "This reverts commits:\n\n  * 1111111 Use threads, and\n    3333333 is not one of them\n  * 2222222: Use more and 4444444\n\nIt hangs.", []string{"1111111", "2222222"}},
		{"a list without marks", "This reverts commits\n1111111\n2222222 (\"x\")\n3333333 Use threads\n\n4444444 stays", []string{"1111111", "2222222", "3333333"}},
		{"a list below a blank line", "This reverts commits:\n\n1111111\n2222222\nChange-Id: " + id1, []string{"1111111", "2222222"}},
		{"a list with blank lines", "This reverts commits:\n\n- 1111111\n\n- 2222222\n\n3333333 stays", []string{"1111111", "2222222"}},
		{"a list with more below an item", "This reverts commits:\n\n- 1111111\n\n  which broke\n- 2222222", []string{"1111111"}},
		{"a list with numbers", "This reverts commits:\n1. 1111111\n2) 2222222\n(3) 3333333\n", []string{"1111111", "2222222", "3333333"}},
		{"a list with commas", "This reverts commits:\n1111111,\n2222222 and\n3333333", []string{"1111111", "2222222", "3333333"}},
		{"a list of changes", "This reverts changes:\n- " + id1 + "\n- commit 1111111\n- change " + id2, []string{id1, "1111111", id2}},
		{"a list of one", "This reverts commit:\n- 1111111", []string{"1111111"}},
		{"some below a colon and a blank line", "This reverts commit:\n\n1111111.\n2222222", []string{"1111111", "2222222"}},
		{"below a blank line", "This reverts commit\n\ndeadbeef is the culprit", nil},
		{"several below a blank line", "This reverts commits\n\n1111111\n2222222", nil},
		{"a mark below a blank line", "This reverts commit\n\n- 1111111", []string{"1111111"}},
		{"a list set in with blank lines", "This reverts commits:\n\n  1111111\n\n  2222222 Use threads\n\n3333333 stays", []string{"1111111", "2222222"}},
		{"an en dash before each", "This reverts commits:\n– 1111111\n— 2222222", []string{"1111111", "2222222"}},
		{"prose below the sentence", "This reverts commits 1111111 and 2222222\n3333333 was fixed elsewhere.", []string{"1111111", "2222222"}},
		{"a change of an item is a number", "This reverts commits:\n- 1111111 and change 1234567\n- 2222222", []string{"1111111", "2222222"}},
		{"prose after a comma", "This reverts commit 1111111, 2222222 broke the gate.", []string{"1111111"}},
		{"prose after and", "This reverts commit 1111111 and 2222222 is its follow-up.", []string{"1111111"}},
		{"one, then several", "This reverts commit 1111111 and commits 2222222, 3333333.", []string{"1111111", "2222222", "3333333"}},
		{"a face in parentheses", "This reverts commits 1111111 (a :( smile) and 2222222", []string{"1111111", "2222222"}},
		{"a happy face in parentheses", "This reverts commits 1111111 (a :) smile) and 2222222", []string{"1111111", "2222222"}},
		{"marks within marks", "This reverts commits 1111111 (\"Foo \"quoted\") x\") and 2222222", []string{"1111111", "2222222"}},
		{"brackets", "This reverts commits 1111111 [a] and 2222222", []string{"1111111", "2222222"}},
		{"a byte order mark", "\ufeffThis reverts commit 1111111.", []string{"1111111"}},
		{"in double marks", "This reverts commit \"1111111\".", []string{"1111111"}},
		{"an ellipsis", "This reverts commit 1111111…", []string{"1111111"}},
		{"a bracket behind", "This reverts commit 1111111]", []string{"1111111"}},
		{"an angle behind", "This reverts commit 1111111>", []string{"1111111"}},
		{"a star behind", "This reverts commit 1111111*", []string{"1111111"}},
		{"an aside too long", "This reverts commits 1111111 (a\nb\nc\nd\ne) and 2222222", []string{"1111111"}},
		{"a list that begins in the sentence", "This reverts commits 1111111,\n- 2222222\n- 3333333", []string{"1111111", "2222222", "3333333"}},
		{"a list of other things", "This reverts commits 1111111 and 2222222.\n- 3333333 stays", []string{"1111111", "2222222"}},
		{"a list ends at a line of prose", "This reverts commits:\n- 1111111\n- the rest\n- 2222222", []string{"1111111"}},
		{"a list that is quoted", "This reverts commits:\n> 1111111\n> 2222222", nil},
		{"a list that never comes", "This reverts commits:\n\n\nof last week.", nil},
		{"two lists", "This reverts commits:\n- 1111111\n\nThis reverts commits:\n- 2222222", []string{"1111111", "2222222"}},

		{"quoted", "> This reverts commit 1111111.", nil},
		{"quoted twice", ">> This reverts commit 1111111.\n> > this reverts commit 2222222", nil},
		{"quoted without a space", ">This reverts commit 1111111.", nil},
		{"quoted and broken", "> This reverts\n> commit 1111111.", nil},
		{"set in", "    This reverts commit 1111111.", nil},
		{"set in by a space", " This reverts commit 1111111.", nil},
		{"set in by a tab", "\tThis reverts commit 1111111.", nil},
		{"in prose", "The bot said: This reverts commit 1111111.", nil},
		{"in quotation marks", "\"This reverts commit 1111111.\" was wrong.", nil},
		{"an item of a list", "- This reverts commit 1111111.", nil},
		{"a footer", "Note: this reverts commit 1111111", nil},
		{"not said of itself", "It reverts commit 1111111.\nReverts commit 2222222.\nThat reverts commit 3333333.", nil},
		{"in part", "This partially reverts commit 1111111.", nil},
		{"will", "This reverts the commit 1111111.\nThis reverted commit 1111111.\nThis reverts commitment 1111111.", nil},
		{"the past of it", "This reverts commit of last week, 1111111.", nil},
		{"a reland", "Reland \"Use threads\"\n\nThis is a reland of 1111111, with a fix. Original:\n> Revert \"Use threads\"\n>\n> This reverts commit 1111111.\n> Change-Id: " + id1 + "\n\nChange-Id: " + id2, nil},
		{"a reland that sets in", "Reland\n\nThe revert was:\n\n    This reverts commit 1111111.\n", nil},
		{"a revert of a revert", "Revert \"Revert \"x\"\"\n\nThis reverts commit 2222222.\n\nOriginal change's description:\n> Revert \"x\"\n>\n> This reverts commit 1111111.", []string{"2222222"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, names(reverts.Read(test.text))); diff != "" {
				t.Errorf("Read(%q) (-want +got):\n%s", test.text, diff)
			}
		})
	}
}

func names(targets []reverts.Target) []string {
	var all []string
	for _, t := range targets {
		all = append(all, t.Commit+t.ChangeID)
	}
	return all
}

var wellFormed = regexp.MustCompile(`^I?[0-9a-f]{7,40}$`)

func FuzzRead(f *testing.F) {
	for _, text := range []string{
		"Revert\n\nThis reverts commit " + sha1 + ".\n",
		"This reverts commits:\n- 1111111 (\"x\n- 2222222",
		"THIS\r\nREVERTS\r\nCHANGE " + id1 + "\u00a0& `I1234567`\n\n",
		"This reverts commits 1111111 (a (b) 2222222, and\n\n3333333",
		"> This reverts commit 1111111\nThis reverts commit\n\n(1) 1111111",
		"This reverts commit 1111111 \"“('",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := names(reverts.Read(text))
		for i, name := range got {
			if !wellFormed.MatchString(name) || !strings.Contains(strings.ToLower(text), strings.ToLower(name)) {
				t.Errorf("Read(%q) = %q, which is not in it", text, name)
			}
			if slices.Contains(got[:i], name) {
				t.Errorf("Read(%q) has %q twice", text, name)
			}
		}
		if again := names(reverts.Read(strings.ReplaceAll(text, "\n", "\r\n"))); !slices.Equal(again, got) {
			t.Errorf("Read(%q) = %q, with carriage returns %q", text, got, again)
		}
		for _, mark := range []string{"> ", " ", "\t", "x "} {
			quoted := mark + strings.ReplaceAll(text, "\n", "\n"+mark)
			if got := reverts.Read(quoted); len(got) != 0 {
				t.Errorf("Read(%q) = %q, want nothing", quoted, got)
			}
		}
	})
}
