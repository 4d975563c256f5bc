package chart_test

import (
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/eventlet-removal/headway/dashboard/chart"
	"github.com/eventlet-removal/headway/dashboard/golden"
)

// history grows for so many days: a change a week, merged two or three weeks later,
// one in ten abandoned. The last days are observed, but for one.
func history(n int) []chart.Day {
	days := make([]chart.Day, n)
	for i := range days {
		uploaded := i/7 + 1
		d := chart.Day{Date: day("2025-05-05").AddDate(0, 0, i), Abandoned: uploaded / 10, Merged: max(uploaded-uploaded/10-2-i%3, 0)}
		d.InReview = uploaded - d.Abandoned - d.Merged
		days[i] = measured(d)
	}
	for i := max(n-20, 0); i < n; i++ {
		days[i].Observed, days[i].Gap = i != n-5, i == n-5
	}
	return days
}

// measured is a day with its progress.
func measured(d chart.Day) chart.Day {
	d.Of, d.Percent = d.Merged+d.InReview, -1
	if d.Of > 0 {
		d.Percent = 100 * d.Merged / d.Of
	}
	return d
}

func day(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

// drawn reads a path of M, H, V, h and v back into the value of each unit across,
// from the first one it covers.
func drawn(t testing.TB, path string, top int) (from int, values []int) {
	t.Helper()
	x, y, started := 0, 0, false
	for i := 0; i < len(path); {
		command := path[i]
		j := i + 1
		for j < len(path) && (path[j] == ' ' || path[j] == '-' || path[j] >= '0' && path[j] <= '9') {
			j++
		}
		var numbers []int
		for _, word := range strings.Fields(path[i+1 : j]) {
			n, err := strconv.Atoi(word)
			if err != nil {
				t.Fatalf("%q in %s", word, path)
			}
			numbers = append(numbers, n)
		}
		switch command {
		case 'M':
			x, y = numbers[0], numbers[1]
			from, started = x, true
		case 'V':
			y = numbers[0]
		case 'v':
			y += numbers[0]
		case 'h':
			for range numbers[0] {
				values = append(values, top-y)
			}
			x += numbers[0]
		default:
			t.Fatalf("command %c in %s", command, path)
		}
		i = j
	}
	if !started || x != from+len(values) {
		t.Fatalf("a broken path %s", path)
	}
	return from, values
}

// A path holds the history: each column the value of its last day, the newest day
// always its own.
func TestAreaIsItsNumbers(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		values := rapid.SliceOfN(rapid.IntRange(0, 50), 1, 3700).Draw(rt, "values")
		if rapid.Bool().Draw(rt, "short") {
			values = values[:min(len(values), 150)]
		}
		p, path := chart.Area(values, slices.Max(values))
		from, got := drawn(t, path, p.Max)
		if from != 0 || len(got) != len(values) {
			rt.Fatalf("%d units from %d on, want %d", len(got), from, len(values))
		}
		size := (len(values) + chart.MostColumns - 1) / chart.MostColumns
		for i := range values {
			end := len(values) - (len(values)-1-i)/size*size - 1
			if got[i] != values[end] {
				rt.Fatalf("day %d of %d is drawn as %d, want %d", i, len(values), got[i], values[end])
			}
		}
		if columns := strings.Count(path, "h"); columns > chart.MostColumns+1 {
			rt.Errorf("%d columns", columns)
		}
	})
}

func TestNiceStep(t *testing.T) {
	for _, tt := range []struct{ value, lines, want int }{
		{0, 4, 1}, {1, 4, 1}, {4, 4, 1}, {5, 4, 2}, {10, 4, 5}, {19, 4, 5}, {25, 4, 10}, {59, 2, 20}, {60, 2, 50}, {99, 4, 20}, {100, 4, 50}, {294, 4, 100}, {12345, 4, 5000},
	} {
		if got := chart.NiceStep(tt.value, tt.lines); got != tt.want {
			t.Errorf("at most %d steps of %d in %d, want %d", tt.lines, got, tt.value, tt.want)
		}
	}
	for value := range 3000 {
		p := chart.NewPlot(10, 200, 5, value, 4, "change", "changes")
		if len(p.Ticks) > 4 || value > 0 && len(p.Ticks) == 0 || p.Max <= value-1 || p.Max < 1 {
			t.Fatalf("%d: up to %d, ticks %v", value, p.Max, p.Ticks)
		}
		for i, tick := range p.Ticks {
			if last := i == len(p.Ticks)-1; last != strings.Contains(tick.Text, " change") || (tick.Text == "1 change") != (last && value == 1) {
				t.Fatalf("%d: tick %q", value, tick.Text)
			}
			if tick.Y < 0 || tick.Y > 210 {
				t.Fatalf("%d: tick %v outside", value, tick)
			}
		}
	}
}

