// Package replay is a Gerrit made of a recorded topic. It speaks the part of the
// REST protocol that headway uses, with Gerrit's limits, errors and quirks, over
// real HTTP, and can be written to by Go calls, so that a demonstration lives and
// a test can act like a community. It is never kinder than the real thing: a
// conformance suite sends the same requests to both. cmd (demo) and tests import it.
package replay
