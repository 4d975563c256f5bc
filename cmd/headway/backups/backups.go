// Package backups copies the database on schedule while it is served: the flags that
// say where and when, the task, and its metrics. How a copy is made, and which file it
// may replace, is store's. Only the command serve imports it.
package backups

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/alecthomas/kingpin/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/robfig/cron/v3"

	"github.com/eventlet-removal/headway/cmd/headway/config"
	"github.com/eventlet-removal/headway/store"
)

// weekday in a backup's path is where the day of the week goes, mon to sun, in UTC:
// seven copies that replace each other, so that nothing ever has to be deleted.
const weekday = "{weekday}"

// Flags say where and when copies are made.
type Flags struct {
	Path     string // "": none are made
	Schedule cron.Schedule

	ownSpec bool // --backup.schedule was given
}

// AddFlags adds --backup.path and --backup.schedule.
func AddFlags(clause *kingpin.CmdClause) *Flags {
	f := new(Flags)
	clause.Flag("backup.path", "File to back the database up to while serving; "+weekday+" in it becomes mon to sun. Default: no backups.").
		PlaceHolder("FILE").StringVar(&f.Path)
	clause.Flag("backup.schedule", "When to back up: a cron spec in UTC.").
		Default("@daily").IsSetByUser(&f.ownSpec).SetValue(&scheduleValue{of: &f.Schedule})
	return f
}

// scheduleValue reads a cron spec as the configuration does.
type scheduleValue struct {
	of   *cron.Schedule
	spec string
}

func (v *scheduleValue) Set(spec string) error {
	s, err := config.ParseSchedule(spec)
	if err != nil {
		return fmt.Errorf("%q: %w", spec, err)
	}
	*v.of, v.spec = s, spec
	return nil
}

func (v *scheduleValue) String() string { return v.spec }

// Task is the task that copies the database on schedule. A copy that could not
// be made is logged and counted; it never stops the serving. It is also a
// prometheus.Collector.
type Task struct {
	db       *store.DB
	path     string
	schedule cron.Schedule
	log      *slog.Logger

	mu           sync.Mutex // guards what follows
	last         time.Time  // of the newest copy; zero: there is none
	made, failed int        // since the start
}

// Check returns what is wrong with the flags, before there is a database. A directory that
// is not there is an error: the alternative is a line in the log, once a day, that nobody
// reads.
func (f *Flags) Check() error {
	switch {
	case f.Path == "" && f.ownSpec:
		return errors.New("--backup.schedule says when, and nothing says where: give --backup.path too")
	case f.Path == "":
		return nil
	case strings.ContainsAny(strings.ReplaceAll(f.Path, weekday, ""), "{}"):
		return fmt.Errorf("--backup.path=%s: only %s is known between braces", f.Path, weekday)
	}
	switch dir, err := os.Stat(filepath.Dir(f.Path)); {
	case err != nil:
		return fmt.Errorf("--backup.path=%s: %w", f.Path, err)
	case !dir.IsDir():
		return fmt.Errorf("--backup.path=%s: %s is not a directory", f.Path, filepath.Dir(f.Path))
	}
	return nil
}

// New returns nil if no copies are wanted.
func New(f *Flags, db *store.DB, log *slog.Logger) (*Task, error) {
	if err := f.Check(); err != nil || f.Path == "" {
		return nil, err
	}
	b := &Task{db: db, path: f.Path, schedule: f.Schedule, log: log}
	return b, b.look(time.Now())
}

// look finds the newest copy of the last seven days, which are all there are.
func (b *Task) look(now time.Time) error {
	own, err := os.Stat(b.db.Path())
	if err != nil {
		return fmt.Errorf("back up database: %w", err)
	}
	for days := range 7 {
		file := b.file(now.AddDate(0, 0, -days))
		info, err := os.Stat(file)
		if err != nil {
			continue // most often there is none yet; Backup will return what else is wrong
		}
		if os.SameFile(own, info) {
			return fmt.Errorf("--backup.path=%s: %s is the database itself", b.path, file)
		}
		if made := info.ModTime(); made.After(b.last) && !made.After(now) {
			b.last = made
		}
	}
	return nil
}

// file is what a backup at this time is called.
func (b *Task) file(at time.Time) string {
	return strings.ReplaceAll(b.path, weekday, strings.ToLower(at.UTC().Format("Mon")))
}

func (b *Task) String() string { return "backups" }

// Run makes a copy at once if one is overdue or there is none, so that a path that
// does not work shows at the start, and then on schedule, until ctx is cancelled; if the
// database has no poll yet, the next one follows after an hour. A copy that has begun when
// ctx is cancelled is brought to its end: it takes seconds.
func (b *Task) Run(ctx context.Context) error {
	next := b.schedule.Next(b.last)
	for {
		due := time.NewTimer(time.Until(next))
		select {
		case <-ctx.Done():
			due.Stop()
			return nil
		case <-due.C:
		}
		empty := len(b.db.Snapshot().Polls()) == 0
		b.make(time.Now())
		next = b.schedule.Next(time.Now())
		if soon := time.Now().Add(time.Hour); empty && soon.Before(next) {
			next = soon
		}
	}
}

// make makes one copy.
func (b *Task) make(start time.Time) {
	file := b.file(start)
	err := b.db.Backup(file)
	b.mu.Lock()
	defer b.mu.Unlock()
	if err != nil {
		b.failed++
		b.log.Error("backup not made", "err", err)
		return
	}
	b.made++
	b.last = start
	b.log.Info("backup made", "file", file, "duration", time.Since(start).Round(time.Millisecond))
}

// Metrics of backups, on servers that make some.
var (
	backupsDesc    = prometheus.NewDesc("headway_backups_total", "Backups of the database since the start, by result: ok, error.", []string{"result"}, nil)
	lastBackupDesc = prometheus.NewDesc("headway_backup_last_success_timestamp_seconds", "When the newest backup of the database was made; absent if there is none.", nil, nil)
)

// Describe implements prometheus.Collector.
func (b *Task) Describe(ch chan<- *prometheus.Desc) {
	ch <- backupsDesc
	ch <- lastBackupDesc
}

// Collect implements prometheus.Collector.
func (b *Task) Collect(ch chan<- prometheus.Metric) {
	b.mu.Lock()
	defer b.mu.Unlock()
	ch <- prometheus.MustNewConstMetric(backupsDesc, prometheus.CounterValue, float64(b.made), "ok")
	ch <- prometheus.MustNewConstMetric(backupsDesc, prometheus.CounterValue, float64(b.failed), "error")
	if !b.last.IsZero() {
		ch <- prometheus.MustNewConstMetric(lastBackupDesc, prometheus.GaugeValue, float64(b.last.Unix()))
	}
}
