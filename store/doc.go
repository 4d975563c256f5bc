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
//  2. Save, for each batch of details: they are staged, each in its final bytes.
//     What was never published goes where it will stay, among the changes, and the
//     work says so: until step 3 nobody reads it there. What replaces a published
//     record waits inside the work. After a crash the next poll goes on from here.
//  3. Finish, when the work is drained: staged details become change records, their
//     bytes as they are; memberships and the selectors' as-of times are written, the
//     poll is logged, the work is deleted, and one new Snapshot is published.
//
// Until step 3 the published records are those of the round before: a database
// opened after a crash shows the old numbers with their old as-of time. If two goals
// stage one change, the second keeps it inside its work; whoever publishes first
// moves the other's bytes into the other's work.
//
// # The file
//
// Open looks at every page before it trusts the file, because bbolt believes what
// it reads. What can't be used is refused with the file's name and what to do, and
// left as it is. Each record has a checksum of its key and its bytes. A change that
// does not fit it, or is lost, does not refuse the file: the membership says that
// there is one, Snapshot.Unreadable names it, whoever counts must not count without
// it, and the next poll fetches it again; the bytes that could not be read are kept in
// the bucket damaged. Of bbolt's two meta pages, which have checksums of their own,
// the newer one may be damaged: then the file is as it was one transaction before,
// with that one's as-of times.
//
// A new database, a backup and a compacted file are written under
// another name (FILE.partial for copies) and put in their place whole. So is a
// migrated file: it is written anew, and the old one stays beside it as FILE.schema-N
// until somebody removes it; e-mail addresses that later versions take out are still
// in there. To restore any copy, open it. When a write fails, readers keep the last
// snapshot, and the next write is tried as if nothing had happened: a full disk needs
// no restart. Each write first looks whether the file is still where it was opened: one
// that was removed, or replaced by another, would take what is written with it when the
// process ends, so the write fails with ErrDisplaced.
//
// # Schema
//
// Version 2. Numbers in keys are 8 bytes, big endian, so that a cursor walks in
// order. Changes, memberships, work and accounts are compact records, see package
// record; what there are few of is JSON. All values but the version end with their
// checksum, CRC-32C, 4 bytes.
//
//	meta
//	  schema                  version of this schema (uint64), without checksum
//	  gerrit                  base URL of the Gerrit this database was made from
//	  identity                identity of this database and its copies
//	words
//	  <entry>                 text that records name by its number here; only added to
//	people
//	  <entry>                 Account, likewise
//	changes
//	  <number>                Change
//	goals
//	  <goal name>
//	    name                  goal's name once more, with a checksum
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
//	damaged
//	  <number>                bytes of a change that could not be read
//
// Nothing that was published is ever deleted from changes and members. What leaves the
// configuration keeps its records and is hidden, because a Membership names the
// query it was found with and only the configured query's members are shown.
package store
