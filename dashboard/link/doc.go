// Package link makes the addresses of headway's pages, JSON and badges, and those of
// Gerrit that they lead to. It is pure: it knows how addresses look, not what is there.
package link
