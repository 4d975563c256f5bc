// Package store keeps what headway knows, on disk and in memory: the nouns
// (Change, PatchSet, Label, Message, Membership, Selector, Poll), the bbolt
// schema that holds them, and the immutable Snapshot that everybody else reads.
//
// It keeps facts as Gerrit sent them, less all e-mail addresses (see
// WithoutAddresses), and never a judgement: what counts as
// reverted, who must act and who is a robot is decided in dashboard/progress,
// so that a changed policy needs no new fetch. It never logs and never panics;
// every error is returned, because history that Gerrit does not keep can't be
// fetched again. It is imported by collector (which writes), by dashboard and
// its packages (which read) and by cmd.
//
// # One round, three steps
//
// A poll of one goal is written in three steps, each one transaction, so that
// it can be cut anywhere and no reader ever sees half of it:
//
//  1. Save, when every page of a selector's listing came: the rows that moved are
//     queued as work, and the selector's high-water mark advances with them.
//  2. Save, for each batch of details: they are staged inside the work that asked
//     for them. After a crash the next poll goes on from here.
//  3. Finish, when the work is drained: staged details become change records,
//     memberships and the selectors' as-of times are written, the poll is
//     logged, the work is deleted, and one new Snapshot is published.
//
// Until step 3 the change records are those of the round before: a database
// opened after a crash shows the old numbers with their old as-of time.
//
// # The file
//
// Open looks at every page before it trusts the file, because bbolt believes what
// it reads. What can't be used is refused with the file's name and what to do, and
// left as it is. A new database, a backup and a compacted file are written under
// another name (FILE.partial for copies) and put in their place whole. A migration
// leaves the file as it was beside the new one, as FILE.schema-N. To restore any
// copy, open it. When a write fails, readers keep the last snapshot, and the next
// write is tried as if nothing had happened: a full disk needs no restart.
//
// # Schema
//
// Version 1. Numbers in keys are 8 bytes, big endian, so that a cursor walks in
// order; values are JSON (small, greppable, migratable), but for the schema
// version, which is 8 bytes, big endian.
//
//	meta
//	  schema                  version of this schema (uint64)
//	  gerrit                  base URL of the Gerrit this database was made from
//	  identity                random, of this database and its copies; absent from files of before
//	changes
//	  <number>                Change
//	goals
//	  <goal name>
//	    members
//	      <number>            Membership
//	    selectors
//	      /<project>          Selector; "/" alone is the goal's own
//	    work
//	      <number>            Work: a change still to fetch, or fetched and staged
//	    asked
//	      <term>              Asked: a question about changes outside the selectors
//	polls
//	  <sequence>              Poll, the newest KeepPolls of all goals together
//
// Nothing is ever deleted from changes and members. What leaves the
// configuration keeps its records and is hidden, because a Membership names the
// query it was found with and only the configured query's members are shown.
package store
