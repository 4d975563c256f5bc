package replay

import (
	"errors"
	"fmt"
	"time"
)

// setWIP keeps the flag and whether a review was ever asked for.
func (c *Change) setWIP(on bool) {
	c.WIP = on
	c.ReviewStarted = c.ReviewStarted || !on
}

// SetWIP marks an open change as work in progress.
func (s *Server) SetWIP(at time.Time, number, by int) error {
	return s.toggleWIP(at, number, by, true, "setWorkInProgress", "Set Work In Progress")
}

// SetReady ends work in progress by the menu; Reply can do the same, without a tag.
func (s *Server) SetReady(at time.Time, number, by int) error {
	return s.toggleWIP(at, number, by, false, "setReadyForReview", "Set Ready For Review")
}

func (s *Server) toggleWIP(at time.Time, number, by int, on bool, tag, text string) error {
	return s.write(tag, number, func(c *Change) error {
		if c.Status != StatusNew {
			return fmt.Errorf("it is %s", c.Status)
		}
		if c.WIP == on {
			return fmt.Errorf("work in progress is %t already", on)
		}
		c.setWIP(on)
		c.addMessage(at, by, tagPrefix+tag, text)
		return nil
	})
}

// Abandon closes an open change; why may be empty. The flag of work in progress
// stays.
func (s *Server) Abandon(at time.Time, number, by int, why string) error {
	return s.reopen(at, number, by, StatusNew, StatusAbandoned, "abandon", "Abandoned", why)
}

// Restore opens an abandoned change again; why may be empty.
func (s *Server) Restore(at time.Time, number, by int, why string) error {
	return s.reopen(at, number, by, StatusAbandoned, StatusNew, "restore", "Restored", why)
}

func (s *Server) reopen(at time.Time, number, by int, from, to, tag, text, why string) error {
	return s.write(tag, number, func(c *Change) error {
		if c.Status != from {
			return fmt.Errorf("it is %s", c.Status)
		}
		c.Status = to
		if why != "" {
			text += "\n\n" + why
		}
		c.addMessage(at, by, tagPrefix+tag, text)
		return nil
	})
}

// Submit merges an open change. No votes are needed.
func (s *Server) Submit(at time.Time, number, by int) error {
	return s.write("submit", number, func(c *Change) error {
		if c.Status != StatusNew {
			return fmt.Errorf("it is %s", c.Status)
		}
		if c.WIP {
			return errors.New("it is work in progress")
		}
		c.submit(at, by)
		return nil
	})
}

func (c *Change) submit(at time.Time, by int) {
	c.Status, c.Submitted, c.Submitter = StatusMerged, timestamp(at), Account{ID: by}
	c.SubmissionID = fmt.Sprint(c.Number)
	if c.Topic != "" {
		c.SubmissionID += "-" + c.Topic
	}
	c.addMessage(at, by, tagPrefix+"merged", "Change has been successfully merged")
}

// SetPrivate hides an open change from anybody, or shows it again.
func (s *Server) SetPrivate(at time.Time, number, by int, private bool) error {
	return s.write("set private on", number, func(c *Change) error {
		if c.Private == private {
			return fmt.Errorf("private is %t already", private)
		}
		c.Private = private
		if private {
			if c.Status == StatusMerged {
				c.Private = false
				return errors.New("it is merged")
			}
			c.addMessage(at, by, tagPrefix+"setPrivate", "Set private")
		} else {
			c.addMessage(at, by, tagPrefix+"unsetPrivate", "Unset private")
		}
		return nil
	})
}

// Delete removes a change for good. Gerrit refuses it for a merged one.
func (s *Server) Delete(number int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok := s.changes[number]
	if !ok {
		return fmt.Errorf("delete change %d: there is none", number)
	}
	if c.Status == StatusMerged {
		return fmt.Errorf("delete change %d: it is merged", number)
	}
	delete(s.changes, number)
	return nil
}

