// Package link makes the addresses of headway's pages, JSON and badges, and those of
// Gerrit that they lead to. It reads and writes the search box, which is the filter of
// such an address in one line. It is pure: it knows how addresses look, not what is
// there. dashboard and its rooms import it.
package link
