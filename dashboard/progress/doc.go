// Package progress decides what counts: changes and a time in, numbers out. It is
// the only place that knows what reverted, in flight, backport, stalled, stale or
// "waits on reviewers" means, so that page, JSON, badge, metric and command line
// can't disagree. It is pure: no clock, no files, no network, no logging, and it
// imports nothing of ours but store's nouns. dashboard and cmd import it.
package progress