// cycles of half a year over the years around the histories of these tests.
func cycles() []chart.Cycle {
	var out []chart.Cycle
	for i := range 24 {
		start := time.Date(2020, time.Month(1+6*i), 1, 0, 0, 0, 0, time.UTC)
		out = append(out, chart.Cycle{Name: fmt.Sprintf("%d.%d Somename", start.Year(), i%2+1), Start: start, End: start.AddDate(0, 6, 0)})
	}
	return out
}

func TestBurnupOfAnyLength(t *testing.T) {
	for _, n := range []int{1, 2, 3, 6, 7, 13, 30, 45, 80, 200, 365, 731, 3652} {
		for _, g := range []struct {
			cycles    []chart.Cycle
			deadlines []chart.Deadline
		}{
			{},
			{cycles(), []chart.Deadline{
				{Name: "soon", Due: day("2025-05-05").AddDate(0, 0, n+n/5)}, {Name: "in the middle", Due: day("2025-05-05").AddDate(0, 0, n/2)}, {Name: "far away", Due: day("2039-01-01")}, {Name: "undated"},
			}},
		} {
			days := history(n)
			b := chart.NewBurnup("Goal", days, g.cycles, g.deadlines)
			if b.Days < len(days) && len(b.Notes) == 0 {
				t.Errorf("%d days: the axis has %d, and no note says why", n, b.Days)
			}
			tidy(t, n, b)
			if len(b.Table.Rows) == 0 || len(b.Table.Rows) > 40 {
				t.Errorf("%d days: %d rows by %s", n, len(b.Table.Rows), b.Table.Every)
			}
			wellFormed(t, string(b.SVG()))
			if size := len(string(b.SVG())); size > 20_000 {
				t.Errorf("%d days: %d bytes", n, size)
			}
		}
	}
}

// tidy fails if labels lie over one another or outside on any screen.
func tidy(t *testing.T, n int, b *chart.Burnup) {
	t.Helper()
	for class, width := range map[string]float64{"n": chart.NarrowWidth, "w": chart.WideWidth} {
		ends := map[int][][2]float64{} // by row
		dates := 0
		for _, l := range b.Labels {
			if !slices.Contains(strings.Fields(l.Class), class) {
				continue
			}
			percent, err := strconv.ParseFloat(strings.TrimSuffix(l.X, "%"), 64)
			if err != nil || percent < 0 || percent > 100 {
				t.Errorf("%d days: label %+v", n, l)
			}
			from := percent / 100 * width
			to := from + float64(chart.CharWidth*len([]rune(l.Text)))
			if l.End {
				from, to = from-(to-from), from
			}
			if to > width+1 || from < -1 || l.Y < 0 || l.Y > b.Height {
				t.Errorf("%d days, %s: %+v from %.0f to %.0f of %.0f, height %d", n, class, l, from, to, width, b.Height)
			}
			for _, other := range ends[l.Y] {
				if from < other[1]-1 && other[0] < to-1 {
					t.Errorf("%d days, %s: %q lies over another", n, class, l.Text)
				}
			}
			ends[l.Y] = append(ends[l.Y], [2]float64{from, to})
			if l.Class == class && !strings.Contains(l.Text, "%") {
				dates++
				if !strings.Contains(l.Text, "20") {
					t.Errorf("%q has no year", l.Text)
				}
			}
		}
		if dates == 0 {
			t.Errorf("%d days, %s: no date", n, class)
		}
	}
}

// wellFormed fails unless an SVG is one document without anything that runs, loads
// or styles itself.
func wellFormed(t *testing.T, svg string) {
	t.Helper()
	depth := 0
	for d := xml.NewDecoder(strings.NewReader(svg)); ; {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("%v\n%s", err, svg)
		}
		switch e := token.(type) {
		case xml.StartElement:
			depth++
			if !slices.Contains([]string{"svg", "title", "desc", "path", "text"}, e.Name.Local) {
				t.Errorf("element %s", e.Name.Local)
			}
			for _, a := range e.Attr {
				if a.Name.Local == "style" || a.Name.Local == "href" || strings.HasPrefix(a.Name.Local, "on") {
					t.Errorf("attribute %s of %s", a.Name.Local, e.Name.Local)
				}
			}
		case xml.EndElement:
			depth--
		}
	}
	if depth != 0 {
		t.Errorf("%d elements are open", depth)
	}
}

