package record

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
)

// coder lists the fields of our nouns, for writing and for reading alike. Numbers of
// changes are in the keys.
type coder struct {
	*Coder
	tables *Tables
	people []int // account ids that the change describes, in order
}

func (t *Tables) writer() *coder { return &coder{Coder: NewWriter(&t.Words), tables: t} }
func (t *Tables) reader(data []byte) *coder {
	return &coder{Coder: NewReader(&t.Words, data), tables: t}
}

// encode returns a record with its fields as it stands in the file under a key.
func (t *Tables) encode(key []byte, fields func(*coder)) ([]byte, error) {
	x := t.writer()
	fields(x)
	data, err := x.Finish()
	if err != nil {
		return nil, err
	}
	return Seal(key, data), nil
}

// open reads a record with its fields.
func (t *Tables) open(key, sealed []byte, fields func(*coder)) error {
	data, err := Unseal(key, sealed)
	if err != nil {
		return err
	}
	x := t.reader(data)
	fields(x)
	_, err = x.Finish()
	return err
}

// Key is the key under which a change with its membership and work stand.
func Key(number int) []byte { return binary.BigEndian.AppendUint64(nil, uint64(number)) }

// Number is the number of the change that stands under a key, 0 if it is none.
func Number(key []byte) int {
	if len(key) != 8 {
		return 0
	}
	return int(binary.BigEndian.Uint64(key))
}

// EncodeChange returns a change as it stands in the file.
func (t *Tables) EncodeChange(c *Change) ([]byte, error) {
	return t.encode(Key(c.Number), func(x *coder) { x.change(c) })
}

// DecodeChange reads the change that stands under a key. It shares nothing with data.
func (t *Tables) DecodeChange(key, data []byte) (*Change, error) {
	c := &Change{Row: Row{Number: Number(key)}}
	if err := t.open(key, data, func(x *coder) { x.change(c) }); err != nil {
		return nil, fmt.Errorf("change %d: %w", c.Number, err)
	}
	return c, nil
}

// EncodeMembership returns a membership as it stands in the file.
func (t *Tables) EncodeMembership(m *Membership) ([]byte, error) {
	return t.encode(Key(m.Number), func(x *coder) { x.member(m) })
}

// DecodeMembership reads the membership that stands under a key.
func (t *Tables) DecodeMembership(key, data []byte) (Membership, error) {
	m := Membership{Number: Number(key)}
	if err := t.open(key, data, func(x *coder) { x.member(&m) }); err != nil {
		return m, fmt.Errorf("membership of change %d: %w", m.Number, err)
	}
	return m, nil
}

// Staging is Work as it stands in the file: what is staged of it is not in Detail, but
// in Place.
type Staging struct {
	Work
	Place uint64
	Bytes []byte // of the change, if the Place is Inside; shared with what it was read from
}

// Where the staged details of a change are. They are written once: who publishes them
// takes their bytes as they are, or leaves them where they stand.
const (
	Nowhere = iota
	InPlace // among the changes: nothing was published there yet, so nobody shows it
	AsIs    // among the changes: they are what is published
	Inside  // in the work itself
)

// EncodeStaging returns work as it stands in the file.
func (t *Tables) EncodeStaging(s *Staging) ([]byte, error) {
	return t.encode(Key(s.Row.Number), func(x *coder) { x.staging(s) })
}

// DecodeStaging reads the work that stands under a key.
func (t *Tables) DecodeStaging(key, data []byte) (*Staging, error) {
	n := Number(key)
	s := &Staging{Work: Work{Row: Row{Number: n}, Member: Membership{Number: n}}}
	if err := t.open(key, data, func(x *coder) { x.staging(s) }); err != nil {
		return nil, fmt.Errorf("work on change %d: %w", n, err)
	}
	return s, nil
}

func (x *coder) account(a *Account) {
	x.Int(&a.ID)
	x.Text(&a.Name)
	x.Text(&a.Username)
	a.Service = x.Bits(a.Service) != 0
}

func (x *coder) change(c *Change) {
	x.accounts(&c.Accounts)
	x.row(&c.Row)
	x.detail(&c.Detail)
}

// described are the accounts that a change describes.
type described struct {
	byID map[int]Account
	ids  []int // in order
}

