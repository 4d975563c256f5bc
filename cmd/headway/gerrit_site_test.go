//go:build gerrit

package main

import (
	"bytes"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// checkSite compares all that a running server shows with what was done.
func (m *migration) checkSite(t *testing.T, site string) {
	const goal = "eventlet-removal"
	api := site + "api/v1/goals/" + goal

	t.Run("summary", func(t *testing.T) {
		var summary goalJSON
		decode(t, get(t, api), &summary)
		m.checkGoal(t, &summary)
	})
	t.Run("projects", func(t *testing.T) {
		for _, project := range m.projects() {
			var numbers numbersJSON
			decode(t, get(t, api+"/projects/"+project), &numbers)
			m.checkNumbers(t, project, &numbers)
		}
	})
	t.Run("count", func(t *testing.T) {
		for _, project := range append(m.projects(), "") {
			var count numbersJSON
			decode(t, get(t, strings.TrimSuffix(api+"/count/"+project, "/")), &count)
			m.checkCounts(t, project, "development", count.Counts)
		}
	})
	t.Run("changes", func(t *testing.T) { m.checkChanges(t, api+"/changes") })
	t.Run("badges", func(t *testing.T) { m.checkBadges(t, site+goal+"/badge") })
	t.Run("metrics", func(t *testing.T) { m.checkMetrics(t, site+"metrics") })
	t.Run("pages", func(t *testing.T) { m.checkPages(t, site+goal+"/") })
	t.Run("operators", func(t *testing.T) {
		get(t, site+"-/healthy")
		get(t, site+"-/ready")
	})
}

// checkChanges asks for every number as a list.
func (m *migration) checkChanges(t *testing.T, address string) {
	for _, project := range append(m.projects(), "") {
		for _, class := range []string{"development", "backport"} {
			for _, state := range append(slices.Clone(states), "") {
				parameters := url.Values{"class": {class}, "limit": {"500"}}
				if project != "" {
					parameters.Set("project", project)
				}
				if state != "" {
					parameters.Set("state", state)
				}
				var list struct {
					Changes []struct {
						Number   int
						Project  string
						State    string
						Backport bool
					}
				}
				decode(t, get(t, address+"?"+parameters.Encode()), &list)
				got := []tracked{}
				for _, c := range list.Changes {
					class := map[bool]string{false: "development", true: "backport"}[c.Backport]
					got = append(got, tracked{c.Number, c.Project, class, c.State})
				}
				want := []tracked{}
				for _, c := range m.tracked {
					if (project == "" || c.Project == project) && c.Class == class && (state == "" || c.State == state) {
						want = append(want, c)
					}
				}
				if diff := cmp.Diff(want, got, byNumber); diff != "" {
					t.Errorf("changes?%s (-want +got):\n%s", parameters.Encode(), diff)
				}
			}
		}
	}
}

// checkBadges reads the first number of each badge, and that its picture says the
// same.
func (m *migration) checkBadges(t *testing.T, address string) {
	for _, project := range append(m.projects(), "") {
		base := strings.TrimSuffix(address+"/"+project, "/")
		merged := len(m.numbers(project, "development", "merged"))
		inFlight := m.inFlight(project)
		want := map[string]int{"merged": merged, "open": inFlight}
		if merged+inFlight > 0 {
			want["percent"] = 100 * merged / (merged + inFlight)
		}
		for metric, number := range want {
			var badge struct{ Label, Message string }
			decode(t, get(t, base+".json?metric="+metric), &badge)
			digits := strings.FieldsFunc(badge.Message, func(r rune) bool { return r < '0' || r > '9' })
			if len(digits) == 0 || digits[0] != strconv.Itoa(number) {
				t.Errorf("badge of %q: %s is %q, want %d", project, metric, badge.Message, number)
			}
			if svg := get(t, base+".svg?metric="+metric); !bytes.Contains(svg, []byte(badge.Message)) {
				t.Errorf("badge of %q: the picture does not say %q:\n%s", project, badge.Message, svg)
			}
		}
	}
}

// checkMetrics compares every series of changes, and that there are no others.
func (m *migration) checkMetrics(t *testing.T, address string) {
	want := map[string]int{}
	for _, project := range m.projects() {
		for _, class := range []string{"development", "backport"} {
			shown := states
			if class == "development" {
				shown = append(slices.Clone(states), "left", "gone")
			}
			for _, state := range shown {
				want[fmt.Sprintf(`branch_class=%q,goal="eventlet-removal",project=%q,state=%q`, class, project, state)] = len(m.numbers(project, class, state))
			}
		}
	}
	got := map[string]int{}
	for line := range strings.Lines(string(get(t, address))) {
		series, ok := strings.CutPrefix(line, "headway_changes{")
		if !ok {
			continue
		}
		labels, value, _ := strings.Cut(series, "} ")
		number, err := strconv.Atoi(strings.TrimSpace(value))
		if err != nil {
			t.Errorf("headway_changes{%s: %v", series, err)
		}
		got[labels] = number
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("headway_changes (-want +got):\n%s", diff)
	}
}

// byNumber compares lists of changes as sets.
var byNumber = cmpopts.SortSlices(func(a, b tracked) bool { return a.Number < b.Number })
