package store

import (
	"fmt"

	"go.etcd.io/bbolt"
)

// migrations lead from each schema to the next: the first from 1 to 2. There are
// none yet. One that was released is never changed.
var migrations = []func(*bbolt.Tx) error{}

// migrate brings a file up to date, all steps in one transaction, after a backup
// beside it: FILE.schema-N, where N is the schema it had.
func migrate(b *bbolt.DB, path string, readOnly bool, steps []func(*bbolt.Tx) error) error {
	newest := uint64(len(steps) + 1)
	var have uint64
	err := b.View(func(tx *bbolt.Tx) (err error) {
		have, err = check(tx, "")
		return err
	})
	switch {
	case err != nil || have >= newest:
		return err
	case readOnly:
		return fmt.Errorf("%w: schema %d, this one needs %d", ErrTooOld, have, newest)
	}
	if err := backup(b, fmt.Sprintf("%s.schema-%d", path, have)); err != nil {
		return fmt.Errorf("before migration: %w", err)
	}
	return contained(func() error {
		return b.Update(func(tx *bbolt.Tx) error {
			for v := have; v < newest; v++ {
				if err := steps[v-1](tx); err != nil {
					return fmt.Errorf("migrate schema %d to %d: %w", v, v+1, err)
				}
			}
			return tx.Bucket(bucketMeta).Put(keySchema, numberKey(newest))
		})
	})
}
