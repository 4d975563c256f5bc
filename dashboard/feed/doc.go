// Package feed makes the feeds of a goal, a project or a team, in the form of Atom
// (RFC 4287) and of JSON Feed 1.1: what merged, was reverted, waits for too long, left,
// and which project has nothing left in review.
//
// An entry stands in a feed as long as it is true, and its time is the event's. Its id
// holds the goal, the event, the change's number and that time, so that no reader shows
// it twice. The newest entries are given, at most Most.
//
// It is pure: a result in, bytes out. dashboard imports it.
package feed