// Move takes an open change to another branch of its project.
func (s *Server) Move(at time.Time, number, by int, branch string) error {
	return s.write("move", number, func(c *Change) error {
		if c.Status != StatusNew {
			return fmt.Errorf("it is %s", c.Status)
		}
		text := fmt.Sprintf("Change destination moved from %s to %s", c.Branch, branch)
		c.Branch = branch
		c.ids()
		c.addMessage(at, by, tagPrefix+"move", text)
		return nil
	})
}

// RenameProject gives a project another name: its changes keep their numbers, and
// neither updated nor meta_rev_id moves.
func (s *Server) RenameProject(from, to string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.changes {
		if c.Project == from {
			c.Project = to
			c.ids()
		}
	}
}

// RenameAccount gives an account another name; no change mentions it.
func (s *Server) RenameAccount(id int, name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.accounts[id]
	a.ID, a.Name = id, name
	s.accounts[id] = a
}

// SetMergeable sets what the server has computed; nil is nothing yet. It shows
// only with Config.Mergeable and moves no clock.
func (s *Server) SetMergeable(number int, mergeable *bool) error {
	return s.write("set mergeable of", number, func(c *Change) error {
		c.Mergeable = mergeable
		return nil
	})
}

// Revert makes the change that takes a merged one back, and returns its number.
// It has the topic of the original, whose log mentions it, and has as reviewers all
// who had to do with that; why may be empty.
func (s *Server) Revert(at time.Time, number, by int, why string) (int, error) {
	return s.RevertAs(at, number, by, 0, why)
}

// RevertAs is Revert with a number of the caller's choice.
func (s *Server) RevertAs(at time.Time, number, by, as int, why string) (int, error) {
	made := 0
	err := s.write("revert", number, func(c *Change) (err error) {
		if c.Status != StatusMerged {
			return fmt.Errorf("it is %s", c.Status)
		}
		body := "This reverts commit " + c.CurrentRevision + "."
		if why != "" {
			body += "\n\nReason for revert: " + why
		}
		id := "I" + digest("revert", c.ChangeID, fmt.Sprint(timestamp(at)))
		made, err = s.create(at, NewChange{
			Number: as, Project: c.Project, Branch: c.Branch, ChangeID: id, Owner: by, Topic: c.Topic,
			Subject: `Revert "` + c.Subject + `"`, Body: body, Parents: []string{c.CurrentRevision},
			Insertions: c.Deletions, Deletions: c.Insertions, revertOf: number,
			reviewers: append([]ReviewerUpdate{{Reviewer: c.Owner, State: stateReviewer}}, c.ReviewerUpdates...),
		})
		if err != nil {
			return err
		}
		c.addMessage(at, by, tagPrefix+"revert", "Created a revert of this change as "+id)
		return nil
	})
	return made, err
}

// CherryPick takes the current patch set to another branch by the button, as a
// new change with the same Change-Id, and returns its number. Its topic is the
// original's with the branch appended.
func (s *Server) CherryPick(at time.Time, number, by int, branch string) (int, error) {
	return s.CherryPickAs(at, number, by, 0, branch)
}

// CherryPickAs is CherryPick with a number of the caller's choice.
func (s *Server) CherryPickAs(at time.Time, number, by, as int, branch string) (int, error) {
	made := 0
	err := s.write("cherry-pick", number, func(c *Change) (err error) {
		topic := c.Topic
		if topic != "" {
			topic += "-" + branch
		}
		old := withoutChangeID(c.Commit().Message)
		made, err = s.create(at, NewChange{
			reviewers: []ReviewerUpdate{{Reviewer: c.Owner, State: stateCC}},
			Number:    as, Project: c.Project, Branch: branch, ChangeID: c.ChangeID, Owner: by, Topic: topic,
			Subject: c.Subject, Body: old[len(c.Subject):] + "\n\n(cherry picked from commit " + c.CurrentRevision + ")",
			Insertions: c.Insertions, Deletions: c.Deletions, cherryPickOf: number, cherryPickOfPatchSet: c.PatchSet,
			message: fmt.Sprintf("Patch Set 1: Cherry Picked from branch %s.", c.Branch), tag: tagPrefix + "newPatchSet",
		})
		return err
	})
	return made, err
}
