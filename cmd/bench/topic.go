package main

import (
	"bytes"
	"crypto/sha1"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"time"

	"github.com/eventlet-removal/headway/collector/replay"
	"github.com/eventlet-removal/headway/collector/replay/demo"
)

// openShare is how much of what is open in the demonstration is so in its copies: a
// large topic is an old one, most of which is merged.
const openShare = 0.3

// The newest number, and how far apart they are: a Gerrit has other changes too.
const newest, step = 2_000_000, 3

// readTopic reads a recorded topic.
func readTopic(file string) (*replay.Topic, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return replay.ReadTopic(f)
}

// demoTopic makes a topic of the given size from copies of the demonstration. Each
// copy has numbers, commits, Change-Ids, times and from 1,000 changes on projects of
// its own; it is as whole in itself as the original. One seed gives one topic.
func demoTopic(size int, seed uint64, now time.Time) (*replay.Topic, error) {
	original, _, err := demo.Topic(now)
	if err != nil {
		return nil, err
	}
	topic := &replay.Topic{Header: original.Header}
	var lines [][]byte
	copied := copier{numbers: map[int]int{}, rand: rand.New(rand.NewPCG(seed, 1))}
	for i, c := range original.Changes {
		line, err := json.Marshal(c)
		if err != nil {
			return nil, err
		}
		lines = append(lines, line)
		copied.numbers[c.Number] = i
	}
	for left, first := size, true; left > 0; first = false {
		copied.next(size, seed)
		for i, line := range lines {
			if c := original.Changes[i]; left == 0 || !first && c.Status == replay.StatusNew && copied.rand.Float64() >= openShare {
				continue
			}
			c, err := copied.change(line)
			if err != nil {
				return nil, fmt.Errorf("copy change %d: %w", original.Changes[i].Number, err)
			}
			topic.Changes = append(topic.Changes, c)
			left--
		}
	}
	slices.SortFunc(topic.Changes, func(a, b *replay.Change) int { return a.Number - b.Number })
	return topic, nil
}

// copier writes copies of the demonstration's changes.
type copier struct {
	numbers map[int]int // of the original, in order
	rand    *rand.Rand

	count  int
	base   int           // number of the copy's first change
	past   time.Duration // how long before the original's times
	salt   [16]byte
	suffix string // of projects
}

// next begins another copy, older than those before.
func (c *copier) next(size int, seed uint64) {
	c.base = newest - (c.count+1)*step*len(c.numbers)
	if c.count > 0 {
		c.past = time.Duration(c.count)*5*365*24*time.Hour*time.Duration(len(c.numbers))/time.Duration(size) +
			time.Duration(c.rand.IntN(24*3600))*time.Second
	}
	c.suffix = ""
	if sets := min(6, 1+size/10_000); c.count%sets > 0 { // 28 projects a set
		c.suffix = "-" + strconv.Itoa(1+c.count%sets)
	}
	binary.BigEndian.PutUint64(c.salt[:], seed)
	binary.BigEndian.PutUint64(c.salt[8:], uint64(c.count))
	c.count++
}

// change copies one change, which is the JSON of a replay.Change. What is a number of
// a change, a hash or a time is recognised wherever it stands, in texts too.
func (c *copier) change(line []byte) (*replay.Change, error) {
	const stamp = "2006-01-02 15:04:05"
	out := make([]byte, 0, len(line)+256)
	for i := 0; i < len(line); {
		n := 0
		for i+n < len(line) && (isDigit(line[i+n]) || line[i+n] >= 'a' && line[i+n] <= 'f') {
			n++
		}
		run := line[i : i+n]
		switch {
		case n == 0:
			out = append(out, line[i])
			n = 1
		case n == 40, n == 32:
			sum := sha1.Sum(append(c.salt[:], run...))
			out = hex.AppendEncode(out, sum[:n/2])
		case n == 4 && i+len(stamp) <= len(line) && line[i+4] == '-' && line[i+10] == ' ':
			t, err := time.Parse(stamp, string(line[i:i+len(stamp)]))
			if err != nil {
				out = append(out, run...)
				break
			}
			out = t.Add(-c.past).AppendFormat(out, stamp)
			n = len(stamp)
		default:
			number, err := strconv.Atoi(string(run))
			if index, ok := c.numbers[number]; ok && err == nil {
				out = strconv.AppendInt(out, int64(c.base+index*step), 10)
			} else {
				out = append(out, run...)
			}
		}
		i += n
	}
	change := new(replay.Change)
	if err := json.Unmarshal(bytes.TrimSpace(out), change); err != nil {
		return nil, err
	}
	change.Project += c.suffix
	return change, nil
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }
