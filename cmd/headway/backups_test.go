package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestServeBacksUp has one copy made at the start, and none where another database's
// lies; both serve.
func TestServeBacksUp(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "c.yml", fastConfig(emptyGerrit(t).URL))
	novel := write(t, dir, "novel.db", "It was a dark and stormy night.")
	if old := time.Now().AddDate(0, 0, -2); os.Chtimes(novel, old, old) != nil { // so that a copy is due
		t.Fatal("its time can't be set")
	}
	for _, tc := range []struct{ name, path, log, metric string }{
		{"made", "copy.db", `msg="backup made"`, `headway_backups_total{result="ok"} 1`},
		{"not made", "novel.db", `msg="backup not made" err="back up database headway.db to novel.db: `, `headway_backups_total{result="error"} 1`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			r := start(t, dir, "serve", "--config.file=c.yml", "--web.listen-address=127.0.0.1:0", "--backup.path="+tc.path)
			r.logged(t, tc.log)
			if code, body := r.get(t, "metrics"); code != http.StatusOK || !strings.Contains(body, tc.metric) {
				t.Errorf("GET /metrics: %d, without %s", code, tc.metric)
			}
			if code := r.stop(t, syscall.SIGTERM); code != 0 {
				t.Errorf("exit code %d, want 0", code)
			}
		})
	}
	if got := headway(t, dir, "status", "--config.file=c.yml", "--storage.path=copy.db"); got.code != 0 {
		t.Errorf("status of the copy: %+v", got)
	}
}

func TestServeRefusesBackups(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "c.yml", fastConfig("http://127.0.0.1:1"))
	for _, tc := range []struct{ name, args, stderr string }{
		{"when and not where", "--backup.schedule=@hourly", "headway: --backup.schedule says when, and nothing says where: give --backup.path too\n"},
		{"no directory", "--backup.path=no/b.db", "headway: --backup.path=no/b.db: stat no: no such file or directory\n"},
		{"a file for a directory", "--backup.path=c.yml/b.db", "headway: --backup.path=c.yml/b.db: c.yml is not a directory\n"},
		{"unknown placeholder", "--backup.path={date}.db", "headway: --backup.path={date}.db: only {weekday} is known between braces\n"},
		{"the database itself", "--backup.path=./headway.db", "headway: --backup.path=./headway.db: ./headway.db is the database itself\n"},
		{"bad schedule", "--backup.path=b.db --backup.schedule=daily", `headway: "daily": not a cron spec: `},
		{"schedule with a zone", "--backup.path=b.db --backup.schedule=TZ=UTC", "schedules are in UTC"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			args := append([]string{"serve", "--config.file=c.yml", "--web.listen-address=127.0.0.1:0"}, strings.Fields(tc.args)...)
			got := headway(t, dir, args...)
			if got.code != 2 || !strings.Contains(got.stderr, tc.stderr) {
				t.Errorf("got %+v, want exit code 2 and %q", got, tc.stderr)
			}
			if err := os.Remove(filepath.Join(dir, "headway.db")); err == nil && tc.name != "the database itself" {
				t.Error("a database was made for it")
			}
		})
	}
}
