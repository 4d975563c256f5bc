// Package reading says why there are no numbers: the first reading of all changes is
// under way or failed, or the database can't read some of them. Every surface shows its
// sentence. It is pure. progress makes what it tells; surfaces and tests import it.
package reading

import (
	"fmt"
	"time"
)

// Loading is why there are no numbers: how far the first backfill is, in changes, or
// that the database can't read some.
type Loading struct {
	Done, Of   int
	Failure    *Failure // of the last try; nil: none has ended yet
	Unreadable int      // see Unreadable; above 0 this is no backfill
}

// Failure is why a reading did not succeed.
type Failure struct {
	At   time.Time
	Why  string
	Next time.Time // when the next try is due; zero: unknown
}

// Unreadable is what there is to say of so many changes that the database can't read.
func Unreadable(n int) string { return Changes(n) + " can't be read from the database" }

// Sentence is what stands where numbers would be.
func (l *Loading) Sentence() string {
	switch {
	case l.Unreadable > 0:
		text := Unreadable(l.Unreadable) + ". The next poll fetches it again."
		if l.Unreadable > 1 {
			text = Unreadable(l.Unreadable) + ". The next poll fetches them again."
		}
		if l.Failure != nil {
			text += " The last one failed on " + l.Failure.text("") + "."
		}
		return text
	case l.Failure != nil && l.Of > 0:
		return "The first reading failed on " + l.Failure.text(fmt.Sprintf(" with %d of %s read", l.Done, Changes(l.Of))) + "."
	case l.Failure != nil:
		return "The first reading failed on " + l.Failure.text("") + "."
	case l.Of > 0:
		return fmt.Sprintf("Reading all changes: %d of %d. Numbers appear when all are there.", l.Done, l.Of)
	}
	return "Reading all changes for the first time. Numbers appear when all are there."
}

// text is when it failed, how far it had come, why, and when the next try is.
func (f *Failure) text(far string) string {
	text := f.At.UTC().Format(minute) + far + ": " + f.Why
	if !f.Next.IsZero() {
		text += "; next try on " + f.Next.UTC().Format(minute)
	}
	return text
}

const minute = "2006-01-02 15:04 UTC"

// Changes is a number of changes in words, as in sentences here and beside.
func Changes(n int) string {
	if n == 1 {
		return "1 change"
	}
	return fmt.Sprintf("%d changes", n)
}
