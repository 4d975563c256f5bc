package since_test

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/eventlet-removal/headway/dashboard/progress"
	"github.com/eventlet-removal/headway/dashboard/since"
)

func day(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

// counts is a day's counts: merged, reverted, open, abandoned.
func counts(merged, reverted, open, abandoned int) progress.Counts {
	return progress.Counts{Merged: merged, Reverted: reverted, Open: open, Abandoned: abandoned, Total: merged + reverted + open + abandoned}
}

// history is of so many days up to 28 Nov 2026, with what counted from some of them
// on, told by how many days before the last they are.
func history(n int, from map[int]progress.Counts) []progress.Day {
	days := make([]progress.Day, n)
	at := progress.Counts{}
	for i := range days {
		if c, ok := from[n-1-i]; ok {
			at = c
		}
		days[i] = progress.Day{Date: day("2026-11-28").AddDate(0, 0, i-n+1), Counts: at}
	}
	return days
}

func TestSentence(t *testing.T) {
	cycle := func(start, end string) progress.Cycle { return progress.Cycle{Start: day(start), End: day(end)} }
	halves := []progress.Cycle{cycle("2025-06-30", "2026-01-01"), cycle("2026-01-01", "2026-06-30"), cycle("2026-06-30", "2027-01-01")}
	type at = map[int]progress.Counts
	for _, tt := range []struct {
		name   string
		days   []progress.Day
		cycles []progress.Cycle
		want   string
	}{
		{"before the goal", nil, halves, ""},
		{"grows", history(600, at{599: counts(176, 0, 18, 0), 100: counts(235, 0, 60, 0)}), halves,
			"Since 30 Jun 2026: 59 merged, 101 uploaded, so what is not merged grew from 18 to 60."},
		{"what moved before the cycle is not in it", history(600, at{599: counts(1, 0, 18, 0), 152: counts(176, 0, 18, 0), 151: counts(178, 0, 16, 0)}), halves,
			"Since 30 Jun 2026: 2 merged, nothing uploaded, so what is not merged fell from 18 to 16."},
		{"nothing merged", history(600, at{599: counts(0, 0, 2, 0), 9: counts(0, 0, 7, 0)}), halves,
			"Since 30 Jun 2026: nothing merged, 5 uploaded, so what is not merged grew from 2 to 7."},
		{"shrinks to nothing", history(600, at{599: counts(0, 0, 7, 0), 9: counts(6, 0, 0, 1)}), halves,
			"Since 30 Jun 2026: 6 merged, nothing uploaded, 1 abandoned, so what is not merged fell from 7 to 0."},
		{"as many as before", history(600, at{599: counts(0, 0, 7, 0), 9: counts(3, 0, 7, 0)}), halves,
			"Since 30 Jun 2026: 3 merged, 3 uploaded, so what is not merged stayed at 7."},
		{"flat", history(600, at{599: counts(4, 0, 7, 1)}), halves,
			"Since 30 Jun 2026: nothing merged, nothing uploaded; 7 changes are not merged yet, as before."},
		{"flat with one", history(600, at{599: counts(4, 0, 1, 1)}), halves,
			"Since 30 Jun 2026: nothing merged, nothing uploaded; 1 change is not merged yet, as before."},
		{"done long ago", history(600, at{599: counts(4, 0, 0, 0)}), halves,
			"Since 30 Jun 2026: nothing merged, nothing uploaded; nothing is in review."},
		{"all at once", history(600, at{599: counts(4, 0, 0, 0), 5: counts(6, 0, 0, 0)}), halves,
			"Since 30 Jun 2026: 2 merged, 2 uploaded; nothing is in review."},
		{"one day", history(1, at{0: counts(3, 0, 2, 0)}), halves,
			"On 28 Nov 2026, the first day: 3 merged, 5 uploaded, so what is not merged grew from 0 to 2."},
		{"begun in this cycle", history(40, at{39: counts(0, 0, 1, 0), 3: counts(1, 0, 1, 0)}), halves,
			"Since the first change, on 20 Oct 2026: 1 merged, 2 uploaded, so what is not merged grew from 0 to 1."},
		{"begun with a cycle", history(152, at{151: counts(0, 0, 1, 0)}), halves,
			"Since the first change, on 30 Jun 2026: nothing merged, 1 uploaded, so what is not merged grew from 0 to 1."},
		{"a cycle of 27 days is too young", history(300, at{299: counts(0, 0, 3, 0), 40: counts(1, 0, 2, 0)}), []progress.Cycle{cycle("2026-06-01", "2026-11-02")},
			"Since 1 Jun 2026: 1 merged, nothing uploaded, so what is not merged fell from 3 to 2."},
		{"one of 28 is not", history(300, at{299: counts(0, 0, 3, 0), 40: counts(1, 0, 2, 0)}), []progress.Cycle{cycle("2026-06-01", "2026-11-01")},
			"Since 1 Nov 2026: nothing merged, nothing uploaded; 2 changes are not merged yet, as before."},
		{"no cycles, a short time", history(300, at{299: counts(0, 0, 3, 0)}), nil,
			"Since the first change, on 2 Feb 2026: nothing merged, 3 uploaded, so what is not merged grew from 0 to 3."},
		{"no cycles, a long time", history(1000, at{999: counts(0, 0, 3, 0), 364: counts(3, 0, 1, 0)}), nil,
			"Since 29 Nov 2025: 3 merged, 1 uploaded, so what is not merged fell from 3 to 1."},
		{"cycles that ended years ago", history(1000, at{999: counts(0, 0, 3, 0), 364: counts(3, 0, 1, 0)}), []progress.Cycle{cycle("2024-04-01", "2024-10-01")},
			"Since 29 Nov 2025: 3 merged, 1 uploaded, so what is not merged fell from 3 to 1."},
		{"taken back", history(600, at{599: counts(3, 0, 1, 0), 9: counts(2, 2, 1, 0)}), halves,
			"Since 30 Jun 2026: 1 fewer merged, 1 uploaded, 2 reverted, so what is not merged stayed at 1."},
		{"taken back and back again", history(600, at{599: counts(2, 2, 1, 0), 9: counts(3, 0, 1, 0)}), halves,
			"Since 30 Jun 2026: 1 merged, nothing uploaded, 2 no longer reverted, 1 left the goal, so what is not merged stayed at 1."},
		{"restored, abandoned and left", history(600, at{599: counts(0, 0, 9, 4), 30: counts(0, 0, 11, 2), 20: counts(0, 0, 10, 3), 9: counts(0, 0, 6, 3)}), halves,
			"Since 30 Jun 2026: nothing merged, nothing uploaded, 1 restored, 4 left the goal, so what is not merged fell from 9 to 6."},
	} {
		if got := since.Sentence(tt.days, tt.cycles); got != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", tt.name, got, tt.want)
		}
	}
}

