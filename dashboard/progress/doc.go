// Package progress decides what counts: changes and a time in, numbers out. It is
// the only place that knows what reverted, in flight, backport, stalled, stale or
// "waits on reviewers" means, so that page, JSON, badge, metric and command line
// can't disagree. It is pure: no clock, no files, no network, no logging, and of
// ours it imports store's nouns, store/query and its two rooms: ci reads what the CI
// said, reverts what a commit message reverts. dashboard and cmd import it.
//
// Look gathers the Input of a goal from a snapshot and Compute judges it. The
// Result answers the rest: Change, Project, Team and Select find, Answer says whether
// it is done, History is for the charts, On is any past day, Moves what moved lately,
// Search the query that finds one single number in Gerrit. States, Reasons, Waits,
// Measures and CIStates hold the words that explain them. How long a rule waits
// stands in age.go only: every text is made from it.
//
// A Result may be read from any goroutine; its records are the snapshot's.
package progress
