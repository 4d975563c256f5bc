package api

import (
	"bytes"
	"strconv"
	"time"

	"github.com/eventlet-removal/headway/dashboard/progress"
)

// historyHead names the columns. New ones come last: people count columns.
var historyHead = []string{"date", "merged", "reverted", "open", "wip", "abandoned", "observed"}

// HistoryCSV is the past of development changes, or of backports, as spreadsheets read
// it: a row for each UTC day, oldest first. With bom it begins as ChangesCSV does.
func HistoryCSV(days []progress.Day, backports, bom bool) []byte {
	var out bytes.Buffer
	if bom {
		out.WriteString("\ufeff")
	}
	writeCSV(&out, historyHead)
	for _, d := range days {
		c := d.Counts
		if backports {
			c = d.Backports
		}
		row := []string{d.Date.Format(time.DateOnly)}
		for _, n := range []int{c.Merged, c.Reverted, c.Open, c.WIP, c.Abandoned} {
			row = append(row, strconv.Itoa(n))
		}
		writeCSV(&out, append(row, strconv.FormatBool(d.Observed)))
	}
	return out.Bytes()
}
