// Package progress decides what counts: changes and a time in, numbers out. It is
// the only place that knows what reverted, in flight, backport, stalled, stale or
// "waits on reviewers" means, so that page, JSON, badge, metric and command line
// can't disagree. It is pure: no clock, no files, no network, no logging, and it
// imports nothing of ours but store's nouns. dashboard and cmd import it.
//
// Look gathers the Input of a goal from a snapshot and Compute judges it. The
// Result answers the rest: History for the charts, On for any past day, Moves for
// what moved lately, Search for the query that finds one single number in Gerrit. The tables States, Reasons,
// Waits, Measures and CIStates hold the words that explain them.
//
// A Result may be read from any goroutine; its records are the snapshot's.
package progress
