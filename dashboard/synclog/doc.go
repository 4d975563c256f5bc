// Package synclog is the sync log as people read it: what was asked of Gerrit, what
// came, and what is wrong. It is pure: records and times in, sentences out. Only
// dashboard imports it.
package synclog
