package progress_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/eventlet-removal/headway/store"
)

func TestContributors(t *testing.T) {
	by := func(account int, c *history) *history {
		return c.with(func(m *store.Member) { m.Owner = account })
	}
	r := compute([]*history{
		by(alice, newChange(1, ago(90)).merge(ago(80))),
		by(bob, newChange(2, ago(89)).merge(ago(70))),
		by(bob, newChange(3, ago(88)).merge(ago(60))),
		by(proposal, newChange(4, ago(87)).merge(ago(50))),
		by(alice, newChange(5, ago(86))),                                                               // not merged
		by(alice, newChange(6, ago(85)).on("stable/1").merge(ago(40))),                                 // a backport
		by(alice, newChange(7, ago(84)).in(octavia).merge(ago(30))),                                    // elsewhere
		by(owner, newChange(8, ago(83)).merge(ago(20))),                                                // taken back
		by(owner, newChange(9, ago(82)).with(func(m *store.Member) { m.RevertOf = 8 }).merge(ago(10))), // takes it back
	})
	for project, want := range map[string]string{
		nova:    fmt.Sprintf("%d:2 %d:1", bob, alice),
		octavia: fmt.Sprintf("%d:1", alice),
		heat:    "",
	} {
		var got []string
		for _, c := range r.Contributors(project) {
			if c.Change.Owner != c.Account || c.Change.Project != project {
				t.Errorf("%s: change %d does not know account %d", project, c.Change.Number, c.Account)
			}
			got = append(got, fmt.Sprintf("%d:%d", c.Account, c.Merged))
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v, want %s", project, got, want)
		}
	}
}
