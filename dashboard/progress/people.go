package progress

import (
	"slices"
	"strconv"
	"time"

	"github.com/eventlet-removal/headway/dashboard/progress/ci"
	"github.com/eventlet-removal/headway/store"
)

// roster is a configured list of accounts: by name, username or number.
type roster struct {
	ids   map[int]bool
	names map[string]bool
}

func newRoster(accounts []string) roster {
	r := roster{map[int]bool{}, map[string]bool{}}
	for _, a := range accounts {
		if a == "" {
			continue
		}
		if id, err := strconv.Atoi(a); err == nil {
			r.ids[id] = true
		}
		r.names[store.WithoutAddresses(a)] = true // as the store has them
	}
	return r
}

// has reports whether account id of change c is on the list. Names come from the
// change itself, because an account may have had another one at another fetch.
func (r roster) has(c *store.Change, id int) bool {
	if r.ids[id] {
		return true
	}
	a, ok := c.Accounts[id]
	return ok && (r.names[a.Name] || r.names[a.Username])
}

// newCI reads the CI's results: its accounts' or, where none are configured, those of
// service users and of whoever votes on its label.
func newCI(l Labels) *ci.Reader {
	if len(l.CIAccounts) == 0 {
		return ci.New(l.CI, nil)
	}
	return ci.New(l.CI, newRoster(l.CIAccounts).has)
}

// human reports whether a person acted: no service user, no configured robot, not
// the CI, and not Gerrit itself (account 0).
func (v *view) human(c *store.Change, id int) bool {
	return id != 0 && !c.Accounts[id].Service && !v.bots.has(c, id) && !v.ci.Has(c, id)
}

// author reports whether an account is the owner or uploaded any patch set.
func author(c *store.Change, id int) bool {
	return id == c.Owner || slices.ContainsFunc(c.PatchSets, func(p store.PatchSet) bool { return p.Uploader == id })
}

// lastHuman is the time of the last event a person made; zero if none is known.
func (v *view) lastHuman(c *store.Change) time.Time {
	var last time.Time
	if v.human(c, c.Owner) {
		last = c.Created
	}
	for _, p := range c.PatchSets {
		if at := p.Created.Time(); at.After(last) && v.human(c, p.Uploader) {
			last = at
		}
	}
	for i := len(c.Messages) - 1; i >= 0; i-- {
		m := &c.Messages[i]
		if at := m.Time.Time(); at.After(last) && v.human(c, m.Author) {
			last = at
		}
	}
	return last
}

// word is a message in which somebody says or does something about the work, as
// opposed to bookkeeping (topic, reviewers, hashtags).
func word(m *store.Message) bool {
	switch m.Kind {
	case store.Word{}, store.MessagePatchSet, store.MessageReady, store.MessageWIP, store.MessageAbandoned, store.MessageRestored:
		return true
	}
	return false
}
