package record

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
)

// ErrChecksum tells that a record is not what was written.
var ErrChecksum = errors.New("its checksum is wrong")

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

const sumSize = 4

// Seal appends the checksum of a record under a key.
func Seal(key, value []byte) []byte {
	return binary.BigEndian.AppendUint32(value, sum(key, value))
}

// Unseal returns a record without its checksum, sharing its bytes.
func Unseal(key, sealed []byte) ([]byte, error) {
	n := len(sealed) - sumSize
	if n < 0 || binary.BigEndian.Uint32(sealed[n:]) != sum(key, sealed[:n]) {
		return nil, ErrChecksum
	}
	return sealed[:n:n], nil
}

func sum(key, value []byte) uint32 {
	return crc32.Update(crc32.Checksum(key, castagnoli), castagnoli, value)
}