func TestBurnupLines(t *testing.T) {
	days := history(60)
	for i := range days {
		d := &days[i]
		d.Of += 3 // expected beyond what is uploaded
		d.Percent = 100 * d.Merged / d.Of
	}
	b := chart.NewBurnup("Goal", days, nil, nil)
	series := map[string]func(chart.Day) int{
		"total":  func(d chart.Day) int { return d.Of },
		"merged": func(d chart.Day) int { return d.Merged },
		"review": func(d chart.Day) int { return d.InReview },
	}
	for _, p := range []chart.Plot{b.Upload, b.Review} {
		for _, l := range p.Lines {
			from, values := drawn(t, l.Path, p.Max)
			if from != 0 || len(values) != len(days) {
				t.Fatalf("%s covers %d days from %d on", l.Class, len(values), from)
			}
			for i, v := range values {
				if want := series[l.Class](days[i]); v != want {
					t.Errorf("%s of day %d is drawn as %d, want %d", l.Class, i, v, want)
				}
			}
		}
		if want := fmt.Sprintf("M0 0H40V%dH0Z", p.Max); p.Shade != want {
			t.Errorf("reconstructed: %s, want %s", p.Shade, want)
		}
	}
	if want := fmt.Sprintf("M55 %dh1V%dh-1Z", b.Upload.Y, b.Marked); b.Gaps != want {
		t.Errorf("gaps %s, want %s", b.Gaps, want)
	}
	if want := "3 Jul 2025: 5 merged of 12 (41%), 4 not merged yet."; b.Desc != want {
		t.Errorf("description %q", b.Desc)
	}
}

