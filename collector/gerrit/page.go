package gerrit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"time"
)

// page is one answer to a query, each element decoded on its own.
type page struct {
	changes []Change // in the server's order
	bad     []badElement
	size    int  // elements of the answer
	more    bool // the server says that it has more
	mute    bool // the last element can't even be read for that
}

type badElement struct {
	Bad
	raw string
}

// decodePage reads the answer to a query. null and {} are errors, never "no
// changes".
func decodePage(document []byte) (page, error) {
	if what := kind(document); what != "a list" {
		return page{}, fmt.Errorf("want a list of changes, got %s", what)
	}
	var p page
	elements := json.NewDecoder(bytes.NewReader(document))
	_, err := elements.Token()
	for err == nil && elements.More() {
		from := elements.InputOffset()
		var change Change
		bad := elements.Decode(&change)
		if broken := (*json.SyntaxError)(nil); errors.As(bad, &broken) || errors.Is(bad, io.ErrUnexpectedEOF) {
			return page{}, bad
		}
		raw := bytes.TrimLeft(document[from:elements.InputOffset()], ", \t\r\n")
		if bad = checkChange(raw, change, bad); bad == nil {
			p.changes = append(p.changes, change)
		}
		p.size++
		last := !elements.More()
		if bad == nil && !last {
			continue
		}
		// _more_changes stands on the last element, whatever else is wrong with it.
		seen, readable := salvage(raw)
		if last {
			p.more, p.mute = seen.more, !readable
		}
		if bad != nil && !seen.private {
			p.bad = append(p.bad, badElement{Bad{Number: seen.number, Project: seen.project, Err: bad}, string(raw)})
		}
	}
	return p, err
}

// check returns what is wrong with a page as a whole.
func (p page) check() error {
	if len(p.bad) > 0 && len(p.changes) == 0 && !p.singular() {
		return fmt.Errorf("none of %d changes can be read, the first: %w", p.size, p.bad[0].Err)
	}
	for i := 1; i < len(p.changes); i++ {
		newer, older := p.changes[i-1], p.changes[i]
		if older.Updated.After(newer.Updated.Time) {
			return fmt.Errorf("change %d, updated %s, comes before change %d, updated %s: not ordered by time",
				newer.Number, newer.Updated.Format(stampLayout), older.Number, older.Updated.Format(stampLayout))
		}
	}
	return nil
}

// singular reports whether a page is short and its broken changes are known by their
// numbers: an incremental listing may well hold nothing but one broken change. The
// answer of something that is not a Gerrit is not singular.
func (p page) singular() bool {
	named := func(b badElement) bool { return b.Number != 0 }
	return !p.more && p.size < pageSize && slices.ContainsFunc(p.bad, named)
}

// mayHaveMore distrusts, too, a full page that says it is the last.
func (p page) mayHaveMore() bool {
	return len(p.changes) > 0 && (p.more || p.mute || p.size >= pageSize)
}

// equal reports whether two pages hold the same rows.
func (p page) equal(other page) bool {
	return slices.EqualFunc(p.changes, other.changes, func(a, b Change) bool {
		return a.Number == b.Number && a.Updated.Equal(b.Updated.Time)
	})
}

func (p page) first() time.Time {
	if len(p.changes) == 0 {
		return time.Time{}
	}
	return p.changes[0].Updated.Time
}

func (p page) last() time.Time {
	if len(p.changes) == 0 {
		return time.Time{}
	}
	return p.changes[len(p.changes)-1].Updated.Time
}

// statuses are all that a change has had since Gerrit 3.0. Another one, of a server
// to come or of something between, is not a state that a number could be made of.
var statuses = []string{"NEW", "MERGED", "ABANDONED"}

// checkChange refuses an element without the facts that every number rests on; err is
// that of decoding it.
func checkChange(raw []byte, change Change, err error) error {
	if what := kind(raw); what != "an object" {
		return fmt.Errorf("want a change, got %s", what)
	}
	if err != nil {
		var mistyped *json.UnmarshalTypeError
		switch {
		case !errors.As(err, &mistyped) || mistyped.Field == "":
		case mistyped.Type == reflect.TypeFor[Timestamp]():
			return fmt.Errorf("%s: not a time as Gerrit writes it: %s", mistyped.Field, mistyped.Value)
		default:
			return fmt.Errorf("%s: want %s, got %s", mistyped.Field, mistyped.Type, mistyped.Value)
		}
		return err
	}
	switch {
	case change.Number <= 0:
		return errors.New("no _number")
	case change.Project == "":
		return errors.New("no project")
	case change.Status == "":
		return errors.New("no status")
	case !slices.Contains(statuses, change.Status):
		return fmt.Errorf("status: want one of %s, got %q", strings.Join(statuses, ", "), shorten(change.Status))
	case change.Created.IsZero():
		return errors.New("no time of creation")
	case change.Updated.IsZero():
		return errors.New("no time of update")
	}
	return nil
}

// salvaged is what can still be read of an element that is not a usable change.
type salvaged struct {
	number  int
	project string
	private bool
	more    bool
}

// salvage reads each field on its own; readable is false if raw is not an object.
func salvage(raw []byte) (out salvaged, readable bool) {
	var fields map[string]json.RawMessage
	if json.Unmarshal(raw, &fields) != nil || fields == nil {
		return out, false
	}
	// What is missing or of another type stays zero.
	_ = json.Unmarshal(fields["_number"], &out.number)
	_ = json.Unmarshal(fields["project"], &out.project)
	_ = json.Unmarshal(fields["is_private"], &out.private)
	_ = json.Unmarshal(fields["_more_changes"], &out.more)
	out.number = max(out.number, 0)
	return out, true
}
