// Package dashboard serves everything that is read: pages, JSON, badges and the
// progress metrics. It reads immutable snapshots of the store, asks package
// progress what they mean and only shows the answer: no policy and no arithmetic
// live here or in its templates. It never writes and never talks to Gerrit. cmd
// imports it.
//
// # How an answer is made
//
// routes names every address with its handler and the parameters it knows. A
// request is pinned to one snapshot; the numbers of a goal are computed once for
// each snapshot and minute (package results) and shared by page, JSON, badge and metric, so
// that they can't disagree. A handler returns a whole body or an error; nothing is
// sent before it is complete, and one function turns errors into a page, JSON or a
// badge (problem).
//
// The past is derived, never stored: a past day is another result of progress
// (request.at) and is shown by the same handlers. Links belong to the request, and
// then stay on the day. Whose numbers are shown is a scope; askedScope reads which one
// an address asks for. What has no past is left out, not guessed.
//
// A page is one file with its struct and handler and one template of the same
// name. Structs hold text, addresses and numbers ready to be shown.
package dashboard
