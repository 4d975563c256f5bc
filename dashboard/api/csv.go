package api

import (
	"bytes"
	"strconv"
	"strings"
	"time"

	"github.com/eventlet-removal/headway/dashboard/link"
	"github.com/eventlet-removal/headway/dashboard/progress"
)

// csvHead names the columns. New ones come last: people count columns.
var csvHead = []string{
	"number", "project", "branch", "class", "state", "subject", "owner", "created", "updated", "merged_at",
	"patch_set", "waits_on", "reason", "waiting_since", "url",
}

// ChangesCSV is the table of changes that spreadsheets read, in the order given; owner
// is how a change's owner is shown. With bom it begins with a byte order mark: Excel
// takes a file without it for one in the local code page.
func ChangesCSV(changes []*progress.Change, links link.Links, owner func(*progress.Change) string, bom bool) []byte {
	var out bytes.Buffer
	if bom {
		out.WriteString("\ufeff")
	}
	writeCSV(&out, csvHead)
	for _, c := range changes {
		class := "development"
		if c.Backport {
			class = "backport"
		}
		writeCSV(&out, []string{
			strconv.Itoa(c.Change.Number), c.Change.Project, c.Branch, class, string(c.State), c.Subject,
			owner(c), csvTime(c.Created), csvTime(c.Updated), csvTime(c.MergedAt), csvNumber(c.PatchSet),
			string(c.WaitsOn), string(c.Reason.Code), csvTime(c.WaitingSince), links.Change(c.Change.Project, c.Change.Number),
		})
	}
	return out.Bytes()
}

// writeCSV writes one row in the form of RFC 4180. All fields are in quotes: where a
// spreadsheet takes semicolons or tabs for separators, a subject must not become
// several cells, of which the second might begin a formula.
func writeCSV(out *bytes.Buffer, row []string) {
	for i, field := range row {
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteByte('"')
		out.WriteString(strings.ReplaceAll(csvText(field), `"`, `""`))
		out.WriteByte('"')
	}
	out.WriteString("\r\n")
}

// csvText keeps spreadsheets from taking somebody's text for a formula: they look at
// the first character, some of them after spaces and in its wide form. A text is one
// line of UTF-8.
func csvText(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	if first := strings.TrimLeft(s, " \u00a0\u3000\ufeff"); first != "" && strings.ContainsRune("=+-@|%＝＋－＠", []rune(first)[0]) {
		return "'" + s
	}
	return s
}

func csvNumber(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func csvTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
