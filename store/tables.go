package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"

	"go.etcd.io/bbolt"

	"github.com/eventlet-removal/headway/store/record"
)

// loadTables reads what records share.
func loadTables(tx *bbolt.Tx) (*record.Tables, error) {
	t := record.NewTables()
	err := eachNumbered(tx.Bucket(bucketWords), func(k, data []byte) (uint64, error) {
		word, err := record.Unseal(k, data)
		return t.Words.Number(record.WordOf(string(word))), err
	})
	if err != nil {
		return nil, fmt.Errorf("table of words: %w", err)
	}
	err = eachNumbered(tx.Bucket(bucketPeople), func(k, data []byte) (uint64, error) {
		a, err := record.DecodePerson(k, data)
		return t.People.Number(a), err
	})
	if err != nil {
		return nil, fmt.Errorf("table of people: %w", err)
	}
	return t, nil
}

// eachNumbered wants that a table's entries get the numbers under which they stand.
func eachNumbered(b *bbolt.Bucket, add func(k, data []byte) (uint64, error)) error {
	return b.ForEach(func(k, data []byte) error {
		n, err := add(k, data)
		if err == nil && !bytes.Equal(k, numberKey(n)) {
			err = errors.New("not the next entry")
		}
		if err != nil {
			return fmt.Errorf("%x: %w", k, err)
		}
		return nil
	})
}

// saveTables writes what the tables have and the file has not: the end of each
// transaction that encodes.
func saveTables(tx *bbolt.Tx, t *record.Tables) error {
	words, people := tx.Bucket(bucketWords), tx.Bucket(bucketPeople)
	for n := lastNumber(words) + 1; n <= uint64(t.Words.Len()); n++ {
		word, _ := t.Words.Value(n)
		if err := words.Put(numberKey(n), record.Seal(numberKey(n), []byte(word.String()))); err != nil {
			return fmt.Errorf("table of words: %w", err)
		}
	}
	for n := lastNumber(people) + 1; n <= uint64(t.People.Len()); n++ {
		a, _ := t.People.Value(n)
		data, err := record.EncodePerson(numberKey(n), a)
		if err == nil {
			err = people.Put(numberKey(n), data)
		}
		if err != nil {
			return fmt.Errorf("table of people: %w", err)
		}
	}
	return nil
}

// lastNumber is the largest key of a bucket, 0 if it is empty.
func lastNumber(b *bbolt.Bucket) uint64 {
	k, _ := b.Cursor().Last()
	if len(k) != 8 {
		return 0
	}
	return binary.BigEndian.Uint64(k)
}
