// Package pages looks at every page of a bbolt file before it is trusted. Only the
// two meta pages have a checksum. Of the others bbolt believes every byte: a page that
// points at its parent makes it run until memory ends, a page in use that is also
// listed as free is overwritten later, and a count that is too small hides records.
// (*bbolt.Tx).Check finds some of this, but in a goroutine of its own, where a panic
// can't be caught.
//
// It takes bytes and knows nothing of what they mean; it is imported by store only.
package pages

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
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

// Check walks all pages that the newest transaction, txid, can reach in a file of so
// many pages, and returns what is wrong with them. Every page must be part of the tree
// or of the list of free pages, and of one only.
func Check(file io.ReaderAt, size, count, txid uint64) error {
	t := tree{file: file, size: size, seen: make([]bool, count)}
	// The transaction wrote one of the meta pages: they take turns.
	meta := make([]byte, headerSize+64)
	if _, err := file.ReadAt(meta, int64(txid%2*size)); err != nil {
		return err
	}
	root, free := native.Uint64(meta[headerSize+16:]), native.Uint64(meta[headerSize+32:])
	if _, err := t.branch(root, 0); err != nil {
		return err
	}
	if free == noFreelist {
		return nil
	}
	if err := t.free(free); err != nil {
		return err
	}
	for id := 2; id < len(t.seen); id++ {
		if !t.seen[id] {
			return fmt.Errorf("page %d is neither used nor free", id)
		}
	}
	return nil
}

// tree is the pages of a file, being walked.
type tree struct {
	file    io.ReaderAt
	size    uint64   // of a page, in bytes
	seen    []bool   // by page: part of the tree or of the free list
	buffers [][]byte // by depth: the page that is being looked at
}

// keys are the first and the last key of a part of the tree; nil if it is empty.
type keys struct{ first, last []byte }

// page reads a page with its overflow and marks it as seen. It is good until the next
// page of that depth is read.
func (t *tree) page(id uint64, depth int) (data []byte, err error) {
	if depth == len(t.buffers) {
		t.buffers = append(t.buffers, make([]byte, t.size))
	}
	data = t.buffers[depth][:t.size]
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
	if all := (more + 1) * t.size; uint64(cap(data)) < all {
		data = make([]byte, all)
		t.buffers[depth] = data
	} else {
		data = data[:all]
	}
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

// branch walks the tree below a page. The keys of a branch divide what lies below.
func (t *tree) branch(id uint64, depth int) (all keys, err error) {
	data, err := t.page(id, depth)
	if err != nil {
		return all, err
	}
	if kind := native.Uint16(data[8:]); kind == leafPage {
		all, err = t.leaf(data, depth)
	} else if kind != branchPage || native.Uint16(data[10:]) == 0 {
		err = errors.New("not a page of a tree")
	} else {
		var below keys
		err = entries(data, func(e []byte) (uint64, uint64, uint64) {
			return uint64(native.Uint32(e)), uint64(native.Uint32(e[4:])), 0
		}, func(e, key, _ []byte) error {
			if bytes.Compare(below.last, key) >= 0 {
				return errors.New("a key is not where it belongs")
			}
			if below, err = t.branch(native.Uint64(e[8:]), depth+1); err != nil {
				return err
			}
			if below.first == nil || bytes.Compare(below.first, key) < 0 {
				return errors.New("a key is not where it belongs")
			}
			if all.first == nil {
				all.first = bytes.Clone(below.first)
			}
			below.last = bytes.Clone(below.last)
			all.last = below.last
			return nil
		})
	}
	if err != nil {
		return all, fmt.Errorf("page %d: %w", id, err)
	}
	return all, nil
}

// leaf walks the buckets in a leaf page; a small bucket lies in its value, as a
// page of its own.
func (t *tree) leaf(data []byte, depth int) (all keys, err error) {
	err = entries(data, func(e []byte) (uint64, uint64, uint64) {
		return uint64(native.Uint32(e[4:])), uint64(native.Uint32(e[8:])), uint64(native.Uint32(e[12:]))
	}, func(e, key, value []byte) error {
		if all.first == nil {
			all.first = key
		}
		all.last = key
		switch native.Uint32(e) {
		case 0:
			return nil
		case bucketEntry:
			return t.bucket(value, depth)
		}
		return errors.New("neither a record nor a bucket")
	})
	return all, err
}

func (t *tree) bucket(value []byte, depth int) error {
	if len(value) < 16 {
		return errors.New("a bucket without a head")
	}
	if root := native.Uint64(value); root != 0 {
		_, err := t.branch(root, depth+1)
		return err
	}
	inline := value[16:]
	if len(inline) < headerSize || native.Uint16(inline[8:]) != leafPage {
		return errors.New("a small bucket without a page")
	}
	_, err := t.leaf(inline, depth)
	return err
}

// entries walks the table at the head of a page: at returns where an entry's data
// begins, counted from the entry, and how long its key and value are. The data of all
// follows the table without a gap.
func entries(page []byte, at func(e []byte) (pos, key, value uint64), visit func(e, key, value []byte) error) error {
	count := uint64(native.Uint16(page[10:]))
	end := headerSize + count*elementSize
	if end > uint64(len(page)) {
		return errors.New("too many entries")
	}
	var before []byte
	for i := range count {
		start := headerSize + i*elementSize
		e := page[start : start+elementSize]
		pos, klen, vlen := at(e)
		if start+pos != end {
			return fmt.Errorf("entry %d is not where the one before ends", i)
		}
		if end += klen + vlen; end > uint64(len(page)) {
			return fmt.Errorf("entry %d goes beyond it", i)
		}
		key := page[start+pos:][:klen]
		if bytes.Compare(before, key) >= 0 {
			return fmt.Errorf("entry %d is out of order", i)
		}
		before = key
		if err := visit(e, key, page[start+pos+klen:][:vlen]); err != nil {
			return err
		}
	}
	return nil
}

// free reads the list of free pages; none may be part of the tree.
func (t *tree) free(id uint64) error {
	data, err := t.page(id, 0)
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
