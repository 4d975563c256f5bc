package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
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

// backupFlags are the flags of the backups that a server makes of its database.
type backupFlags struct {
	path     string // "": none are made
	schedule scheduleValue
	ownSpec  bool // --backup.schedule was given
}

func addBackupFlags(clause *kingpin.CmdClause) *backupFlags {
	f := new(backupFlags)
	clause.Flag("backup.path", "File to back the database up to while serving; "+weekday+" in it becomes mon to sun. Default: no backups.").
		PlaceHolder("FILE").StringVar(&f.path)
	clause.Flag("backup.schedule", "When to back up: a cron spec in UTC.").
		Default("@daily").IsSetByUser(&f.ownSpec).SetValue(&f.schedule)
	return f
}

// scheduleValue reads a cron spec as the configuration does.
type scheduleValue struct {
	cron.Schedule
	spec string
}

func (v *scheduleValue) Set(spec string) error {
	s, err := config.ParseSchedule(spec)
	if err != nil {
		return fmt.Errorf("%q: %w", spec, err)
	}
	v.Schedule, v.spec = s, spec
	return nil
}

func (v *scheduleValue) String() string { return v.spec }

// backups is the task that copies the database on schedule. A copy that could not
// be made is logged and counted; it never stops the serving. It is also a
// prometheus.Collector.
type backups struct {
	db       *store.DB
	path     string
	schedule cron.Schedule
	log      *slog.Logger

	mu           sync.Mutex // guards what follows
	last         time.Time  // of the newest copy; zero: there is none
	made, failed int        // since the start
}

// newBackups returns nil if none are wanted.
func newBackups(f *backupFlags, db *store.DB, log *slog.Logger) (*backups, error) {
	switch {
	case f.path == "" && f.ownSpec:
		return nil, errors.New("--backup.schedule says when, and nothing says where: give --backup.path too")
	case f.path == "":
		return nil, nil
	case strings.ContainsAny(strings.ReplaceAll(f.path, weekday, ""), "{}"):
		return nil, fmt.Errorf("--backup.path=%s: only %s is known between braces", f.path, weekday)
	}
	b := &backups{db: db, path: f.path, schedule: f.schedule, log: log}
	return b, b.look(time.Now())
}

// look finds the newest copy of the last seven days, which are all there are.
func (b *backups) look(now time.Time) error {
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
func (b *backups) file(at time.Time) string {
	return strings.ReplaceAll(b.path, weekday, strings.ToLower(at.UTC().Format("Mon")))
}

func (b *backups) String() string { return "backups" }

// Run makes a copy at once if one is overdue or there is none, so that a path that
// does not work shows at the start, and then on schedule, until ctx is cancelled. A
// copy that has begun then is brought to its end: it takes seconds.
func (b *backups) Run(ctx context.Context) error {
	next := b.schedule.Next(b.last)
	for {
		due := time.NewTimer(time.Until(next))
		select {
		case <-ctx.Done():
			due.Stop()
			return nil
		case <-due.C:
		}
		b.make(time.Now())
		next = b.schedule.Next(time.Now())
	}
}

// make makes one copy.
func (b *backups) make(start time.Time) {
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
func (b *backups) Describe(ch chan<- *prometheus.Desc) {
	ch <- backupsDesc
	ch <- lastBackupDesc
}

// Collect implements prometheus.Collector.
func (b *backups) Collect(ch chan<- prometheus.Metric) {
	b.mu.Lock()
	defer b.mu.Unlock()
	ch <- prometheus.MustNewConstMetric(backupsDesc, prometheus.CounterValue, float64(b.made), "ok")
	ch <- prometheus.MustNewConstMetric(backupsDesc, prometheus.CounterValue, float64(b.failed), "error")
	if !b.last.IsZero() {
		ch <- prometheus.MustNewConstMetric(lastBackupDesc, prometheus.GaugeValue, float64(b.last.Unix()))
	}
}
