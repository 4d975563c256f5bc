package report_test

import (
	"encoding/json"
	"testing"

	"github.com/eventlet-removal/headway/dashboard/report"
)

// FuzzRead reads what another headway may have written. What is taken has words.
func FuzzRead(f *testing.F) {
	f.Add(`{"since":"2026-05-01","until":"2026-05-04","note":"Nothing yet."}`)
	f.Add(`{"title":"g","project":"p","cycle":"c","answer":"","since":"2026-05-01","until":"2026-05-04","stale":true,"as_of":"2026-05-04T00:00:00Z","url":"u",
		"projects_by_status":{"completed":1,"x":-1},"begin":{},"end":{"percent":50},"now":{},"by":[{}],"merged":{"count":2,"projects":[{"changes":[{"at":null},{"owner":"","reason":""}]}]},
		"uploaded":{},"abandoned":{},"reverted":{},"left":{},"stuck":{"count":1,"projects":[{"changes":[{}]}]},"nothing_left_in_review":[{}],"contradictions":[{}],"attention":{"waits":[{}],"longest":[{}]},
		"deadlines":[{},{"due":"2026-05-04T00:00:00Z"},{"judgement":{}}],"cycles":[{"ended":true},{}]}`)
	f.Add(`{"end":{},"since":"2026-05-01","until":"2026-05-04"}`)
	f.Fuzz(func(t *testing.T, data string) {
		var d report.Digest
		if json.Unmarshal([]byte(data), &d) != nil {
			return
		}
		for _, d := range []report.Digest{d, d.WithoutNames()} {
			doc := d.Document()
			if doc.Text() == "" || doc.Markdown() == "" {
				t.Error("no words")
			}
			if _, err := doc.HTML(); err != nil {
				t.Error(err)
			}
		}
	})
}
