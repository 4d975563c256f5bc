// Package replay is a Gerrit made of a recorded topic. It speaks the part of the
// REST protocol that headway uses, with Gerrit's limits, errors and quirks, over
// real HTTP, and can be written to by Go calls, so that a demonstration lives and
// a test can act like a community. It is never kinder than the real thing: a
// conformance suite sends the same requests to both. Where it does not know what
// Gerrit would do it refuses, with a text that begins with "replay:", instead of
// guessing. It takes nothing of headway but its own package search, so that it can
// contradict the rest. The commands demo and record and tests import it.
//
// A Topic is what a Gerrit answered for some changes, as a file of JSON lines. A
// Server serves one; its write methods (Create, Upload, Reply, Submit, …) do what
// people and robots do to a Gerrit, each at an explicit time.
package replay
