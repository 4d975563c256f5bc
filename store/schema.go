package store

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

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
	bucketAsked     = []byte("asked")
	bucketPolls     = []byte("polls")

	keySchema   = []byte("schema")
	keyGerrit   = []byte("gerrit")
	keyIdentity = []byte("identity")
)

// initialize makes the schema in a new file.
func initialize(tx *bbolt.Tx, gerrit string) error {
	for _, name := range [][]byte{bucketMeta, bucketChanges, bucketGoals, bucketPolls} {
		if _, err := tx.CreateBucket(name); err != nil {
			return fmt.Errorf("bucket %s: %w", name, err)
		}
	}
	meta := tx.Bucket(bucketMeta)
	if err := meta.Put(keySchema, numberKey(Schema)); err != nil {
		return fmt.Errorf("schema version: %w", err)
	}
	if err := meta.Put(keyGerrit, []byte(gerrit)); err != nil {
		return fmt.Errorf("base URL of Gerrit: %w", err)
	}
	identity := make([]byte, 16)
	rand.Read(identity) // never fails
	if err := meta.Put(keyIdentity, []byte(hex.EncodeToString(identity))); err != nil {
		return fmt.Errorf("identity: %w", err)
	}
	return nil
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
	for _, name := range [][]byte{bucketChanges, bucketGoals, bucketPolls} {
		if tx.Bucket(name) == nil {
			return 0, fmt.Errorf("%w: bucket %s is missing", ErrDamaged, name)
		}
	}
	if was := string(meta.Get(keyGerrit)); gerrit != "" && !sameGerrit(was, gerrit) {
		return 0, fmt.Errorf("%w: it follows %s, the configuration names %s", ErrOtherGerrit, was, gerrit)
	}
	return version, nil
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

// each decodes every value of a bucket; a nil bucket has none. A record must lie
// under its own key. The decoded copy outlives the transaction.
func each[T any](b *bbolt.Bucket, key func(*T) []byte, f func(*T)) error {
	if b == nil {
		return nil
	}
	return b.ForEach(func(k, data []byte) error {
		v := new(T)
		if err := json.Unmarshal(data, v); err != nil {
			return fmt.Errorf("%T %x: %w", v, k, err)
		}
		if !bytes.Equal(k, key(v)) {
			return fmt.Errorf("%T %x lies under %x", v, key(v), k)
		}
		f(v)
		return nil
	})
}

// Keys of the records.
func changeKey(c *Change) []byte     { return numberKey(uint64(c.Number)) }
func memberKey(m *Membership) []byte { return numberKey(uint64(m.Number)) }
func workKey(w *Work) []byte         { return numberKey(uint64(w.Row.Number)) }
func pollKey(p *Poll) []byte         { return numberKey(p.ID) }
func askedKey(a *Asked) []byte       { return []byte(a.Term) }

// selectorKey has a slash before the project, because bbolt knows no empty keys.
func selectorKey(s *Selector) []byte { return []byte("/" + s.Project) }

func numberKey(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }
