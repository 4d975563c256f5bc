package backups

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
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
				files, err := fs.Glob(os.DirFS(dir), "*")
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(tc.files, files); diff != "" {
					t.Errorf("files (-want +got):\n%s", diff)
				}
				for _, name := range files {
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
func newTestBackups(t *testing.T, path, spec string) (b *Task, dir string) {
	t.Helper()
	db, err := store.Open(filepath.Join(t.TempDir(), "headway.db"), store.Options{Gerrit: "https://gerrit.example.org/"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	finish(t, db)
	dir = t.TempDir()
	f := &Flags{Path: filepath.Join(dir, path)}
	if err := (&scheduleValue{of: &f.Schedule}).Set(spec); err != nil {
		t.Fatal(err)
	}
	b, err = New(f, db, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return b, dir
}

// finish writes down a poll.
func finish(t *testing.T, db *store.DB) {
	t.Helper()
	if err := db.Finish("g", store.Round{Poll: store.Poll{Goal: "g", Start: time.Now(), OK: true}}); err != nil {
		t.Fatal(err)
	}
}

// A new server's first reading takes longer than its first copy.
func TestACopyOfNothingIsMadeAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first, dir := newTestBackups(t, "copy.db", "@daily")
		db, err := store.Open(filepath.Join(t.TempDir(), "new.db"), store.Options{Gerrit: "https://gerrit.example.org/"})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		b, err := New(&Flags{Path: filepath.Join(dir, "new-copy.db"), Schedule: first.schedule}, db, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 23*time.Hour)
		defer cancel()
		time.AfterFunc(90*time.Minute, func() { finish(t, db) })
		if err := b.Run(ctx); err != nil || b.made != 3 || b.failed > 0 {
			t.Errorf("%d made and %d not, want one at once, after an hour and after two; %v", b.made, b.failed, err)
		}
	})
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
				f := &Flags{Path: filepath.Join(dir, "copy-{weekday}.db"), Schedule: first.schedule}
				b, err := New(f, first.db, slog.New(slog.DiscardHandler))
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
	b.make(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	want(fmt.Sprintf(help, 0, 1) + last)
	if err := os.WriteFile(filepath.Join(dir, "copy.db"), []byte("novel"), 0o600); err != nil {
		t.Fatal(err)
	}
	b.make(time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC))
	want(fmt.Sprintf(help, 1, 1) + last)
	if problems, err := testutil.CollectAndLint(b); err != nil || len(problems) > 0 {
		t.Errorf("lint: %v, %v", problems, err)
	}
}
