// Package progress decides what counts: changes and a time in, numbers out. It is
// the only place that knows what reverted, in flight, backport, stalled, stale or
// "waits on reviewers" means, so that page, JSON, badge, metric and command line
// can't disagree. It is pure: no clock, no files, no network, no logging, and of
// ours it imports store's nouns, store/query and its rooms: ci reads what the CI said,
// reverts what changes take back, backports which are backports, timeline how a change
// went. dashboard and cmd import it.
//
// Look gathers the Input of a goal from a snapshot and Compute judges it. The
// Result answers the rest: Change, Project, Team and Select find, Answer says whether
// it is done, History is for the charts, On is any past day, Moves what moved lately,
// Search the query that finds one single number in Gerrit. States, Reasons, Waits,
// Measures and CIStates hold the words that explain them. How long a rule waits
// stands in age.go only: every text is made from it.
//
// Next is Compute for what came later, and costs what moved since. What a change is
// judged by is its record and membership, the changes of its project (reverts, copies,
// parents, whether the CI ever spoke), what its revert or its Depends-On names in other
// projects, and the clock. So where a record or a membership moved, the connections of
// that project are found anew, and those of projects whose reverts name it; and judged
// anew is each change there on which that made a difference, each whose Depends-On is now
// in another state, and each whose time has come (stuck in the gate, CI missing). The
// changes of a project, their timelines and the lists that pages ask for are shared by
// all results in which they are the same.
//
// A Result may be read from any goroutine; its records are the snapshot's.
package progress
