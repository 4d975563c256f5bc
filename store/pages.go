package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	"go.etcd.io/bbolt"
)

// The parts of bbolt's file format that hold its tree together. Integers are in
// the machine's own order.
const (
	headerSize  = 16 // of a page: id, flags, count, overflow
	elementSize = 16 // of an entry in a branch or leaf page

	branchPage   = 0x01
	leafPage     = 0x02
	freelistPage = 0x10

	bucketEntry = 0x01
	noFreelist  = ^uint64(0)
)

var native = binary.NativeEndian

// checkPages walks all pages that a transaction can reach, in the file and not in
// the memory map, and returns what is wrong with them. Only the two meta pages have a
// checksum. Of the others bbolt believes every byte: a page that points at its
// parent makes it run until memory ends, and a page in use that is also listed as
// free is overwritten later. (*bbolt.Tx).Check finds some of this, but in a
// goroutine of its own, where a panic can't be caught.
func checkPages(tx *bbolt.Tx, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return bare(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return bare(err)
	}
	if short := tx.Size() - info.Size(); short > 0 {
		return fmt.Errorf("%w: it is %d bytes too short", ErrDamaged, short)
	}
	size := uint64(tx.DB().Info().PageSize)
	t := tree{file: f, size: size, seen: make([]bool, uint64(tx.Size())/size)}
	if err := t.walk(uint64(tx.ID())); err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return nil
}

// tree is the pages of a file, being walked.
type tree struct {
	file io.ReaderAt
	size uint64 // of a page, in bytes
	seen []bool // by page: part of the tree or of the free list
}

// walk starts at the meta page that the transaction took: they take turns.
func (t *tree) walk(txid uint64) error {
	meta := make([]byte, headerSize+64)
	if _, err := t.file.ReadAt(meta, int64(txid%2*t.size)); err != nil {
		return err
	}
	root, free := native.Uint64(meta[headerSize+16:]), native.Uint64(meta[headerSize+32:])
	if err := t.branch(root); err != nil {
		return err
	}
	if free == noFreelist {
		return nil
	}
	return t.free(free)
}

// page reads a page with its overflow and marks it as seen.
func (t *tree) page(id uint64) (data []byte, err error) {
	data = make([]byte, t.size)
	if err := t.mark(id); err != nil {
		return nil, err
	}
	if _, err := t.file.ReadAt(data, int64(id*t.size)); err != nil {
		return nil, fmt.Errorf("page %d: %w", id, err)
	}
	if self := native.Uint64(data); self != id {
		return nil, fmt.Errorf("page %d calls itself %d", id, self)
	}
	more := uint64(native.Uint32(data[12:]))
	if more == 0 {
		return data, nil
	}
	for i := id + 1; i <= id+more; i++ {
		if err := t.mark(i); err != nil {
			return nil, err
		}
	}
	data = make([]byte, (more+1)*t.size)
	if _, err := t.file.ReadAt(data, int64(id*t.size)); err != nil {
		return nil, fmt.Errorf("page %d: %w", id, err)
	}
	return data, nil
}

func (t *tree) mark(id uint64) error {
	if id < 2 || id >= uint64(len(t.seen)) {
		return fmt.Errorf("page %d is not in the file", id)
	}
	if t.seen[id] {
		return fmt.Errorf("page %d is used twice", id)
	}
	t.seen[id] = true
	return nil
}

// branch walks the tree below a page.
func (t *tree) branch(id uint64) error {
	data, err := t.page(id)
	if err != nil {
		return err
	}
	if kind := native.Uint16(data[8:]); kind == leafPage {
		err = t.leaf(data)
	} else if kind != branchPage || native.Uint16(data[10:]) == 0 {
		err = errors.New("not a page of a tree")
	} else {
		err = entries(data, func(e []byte) (uint64, uint64, uint64) {
			return uint64(native.Uint32(e)), uint64(native.Uint32(e[4:])), 0
		}, func(e, _ []byte) error { return t.branch(native.Uint64(e[8:])) })
	}
	if err != nil {
		return fmt.Errorf("page %d: %w", id, err)
	}
	return nil
}

// leaf walks the buckets in a leaf page; a small bucket lies in its value, as a
// page of its own.
func (t *tree) leaf(data []byte) error {
	return entries(data, func(e []byte) (uint64, uint64, uint64) {
		return uint64(native.Uint32(e[4:])), uint64(native.Uint32(e[8:])), uint64(native.Uint32(e[12:]))
	}, func(e, value []byte) error {
		if native.Uint32(e)&bucketEntry == 0 {
			return nil
		}
		if len(value) < 16 {
			return errors.New("a bucket without a head")
		}
		if root := native.Uint64(value); root != 0 {
			return t.branch(root)
		}
		inline := value[16:]
		if len(inline) < headerSize || native.Uint16(inline[8:]) != leafPage {
			return errors.New("a small bucket without a page")
		}
		return t.leaf(inline)
	})
}

// entries walks the table at the head of a page: at returns where an entry's data
// begins, counted from the entry, and how long its key and value are.
func entries(page []byte, at func(e []byte) (pos, key, value uint64), visit func(e, value []byte) error) error {
	count := uint64(native.Uint16(page[10:]))
	if headerSize+count*elementSize > uint64(len(page)) {
		return errors.New("too many entries")
	}
	var before []byte
	for i := range count {
		start := headerSize + i*elementSize
		e := page[start : start+elementSize]
		pos, klen, vlen := at(e)
		if start+pos+klen+vlen > uint64(len(page)) {
			return fmt.Errorf("entry %d goes beyond it", i)
		}
		key := page[start+pos:][:klen]
		if i > 0 && bytes.Compare(before, key) >= 0 {
			return fmt.Errorf("entry %d is out of order", i)
		}
		before = key
		if err := visit(e, page[start+pos+klen:][:vlen]); err != nil {
			return err
		}
	}
	return nil
}

// free reads the list of free pages; none may be part of the tree.
func (t *tree) free(id uint64) error {
	data, err := t.page(id)
	if err != nil {
		return err
	}
	if native.Uint16(data[8:]) != freelistPage {
		return fmt.Errorf("page %d: not a list of free pages", id)
	}
	count, ids := uint64(native.Uint16(data[10:])), data[headerSize:]
	if count == 0xffff { // the real number comes first
		count, ids = native.Uint64(ids), ids[8:]
	}
	if count > uint64(len(ids))/8 {
		return fmt.Errorf("page %d: too many free pages", id)
	}
	for i := range count {
		if err := t.mark(native.Uint64(ids[8*i:])); err != nil {
			return fmt.Errorf("list of free pages: %w", err)
		}
	}
	return nil
}
