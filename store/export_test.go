package store

import "go.etcd.io/bbolt"

// Migrations is how many there are.
var Migrations = len(migrations)

// Bolt is the file under a DB, for tests that change it behind the DB's back.
func (db *DB) Bolt() *bbolt.DB { return db.bolt }

// Migrate brings db's file up to date as a release with other migrations would.
func (db *DB) Migrate(readOnly bool, steps ...func(*bbolt.Tx) error) error {
	return migrate(db.bolt, db.path, readOnly, steps)
}
