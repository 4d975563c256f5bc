package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/eventlet-removal/headway/collector/replay"
)

// crowdSelector finds the crowd's changes.
const crowdSelector = `prefixtopic:"eventlet-removal"`

// crowd is a replayed Gerrit where something happens before each answer, at random:
// so it happens between any two pages, batches and questions of a poll.
type crowd struct {
	t      *testing.T
	gerrit *replay.Server
	url    string

	mu       sync.Mutex // guards what follows
	random   *rand.Rand
	numbers  []int
	reverted map[int]bool
	resting  bool
	asked    int    // requests since fromRequest was called
	from     int    // the first that calls then
	then     func() // may be nil
}

func newCrowd(t *testing.T, seed uint64) *crowd {
	t.Helper()
	c := &crowd{t: t, gerrit: replay.New(&replay.Topic{}, replay.Config{}), random: rand.New(rand.NewPCG(seed, 1)), reverted: map[int]bool{}}
	c.gerrit.Account(replay.Account{ID: 1, Name: "Ada", Username: "ada"})
	for i := range 80 { // four batches
		c.must(c.create(time.Now().Add(-time.Duration(i) * time.Hour)))
	}
	srv := httptest.NewServer(c)
	t.Cleanup(srv.Close)
	c.url = srv.URL + "/"
	return c
}

func (c *crowd) must(err error) {
	if err != nil {
		c.t.Error(err)
	}
}

// ServeHTTP lets something happen and answers.
func (c *crowd) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	if !c.resting {
		for range c.random.IntN(3) {
			c.must(c.act(time.Now()))
		}
	}
	if c.asked++; c.asked >= c.from && c.then != nil {
		c.then()
	}
	c.mu.Unlock()
	c.gerrit.ServeHTTP(w, r)
}

// rest keeps everything as it is.
func (c *crowd) rest(on bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.resting = on
}

// fromRequest counts requests from now on, and calls then, if that is not nil, at
// each from the numbered one on.
func (c *crowd) fromRequest(number int, then func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked, c.from, c.then = 0, number, then
}

// requests since fromRequest.
func (c *crowd) requests() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.asked
}

func (c *crowd) create(at time.Time) error {
	n, err := c.gerrit.Create(at, replay.NewChange{
		Project: fmt.Sprintf("openstack/p%d", c.random.IntN(5)), Topic: "eventlet-removal",
		Subject: fmt.Sprintf("change %d", len(c.numbers)), Owner: 1, WIP: c.random.IntN(7) == 0,
	})
	c.numbers = append(c.numbers, n)
	return err
}

// act makes one thing happen to one change, or a new one. What is closed stays
// closed and in the topic: only a full listing looks for what leaves otherwise.
func (c *crowd) act(at time.Time) error {
	n := c.numbers[c.random.IntN(len(c.numbers))]
	ch, _ := c.gerrit.Change(n)
	dice := c.random.IntN(20)
	switch {
	case dice == 0 && len(c.numbers) < 300: // one page
		return c.create(at)
	case ch.Status == "MERGED" && dice < 5 && !c.reverted[n]:
		c.reverted[n] = true
		revert, err := c.gerrit.Revert(at, n, 1, "It broke the gate.")
		c.numbers = append(c.numbers, revert)
		return err
	case ch.Status != "NEW":
		return nil
	case ch.Topic == "threading" || dice < 4:
		topics := []string{"eventlet-removal", "eventlet-removal-more", "threading"}
		return c.gerrit.SetTopic(at, n, 1, topics[c.random.IntN(len(topics))])
	case ch.WIP:
		return c.gerrit.SetReady(at, n, 1)
	case dice < 6:
		return c.gerrit.SetWIP(at, n, 1)
	case dice < 8:
		return c.gerrit.Abandon(at, n, 1, "")
	case dice < 10:
		return c.gerrit.Submit(at, n, 1)
	case dice < 15:
		return c.gerrit.Vote(at, n, 1, "Code-Review", 1-dice%2*2)
	}
	return c.gerrit.Upload(at, n, 1, replay.Patch{})
}

// counts asks Gerrit for the whole selector and counts the rows by state, for each
// project and, under "", in all.
func (c *crowd) counts() map[string]map[string]int {
	c.t.Helper()
	resp, err := http.Get(c.url + "changes/?n=500&q=" + url.QueryEscape(crowdSelector))
	if err != nil {
		c.t.Fatal(err)
	}
	defer resp.Body.Close()
	body := bufio.NewReader(resp.Body)
	body.ReadString('\n') // Gerrit's prefix
	var rows []struct {
		Project, Status string
		WIP             bool `json:"work_in_progress"`
		More            bool `json:"_more_changes"`
	}
	if err := json.NewDecoder(body).Decode(&rows); err != nil {
		c.t.Fatal(err)
	}
	counts := map[string]map[string]int{}
	for _, r := range rows {
		if r.More {
			c.t.Fatal("more changes than one page")
		}
		if r.WIP && r.Status == "NEW" {
			r.Status = "wip"
		}
		for _, project := range []string{"", r.Project} {
			if counts[project] == nil {
				counts[project] = map[string]int{"MERGED": 0, "NEW": 0, "wip": 0, "ABANDONED": 0}
			}
			counts[project][r.Status]++
		}
	}
	return counts
}
