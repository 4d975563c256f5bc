package store

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"go.etcd.io/bbolt"

	"github.com/eventlet-removal/headway/store/record"
)

// Schema is the version that this code writes. doc.go draws it.
const Schema = 2

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
	bucketAsked     = []byte("asked")
	bucketPolls     = []byte("polls")
	bucketWords     = []byte("words")
	bucketPeople    = []byte("people")
	bucketDamaged   = []byte("damaged")

	keySchema   = []byte("schema")
	keyGerrit   = []byte("gerrit")
	keyIdentity = []byte("identity")
	keyName     = []byte("name")
)

// The buckets that every file has, beside meta, and those that a goal may have.
var (
	topBuckets  = [][]byte{bucketChanges, bucketGoals, bucketPolls, bucketWords, bucketPeople, bucketDamaged}
	goalBuckets = [][]byte{bucketMembers, bucketSelectors, bucketWork, bucketAsked}
)

// initialize makes the schema in a new file.
func initialize(tx *bbolt.Tx, gerrit, identity string) error {
	for _, name := range append([][]byte{bucketMeta}, topBuckets...) {
		if _, err := tx.CreateBucket(name); err != nil {
			return fmt.Errorf("bucket %s: %w", name, err)
		}
	}
	if err := tx.Bucket(bucketMeta).Put(keySchema, numberKey(Schema)); err != nil {
		return fmt.Errorf("schema version: %w", err)
	}
	return errors.Join(putMeta(tx, keyGerrit, gerrit), putMeta(tx, keyIdentity, identity))
}

// randomIdentity is for a database that has no history yet.
func randomIdentity() string {
	identity := make([]byte, 16)
	rand.Read(identity) // never fails
	return hex.EncodeToString(identity)
}

func putMeta(tx *bbolt.Tx, key []byte, text string) error {
	if err := tx.Bucket(bucketMeta).Put(key, record.Seal(key, []byte(text))); err != nil {
		return fmt.Errorf("%s: %w", key, err)
	}
	return nil
}

// metaText reads a text of the meta bucket; before schema 2 it had no checksum.
func metaText(tx *bbolt.Tx, key []byte) (string, error) {
	meta := tx.Bucket(bucketMeta)
	data := meta.Get(key)
	if binary.BigEndian.Uint64(meta.Get(keySchema)) == 1 {
		return string(data), nil
	}
	data, err := record.Unseal(key, data)
	if err != nil {
		return "", fmt.Errorf("%w: %s: %w", ErrDamaged, key, err)
	}
	return string(data), nil
}

// check returns which schema this file has, up to ours, and an error if it is not
// ours to use. An empty gerrit accepts any.
func check(tx *bbolt.Tx, gerrit string) (version uint64, err error) {
	meta := tx.Bucket(bucketMeta)
	if meta == nil || len(meta.Get(keySchema)) != 8 || meta.Get(keyGerrit) == nil {
		return 0, fmt.Errorf("%w: it holds other data", ErrForeign)
	}
	version = binary.BigEndian.Uint64(meta.Get(keySchema))
	switch {
	case version == 0:
		return 0, fmt.Errorf("%w: there never was a schema 0", ErrForeign)
	case version > Schema:
		return 0, fmt.Errorf("%w: schema %d, this one knows up to %d", ErrTooNew, version, Schema)
	}
	if err := checkBuckets(tx, version); err != nil {
		return 0, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	was, err := metaText(tx, keyGerrit)
	if err != nil {
		return 0, err
	}
	if gerrit != "" && !sameGerrit(was, gerrit) {
		return 0, fmt.Errorf("%w: it follows %s, the configuration names %s", ErrOtherGerrit, was, gerrit)
	}
	return version, nil
}

// checkBuckets wants all buckets, and from schema 2 on no others: a name that was
// damaged would hide what is in it.
func checkBuckets(tx *bbolt.Tx, version uint64) error {
	must := topBuckets
	if version == 1 {
		must = [][]byte{bucketChanges, bucketGoals, bucketPolls}
	}
	for _, name := range must {
		if tx.Bucket(name) == nil {
			return fmt.Errorf("bucket %s is missing", name)
		}
	}
	if version == 1 {
		return nil
	}
	err := tx.ForEach(func(name []byte, _ *bbolt.Bucket) error {
		if !oneOf(name, must) && !bytes.Equal(name, bucketMeta) {
			return fmt.Errorf("bucket %q is unknown", name)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if polls := tx.Bucket(bucketPolls); lastNumber(polls) != polls.Sequence() {
		return errors.New("the polls are not numbered as they were")
	}
	return tx.Bucket(bucketGoals).ForEach(func(goal, _ []byte) error {
		g := tx.Bucket(bucketGoals).Bucket(goal)
		if g == nil {
			return fmt.Errorf("goal %q is not a bucket", goal)
		}
		if name, err := record.Unseal(keyName, g.Get(keyName)); err != nil || !bytes.Equal(name, goal) {
			return fmt.Errorf("goal %q is not called so", goal)
		}
		return g.ForEach(func(name, value []byte) error {
			if value == nil && !oneOf(name, goalBuckets) || value != nil && !bytes.Equal(name, keyName) {
				return fmt.Errorf("goal %q: bucket %q is unknown", goal, name)
			}
			return nil
		})
	})
}

func oneOf(name []byte, names [][]byte) bool {
	return slices.ContainsFunc(names, func(n []byte) bool { return bytes.Equal(n, name) })
}

// sameGerrit compares two base URLs as people write them: the scheme with its own
// port, the host's case and a final slash make no other server.
func sameGerrit(a, b string) bool { return gerritKey(a) == gerritKey(b) }

func gerritKey(s string) string {
	u, err := url.Parse(s)
	if err != nil {
		return s
	}
	host, port := strings.ToLower(u.Hostname()), u.Port()
	if port == map[string]string{"http": "80", "https": "443"}[u.Scheme] {
		port = ""
	}
	return host + ":" + port + strings.TrimRight(u.Path, "/")
}

// goalBucket returns a bucket of one goal, making it on first use.
func goalBucket(tx *bbolt.Tx, goal string, name []byte) (*bbolt.Bucket, error) {
	g, err := tx.Bucket(bucketGoals).CreateBucketIfNotExists([]byte(goal))
	if err == nil && g.Get(keyName) == nil {
		err = g.Put(keyName, record.Seal(keyName, []byte(goal)))
	}
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

// reread returns v as a reader of the file will get it: shared with nobody, times
// without a monotonic clock. What is published is what was written.
func reread[T any](v T) (out T, err error) {
	data, err := json.Marshal(v)
	if err != nil {
		return out, fmt.Errorf("encode %T: %w", v, err)
	}
	return out, json.Unmarshal(data, &out)
}

// put writes a record that is JSON, as all are of which there are few.
func put(b *bbolt.Bucket, key []byte, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode %T: %w", v, err)
	}
	if err := b.Put(key, record.Seal(key, data)); err != nil {
		return fmt.Errorf("write %T: %w", v, err)
	}
	return nil
}

// each decodes every JSON value of a bucket; a nil bucket has none. A record must lie
// under its own key. The decoded copy outlives the transaction.
func each[T any](b *bbolt.Bucket, key func(*T) []byte, f func(*T)) error {
	return eachRecord(b, func(k, sealed []byte) (*T, error) {
		v := new(T)
		data, err := record.Unseal(k, sealed)
		if err == nil {
			err = json.Unmarshal(data, v)
		}
		if err != nil {
			return nil, fmt.Errorf("%T %x: %w", v, k, err)
		}
		if !bytes.Equal(k, key(v)) {
			return nil, fmt.Errorf("%T %x lies under %x", v, key(v), k)
		}
		return v, nil
	}, func(v *T) error {
		f(v)
		return nil
	})
}

// eachRecord decodes every value of a bucket; a nil bucket has none.
func eachRecord[T any](b *bbolt.Bucket, decode func(key, sealed []byte) (T, error), f func(T) error) error {
	if b == nil {
		return nil
	}
	return b.ForEach(func(k, sealed []byte) error {
		v, err := decode(k, sealed)
		if err != nil {
			return err
		}
		return f(v)
	})
}

// Keys of the records that are JSON.
func pollKey(p *Poll) []byte   { return numberKey(p.ID) }
func askedKey(a *Asked) []byte { return []byte(a.Term) }

// selectorKey has a slash before the project, because bbolt knows no empty keys.
func selectorKey(s *Selector) []byte { return []byte("/" + s.Project) }

func numberKey(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }
