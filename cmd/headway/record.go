package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/alecthomas/kingpin/v2"
	"github.com/prometheus/common/version"

	"github.com/eventlet-removal/headway/cmd/headway/config"
	"github.com/eventlet-removal/headway/collector"
	"github.com/eventlet-removal/headway/collector/replay"
	"github.com/eventlet-removal/headway/store"
)

type recordCommand struct {
	file string
}

func newRecord(clause *kingpin.CmdClause) (*kingpin.CmdClause, *recordCommand) {
	c := new(recordCommand)
	clause.Arg("file", "The topic file to write. It must not exist.").Required().StringVar(&c.file)
	return clause, c
}

// run polls all goals into a database that is thrown away, and keeps what Gerrit
// answered: so the file holds exactly what a poll asks for, the changes outside the
// selectors included that change our numbers.
func (c *recordCommand) run(ctx context.Context, env *environment) error {
	cfg, err := env.config()
	switch {
	case err != nil:
		return err
	case cfg.HidePeople:
		// Names also stand in commit messages and comments, where we can't find them.
		return errors.New("record: the configuration says people: hidden, and a topic file names people")
	}
	if _, err := os.Lstat(c.file); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("record %s: it exists; name another file", c.file)
	}
	temp := c.file + ".partial"
	out, err := os.Create(temp) // before Gerrit is asked for minutes
	if err != nil {
		return fmt.Errorf("record: %w", err)
	}
	defer os.Remove(temp)
	defer out.Close()
	topic, err := record(ctx, cfg, env)
	if err != nil {
		return err
	}
	err = replay.WriteTopic(out, topic, store.WithoutAddresses)
	if err == nil {
		err = errors.Join(out.Sync(), out.Close())
	}
	if err == nil {
		err = os.Rename(temp, c.file)
	}
	if err != nil {
		return fmt.Errorf("record %s: %w", c.file, err)
	}
	_, err = fmt.Fprintf(env.stdout, "recorded %s to %s\n", count(len(topic.Changes), "change"), c.file)
	return err
}

// record polls into a database of its own and returns what Gerrit said, without
// addresses.
func record(ctx context.Context, cfg *config.Config, env *environment) (topic *replay.Topic, err error) {
	dir, err := os.MkdirTemp("", "headway-record-")
	if err != nil {
		return nil, fmt.Errorf("record: %w", err)
	}
	defer os.RemoveAll(dir)
	err = withStore(filepath.Join(dir, "headway.db"), store.Options{Gerrit: cfg.Gerrit.URL}, func(db *store.DB) (err error) {
		topic, err = recordInto(ctx, cfg, env, db)
		return err
	})
	return topic, err
}

func recordInto(ctx context.Context, cfg *config.Config, env *environment, db *store.DB) (*replay.Topic, error) {
	tape := newTape()
	parts := collectorConfig(cfg, version.Version)
	parts.Gerrit.Transport = tape
	col, err := collector.New(parts, db, collector.NewMetrics(), env.log)
	if err != nil {
		return nil, err
	}
	topic := &replay.Topic{Header: replay.Header{
		Gerrit: cfg.Gerrit.URL, Selector: everySelector(cfg), RecordedAt: time.Now(),
		Note: "Recorded by headway. E-mail addresses were removed.",
	}}
	for _, g := range cfg.Goals {
		p, err := pollOnce(ctx, env, db, col, g, collector.PollOptions{})
		if err != nil {
			return nil, err
		}
		if !p.OK {
			return nil, fmt.Errorf("record: not everything was answered, and nothing is written: %s%w", pollLine(p), errNo)
		}
	}
	for c := range db.Snapshot().Changes() {
		if c.Detailed.IsZero() {
			env.log.Warn("change left out: its details can't be had", "change", c.Number)
		}
	}
	if topic.Changes, err = tape.changes(); err != nil {
		return nil, fmt.Errorf("record: %w", err)
	}
	return topic, nil
}

// everySelector finds what all goals select.
func everySelector(cfg *config.Config) string {
	var all []string
	for _, g := range cfg.Goals {
		for _, q := range g.Progress.Queries {
			all = append(all, q.Text)
		}
	}
	if len(all) == 1 {
		return all[0]
	}
	return "(" + strings.Join(all, ") OR (") + ")"
}