// Whoever adds up the numbers of a sentence comes to the right end.
func TestSentenceAddsUp(t *testing.T) {
	number := regexp.MustCompile(`(\d+) (fewer merged|merged|uploaded|restored|abandoned|reverted|no longer reverted|left the goal)`)
	span := regexp.MustCompile(`(?:from (\d+) to (\d+)|stayed at (\d+)|; (\d+) changes? (?:is|are) not merged yet, as before|; (nothing) is in review)`)
	sign := map[string]int{"fewer merged": 1, "merged": -1, "uploaded": 1, "restored": 1, "abandoned": -1, "reverted": -1, "no longer reverted": 1, "left the goal": -1}
	rapid.Check(t, func(rt *rapid.T) {
		few := rapid.IntRange(0, 3)
		days := make([]progress.Day, rapid.IntRange(1, 500).Draw(rt, "days"))
		at := progress.Counts{}
		for i := range days {
			if i == 0 || rapid.IntRange(0, 60).Draw(rt, "moves") == 0 {
				at = counts(few.Draw(rt, "merged"), few.Draw(rt, "reverted"), few.Draw(rt, "open"), few.Draw(rt, "abandoned"))
			}
			days[i] = progress.Day{Date: day("2026-11-28").AddDate(0, 0, i-len(days)+1), Counts: at}
		}
		got := since.Sentence(days, nil)
		sum := 0
		for _, m := range number.FindAllStringSubmatch(got, -1) {
			n, _ := strconv.Atoi(m[1])
			sum += sign[m[2]] * n
		}
		m := span.FindStringSubmatch(got)
		if m == nil {
			rt.Fatalf("no outcome in %q", got)
		}
		ends := []int{}
		for _, s := range m[1:] {
			if n, err := strconv.Atoi(s); err == nil {
				ends = append(ends, n)
			} else if s == "nothing" {
				ends = append(ends, 0)
			}
		}
		if len(ends) == 1 {
			ends = append(ends, ends[0])
		}
		if ends[0]+sum != ends[1] || ends[1] != at.InFlight() {
			rt.Errorf("%d and %d make not %d, or %d are not merged: %s", ends[0], sum, ends[1], at.InFlight(), got)
		}
		if strings.Contains(got, " 0 ") && !strings.Contains(got, "from 0 to") || strings.Contains(got, "--") {
			rt.Errorf("a bare zero: %s", got)
		}
	})
}
