package main

import (
	"fmt"
	"testing"
	"time"

	"github.com/eventlet-removal/headway/cmd/headway/config"
)

// TestSelectorsHold follows two changes from their upload to the merge of the one and
// the abandonment of the other, and asks Gerrit for them by many selectors. Those that
// don't find one of them all the time must be refused by the configuration, and no
// others.
func TestSelectorsHold(t *testing.T) {
	c := newReplayCommunity(t)
	s := &scenario{follow(t, c), map[string]int{}}
	n := s.create("merged", proposal{wip: true, body: "Remove it. status:open is:wip"})
	other := s.create("abandoned", proposal{body: "Remove it. status:open is:wip"})
	day := func(days int) string { return s.Now().AddDate(0, 0, days).Format(time.DateOnly) }
	selectors := []string{
		"status:open", "status:new", "status:merged", "status:closed", "status:abandoned", "-status:abandoned", "-status:open",
		"is:open", "is:o", "is:new", "is:pending", "is:merged", "is:m", "is:closed", "-is:merged", "-is:closed", "NOT is:open",
		"is:wip", "-is:wip", "-is:private", "-is:cherrypick", "(is:open OR message:nothing)",
		`before:"` + s.Now().Add(30*time.Minute).UTC().Format(time.DateTime) + `"`, "after:" + day(-9), "since:" + day(-1), "-before:" + day(-9),
		`message:"is:wip"`, `message:Remove`, "branch:master", "project:openstack/nova", "(topic:nothing OR project:openstack/nova)",
	}
	var finds [][]bool
	look := func() {
		row := make([]bool, len(selectors))
		for i, selector := range selectors {
			row[i] = len(s.ask("("+selector+fmt.Sprintf(") (change:%d OR change:%d)", n, other))) == 2
		}
		finds = append(finds, row)
	}
	look()
	for _, happens := range []func(){
		func() { s.SetReady(n) }, func() { s.SetWIP(n) }, func() { s.SetReady(n) }, func() { s.Merge(n) }, func() { s.Abandon(other) },
	} {
		happens()
		look()
	}
	for i, selector := range selectors {
		holds := true
		for _, row := range finds {
			holds = holds && row[i]
		}
		_, err := config.Parse("c.yml", ".", []byte(fmt.Sprintf("gerrit: {url: https://g/}\ngoals: [{name: g, selector: '%s'}]\n", selector)))
		if (err == nil) != holds {
			t.Errorf("%s: always found: %t; the configuration says %v", selector, holds, err)
		}
	}
}
