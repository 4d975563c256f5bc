package store

import (
	"go.etcd.io/bbolt"

	"github.com/eventlet-removal/headway/store/record"
)

// Migrations is how many there are.
var Migrations = len(migrations)

// Bolt is the file under a DB, for tests that change it behind the DB's back.
func (db *DB) Bolt() *bbolt.DB { return db.bolt }

// Tables are what the file's records share.
func (db *DB) Tables() *record.Tables { return db.tables }

// Put writes changes and members past the rounds, as many at once as one likes.
func (db *DB) Put(goal string, changes []*Change, members []Membership) error {
	return db.bolt.Update(func(tx *bbolt.Tx) error {
		b, err := goalBucket(tx, goal, bucketMembers)
		if err != nil {
			return err
		}
		b.FillPercent, tx.Bucket(bucketChanges).FillPercent = filled, filled
		for _, c := range changes {
			data, err := db.tables.EncodeChange(c)
			if err == nil {
				err = tx.Bucket(bucketChanges).Put(record.Key(c.Number), data)
			}
			if err != nil {
				return err
			}
		}
		for _, m := range members {
			if _, err := putMember(db.tables, b, &m); err != nil {
				return err
			}
		}
		return saveTables(tx, db.tables)
	})
}
