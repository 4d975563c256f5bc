package store

import (
	"time"

	"github.com/eventlet-removal/headway/store/record"
)

// Gerrit's words for the status of a change. The collector brings no others.
const (
	StatusNew       = "NEW"
	StatusMerged    = "MERGED"
	StatusAbandoned = "ABANDONED"
)

// Extraction is the version of what is kept of a commit message. Whole messages are
// not kept, but every line that policy may ever want to read: from 1 on each
// Depends-On to the end of its line, and each line that holds "reverts commit" or
// "reverts change" in any case of letters, quoted or not, with the lines below that
// it may go on in. A record of an older version is fetched again.
const Extraction = 1

// Kinds of a Message, from its tag or, where Gerrit or the CI set no tag, from its
// text. An empty Kind is a plain comment or vote.
var (
	MessagePatchSet  = record.WordOf("patch-set")
	MessageAbandoned = record.WordOf("abandoned")
	MessageRestored  = record.WordOf("restored")
	MessageMerged    = record.WordOf("merged")
	MessageReverted  = record.WordOf("reverted") // "Created a revert of this change …" on the original
	MessageTopic     = record.WordOf("topic")
	MessageWIP       = record.WordOf("wip")
	MessageReady     = record.WordOf("ready")
	MessageMoved     = record.WordOf("moved")
	MessageOther     = record.WordOf("other") // another message that Gerrit itself wrote: hashtag, reviewer, vote deleted, …
)

// Outcomes a CI states in the text of a message. Whether its
// author is the CI that counts is policy.
var (
	CIStarted          = record.WordOf("started")           // "Starting gate jobs."
	CISucceeded        = record.WordOf("succeeded")         // "Build succeeded (… pipeline)"
	CIFailed           = record.WordOf("failed")            // "Build failed (… pipeline)"
	CIMergeFailed      = record.WordOf("merge-failed")      // "Merge Failed."
	CIDependencyFailed = record.WordOf("dependency-failed") // "This change depends on a change that failed to merge."
)

// The nouns that make up a change are defined beside their binary form.
type (
	Change      = record.Change      // the facts that Gerrit gives of one change
	Row         = record.Row         // what each listing gives anew
	Detail      = record.Detail      // what only a fetch of details gives
	PatchSet    = record.PatchSet    // one revision of a change
	Label       = record.Label       // a review label with its range and the current votes
	Vote        = record.Vote        // the current vote of one account on one label
	Message     = record.Message     // what policy needs of one entry of a change's log
	Move        = record.Move        // a change of topic
	Word        = record.Word        // a text that stands in many records, once in memory
	Moment      = record.Moment      // a time in UTC in 8 bytes, to the microsecond
	Requirement = record.Requirement // a submit requirement and Gerrit's verdict
	Account     = record.Account     // a person or robot as Gerrit shows them
)

// WordOf is the word with a text.
func WordOf(text string) Word { return record.WordOf(text) }

// MomentOf is a time cut to the microsecond.
func MomentOf(t time.Time) Moment { return record.MomentOf(t) }

// WithoutAddresses is a text in which each e-mail address has become its local part.
// Headway keeps no address of anybody, wherever Gerrit lets one stand.
func WithoutAddresses(text string) string { return record.WithoutAddresses(text) }
