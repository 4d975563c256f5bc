package record

import "unique"

// Word is a text that stands in many records, once in memory: 8 bytes a place. Two are
// equal if their texts are; the zero Word is the empty text. In JSON it is its text.
type Word struct{ handle unique.Handle[string] }

// WordOf is the word with a text.
func WordOf(text string) Word {
	if text == "" {
		return Word{}
	}
	return Word{unique.Make(text)}
}

func (w Word) String() string {
	if w.IsZero() {
		return ""
	}
	return w.handle.Value()
}

// IsZero reports whether the text is empty.
func (w Word) IsZero() bool { return w == Word{} }

// Equal is ==, for who can't look inside.
func (w Word) Equal(other Word) bool { return w == other }

// MarshalText writes the text.
func (w Word) MarshalText() ([]byte, error) { return []byte(w.String()), nil }

// UnmarshalText reads a text.
func (w *Word) UnmarshalText(text []byte) error {
	*w = WordOf(string(text))
	return nil
}
