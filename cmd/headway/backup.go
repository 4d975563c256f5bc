package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/alecthomas/kingpin/v2"

	"github.com/eventlet-removal/headway/store"
)

type backupCommand struct {
	file string
}

func newBackup(clause *kingpin.CmdClause) (*kingpin.CmdClause, *backupCommand) {
	c := new(backupCommand)
	clause.Arg("file", "The copy. An earlier backup of the same database is replaced, nothing else.").Required().StringVar(&c.file)
	return clause, c
}

// run needs no configuration: a copy must be had whatever is wrong with that.
func (c *backupCommand) run(_ context.Context, env *environment) error {
	err := withStore(env.storage, store.Options{ReadOnly: true}, func(db *store.DB) error {
		if err := db.Backup(c.file); err != nil {
			return errors.New(err.Error()) // not %w: what is damaged may be the copy
		}
		_, err := fmt.Fprintf(env.stdout, "backed up %s to %s: %s\n", db.Path(), c.file, sizeOf(c.file))
		return err
	})
	if errors.Is(err, store.ErrLocked) {
		return fmt.Errorf("%w; headway serve makes its own backups with --backup.path", err)
	}
	return err
}

type compactCommand struct{}

func newCompact(clause *kingpin.CmdClause) (*kingpin.CmdClause, *compactCommand) {
	return clause, new(compactCommand)
}

func (*compactCommand) run(_ context.Context, env *environment) error {
	before := sizeOf(env.storage)
	if err := store.Compact(env.storage); err != nil {
		return err
	}
	_, err := fmt.Fprintf(env.stdout, "compacted %s: %s, before %s\n", env.storage, sizeOf(env.storage), before)
	return err
}

// sizeOf is a file's size for people.
func sizeOf(path string) string {
	info, err := os.Stat(path)
	if err != nil {
		return "unknown size"
	}
	return fmt.Sprintf("%d KB", (info.Size()+1023)/1024)
}
