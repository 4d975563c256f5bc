// Package record writes and reads the compact binary form of what the store keeps:
// numbers as varints, times as seconds since the time before, commits as bytes, and
// each text that stands there again and again once, in a table beside the records. Each
// record ends with a checksum of itself and its key. In memory lists are most of all:
// their times are Moments, and the texts that stand in them again and again are Words.
//
// The nouns that are many (Change, Membership, Work) are defined here, and list their
// fields once, to a Coder, which writes them or reads them; store gives them its own
// names. It is pure and imported by store only. Whatever bytes a Coder reads, it never
// panics, and allocates no more than some multiple of their length.
//
// # Why a form of our own
//
// Measured with 9,849 changes of the demonstration's kind (13 kB of JSON each as Gerrit
// sends it, of which gzip -1 makes 2.0 kB): bytes of a record, and CPU to read it into
// structs, on one core, with texts and accounts in a table where it says so.
//
//	                       bytes   ns     with zstd: bytes   ns
//	JSON, schema 1          3517   42300            1131   54200
//	CBOR, integer keys      1416   15200             830   19400
//	CBOR, table              734   10700             595   14400
//	protobuf                1443   11400             889   14500
//	protobuf, table          758    6500             602    8300
//	this, table              439    6300             442    7500
//
// Protobuf with a table reads as fast, but before its texts, accounts and times are what
// the rest of headway wants, and without a checksum: this has done all that. The rest is
// in the times: as differences they take two or three bytes, not five or six. To
// compress each record saves nothing then. A file with 854 bytes a change, compacted,
// opens in 0.4 of the CPU that gunzip takes for what Gerrit sent.
package record
