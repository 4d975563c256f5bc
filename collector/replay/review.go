package replay

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Reply is what one sends with the Reply button, or a robot with its report.
type Reply struct {
	Votes      map[string]int // by label; 0 withdraws
	Text       string
	Comments   int    // on lines of the change
	Unresolved int    // by how much the unresolved ones grow; negative when some are resolved
	Tag        string // robots have one
	Ready      bool   // "Start review"
}

// Reply votes and comments on the current patch set, in one message. A vote that
// is given already is not repeated; a reply of nothing else does nothing.
func (s *Server) Reply(at time.Time, number, by int, r Reply) error {
	return s.write("reply to", number, func(c *Change) error { return c.reply(at, by, r) })
}

// Vote gives one vote, without words.
func (s *Server) Vote(at time.Time, number, by int, label string, value int) error {
	return s.Reply(at, number, by, Reply{Votes: map[string]int{label: value}})
}

// Comment writes about the change as a whole.
func (s *Server) Comment(at time.Time, number, by int, text string) error {
	return s.Reply(at, number, by, Reply{Text: text})
}

func (c *Change) reply(at time.Time, by int, r Reply) error {
	for label, v := range r.Votes {
		rule, err := ruleOf(label)
		if err != nil {
			return err
		}
		if v < rule.min || v > rule.max {
			return fmt.Errorf("%s%+d is out of range", label, v)
		}
	}
	changed := r.Text != "" || r.Comments > 0 || r.Ready
	if r.Ready {
		c.setWIP(false)
	}
	first := fmt.Sprintf("Patch Set %d:", c.PatchSet)
	for _, label := range slices.Sorted(maps.Keys(r.Votes)) {
		v := r.Votes[label]
		switch old := c.VoteOf(label, by); {
		case v == old:
			continue
		case v == 0:
			first += " -" + label
		default:
			first += fmt.Sprintf(" %s%+d", label, v)
		}
		c.setVote(label, by, v, at, r.Tag)
		changed = true
	}
	if !changed {
		return nil
	}
	if len(r.Votes) > 0 {
		c.addReviewer(at, by, by, stateReviewer)
	} else {
		c.addReviewer(at, by, by, stateCC)
	}
	c.TotalComments += r.Comments
	c.UnresolvedComments = max(0, c.UnresolvedComments+r.Unresolved)
	c.addMessage(at, by, r.Tag, first+replyText(r))
	return nil
}

func replyText(r Reply) string {
	var b strings.Builder
	switch {
	case r.Comments == 1:
		b.WriteString("\n\n(1 comment)")
	case r.Comments > 1:
		fmt.Fprintf(&b, "\n\n(%d comments)", r.Comments)
	}
	switch {
	case r.Text != "":
		b.WriteString("\n\n" + strings.TrimSpace(r.Text))
	case r.Ready:
		b.WriteString("\n\nThis change is ready for review.")
	}
	return b.String()
}

// States of a reviewer.
const (
	stateReviewer = "REVIEWER"
	stateCC       = "CC" // commented only
)

// addReviewer notes that somebody became a reviewer, and whether that was news.
// Gerrit leaves the owner out, and makes no reviewer a mere CC again.
func (c *Change) addReviewer(at time.Time, by, who int, state string) bool {
	for _, u := range c.ReviewerUpdates {
		if u.Reviewer.ID == who && (u.State == stateReviewer || u.State == state) {
			return false
		}
	}
	if who == c.Owner.ID {
		return false
	}
	c.ReviewerUpdates = append(c.ReviewerUpdates, ReviewerUpdate{
		Updated: timestamp(at), UpdatedBy: Account{ID: by}, Reviewer: Account{ID: who}, State: state,
	})
	return true
}

// AddReviewer asks somebody for a review: updated moves, no message mentions it.
func (s *Server) AddReviewer(at time.Time, number, by, who int) error {
	return s.write("add a reviewer to", number, func(c *Change) error {
		if c.addReviewer(at, by, who, stateReviewer) {
			c.touch(at, fmt.Sprint("reviewer ", who))
		}
		return nil
	})
}

