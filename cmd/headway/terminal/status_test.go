package terminal_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rivo/uniseg"

	"github.com/eventlet-removal/headway/cmd/headway/terminal"
	"github.com/eventlet-removal/headway/dashboard/api"
	"github.com/eventlet-removal/headway/dashboard/golden"
)

var now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// summary has projects of all kinds, whose names no terminal should have to cut.
func summary() *api.Summary {
	numbers := func(merged, open int) api.Numbers {
		return api.Numbers{
			Counts: api.Counts{Total: new(merged + open), Merged: &merged, Reverted: new(0), Open: &open, WIP: new(0), Abandoned: new(0)}, Backports: api.Counts{Total: new(12)},
			InFlight: &open, Progress: new(float64(merged) / float64(merged+open)), AsOf: &now,
		}
	}
	waiting := numbers(6, 6)
	waiting.OldestWaiting = new(now.AddDate(0, -2, 0))
	status := func(declared, measured string) api.Status {
		s := api.Status{Measured: &measured}
		if declared != "" {
			s.Declared = &declared
		}
		return s
	}
	contradicting := status("completed", "in-progress")
	contradicting.Contradictions = []api.Contradiction{{Code: "completed-in-flight", Text: "Declared completed, but 1 change is not merged yet."}}
	return &api.Summary{
		Goal: "g", Title: "Eventlet \x1b[31mremoval\u202e", Numbers: numbers(40, 10), ProjectsByStatus: map[string]int{"completed": 1, "planning": 1, "stalled": 1, "in-progress": 1},
		Projects: []api.ProjectSummary{
			{Project: "openstack/a-name-that-leaves-no-room-for-any-number-in-a-narrow-terminal", Status: status("", "planning"), Numbers: numbers(0, 3)},
			{Project: "openstack/done", Status: contradicting, Numbers: numbers(30, 1)},
			{Project: "openstack/loading", Status: status("in-progress", ""), Numbers: api.Numbers{Loading: &api.Loading{}}},
			{Project: "openstack/stuck", Status: status("in-progress", "stalled"), Numbers: numbers(0, 0)},
			{Project: "openstack/漢字", Status: status("not-started", "in-progress"), Numbers: waiting},
			{Project: "openstack/finished", Status: status("completed", "nothing-in-review"), Numbers: numbers(9, 0)},
		},
		Teams: []api.TeamSummary{{Team: "t", Title: "The team", Status: status("", "nothing-in-review"), Numbers: numbers(3, 0)}},
	}
}

// TestStatusIsAsWideAsTheTerminal wants no line that a terminal would break, and whole
// names.
func TestStatusIsAsWideAsTheTerminal(t *testing.T) {
	for _, width := range []int{40, 60, 72, 80, 100, 120, 160, 0} {
		s := summary()
		got := terminal.Status(s, "text", now, terminal.Look{Width: width})
		for line := range strings.Lines(got) {
			line = strings.TrimSuffix(line, "\n")
			if n := uniseg.StringWidth(line); width > 0 && n > width && line != s.Projects[0].Project {
				t.Errorf("%d columns in a terminal of %d: %q", n, width, line)
			}
			if strings.TrimRight(line, " ") != line {
				t.Errorf("%d: spaces at the end of %q", width, line)
			}
		}
		for _, p := range s.Projects {
			if !strings.Contains(got, p.Project) {
				t.Errorf("%d: %s is cut in\n%s", width, p.Project, got)
			}
		}
		table, note, _ := strings.Cut(got, "For which this terminal has no room:")
		for _, head := range []string{"reverted", "abandoned", "total", "backports"} {
			if strings.Contains(table, strings.ToUpper(head)) == strings.Contains(note, head) {
				t.Errorf("%d: want %q in the table or said to be left out:\n%s", width, head, got)
			}
		}
	}
}

// TestStatusReads holds how the table reads: who changes a word sees it here.
func TestStatusReads(t *testing.T) {
	for name, got := range map[string]string{
		"wide.txt":   terminal.Status(summary(), "text", now, terminal.Look{}),
		"narrow.txt": terminal.Status(summary(), "text", now, terminal.Look{Width: 80}),
		"status.md":  terminal.Status(summary(), "markdown", now, terminal.Look{Width: 80, Colour: true}),
	} {
		golden.Check(t, filepath.Join("testdata", name), got)
	}
}

func TestColoursAreForTerminals(t *testing.T) {
	plain := terminal.Status(summary(), "text", now, terminal.Look{Width: 100})
	if strings.Contains(plain, "\x1b") {
		t.Errorf("colours without a terminal:\n%q", plain)
	}
	got := terminal.Status(summary(), "text", now, terminal.Look{Width: 100, Colour: true})
	for _, want := range []string{"\x1b[32mcompleted\x1b[0m", "\x1b[33mcompleted\x1b[0m", "\x1b[33min progress, stalled\x1b[0m", "\x1b[2mopenstack/\x1b[0mstuck ", "\x1b[1mall projects\x1b[0m"} {
		if !strings.Contains(got, want) {
			t.Errorf("want %q in\n%q", want, got)
		}
	}
	for _, ink := range []string{"\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[32m", "\x1b[33m"} {
		got = strings.ReplaceAll(got, ink, "")
	}
	if diff := cmp.Diff(plain, got); diff != "" {
		t.Errorf("colours change more than the colour (-plain +colours):\n%s", diff)
	}
}

func TestLookOfWhatIsNoTerminal(t *testing.T) {
	f, err := os.Create(t.TempDir() + "/out")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if look := terminal.LookOf(f, func(string) string { return "" }); look != (terminal.Look{}) {
		t.Errorf("a file: %+v", look)
	}
	if look := terminal.LookOf(new(strings.Builder), func(string) string { return "" }); look != (terminal.Look{}) {
		t.Errorf("a buffer: %+v", look)
	}
}
