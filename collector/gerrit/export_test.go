package gerrit

import "time"

// Deadlines returns the times by which the gate of a client opens again.
func (c *Client) Deadlines() [2]time.Time {
	p := c.gate.pause()
	return [2]time.Time{p.asked, p.again}
}