// RemoveVote takes back the vote of another.
func (s *Server) RemoveVote(at time.Time, number, by, whose int, label string) error {
	return s.write("remove a vote from", number, func(c *Change) error {
		v := c.VoteOf(label, whose)
		if v == 0 {
			return fmt.Errorf("account %d has no vote on %s", whose, label)
		}
		c.setVote(label, whose, 0, at, "")
		c.addMessage(at, by, tagPrefix+"deleteVote", fmt.Sprintf("Removed %s%+d by <GERRIT_ACCOUNT_%d>\n", label, v, whose))
		m := &c.Messages[len(c.Messages)-1]
		m.Accounts = append(m.Accounts, Account{ID: whose})
		return nil
	})
}

// DeleteMessage removes the text of the message with that index, by an
// administrator. The log is rewritten from there: all later messages get new ids
// and meta_rev_id changes, but updated does not.
func (s *Server) DeleteMessage(number, by, index int) error {
	return s.write("delete a message of", number, func(c *Change) error {
		if index < 0 || index >= len(c.Messages) {
			return fmt.Errorf("it has %d messages, not %d", len(c.Messages), index)
		}
		m := &c.Messages[index]
		m.Message = fmt.Sprintf("Change message removed by: <GERRIT_ACCOUNT_%d>", by)
		m.Tag, m.Accounts = "", []Account{{ID: by}}
		for i := index; i < len(c.Messages); i++ {
			c.Messages[i].ID = digest("rewritten", c.Messages[i].ID, m.Message)
		}
		c.MetaRevID = digest("rewritten", c.MetaRevID, m.Message)
		return nil
	})
}

// SetTopic sets the topic by hand, "" removes it; a message mentions it. Setting
// what is set already does nothing. To set it without one, push: see Patch.
func (s *Server) SetTopic(at time.Time, number, by int, topic string) error {
	return s.write("set the topic of", number, func(c *Change) error {
		topic := strings.TrimSpace(topic)
		if strings.Contains(topic, `"`) {
			return errors.New("topic can't contain quotation marks")
		}
		var text string
		switch old := c.Topic; {
		case topic == old:
			return nil
		case old == "":
			text = "Topic set to " + topic
		case topic == "":
			text = "Topic " + old + " removed"
		default:
			text = "Topic changed from " + old + " to " + topic
		}
		c.Topic = topic
		c.addMessage(at, by, tagPrefix+"setTopic", text)
		return nil
	})
}

// AddHashtags adds hashtags.
func (s *Server) AddHashtags(at time.Time, number, by int, hashtags ...string) error {
	return s.write("add hashtags to", number, func(c *Change) error {
		var added []string
		for _, h := range hashtags {
			if !slices.Contains(c.Hashtags, h) {
				added = append(added, h)
			}
		}
		if len(added) == 0 {
			return nil
		}
		slices.Sort(added)
		c.Hashtags = append(c.Hashtags, added...)
		c.addMessage(at, by, tagPrefix+"setHashtag", hashtagText("added", added))
		return nil
	})
}

// RemoveHashtags removes hashtags.
func (s *Server) RemoveHashtags(at time.Time, number, by int, hashtags ...string) error {
	return s.write("remove hashtags from", number, func(c *Change) error {
		var removed []string
		c.Hashtags = slices.DeleteFunc(c.Hashtags, func(h string) bool {
			if !slices.Contains(hashtags, h) {
				return false
			}
			removed = append(removed, h)
			return true
		})
		if len(removed) == 0 {
			return nil
		}
		slices.Sort(removed)
		c.addMessage(at, by, tagPrefix+"setHashtag", hashtagText("removed", removed))
		return nil
	})
}

func hashtagText(what string, hashtags []string) string {
	plural := ""
	if len(hashtags) > 1 {
		plural = "s"
	}
	return fmt.Sprintf("Hashtag%s %s: %s", plural, what, strings.Join(hashtags, ", "))
}