// accounts come first: all fields that name one of them are short then. People work
// together again and again, so that changes share their maps.
func (x *coder) accounts(all *map[int]Account) {
	d := described{*all, slices.Sorted(maps.Keys(*all))}
	alike(x, x.tables.described, &d, (*coder).described)
	*all, x.people = d.byID, d.ids
}

func (x *coder) described(d *described) {
	n := x.Len(1, len(d.ids))
	if x.Reading() && n > 0 {
		d.byID, d.ids = make(map[int]Account, n), make([]int, n)
	}
	for i := range d.ids {
		number := uint64(0)
		if !x.Reading() {
			number = x.tables.People.Number(d.byID[d.ids[i]])
		}
		x.Uint(&number)
		a, ok := x.tables.People.Value(number)
		if !ok {
			x.Fail(errNobody)
		}
		if x.Reading() {
			d.ids[i], d.byID[a.ID] = a.ID, a
		}
	}
}

var errNobody = fmt.Errorf("an account is not in the table")

// person codes an account id, in one byte if the change describes it.
func (x *coder) person(id *int) {
	at := uint64(slices.Index(x.people, *id) + 1)
	if x.Uint(&at); at == 0 {
		x.Int(id)
	} else if at > uint64(len(x.people)) {
		x.Fail(errNobody)
	} else {
		*id = x.people[at-1]
	}
}

func (x *coder) row(r *Row) {
	has := x.Bits(r.WIP, r.Topic != "", r.MetaRevID != "", r.PatchSet != 0, r.RevertOf != 0, r.CherryPickOf != 0, r.Unresolved != 0)
	r.WIP = has&1 != 0
	x.Shared(&r.Project)
	x.Shared(&r.Branch)
	x.Hash("I", &r.ChangeID)
	x.Text(&r.Subject)
	if has&2 != 0 {
		x.Shared(&r.Topic)
	}
	x.Shared(&r.Status)
	x.Time(&r.Created)
	x.Time(&r.Updated)
	x.Time(&r.Submitted)
	x.person(&r.Owner)
	if has&4 != 0 {
		x.Hash("", &r.MetaRevID)
	}
	for i, n := range []*int{&r.PatchSet, &r.RevertOf, &r.CherryPickOf, &r.Unresolved} {
		if has>>(3+i)&1 != 0 {
			x.Int(n)
		}
	}
}

var yes, no = true, false // shared by all changes

// known codes a truth that may not be known.
func known(bits uint64, truth **bool) {
	*truth = map[uint64]*bool{1: &no, 3: &yes}[bits&3]
}

func (x *coder) detail(d *Detail) {
	mergeable, submittable := d.Mergeable != nil, d.Submittable != nil
	has := x.Bits(mergeable, mergeable && *d.Mergeable, submittable, submittable && *d.Submittable,
		len(d.DependsOn) > 0, len(d.RevertText) > 0, len(d.Reverts) > 0, d.Extraction != 0)
	if x.Reading() {
		known(has, &d.Mergeable)
		known(has>>2, &d.Submittable)
	}
	x.Time(&d.Detailed)
	Slice(x.Coder, &d.PatchSets, 5, x.patchSet)
	Slice(x.Coder, &d.Labels, 4, x.label)
	Slice(x.Coder, &d.Messages, 4, x.message)
	x.required(&d.Requirements)
	Slice(x.Coder, &d.Parents, 2, func(sha *string) { x.Hash("", sha) })
	for i, texts := range []*[]string{&d.DependsOn, &d.RevertText, &d.Reverts} {
		if has>>(4+i)&1 != 0 {
			Slice(x.Coder, texts, 1, x.Text)
		}
	}
	if has>>7&1 != 0 {
		x.Int(&d.Extraction)
	}
}

func (x *coder) patchSet(p *PatchSet) {
	x.Int(&p.Number)
	x.Hash("", &p.Commit)
	x.Word(&p.Kind)
	x.Moment(&p.Created)
	x.person(&p.Uploader)
}