// What is drawn is explained, and nothing else.
func TestBurnupKey(t *testing.T) {
	observed := func(days []chart.Day, from int) []chart.Day {
		for i := range days {
			days[i].Observed, days[i].Gap = i >= from, false
		}
		return days
	}
	const (
		cycle    = "boundary: a cycle ends, with the progress reached"
		deadline = "due: deadline"
	)
	soon := []chart.Deadline{{Name: "soon", Due: day("2025-07-20")}}
	for _, tt := range []struct {
		name      string
		days      []chart.Day
		cycles    []chart.Cycle
		deadlines []chart.Deadline
		want      []string
	}{
		{"all there is", history(60), cycles(), soon, []string{
			cycle, deadline, "shade: reconstructed, before 14 Jun 2025: what left the goal until then is unknown",
			"gap: no complete poll on 1 day: what came and left then was not seen",
		}},
		{"all observed", observed(history(60), 0), nil, nil, nil},
		{"all reconstructed", observed(history(60), 60), nil, soon, []string{deadline, "shade: all is reconstructed: what left the goal before the first poll is unknown"}},
		{"within one cycle", observed(history(30), 0), cycles(), nil, nil},
		{"a deadline far ahead", observed(history(30), 0), nil, []chart.Deadline{{Name: "far", Due: day("2035-01-01")}}, nil},
		{"one day", observed(history(1), 0), cycles(), soon, nil},
	} {
		b := chart.NewBurnup("Goal", tt.days, tt.cycles, tt.deadlines)
		var got []string
		for _, k := range b.Key {
			got = append(got, k.Class+": "+k.Text)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
		svg := string(b.SVG())
		for _, class := range []string{"boundary", "due", "shade", "gap"} {
			explained := slices.ContainsFunc(b.Key, func(k chart.Key) bool { return k.Class == class })
			if drawn := strings.Contains(svg, `path class="`+class+`"`); drawn != explained {
				t.Errorf("%s: %s is drawn: %v, explained: %v", tt.name, class, drawn, explained)
			}
		}
	}
}

// The progress of a cycle stands at its end, of the present one at the last day.
func TestBurnupPercents(t *testing.T) {
	days := history(500) // 5 May 2025 to 16 Sep 2026
	named := func(name, start, end string) chart.Cycle {
		return chart.Cycle{Name: name, Start: day(start), End: day(end)}
	}
	at := func(date string) int { return int(day(date).Sub(days[0].Date) / (24 * time.Hour)) }
	percent := func(date string) string { return fmt.Sprintf("%d%%", days[at(date)-1].Percent) }
	place := func(date string, of int) string {
		return strings.TrimSuffix(fmt.Sprintf("%.1f", 100*float64(at(date))/float64(of)), ".0") + "%"
	}
	deadline := []chart.Deadline{{Name: "ahead", Due: day("2026-12-31")}}
	b := chart.NewBurnup("Goal", days, []chart.Cycle{
		named("before", "2024-10-01", "2025-05-05"), named("A", "2025-05-05", "2025-10-01"), named("B", "2025-10-01", "2026-04-01"),
		named("short", "2026-04-01", "2026-04-08"), named("C", "2026-04-08", "2027-04-01"),
	}, deadline)
	want := map[string][]string{
		"w": {
			place("2025-10-01", b.Days) + " " + percent("2025-10-01") + " at end", place("2026-04-01", b.Days) + " " + percent("2026-04-01") + " at end",
			place("2026-09-17", b.Days) + " " + percent("2026-09-17") + " so far",
		},
		"n": {
			place("2025-10-01", b.Days) + " " + percent("2025-10-01"), place("2026-04-01", b.Days) + " " + percent("2026-04-01") + " at end",
			place("2026-09-17", b.Days) + " " + percent("2026-09-17"),
		},
	}
	for class, want := range want {
		var got []string
		for _, l := range b.Labels {
			if l.Class == class && strings.Contains(l.Text, "%") {
				if !l.End {
					t.Errorf("%s begins at the end of its cycle", l.Text)
				}
				got = append(got, l.X+" "+l.Text)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", class, got, want)
		}
	}
	path := ""
	for _, date := range []string{"2025-10-01", "2026-04-01", "2026-04-08"} {
		path += fmt.Sprintf("M%d 16V%d", at(date), b.Marked)
	}
	if b.Cycles != path {
		t.Errorf("boundaries %s, want %s", b.Cycles, path)
	}
}

// A long beginning in which next to nothing happened is left out, and said so.
func TestBurnupBeginsWhereItBegins(t *testing.T) {
	days := make([]chart.Day, 400)
	for i := range days {
		d := chart.Day{Date: day("2025-01-01").AddDate(0, 0, i), InReview: 1, Observed: true}
		if i >= 300 {
			d.InReview = 100
		}
		days[i] = measured(d)
	}
	empty := slices.Clone(days)
	for i := range 300 {
		empty[i] = measured(chart.Day{Date: days[i].Date, Observed: true})
	}
	if b := chart.NewBurnup("Goal", empty, nil, nil); b.Days != 100 || b.Notes[0] != "The chart begins on 28 Oct 2025. Nothing was counted before: see the numbers." {
		t.Errorf("%d days, %q", b.Days, b.Notes)
	}
	b := chart.NewBurnup("Goal", days, nil, nil)
	if b.Days != 100 || b.Notes[0] != "The chart begins on 28 Oct 2025. No day before had more than 1 change: see the numbers." {
		t.Errorf("%d days, %q", b.Days, b.Notes)
	}
	if last := b.Table.Rows[len(b.Table.Rows)-1]; last.Date != "31 Jan 2025" {
		t.Errorf("the table begins with %s", last.Date)
	}
	if b := chart.NewBurnup("Goal", days[250:], nil, nil); b.Days != 100 {
		t.Errorf("a third: %d days", b.Days)
	}
	if b := chart.NewBurnup("Goal", days[290:], nil, nil); b.Days != 110 {
		t.Errorf("a tenth: %d days", b.Days)
	}
}

func TestGoldenBurnup(t *testing.T) {
	deadlines := []chart.Deadline{{Name: "all deliverables", Due: day("2026-11-01")}}
	svg := string(chart.NewBurnup("Eventlet removal", history(500), cycles(), deadlines).SVG()) + "\n"
	wellFormed(t, svg)
	golden.Check(t, "testdata/burnup.svg", svg)
}

func TestSpark(t *testing.T) {
	for _, tt := range []struct {
		name   string
		values []int
		top    int
		want   string
	}{
		{"nothing", []int{0, 0}, 0, ""},
		{"full height", []int{0, 4, 8}, 8, "M0 16V16h1v-8h1v-8h1V16"},
		{"what is there is seen", []int{0, 1, 1000}, 1000, "M0 16V16h1v-1h1v-15h1V16"},
	} {
		if got := chart.SparkArea(tt.values, tt.top); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}
