package record

// Table numbers values that many records share, from 1 on. It only grows: what was
// written once keeps its number. The zero value's number is 0.
type Table[T comparable] struct {
	values  []T
	numbers map[T]uint64
}

// Number is the number of a value, a new one if it has none yet.
func (t *Table[T]) Number(v T) uint64 {
	var zero T
	if v == zero {
		return 0
	}
	if n, ok := t.numbers[v]; ok {
		return n
	}
	if t.numbers == nil {
		t.numbers = map[T]uint64{}
	}
	t.values = append(t.values, v)
	t.numbers[v] = uint64(len(t.values))
	return uint64(len(t.values))
}

// Value is the value with a number, and whether there is one.
func (t *Table[T]) Value(number uint64) (v T, ok bool) {
	if number == 0 {
		return v, true
	}
	if number > uint64(len(t.values)) {
		return v, false
	}
	return t.values[number-1], true
}

// Len is the largest number.
func (t *Table[T]) Len() int { return len(t.values) }

// Tables hold what records share: texts and people, as the file has them. To encode may
// add to them; what is new must be written in the same transaction.
type Tables struct {
	Words  Table[Word]
	People Table[Account]

	// What has been read is kept by its bytes, so that equal values are one in memory.
	votes        map[string]map[string]int
	requirements map[string][]Requirement
	described    map[string]described
}

// mostKept bounds each of those maps.
const mostKept = 10_000

// NewTables returns empty tables.
func NewTables() *Tables {
	return &Tables{votes: map[string]map[string]int{}, requirements: map[string][]Requirement{}, described: map[string]described{}}
}

// EncodePerson returns an entry of the table of people as it stands in the file.
func EncodePerson(key []byte, a Account) ([]byte, error) {
	return new(Tables).encode(key, func(x *coder) { x.account(&a) })
}

// DecodePerson reads an entry of the table of people.
func DecodePerson(key, data []byte) (a Account, err error) {
	err = new(Tables).open(key, data, func(x *coder) { x.account(&a) })
	return a, err
}
