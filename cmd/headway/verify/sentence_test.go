package verify

import (
	"slices"
	"testing"
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
		{"several", "This reverts commit 1111111, commit 2222222, and `3333333`.", []string{"1111111", "2222222", "3333333"}},
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
		{"two sentences", "This reverts commit 1111111.\nThis reverts commit 2222222.", []string{"1111111", "2222222"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := revertedNames(tt.message); !slices.Equal(got, tt.want) {
				t.Errorf("names = %q, want %q", got, tt.want)
			}
		})
	}
}
