package record

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Coder writes the fields that are pointed out to it, or reads them: NewWriter or
// NewReader decides. After the first error it reads zeros only.
type Coder struct {
	// Words are the texts that stand in the table beside the records. To write a
	// Word may add to them.
	Words *Table[Word]

	data    []byte // written so far, or still to read
	reading bool
	err     error
	last    int64           // seconds of the time before
	texts   strings.Builder // one allocation for all texts of a record that is read
	length  int             // of the texts that were written
}

// What can be wrong with a record whose checksum is right: it was written by a fault.
var (
	errShort   = errors.New("it ends too early")
	errLong    = errors.New("it goes on after its end")
	errNumber  = errors.New("a number is too large")
	errUnknown = errors.New("a text is not in the table")
	errTime    = errors.New("a time is not in the years 1 to 9999")
)

// NewWriter makes a Coder that writes.
func NewWriter(words *Table[Word]) *Coder { return &Coder{Words: words, last: epoch} }

// NewReader makes a Coder that reads what Finish returned. It shares data until then.
func NewReader(words *Table[Word], data []byte) *Coder {
	c := &Coder{Words: words, data: data, reading: true, last: epoch}
	c.texts.Grow(c.Len(1, 0))
	return c
}

// epoch is a time near which most are, in seconds.
const epoch = 1_600_000_000

// Reading reports whether the Coder reads.
func (c *Coder) Reading() bool { return c.reading }

// Finish returns what was written, or that all was read, without error.
func (c *Coder) Finish() ([]byte, error) {
	switch {
	case c.err != nil:
		return nil, c.err
	case c.reading && len(c.data) > 0:
		return nil, errLong
	case c.reading:
		return nil, nil
	}
	return append(binary.AppendUvarint(make([]byte, 0, len(c.data)+8+sumSize), uint64(c.length)), c.data...), nil
}

// Fail notes what is wrong, if nothing was before.
func (c *Coder) Fail(err error) {
	if c.err == nil {
		c.err = err
	}
	c.data = c.data[:0]
}

func (c *Coder) readUint() uint64 {
	n, size := binary.Uvarint(c.data)
	if size <= 0 {
		c.Fail(errShort)
		return 0
	}
	c.data = c.data[size:]
	return n
}

func (c *Coder) read(n int) []byte {
	if n > len(c.data) {
		c.Fail(errShort)
		return nil
	}
	b := c.data[:n]
	c.data = c.data[n:]
	return b
}

// Uint codes a number.
func (c *Coder) Uint(n *uint64) {
	if c.reading {
		*n = c.readUint()
	} else {
		c.data = binary.AppendUvarint(c.data, *n)
	}
}

// Int codes a number of either sign.
func (c *Coder) Int(n *int) {
	u := zigzag(int64(*n))
	if c.Uint(&u); c.reading {
		*n = int(unzigzag(u))
	}
}

// zigzag makes numbers of either sign near zero small ones.
func zigzag(n int64) uint64   { return uint64(n)<<1 ^ uint64(n>>63) }
func unzigzag(u uint64) int64 { return int64(u>>1) ^ -int64(u&1) }

// Bits codes up to 64 truths and returns them, the first as bit 0.
func (c *Coder) Bits(truths ...bool) uint64 {
	var bits uint64
	if !c.reading {
		for i, t := range truths {
			if t {
				bits |= 1 << i
			}
		}
	}
	c.Uint(&bits)
	return bits
}

// Len codes how many elements follow, of at least so many bytes each, and returns it.
func (c *Coder) Len(size, n int) int {
	u := uint64(n)
	if c.Uint(&u); c.reading && u > uint64(len(c.data)/size)*expands {
		c.Fail(errNumber)
		return 0
	}
	return int(u)
}

// expands is how much longer than its bytes a text can be: commits are written as
// text that is twice as long.
const expands = 3

// Slice codes a list of elements that take at least so many bytes each.
func Slice[T any](c *Coder, list *[]T, size int, element func(*T)) {
	n := c.Len(size, len(*list))
	if c.reading && n > 0 {
		*list = make([]T, n)
	}
	for i := range *list {
		element(&(*list)[i])
	}
}