func (x *coder) label(l *Label) {
	l.Unknown = x.Bits(l.Unknown) != 0
	x.Shared(&l.Name)
	x.Int(&l.Min)
	x.Int(&l.Max)
	Slice(x.Coder, &l.Votes, 4, func(v *Vote) {
		x.person(&v.Account)
		x.Int(&v.Value)
		x.Moment(&v.Date)
		x.Word(&v.Tag)
	})
}

func (x *coder) message(m *Message) {
	has := x.Bits(m.WIP, !m.Tag.IsZero(), !m.Kind.IsZero(), !m.CI.IsZero(), len(m.Votes) > 0, m.Move != nil && *m.Move != Move{})
	m.WIP = has&1 != 0
	x.person(&m.Author)
	x.Moment(&m.Time)
	x.Int(&m.PatchSet)
	for i, word := range []*Word{&m.Tag, &m.Kind, &m.CI} {
		if has>>(1+i)&1 != 0 {
			x.Word(word)
		}
	}
	if has>>4&1 != 0 {
		x.votes(&m.Votes)
	}
	if has>>5&1 != 0 {
		if x.Reading() {
			m.Move = new(Move)
		}
		x.Shared(&m.From)
		x.Shared(&m.To)
	}
}

func (x *coder) votes(all *map[string]int) {
	alike(x, x.tables.votes, all, func(x *coder, all *map[string]int) {
		names := slices.Sorted(maps.Keys(*all))
		n := x.Len(2, len(names))
		if x.Reading() {
			names, *all = make([]string, n), make(map[string]int, n)
		}
		for _, name := range names {
			value := (*all)[name]
			x.Shared(&name)
			x.Int(&value)
			if x.Reading() {
				(*all)[name] = value
			}
		}
	})
}

func (x *coder) required(all *[]Requirement) {
	alike(x, x.tables.requirements, all, func(x *coder, all *[]Requirement) {
		Slice(x.Coder, all, 2, func(r *Requirement) {
			x.Shared(&r.Name)
			x.Shared(&r.Status)
		})
	})
}

// alike codes a value that many changes share: what has the same bytes is one value.
func alike[T any](x *coder, kept map[string]T, v *T, fields func(*coder, *T)) {
	var data []byte
	if !x.Reading() {
		part := x.tables.writer()
		fields(part, v)
		var err error
		if data, err = part.Finish(); err != nil {
			x.Fail(err)
		}
	}
	x.Bytes(&data)
	if !x.Reading() {
		return
	}
	if same, ok := kept[string(data)]; ok {
		*v = same
		return
	}
	part := x.tables.reader(data)
	fields(part, v)
	if _, err := part.Finish(); err != nil {
		x.Fail(err)
		return
	}
	if len(kept) >= mostKept {
		clear(kept)
	}
	kept[string(data)] = *v
}

func (x *coder) member(m *Membership) {
	has := x.Bits(m.Reference, m.Quarantined != "", m.Missing != nil, m.Departed != nil, len(m.Past) > 0)
	m.Reference = has&1 != 0
	x.Shared(&m.Selector)
	x.Shared(&m.Query)
	x.Shared(&m.In)
	x.Time(&m.Seen)
	if has>>1&1 != 0 {
		x.Text(&m.Quarantined)
	}
	if has>>2&1 != 0 {
		m.Missing = cmp.Or(m.Missing, &Missing{})
		x.Time(&m.Missing.Since)
	}
	if has>>3&1 != 0 {
		m.Departed = cmp.Or(m.Departed, &Departure{})
		x.departure(m.Departed)
	}
	if has>>4&1 != 0 {
		Slice(x.Coder, &m.Past, 5, x.departure)
	}
}

func (x *coder) departure(d *Departure) {
	d.Gone = x.Bits(d.Gone) != 0
	x.Time(&d.At)
	x.Time(&d.Seen)
	x.Shared(&d.Topic)
	x.Time(&d.Back)
}

func (x *coder) staging(s *Staging) {
	s.Quarantined = x.Bits(s.Quarantined) != 0
	x.Uint(&s.Place)
	x.row(&s.Row)
	x.member(&s.Member)
	x.Shared(&s.Reason)
	x.Time(&s.Queued)
	x.Int(&s.Tries)
	x.Text(&s.Error)
	if s.Place == Inside {
		x.Bytes(&s.Bytes)
	}
	s.Staged = s.Place != Nowhere
}
