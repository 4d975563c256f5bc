package store

import (
	"encoding/binary"
	"encoding/json"
	"fmt"

	"go.etcd.io/bbolt"
)

// Schema is the version that this code writes. doc.go draws it.
const Schema = 1

// KeepPolls is how many polls the sync log holds, of all goals together: three
// days of one goal polled each ten minutes, and a bound for the file.
const KeepPolls = 500

// Every bucket and fixed key of the schema.
var (
	bucketMeta      = []byte("meta")
	bucketChanges   = []byte("changes")
	bucketGoals     = []byte("goals")
	bucketMembers   = []byte("members")
	bucketSelectors = []byte("selectors")
	bucketWork      = []byte("work")
	bucketPolls     = []byte("polls")

	keySchema = []byte("schema")
	keyGerrit = []byte("gerrit")
)

// selectorKey is the key of a selector: its project behind a slash, because bbolt
// knows no empty keys.
func selectorKey(project string) []byte { return []byte("/" + project) }

func numberKey(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

// initialize makes the schema in an empty file and leaves any other alone.
func initialize(tx *bbolt.Tx, gerrit string) error {
	if name, _ := tx.Cursor().First(); name != nil {
		return check(tx, gerrit)
	}
	if gerrit == "" {
		return fmt.Errorf("create: no Gerrit given")
	}
	for _, name := range [][]byte{bucketMeta, bucketChanges, bucketGoals, bucketPolls} {
		if _, err := tx.CreateBucket(name); err != nil {
			return fmt.Errorf("create bucket %s: %w", name, err)
		}
	}
	meta := tx.Bucket(bucketMeta)
	if err := meta.Put(keySchema, numberKey(Schema)); err != nil {
		return fmt.Errorf("write schema version: %w", err)
	}
	if err := meta.Put(keyGerrit, []byte(gerrit)); err != nil {
		return fmt.Errorf("write Gerrit: %w", err)
	}
	return nil
}

// check tells whether this file is ours to use. An empty gerrit accepts any.
func check(tx *bbolt.Tx, gerrit string) error {
	meta := tx.Bucket(bucketMeta)
	if meta == nil || len(meta.Get(keySchema)) != 8 {
		return ErrForeign
	}
	if v := binary.BigEndian.Uint64(meta.Get(keySchema)); v > Schema {
		return fmt.Errorf("%w: schema %d, this one knows up to %d", ErrTooNew, v, Schema)
	} else if v < Schema {
		return fmt.Errorf("schema %d has no migration to %d", v, Schema)
	}
	if was := string(meta.Get(keyGerrit)); gerrit != "" && !sameGerrit(was, gerrit) {
		return fmt.Errorf("%w: it follows %s, the configuration names %s", ErrOtherGerrit, was, gerrit)
	}
	return nil
}

// goalBucket returns a bucket of one goal, making it on first use.
func goalBucket(tx *bbolt.Tx, goal string, name []byte) (*bbolt.Bucket, error) {
	g, err := tx.Bucket(bucketGoals).CreateBucketIfNotExists([]byte(goal))
	if err != nil {
		return nil, fmt.Errorf("bucket of goal %q: %w", goal, err)
	}
	b, err := g.CreateBucketIfNotExists(name)
	if err != nil {
		return nil, fmt.Errorf("bucket %s of goal %q: %w", name, goal, err)
	}
	return b, nil
}

// readGoalBucket returns a bucket of one goal, nil if it was never written.
func readGoalBucket(tx *bbolt.Tx, goal string, name []byte) *bbolt.Bucket {
	if g := tx.Bucket(bucketGoals).Bucket([]byte(goal)); g != nil {
		return g.Bucket(name)
	}
	return nil
}

func put(b *bbolt.Bucket, key []byte, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode %T: %w", v, err)
	}
	if err := b.Put(key, data); err != nil {
		return fmt.Errorf("write %T: %w", v, err)
	}
	return nil
}

// each decodes every value of a bucket; a nil bucket has none. The decoded copy
// outlives the transaction.
func each[T any](b *bbolt.Bucket, name string, f func(key []byte, v *T)) error {
	if b == nil {
		return nil
	}
	return b.ForEach(func(k, data []byte) error {
		v := new(T)
		if err := json.Unmarshal(data, v); err != nil {
			return fmt.Errorf("%s %x: %w", name, k, err)
		}
		f(k, v)
		return nil
	})
}