// Text codes a text that is told once. What is not UTF-8 in it is replaced.
func (c *Coder) Text(s *string) {
	if c.reading {
		*s = c.keep(c.read(int(min(c.readUint(), 1<<40))))
		return
	}
	text := strings.ToValidUTF8(*s, "\ufffd")
	c.length += len(text)
	c.data = append(binary.AppendUvarint(c.data, uint64(len(text))), text...)
}

// keep copies a text that is read into the room for all of them.
func (c *Coder) keep(b []byte) string {
	if c.texts.Cap()-c.texts.Len() < len(b) {
		return string(b) // only if the record does not say how much room it takes
	}
	begin := c.texts.Len()
	c.texts.Write(b)
	return c.texts.String()[begin:]
}

// Shared codes a text that other records share.
func (c *Coder) Shared(s *string) {
	w := WordOf(*s)
	if c.Word(&w); c.reading {
		*s = w.String()
	}
}

// Word codes a word. What is not UTF-8 in it is replaced.
func (c *Coder) Word(w *Word) {
	if !c.reading {
		valid := *w
		if text := w.String(); !utf8.ValidString(text) {
			valid = WordOf(strings.ToValidUTF8(text, "\ufffd"))
		}
		c.data = binary.AppendUvarint(c.data, c.Words.Number(valid))
		return
	}
	word, ok := c.Words.Value(c.readUint())
	if !ok {
		c.Fail(errUnknown)
	}
	*w = word
}

// Hash codes a SHA-1 in hexadecimal digits after a prefix; anything else is a Text.
func (c *Coder) Hash(prefix string, s *string) {
	const size, digits = 20, 40
	if c.reading {
		head := c.read(1)
		if len(head) == 0 || head[0] == 0 {
			c.Text(s)
			return
		}
		var text [8 + digits]byte
		n := copy(text[:8], prefix)
		*s = c.keep(hex.AppendEncode(text[:n], c.read(size)))
		return
	}
	var raw [size]byte
	after, ok := strings.CutPrefix(*s, prefix)
	if ok && len(after) == digits && after == strings.ToLower(after) {
		if _, err := hex.Decode(raw[:], []byte(after)); err == nil {
			c.length += len(*s)
			c.data = append(append(c.data, 1), raw[:]...)
			return
		}
	}
	c.data = append(c.data, 0)
	c.Text(s)
}

// earliest and latest bound the times that are kept, in seconds.
var (
	earliest = time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	latest   = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
)

// Time codes a time, as seconds since the one before it in the record; parts of a
// second follow where there are any.
func (c *Coder) Time(t *time.Time) {
	if c.reading {
		c.readTime(t)
		return
	}
	if t.IsZero() {
		c.data = append(c.data, 0)
		return
	}
	seconds, part := t.Unix(), uint64(t.Nanosecond())
	if seconds < earliest || seconds >= latest {
		c.Fail(errTime)
		return
	}
	since := seconds - c.last
	c.last = seconds
	u := zigzag(since)<<1 + 1
	if part > 0 {
		u++
	}
	c.data = binary.AppendUvarint(c.data, u)
	if part > 0 {
		c.data = binary.AppendUvarint(c.data, part)
	}
}

func (c *Coder) readTime(t *time.Time) {
	u := c.readUint()
	if u == 0 {
		*t = time.Time{}
		return
	}
	u--
	seconds := c.last + unzigzag(u>>1)
	var part uint64
	if u&1 != 0 {
		part = c.readUint()
	}
	if seconds < earliest || seconds >= latest || part >= uint64(time.Second) {
		c.Fail(errTime)
		return
	}
	c.last = seconds
	*t = time.Unix(seconds, int64(part)).UTC()
}

// Moment codes a time in the same way.
func (c *Coder) Moment(m *Moment) {
	t := m.Time()
	if c.Time(&t); c.reading {
		*m = MomentOf(t)
	}
}

// Bytes codes bytes as they are; those read share the record's.
func (c *Coder) Bytes(b *[]byte) {
	if c.reading {
		*b = slices.Clip(c.read(int(min(c.readUint(), 1<<40))))
	} else {
		c.data = append(binary.AppendUvarint(c.data, uint64(len(*b))), *b...)
	}
}
