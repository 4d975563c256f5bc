package progress_test

import (
	"strings"
	"testing"

	"github.com/eventlet-removal/headway/store"
)

// Whatever a commit message says behind Depends-On, it never ties a change to one
// that it does not name.
func FuzzDependsOn(f *testing.F) {
	for _, seed := range []string{
		"I2", "2", "https://review.example.org/2", "https://review.example.org/c/a/+/2/3", "https://review.example.org/#/c/2/",
		"http://review.example.org:443/c/2", "https://[::1", "//review.example.org/%2F2", "https://review.example.org/c/a/+/-2", "\x00",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c := newChange(1, ago(20)).with(func(m *store.Member) { m.DependsOn = []string{text} })
		for _, d := range change(t, compute([]*history{c, newChange(2, ago(30))}), 1).Depends {
			if d.Number != 2 || text != "I2" && (!strings.Contains(text, "2") || !strings.Contains(strings.ToLower(text), "review.example.org")) {
				t.Errorf("%q is taken for change %d", text, d.Number)
			}
		}
	})
}
