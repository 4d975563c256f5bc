package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/eventlet-removal/headway/store"
)

// TestBackupsOnSchedule lives through ten days. The bubble's clock starts on a
// Saturday, 2000-01-01, at midnight.
func TestBackupsOnSchedule(t *testing.T) {
	for _, tc := range []struct {
		name, path, spec string
		days             int
		made             int
		files            []string
	}{
		{"one file", "copy.db", "@daily", 10, 11, []string{"copy.db"}},
		{"a week", "copy-{weekday}.db", "@daily", 10, 11, []string{
			"copy-fri.db", "copy-mon.db", "copy-sat.db", "copy-sun.db", "copy-thu.db", "copy-tue.db", "copy-wed.db"}},
		{"in UTC", "{weekday}.db", "30 23 * * 1", 8, 2, []string{"mon.db", "sat.db"}},
		{"not yet due", "copy.db", "@monthly", 10, 1, []string{"copy.db"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, dir := newTestBackups(t, tc.path, tc.spec)
				ctx, cancel := context.WithTimeout(t.Context(), time.Duration(tc.days)*24*time.Hour+time.Minute)
				defer cancel()
				if err := b.Run(ctx); err != nil {
					t.Fatal(err)
				}
				if b.made != tc.made || b.failed != 0 {
					t.Errorf("%d made and %d not, want %d and none", b.made, b.failed, tc.made)
				}
				if diff := cmp.Diff(tc.files, filesIn(t, dir)); diff != "" {
					t.Errorf("files (-want +got):\n%s", diff)
				}
				for _, name := range filesIn(t, dir) {
					copied, err := store.Open(filepath.Join(dir, name), store.Options{ReadOnly: true})
					if err != nil {
						t.Fatal(err)
					}
					copied.Close()
				}
			})
		})
	}
}

// newTestBackups are backups of a new database into a directory.
func newTestBackups(t *testing.T, path, spec string) (b *backups, dir string) {
	t.Helper()
	db, err := store.Open(filepath.Join(t.TempDir(), "headway.db"), store.Options{Gerrit: "https://gerrit.example.org/"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	dir = t.TempDir()
	f := &backupFlags{path: filepath.Join(dir, path)}
	if err := f.schedule.Set(spec); err != nil {
		t.Fatal(err)
	}
	b, err = newBackups(f, db, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return b, dir
}

func filesIn(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// TestBackupsAfterARestart makes one at once only if the newest file is too old.
func TestBackupsAfterARestart(t *testing.T) {
	for _, tc := range []struct {
		name string
		age  time.Duration
		made int
	}{
		{"fresh", time.Hour, 0},
		{"overdue", 25 * time.Hour, 1},
		{"from the future", -time.Hour, 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				time.Sleep(2 * time.Hour) // of the bubble: past midnight
				first, dir := newTestBackups(t, "copy-{weekday}.db", "@daily")
				made := time.Now().Add(-tc.age)
				file := first.file(time.Now())
				if err := first.db.Backup(file); err != nil {
					t.Fatal(err)
				}
				if err := os.Chtimes(file, made, made); err != nil {
					t.Fatal(err)
				}
				f := &backupFlags{path: filepath.Join(dir, "copy-{weekday}.db"), schedule: scheduleValue{Schedule: first.schedule}}
				b, err := newBackups(f, first.db, slog.New(slog.DiscardHandler))
				if err != nil {
					t.Fatal(err)
				}
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				if err := b.Run(ctx); err != nil || b.made != tc.made {
					t.Errorf("%d made, want %d; %v", b.made, tc.made, err)
				}
			})
		})
	}
}

func TestBackupMetrics(t *testing.T) {
	b, dir := newTestBackups(t, "copy.db", "@daily")
	const help = `# HELP headway_backups_total Backups of the database since the start, by result: ok, error.
# TYPE headway_backups_total counter
headway_backups_total{result="error"} %d
headway_backups_total{result="ok"} %d
`
	const last = `# HELP headway_backup_last_success_timestamp_seconds When the newest backup of the database was made; absent if there is none.
# TYPE headway_backup_last_success_timestamp_seconds gauge
headway_backup_last_success_timestamp_seconds 1.767225600e+09
`
	want := func(text string) {
		t.Helper()
		if err := testutil.CollectAndCompare(b, strings.NewReader(text)); err != nil {
			t.Error(err)
		}
	}
	want(fmt.Sprintf(help, 0, 0))
	b.make(day(2026, 1, 1))
	want(fmt.Sprintf(help, 0, 1) + last)
	if err := os.WriteFile(filepath.Join(dir, "copy.db"), []byte("novel"), 0o600); err != nil {
		t.Fatal(err)
	}
	b.make(day(2026, 1, 2))
	want(fmt.Sprintf(help, 1, 1) + last)
	if problems, err := testutil.CollectAndLint(b); err != nil || len(problems) > 0 {
		t.Errorf("lint: %v, %v", problems, err)
	}
}

// TestServeBacksUp has one copy made at the start, and none where there is no place
// for it; both serve.
func TestServeBacksUp(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "c.yml", fastConfig(emptyGerrit(t).URL))
	for _, tc := range []struct{ name, path, log, metric string }{
		{"made", "copy.db", `msg="backup made"`, `headway_backups_total{result="ok"} 1`},
		{"no directory", "no/copy.db", `msg="backup not made" err="back up database headway.db to no/copy.db: `, `headway_backups_total{result="error"} 1`},
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
		})
	}
}
