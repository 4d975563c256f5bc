package replay

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"
)

// Format and version of a topic file.
const (
	topicFormat  = "headway-topic"
	topicVersion = 1
)

// maxLine bounds one line of a topic file. The largest change of a real project
// is below 1 MB. maxTopic bounds the file, of which all is held in memory: more than
// 20,000 such changes as they usually are.
const (
	maxLine  = 32 << 20
	maxTopic = 1 << 30
)

// Header is the first line of a topic file: where its changes come from.
type Header struct {
	Format     string    `json:"format"`
	Version    int       `json:"version"`
	Gerrit     string    `json:"gerrit"`         // base URL of the Gerrit that was asked
	Selector   string    `json:"selector"`       // what was asked, as Gerrit's search takes it
	RecordedAt time.Time `json:"recorded_at"`    // when, UTC
	Note       string    `json:"note,omitempty"` // for people
}

// Topic is what a Gerrit said of some changes.
type Topic struct {
	Header
	Changes []*Change // by number
}

// ReadTopic reads a topic file: a Header and then a Change, each on a line of its
// own, the changes by rising number. It is strict about what a Server builds on
// and names line, change and field in its errors; fields of a change that this
// package does not know are dropped, because Gerrits differ. E-mail addresses of
// accounts are dropped as well.
func ReadTopic(r io.Reader) (*Topic, error) { return readTopic(r, maxTopic) }

func readTopic(r io.Reader, most int64) (*Topic, error) {
	bounded := &io.LimitedReader{R: r, N: most + 1}
	in := bufio.NewScanner(bounded)
	in.Buffer(make([]byte, 0, 64<<10), maxLine)
	t := &Topic{}
	line := 0
	for in.Scan() {
		line++
		if bounded.N <= 0 {
			return nil, fmt.Errorf("topic: longer than %d bytes", most)
		}
		if err := t.readLine(line, in.Bytes()); err != nil {
			return nil, fmt.Errorf("topic: line %d: %w", line, err)
		}
	}
	if err := in.Err(); errors.Is(err, bufio.ErrTooLong) {
		return nil, fmt.Errorf("topic: line %d: longer than %d bytes", line+1, maxLine)
	} else if err != nil {
		return nil, fmt.Errorf("topic: line %d: %w", line+1, err)
	}
	if line == 0 {
		return nil, errors.New("topic: line 1: header missing")
	}
	return t, nil
}

func (t *Topic) readLine(line int, text []byte) error {
	if line == 1 {
		return t.Header.read(text)
	}
	c := &Change{}
	if err := json.Unmarshal(text, c); err != nil {
		return fmt.Errorf("change: %w", err)
	}
	if err := c.check(); err != nil {
		return fmt.Errorf("change %d: %w", c.Number, err)
	}
	if n := len(t.Changes); n > 0 && t.Changes[n-1].Number >= c.Number {
		return fmt.Errorf("change %d: follows %d, must be by rising number", c.Number, t.Changes[n-1].Number)
	}
	c.eachAccount(func(a *Account) { a.Email = "" })
	c.MoreChanges = false
	t.Changes = append(t.Changes, c)
	return nil
}

func (h *Header) read(text []byte) error {
	in := json.NewDecoder(bytes.NewReader(text))
	in.DisallowUnknownFields()
	if err := in.Decode(h); err != nil {
		return fmt.Errorf("header: %w", err)
	}
	if in.More() {
		return errors.New("header: more than one value")
	}
	return h.check()
}

func (h *Header) check() error {
	switch {
	case h.Format != topicFormat:
		return fmt.Errorf("header: format %q, must be %q", h.Format, topicFormat)
	case h.Version != topicVersion:
		return fmt.Errorf("header: version %d, this program reads %d", h.Version, topicVersion)
	case h.Gerrit == "":
		return errors.New("header: gerrit missing")
	case h.RecordedAt.IsZero():
		return errors.New("header: recorded_at missing")
	}
	return nil
}

// check returns what is missing or contradicts itself in a recorded change.
func (c *Change) check() error {
	for _, f := range []struct {
		name  string
		empty bool
	}{
		{"_number", c.Number <= 0},
		{"project", c.Project == ""},
		{"branch", c.Branch == ""},
		{"change_id", c.ChangeID == ""},
		{"status", c.Status == ""},
		{"created", c.Created.IsZero()},
		{"updated", c.Updated.IsZero()},
		{"owner", c.Owner.ID == 0},
		{"revisions", len(c.Revisions) == 0},
	} {
		if f.empty {
			return fmt.Errorf("%s missing", f.name)
		}
	}
	if c.Updated.Before(c.Created.Time) {
		return fmt.Errorf("updated %s before created", c.Updated.Format(timestampLayout))
	}
	current, ok := c.Revisions[c.CurrentRevision]
	if !ok {
		return fmt.Errorf("current_revision %q is not among its revisions", c.CurrentRevision)
	}
	if c.PatchSet == 0 { // before Gerrit 3.10
		c.PatchSet = current.Number
	}
	if current.Number != c.PatchSet {
		return fmt.Errorf("current_revision_number %d, but the current revision is %d", c.PatchSet, current.Number)
	}
	numbers := map[int]bool{}
	for sha, r := range c.Revisions {
		if r.Number <= 0 || numbers[r.Number] {
			return fmt.Errorf("revision %s: number %d missing or twice", sha, r.Number)
		}
		numbers[r.Number] = true
	}
	return nil
}

// WriteTopic writes t as ReadTopic reads it, changes by number, Format and Version
// filled in. It refuses a change that holds an e-mail address anywhere, by clean, and
// names it: Redact it first.
func WriteTopic(w io.Writer, t *Topic, clean func(string) string) error {
	h := t.Header
	h.Format, h.Version, h.RecordedAt = topicFormat, topicVersion, h.RecordedAt.UTC()
	if err := h.check(); err != nil {
		return fmt.Errorf("topic: %w", err)
	}
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	if err := out.Encode(h); err != nil {
		return fmt.Errorf("topic: write header: %w", err)
	}
	changes := slices.SortedFunc(slices.Values(t.Changes), func(a, b *Change) int { return a.Number - b.Number })
	for _, c := range changes {
		if where := c.address(clean); where != "" {
			return fmt.Errorf("topic: change %d: e-mail address in %s", c.Number, where)
		}
		if err := c.check(); err != nil {
			return fmt.Errorf("topic: change %d: %w", c.Number, err)
		}
		if err := out.Encode(c); err != nil {
			return fmt.Errorf("topic: write change %d: %w", c.Number, err)
		}
	}
	return nil
}
